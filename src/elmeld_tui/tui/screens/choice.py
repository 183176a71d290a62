"""A question with a few answers: which kind of new message, and whether to keep what is written."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.layout import text_layout, wrap
from elmeld_tui.tui.widgets.lines import Line, Lines, Span, Tone, fitted, line
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.window_list import WindowList

_AROUND, _TEXT = 9, 9
"""Rows of the screen that a long list of answers must leave: for the box around it, and for a text above."""

_LABEL, _NOTED_LABEL = 34, 28
"""The most cells for what an answer is called, alone and with a few words beside it."""

_LEAST_WIDE, _MOST_WIDE, _BESIDE = 72, 104, 9
"""Columns of the box, and those of them beside label and note."""

_REST = 1.0
"""Seconds after which typed letters begin a new word."""


class Choice(NamedTuple):
    """One answer: what it stands for, what it is called, and a few words on it."""

    value: str
    label: str
    note: str = ""


class ChoiceScreen(ModalScreen[str | None]):
    """Asks; is dismissed with the value of the answer, or None.

    Args:
        title: the question.
        text: what should be known before answering; may be empty.
        choices: the answers.
        at: which of them is under the cursor to begin with.
    """

    WHERE = Where.DIALOG
    BINDINGS = bindings(Where.DIALOG)
    CSS_PATH = resources.styles("choice")
    AUTO_FOCUS = "#choices"

    def __init__(self, title: str, text: str, choices: Sequence[Choice], *, at: int = 0) -> None:
        super().__init__()
        self._at = at
        self._question, self._text, self._choices = title, text, choices
        self._typed, self._typed_at = "", 0.0
        # What is under the cursor while nothing is called what is typed.
        self._unmeant: str | None = None

    def compose(self) -> ComposeResult:
        """A box with the question and its answers."""
        with Vertical(id="box"):
            yield Lines(line(self._question, Tone.HEADING))
            if self._text:
                yield Paper(text_layout(self._text), id="text")
            yield WindowList(self._draw, identity=lambda choice: choice.value, id="choices")
            yield Lines(id="note")
            yield Lines(line(t("enter velger · esc lukker"), Tone.MUTED))

    def _draw(self, choice: Choice, width: int) -> Line:
        label_width = self._label_width(width)
        return (
            Span(f" {fitted(choice.label, label_width)} "),
            Span(fitted(choice.note, self._note_width(width)), Tone.MUTED),
        )

    def _label_width(self, width: int) -> int:
        """The answers' own, so that what is said of them has all the room there is."""
        longest = max(cell_len(choice.label) for choice in self._choices)
        noted = any(choice.note for choice in self._choices)
        return max(1, min(longest + 1, _NOTED_LABEL if noted else _LABEL, width - 2))

    def _note_width(self, width: int) -> int:
        return max(0, width - self._label_width(width) - 2)

    def on_mount(self) -> None:
        """Show the answers."""
        choices = self.query_one("#choices", WindowList)
        wanted = max(self._label_width(_MOST_WIDE) + cell_len(one.note) + _BESIDE for one in self._choices)
        self.query_one("#box").styles.width = min(max(_LEAST_WIDE, wanted), _MOST_WIDE)
        room = self.app.size.height - _AROUND - (_TEXT if self._text else 0)
        choices.styles.height = min(len(self._choices), max(3, room))
        choices.show(self._choices)
        choices.move_to(self._at)

    def on_resize(self) -> None:
        """Say again what is cut."""
        self.call_after_refresh(self._tell_note)

    @on(WindowList.Moved, "#choices")
    def _tell_note(self) -> None:
        """Say under the list what is cut in it, as an answer is not given on half a reason, and what is not in it."""
        choices: WindowList[Choice] = self.query_one("#choices", WindowList)
        room, told = max(1, choices.size.width - 1), self.query_one("#note", Lines)
        said = choices.current.note if choices.current else ""
        needed = cell_len(said) > self._note_width(choices.size.width - 1)
        if choices.current and choices.current.value == self._unmeant:
            said, needed = t("Ingenting her heter «{typed}».", typed=self._typed), True
        told.show(*(line(row) for row in wrap(said, room) if needed))
        told.display = needed

    def on_key(self, event: events.Key) -> None:
        """Letters go to the answer that is called so; after a moment's rest they begin anew."""
        now = monotonic()
        typed = self._typed if now - self._typed_at < _REST else ""
        if event.character is None or not (event.character.isalnum() or (typed and event.character in " .")):
            return
        event.stop()
        self._typed, self._typed_at = typed + event.character.casefold(), now
        choices: WindowList[Choice] = self.query_one("#choices", WindowList)
        hit = self._called(self._typed)
        if hit is not None:
            choices.move_to(hit)
        self._unmeant = choices.current.value if hit is None and choices.current else None
        self._tell_note()

    def _called(self, typed: str) -> int | None:
        """Return the first answer that begins so, else one with a word that does, else one that has it in a word."""
        labels = [f" {choice.label.casefold()}" for choice in self._choices]
        hits = [
            (not label.startswith(f" {typed}"), f" {typed}" not in label, index)
            for index, label in enumerate(labels)
            if typed in label
        ]
        return min(hits)[-1] if hits else None

    @on(WindowList.Opened, "#choices")
    def _chosen(self, event: WindowList.Opened) -> None:
        # Who types what is not here and presses enter does not mean what happens to be under the cursor.
        if event.row.value == self._unmeant:
            self._unmeant = None
        else:
            self.dismiss(event.row.value)

    def action_close(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
