"""A question with a few answers: a new message of which kind, and whether to keep what is written."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.layout import text_layout
from elmeld_tui.tui.widgets.lines import Line, Lines, Span, Tone, fitted, line
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.window_list import WindowList

_AROUND = 10
"""Rows of the screen that a long list of answers must leave for the box around it and the text above."""


_REST = 1.0
"""Seconds after which typed letters begin a new word."""


class Choice(NamedTuple):
    """One answer: what it stands for, what it is called, and a few words on it."""

    value: str
    label: str
    note: str = ""


def _draw(choice: Choice, width: int) -> Line:
    label_width = min(34 if not choice.note else 22, width - 2)
    return (
        Span(f" {fitted(choice.label, label_width)}"),
        Span(fitted(choice.note, max(0, width - label_width - 2)), Tone.MUTED),
    )


class ChoiceScreen(ModalScreen[str | None]):
    """Asks; is dismissed with the value of the answer, or None.

    Args:
        title: the question.
        text: what should be known before answering; may be empty.
        choices: the answers; the first is under the cursor.
    """

    WHERE = Where.DIALOG
    BINDINGS = bindings(Where.DIALOG)
    CSS_PATH = resources.styles("choice")
    AUTO_FOCUS = "#choices"

    def __init__(self, title: str, text: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._question, self._text, self._choices = title, text, choices
        self._typed, self._typed_at = "", 0.0

    def compose(self) -> ComposeResult:
        """A box with the question and its answers."""
        with Vertical(id="box"):
            yield Lines(line(self._question, Tone.HEADING))
            if self._text:
                yield Paper(text_layout(self._text), id="text")
            yield WindowList(_draw, identity=lambda choice: choice.value, id="choices")
            yield Lines(line(t("enter velger · esc lukker"), Tone.MUTED))

    def on_mount(self) -> None:
        """Show the answers."""
        choices = self.query_one("#choices", WindowList)
        choices.styles.height = min(len(self._choices), max(3, self.app.size.height - _AROUND))
        choices.show(self._choices)

    def on_key(self, event: events.Key) -> None:
        """Letters go to the first answer that begins so; after a moment's rest they begin anew."""
        if event.character is None or not event.character.isalpha():
            return
        event.stop()
        now = monotonic()
        self._typed = (self._typed if now - self._typed_at < _REST else "") + event.character.casefold()
        self._typed_at = now
        labels = [choice.label.casefold() for choice in self._choices]
        hit = next((index for index, label in enumerate(labels) if label.startswith(self._typed)), None)
        if hit is not None:
            self.query_one("#choices", WindowList).move_to(hit)

    @on(WindowList.Opened, "#choices")
    def _chosen(self, event: WindowList.Opened) -> None:
        self.dismiss(event.row.value)

    def action_close(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
