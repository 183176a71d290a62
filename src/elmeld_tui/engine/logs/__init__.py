"""The engine's log: what happened, told by ids, states, codes, counts, times and addresses, and by nothing else.

What can be said is a class in `events`, with its fields. A last step before the line is written lets only such values
by (`writing`), so that what a message says cannot get in by mistake: not by a field that is used wrongly, not in the
text of an exception, and not by what a library writes. Of an exception its type and its place in the program are
told, of a library's line who wrote it and where; their texts never.
"""

from __future__ import annotations

from elmeld_tui.engine.logs.writing import Format, Level, log_to, say

__all__ = ["Format", "Level", "log_to", "say"]
