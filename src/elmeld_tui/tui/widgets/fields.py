"""The fields of a form: a line, a text, and the row a field is shown in; choices are in `choices`.

Every field has ``answer`` and ``fill``, and sends `Edited` when its answer may have changed. What is put into a field
from outside is made harmless first, since the framework draws a field's value as it is.
"""

from __future__ import annotations

from typing import Protocol

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.forms import FieldType
from elmeld_tui.model.harmless import harmless
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.entry import Entry, on_one_line
from elmeld_tui.tui.widgets.folded_line import FoldedLine, Rows
from elmeld_tui.tui.widgets.lines import Line, Lines, Span, Tone, line
from elmeld_tui.tui.widgets.pasted import take, take_typed
from elmeld_tui.tui.widgets.typed import as_answer, as_written, has_shape, is_answer

LABEL_WIDTH = 24
"""Cells for the labels of a form; styles/composer.tcss has the same number."""


class Edited(Message):
    """The answer of a field has changed.

    Attributes:
        name: of the field.
        row: the row it stands in; known once the message has passed there.
    """

    def __init__(self, name: str, row: Widget | None = None) -> None:
        super().__init__()
        self.name = name
        self.row = row


class Field(Protocol):
    """What a form needs of a field."""

    @property
    def answer(self) -> str | list[str]:
        """What it says now; a list where the field repeats."""
        ...

    @property
    def unread(self) -> str:
        """What is wrong where what stands in it is no answer yet, to be said beside it; empty where nothing is."""
        ...

    def fill(self, answer: str | list[str]) -> None:
        """Let it say ``answer``."""
        ...


async def _edit_at_once(field: Input | TextArea, event: events.Key) -> None:
    """Do here and now what a key means in the field itself: moving, marking, deleting.

    The framework lets it rise to the application first, and a letter typed after it, which is not, could overtake it.
    """
    for binding in field._bindings.key_to_bindings.get(event.key, ()):  # noqa: SLF001 - no other way to ask
        if await field.app.run_action(binding.action, field):
            event.stop()
            return


class LineField(Entry):
    """One line."""

    class Entered(Message):
        """Enter was pressed."""

    def __init__(self, name: str, *, hint: str = "") -> None:
        super().__init__(name=name, hint=hint)

    @property
    def answer(self) -> str:
        """What is written."""
        return self.value.strip()

    @property
    def unread(self) -> str:
        """Nothing: whatever is written is the answer."""
        return ""

    def fill(self, answer: str | list[str]) -> None:
        """Write ``answer``."""
        self.value = on_one_line(answer if isinstance(answer, str) else ", ".join(answer))

    async def on_key(self, event: events.Key) -> None:
        """Keep editing keys in the order they were typed; in an empty line they mean what the line stands in says."""
        if self.value:
            await _edit_at_once(self, event)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(Edited(self.name or ""))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered())


class TypedField(LineField):
    """A date, a time or a number: typed as Norwegians do, answered as the form has it."""

    def __init__(self, name: str, kind: FieldType) -> None:
        super().__init__(name, hint=_shape(kind))
        self._kind = kind

    @property
    def answer(self) -> str:
        """What is written, as the form has it."""
        return as_answer(self._kind, self.value, clock.oslo_date(clock.now()))

    @property
    def unread(self) -> str:
        """How to write it, where it is written otherwise."""
        answer = self.answer
        if not answer or is_answer(self._kind, answer):
            return ""
        if has_shape(self._kind, answer):
            return t("{written} finnes ikke. Se etter om tallene er byttet om.", written=answer)
        return _how_to_write(self._kind)

    def fill(self, answer: str | list[str]) -> None:
        """Write ``answer`` as it is shown."""
        super().fill(as_written(self._kind, answer) if isinstance(answer, str) else answer)

    def on_blur(self) -> None:
        """Show how it was understood, or that it was not."""
        self.value = as_written(self._kind, self.answer)
        if self.value:
            self.post_message(Edited(self.name or ""))


def _how_to_write(kind: FieldType) -> str:
    if kind is FieldType.DATE:
        return t("Skriv datoen som DD.MM.ÅÅÅÅ.")
    return t("Skriv tidspunktet som DD.MM.ÅÅÅÅ tt:mm.") if kind is FieldType.TIME else t("Skriv et tall.")


def _shape(kind: FieldType) -> str:
    if kind is FieldType.DATE:
        return t("DD.MM.ÅÅÅÅ")
    return t("DD.MM.ÅÅÅÅ tt:mm") if kind is FieldType.TIME else ""


class _Written(TextArea):
    """Text on more lines than one; what of it is the answer, each field says."""

    unread = ""

    def __init__(self, name: str) -> None:
        # The cursor's line looks like any other, and as it may be a whole text it is not styled anew for each key.
        super().__init__(
            name=name, compact=True, soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False
        )
        self.cursor_blink = False
        self._rows = Rows()

    def get_line(self, line_index: int) -> FoldedLine:
        """Return a line, for the framework to draw the rows of it."""
        return FoldedLine(self.document.get_line(line_index), self._rows)

    def fill(self, answer: str | list[str]) -> None:
        """Write ``answer``."""
        self.text = harmless(answer if isinstance(answer, str) else "\n".join(answer))

    def on_paste(self, event: events.Paste) -> None:
        """Take what can be seen."""
        take(self, event, one_line=False)

    async def on_key(self, event: events.Key) -> None:
        """Keep editing keys in the order they were typed, and write every character that can be seen."""
        take_typed(self, event)
        await _edit_at_once(self, event)

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(Edited(self.name or ""))


class ManyLinesField(_Written):
    """Several answers, one a line."""

    @property
    def answer(self) -> list[str]:
        """The lines that say something."""
        return [row.strip() for row in self.text.splitlines() if row.strip()]


class TextField(_Written):
    """Running text."""

    @property
    def answer(self) -> str:
        """What is written."""
        return self.text.strip()


class FormRow(Vertical):
    """A question: its label, its field, and under it what is wrong or what helps.

    Attributes:
        asked: name of what is asked for.
        field: where it is answered.
    """

    def __init__(self, label: str, field: Widget, *, required: bool, help_text: str = "", asked: str = "") -> None:
        super().__init__()
        self.asked = asked
        self._label = label
        self._required = required
        self._help = help_text
        self._problem = ""
        self._said = ("", -1)
        self.field = field

    def compose(self) -> ComposeResult:
        """Label, field, remark."""
        rows: list[Line] = [line(row, Tone.MUTED) for row in wrap(self._label, LABEL_WIDTH - 3)]
        if self._required:
            rows[-1] = (*rows[-1], Span(" *", Tone.KEY))
        # Beside the field, whose height the row has; a label may be the taller.
        self.styles.min_height = len(rows)
        self.set_class(isinstance(self.field, TextArea), "-text")
        yield Lines(*rows, id="label")
        yield self.field
        yield Lines(id="remark")

    @on(Edited)
    def _note_row(self, event: Edited) -> None:
        event.row = event.row or self

    def remark(self, problem: str) -> None:
        """Say what is wrong with the answer, or, when nothing is, what helps."""
        said = (problem, self.size.width)
        if said == self._said:
            return
        self._problem, self._said = problem, said
        text, tone = (f"! {problem}", Tone.TROUBLE) if problem else (self._help, Tone.MUTED)
        room = max(1, self.size.width - LABEL_WIDTH - 1) if self.size.width else len(text)
        self.query_one("#remark", Lines).show(*(line(row, tone) for row in wrap(text, room) if text))

    def on_mount(self) -> None:
        """Begin with what helps."""
        self.remark("")

    def on_resize(self) -> None:
        """Fold the remark anew."""
        self.remark(self._problem)
