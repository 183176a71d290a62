"""What comes from other programs by the clipboard, as a field takes it."""

from __future__ import annotations

import re

_LINE_BREAKS = re.compile("\r\n?|[\v\f\u0085\u2028\u2029]")
_UNSENDABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def pasted(text: str) -> str:
    """Return what is pasted as it can be sent: other programs' line breaks as ours, no control characters.

    One cannot see a control character, and so not take it out again.
    """
    return _UNSENDABLE.sub("", _LINE_BREAKS.sub("\n", text))


def pasted_line(text: str) -> str:
    """Return what is pasted as a field of one line can hold all of it: the framework keeps the first line alone."""
    return pasted(text).replace("\n", " ")
