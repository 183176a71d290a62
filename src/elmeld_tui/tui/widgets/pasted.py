"""Pasted and typed text in fields, where the framework does not treat it as this program must.

A field must show everything it holds: what cannot be seen cannot be removed, and would go out with the message. So
control characters and direction marks are left out, and the user is told. Of what is typed, the framework discards
too much: the no-break space of alt+space, the joiner within a compound emoji, a font's private letters. Those are
kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast
from unicodedata import category

from textual import events
from textual.widget import Widget
from textual.widgets import Input, TextArea

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
    return flat(pasted(text))


def flat(text: str) -> str:
    """Return ``text`` on one line, with a space for each line break and each tab."""
    return text.replace("\n", " ").replace("\t", " ")


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


def take_typed(field: Input | TextArea, event: events.Key) -> None:
    """Write the character of a key where the framework would not; where nobody could see it, say that it is left out.

    Args:
        field: where it is typed.
        event: the key; stopped where this was its effect. Keys that write nothing are left alone.
    """
    character = event.character
    if character is None or (category(character) == "Cc" and character != "\n"):
        return
    hidden = harmless(character) != character
    if character.isprintable() and not hidden:
        return
    event.stop()
    event.prevent_default()
    if hidden:
        cast("ElmeldApp", field.app).tell(t("Tegnet kan ikke vises, og ble ikke skrevet."))
    elif isinstance(field, TextArea):
        field.replace(character, *field.selection, maintain_selection_offset=False)
    else:
        field.replace(pasted_line(character), *sorted(field.selection))


def _hidden(number: int) -> str:
    return t("{n} tegn som ikke kan vises, ble ikke limt inn.", n=number)


def _visible(text: str) -> str:
    if harmless(text) == text:
        return text
    return "".join(char for char in text if harmless(char) == char)
