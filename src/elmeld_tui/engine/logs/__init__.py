"""The engine's log: ids, states, codes, counts, times and addresses, and nothing else.

Every event is a class in `events` with a fixed set of fields. A last step before a line is written (`writing`) lets
only values of these kinds through, so that message content cannot get in by mistake: not through a misused field, not
in the text of an exception, and not from a library. Of an exception, only its type and its place in the program are
logged; of a library's log line, only who wrote it and where.
"""

from __future__ import annotations

from elmeld_tui.engine.logs.writing import Format, Level, log_to, say

__all__ = ["Format", "Level", "log_to", "say"]
