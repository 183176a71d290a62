"""Finding a patient: a line to type in, with the matches below it."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from elmeld_tui.i18n import t
from elmeld_tui.office.patient_post import find_patients
from elmeld_tui.store.reading import Reader
from elmeld_tui.store.rows import Patient
from elmeld_tui.tui.patient_rows import patient_line
from elmeld_tui.tui.widgets.entry import Entry
from elmeld_tui.tui.widgets.lines import Line, SidesLine, Span, Tone, line
from elmeld_tui.tui.widgets.window_list import WindowList

_MOST = 200


class PatientFinder(Vertical):
    """The search and what it found.

    Args:
        reader: of the store.
    """

    class Chosen(Message):
        """A patient was chosen."""

        def __init__(self, patient: Patient) -> None:
            super().__init__()
            self.patient = patient

    def __init__(self, reader: Reader, *, id: str | None = None) -> None:  # noqa: A002 - the framework's name
        super().__init__(id=id)
        self._reader = reader

    def compose(self) -> ComposeResult:
        """A title, the line, the list."""
        yield SidesLine(id="found")
        yield Entry(hint=t("navn, fødselsnummer eller fødselsdato"), id="words")
        yield WindowList(
            patient_line,
            identity=lambda patient: patient.id,
            empty=lambda: t("Ingen pasient passer. Prøv færre ord, eller fødselsdato som 01.02.1950."),
            id="patients",
        )

    @property
    def list(self) -> WindowList[Patient]:
        """Those who fit."""
        return self.query_one("#patients", WindowList)

    def begin(self) -> None:
        """Let keys go to the line, from the next one on."""
        self.screen.set_focus(self.query_one("#words", Input))

    def begin_anew(self) -> None:
        """Let keys go to the line; what is typed next is instead of what it says."""
        self.begin()
        self.query_one("#words", Input).select_all()

    def look(self, *, keep_cursor: bool = True) -> None:
        """Search for what the line says."""
        found = find_patients(self._reader, self.query_one("#words", Input).value, limit=_MOST + 1)
        self.list.show(found[:_MOST], keep_cursor=keep_cursor)
        number = t("de {n} første", n=_MOST) if len(found) > _MOST else str(len(found))
        told: Line = (Span(t(" Pasienter"), Tone.HEADING), Span(f" · {number}"))
        self.query_one("#found", SidesLine).tell(told, line(t("↓ til listen · enter åpner "), Tone.MUTED))

    @on(Input.Changed, "#words")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.look(keep_cursor=False)

    @on(Input.Submitted, "#words")
    def _entered(self, event: Input.Submitted) -> None:
        """Open the only one who fits; of several, go to the list."""
        event.stop()
        if len(self.list.rows) == 1:
            self.post_message(self.Chosen(self.list.rows[0]))
        else:
            self.list.focus()

    @on(WindowList.Opened, "#patients")
    def _opened(self, event: WindowList.Opened) -> None:
        event.stop()
        self.post_message(self.Chosen(event.row))

    def on_key(self, event: events.Key) -> None:
        """Go from the line down into the list, and up again, as the eye does."""
        in_line = self.query_one("#words", Input).has_focus
        if event.key == "down" and in_line:
            event.stop()
            self.list.focus()
        elif event.key == "up" and not in_line and self.list.cursor == 0:
            event.stop()
            self.begin()
