"""Somebody at the application, in a terminal of her own: what she presses, and when it has had its effect.

No wait here can miss what it waits for. Each is for what the screen shows when a frame is whole, which does not change
again before the next key; and no key is pressed before the screen shows that what it is meant for has the focus.
"""

from __future__ import annotations

import signal
from pathlib import Path

from elmeld_tui.messages import writing
from elmeld_tui.model.forms import FieldType
from elmeld_tui.office.beginning import startable_forms
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.fields import LABEL_WIDTH
from tests.terminals import Terminal, start
from tests.waiting import PATIENCE

DOWN, END, HOME, SHIFT_TAB = b"\x1b[B", b"\x1b[F", b"\x1b[H", b"\x1b[Z"
ENTER, ESCAPE, TAB, CTRL_N = b"\r", b"\x1b", b"\t", b"\x0e"


class Seat:
    """Somebody at the application."""

    def __init__(self, clinic: Path, *, leads: bool = True) -> None:
        self.terminal = Terminal()
        self.process = start(self.terminal, clinic, leads=leads)

    def begin(self, form: str) -> None:
        """Choose ``form`` among those that can be begun."""
        number = [each.name for each in startable_forms()].index(form)
        self.terminal.wait_for("Innboks ·")
        self.terminal.type(CTRL_N)
        self.terminal.wait_for("Ny melding", "enter velger")
        self.terminal.type(*[DOWN] * number)
        self.terminal.wait_until(lambda: writing.form_named(form).title in self.terminal.screen.line)
        self.terminal.type(ENTER)

    def go_to(self, label: str) -> None:
        """Press tab until the cursor stands in the field ``label``, each time when the one before has moved it."""
        self.terminal.wait_until(lambda: self._label == "Pasient")
        while (here := self._label) != label:
            self.terminal.type(TAB)
            self.terminal.wait_until(lambda here=here: self._label != here)  # type: ignore[misc]

    @property
    def _label(self) -> str:
        return self.terminal.screen.line[:LABEL_WIDTH].strip(" *")

    def write(self, text: str) -> None:
        """Type, and see it."""
        self.terminal.type(text)
        self.terminal.wait_until(lambda: text.strip() in self.terminal.screen.line)

    def end_by(self, number: signal.Signals) -> None:
        """Hang up or kill, and wait until the process is gone."""
        if number == signal.SIGHUP:
            self.terminal.hang_up()
        else:
            self.process.kill()
        self.process.join(PATIENCE)
        assert self.process.exitcode == -number

    def leave(self) -> None:
        self.process.kill()
        self.process.join(PATIENCE)
        self.terminal.hang_up()


def first_text(form: str) -> str:
    """Return the label, as far as it goes on one line, of the first field that takes any text."""
    fields = writing.form_named(form).fields
    texts = (field for field in fields if field.type in {FieldType.LINE, FieldType.TEXT} and not field.repeats)
    return wrap(next(texts).label, LABEL_WIDTH - 3)[0]
