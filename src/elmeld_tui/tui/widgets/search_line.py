"""The line in which a list is searched."""

from __future__ import annotations

from textual import on
from textual.message import Message
from textual.widgets import Input

from elmeld_tui.tui.widgets.entry import Entry


class SearchLine(Entry):
    """One line of words; every change is told.

    Args:
        hint: what may be typed.
        words: what it says to begin with.
    """

    class Words(Message):
        """What the line says now."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Left(Message):
        """Enter: on to what was found."""

    def __init__(self, hint: str, words: str = "") -> None:
        super().__init__(words, hint=hint, id="search")

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Words(self.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Left())
