"""A small form in a box: a few fields, saved by one call to the office, with any error shown in the box."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.choices import ChoiceField
from elmeld_tui.tui.widgets.fields import Edited, Field, FormRow, LineField, ManyLinesField
from elmeld_tui.tui.widgets.lines import Lines, Tone, line

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp

Kept = TypeVar("Kept")
Said = Mapping[str, str | list[str]]
"""What the fields say, by their names; a list where a field has several lines."""

_SAVES = frozenset({"ctrl+s", "f9"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One field.

    Attributes:
        name: of the field.
        label: what is asked for, in the user's language.
        value: what it says to begin with.
        hint: a few words where nothing is written yet.
        help: a sentence under it.
        required: whether it is marked as required.
        choices: those there are, where it is one of a few.
        many: whether it takes several answers, one a line.
        secret: whether what is written is hidden.
        check: says what is wrong with what is written on the line; it is told beside it when the line is left.
    """

    name: str
    label: str
    value: str | Sequence[str] = ""
    hint: str = ""
    help: str = ""
    required: bool = False
    choices: tuple[CodedValue, ...] = ()
    many: bool = False
    secret: bool = False
    check: Callable[[str], str] = lambda _written: ""

    def field(self) -> Widget:
        """Make the widget it is answered in."""
        if self.choices:
            return ChoiceField(self.name, self.choices, title=self.label)
        if self.many:
            return ManyLinesField(self.name)
        field = LineField(self.name, hint=self.hint)
        field.password = self.secret
        return field


class SmallForm(ModalScreen[Kept | None]):
    """Asks; is dismissed with what `keep` returned, or None where it was left.

    Args:
        session: where it is kept.
        title: what is asked for.
        asked: the fields.
        keep: does it; raises `OfficeError` with what is wrong.
    """

    WHERE = Where.DIALOG
    BINDINGS = bindings(Where.DIALOG)
    CSS_PATH = resources.styles("form", "small_form")
    if TYPE_CHECKING:
        app = getters.app(ElmeldApp)

    def __init__(
        self, session: Session, title: str, asked: Sequence[Asked], keep: Callable[[Office, Said], Kept]
    ) -> None:
        super().__init__()
        self.session = session
        self._question, self._asked, self._keep = title, asked, keep

    def compose(self) -> ComposeResult:
        """A box with the fields."""
        with VerticalScroll(id="box", can_focus=False):
            yield Lines(line(self._question, Tone.HEADING))
            for one in self._asked:
                yield FormRow(one.label, one.field(), required=one.required, help_text=one.help, asked=one.name)
            yield Lines(id="problem")
            yield Lines(line(t("ctrl+s lagrer · esc lukker uten å lagre"), Tone.MUTED))

    def on_mount(self) -> None:
        """Say what it is now, and begin where something is missing."""
        for one, row in zip(self._asked, self._rows, strict=True):
            self._field(row).fill(one.value if isinstance(one.value, str) else list(one.value))
        missing = (row for one, row in zip(self._asked, self._rows, strict=True) if one.required and not one.value)
        next(missing, self._rows[0]).field.focus()

    @property
    def _rows(self) -> list[FormRow]:
        return list(self.query(FormRow))

    @staticmethod
    def _field(row: FormRow) -> Field:
        # Every widget that `Asked` makes is one.
        return cast("Field", row.field)

    @on(Edited)
    def _edited(self, event: Edited) -> None:
        event.stop()
        if event.row is not None and not event.row.has_focus_within:
            self._check_left()
        elif isinstance(event.row, FormRow):
            # Nobody is told that something is wrong before it is written to its end.
            event.row.remark("")

    def on_descendant_blur(self) -> None:
        """Look at what was written on the line that was left."""
        self._check_left()

    def _check_left(self) -> None:
        for row in self._rows:
            if not row.has_focus_within and self._field(row).answer:
                row.remark(self._problem(row))

    def _problem(self, row: FormRow) -> str:
        answer = self._field(row).answer
        check = next(one.check for one in self._asked if one.name == row.asked)
        return check(answer) if isinstance(answer, str) else ""

    @on(LineField.Entered)
    def _entered(self, event: LineField.Entered) -> None:
        event.stop()
        self._go_on()

    def _go_on(self) -> None:
        """Go on to the next field; from the last, keep what is written."""
        rows = self._rows
        here = next((number for number, row in enumerate(rows) if row.field.has_focus), len(rows) - 1)
        if here + 1 < len(rows):
            rows[here + 1].field.focus()
        else:
            self._save()

    def on_key(self, event: events.Key) -> None:
        """Keep what is written, or go on from a field that has no use for enter itself."""
        if event.key in _SAVES:
            event.stop()
            self._save()
        elif event.key == "enter":
            event.stop()
            self._go_on()

    @work(exclusive=True, group="keep")
    async def _save(self) -> None:
        for row in self._rows:
            row.remark(self._problem(row))
            if self._problem(row):
                row.field.focus()
                return
        said: Said = {row.asked: self._field(row).answer for row in self._rows}
        try:
            kept = await self.session.at_office(lambda office: self._keep(office, said))
        except OfficeError as error:
            problem = self.query_one("#problem", Lines)
            room = problem.container_size.width
            problem.show(*(line(row, Tone.TROUBLE) for row in wrap(f"! {error}", room)))
            problem.scroll_visible(animate=False)
            return
        self.dismiss(kept)

    def action_close(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)
