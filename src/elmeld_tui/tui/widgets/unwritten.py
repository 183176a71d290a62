"""A field that is pressed or chosen in: what somebody writes there, thinking it is another, presses and chooses nothing.

Who types a sentence without looking has a space behind every word. Each would have chosen another urgency, or taken a
period away, and nothing that was typed would have been seen anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events

from elmeld_tui.i18n import t
from elmeld_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp

_REST = 1.0
"""Seconds after a letter in which space and enter belong to what is written."""


class UnwrittenField(Lines, can_focus=True):
    """A field that letters do nothing in."""

    _written_at = -_REST

    def is_written(self, event: events.Key) -> bool:
        """Return whether a key is part of a text that cannot be written here; that is told once, and it is stopped."""
        goes_on = event.time - self._written_at <= _REST
        is_letter = event.is_printable and event.key != "space"
        if not is_letter and not (goes_on and event.key in {"space", "enter"}):
            self._written_at = -_REST
            return False
        event.stop()
        if not goes_on:
            self._tell()
        self._written_at = event.time
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Say that what is pasted here goes nowhere."""
        event.stop()
        self._tell()

    def _tell(self) -> None:
        app = cast("ElmeldApp", self.app)
        app.warn(t("Her kan det ikke skrives. Det du skriver nå, kommer ikke med."))
