"""Taking in a patient that is not known here yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.rows import Patient
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.fields import FormRow, LineField
from elmeld_tui.tui.widgets.lines import Lines, Tone, line

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp


class PatientScreen(ModalScreen[Patient | None]):
    """Asks for number and name; is dismissed with the patient, or None.

    Args:
        session: where the patient is taken in.
        words: what was searched for: a number, or a name.
    """

    WHERE = Where.DIALOG
    BINDINGS = bindings(Where.DIALOG)
    CSS_PATH = resources.styles("form", "patient")
    if TYPE_CHECKING:
        app = getters.app(ElmeldApp)

    def __init__(self, session: Session, words: str) -> None:
        super().__init__()
        self.session = session
        number = words.replace(" ", "")
        self._number = number if number.isdigit() else ""
        self._given, _, self._family = ("", "", "") if self._number else words.title().rpartition(" ")

    def compose(self) -> ComposeResult:
        """A box with three fields."""
        with Vertical(id="box"):
            yield Lines(line(t("Ny pasient"), Tone.HEADING))
            yield FormRow(t("Fødselsnummer"), LineField("number", hint=t("elleve siffer")), required=True)
            yield FormRow(t("Fornavn"), LineField("given"), required=True)
            yield FormRow(t("Etternavn"), LineField("family"), required=True)
            yield Lines(id="problem")
            yield Lines(line(t("enter lagrer · esc lukker"), Tone.MUTED))

    def on_mount(self) -> None:
        """Fill in what is known from the search."""
        known = (self._number, self._given, self._family)
        for field, text in zip(self.query(LineField), known, strict=True):
            field.fill(text)
        next((field for field in self.query(LineField) if not field.answer), self.query(LineField).last()).focus()

    @on(LineField.Entered)
    def _entered(self, event: LineField.Entered) -> None:
        """Go on to the next empty field; from the last, take the patient in."""
        event.stop()
        empty = next((field for field in self.query(LineField) if not field.answer), None)
        if empty is not None:
            empty.focus()
        else:
            self._register()

    @work(exclusive=True, group="register")
    async def _register(self) -> None:
        from elmeld_tui.office.patients import register_patient

        number, given, family = (field.answer for field in self.query(LineField))
        try:
            patient = await self.session.at_office(lambda office: register_patient(office, number, given, family))
        except OfficeError as error:
            problem = self.query_one("#problem", Lines)
            room = problem.container_size.width
            problem.show(*(line(row, Tone.TROUBLE) for row in wrap(f"! {error}", room)))
            return
        self.dismiss(patient)

    def action_close(self) -> None:
        """Leave without a patient."""
        self.dismiss(None)
