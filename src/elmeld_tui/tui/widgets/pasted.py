"""What comes from other programs by the clipboard, as a field takes it.

A field says what it shows: what one cannot see one cannot take out again, and it would go out with the message. So
control characters and what steers the direction of reading are left out, and that they were is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from textual import events
from textual.widget import Widget

from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp

_LINE_BREAKS = re.compile("\r\n?|[\v\f\u0085\u2028\u2029]")


def pasted(text: str) -> str:
    """Return what is pasted as it can be seen and sent: other programs' line breaks as ours, nothing hidden."""
    return _visible(_LINE_BREAKS.sub("\n", text))


def pasted_line(text: str) -> str:
    """Return what is pasted as a field of one line can hold all of it: the framework keeps the first line alone."""
    return pasted(text).replace("\n", " ")


def take(field: Widget, event: events.Paste, *, one_line: bool) -> None:
    """Let a field be pasted what it can show, and say how much it is not.

    Args:
        field: where it is pasted.
        event: what is pasted; changed before the framework puts it in.
        one_line: whether the field has one line.
    """
    text = _LINE_BREAKS.sub("\n", event.text)
    event.text = pasted_line(text) if one_line else pasted(text)
    if hidden := len(text) - len(event.text):
        told = t("1 tegn som ikke kan vises, ble ikke limt inn.") if hidden == 1 else _hidden(hidden)
        cast("ElmeldApp", field.app).tell(told)


def _hidden(number: int) -> str:
    return t("{n} tegn som ikke kan vises, ble ikke limt inn.", n=number)


def _visible(text: str) -> str:
    if harmless(text) == text:
        return text
    return "".join(char for char in text if harmless(char) == char)
