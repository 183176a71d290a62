"""Pasient: find a patient, and see the journal and everything that was sent and received about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Container, Vertical
from textual.widget import Widget

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model.communication_types import CommunicationType
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.patient_post import ALL, UNANSWERED, Tab, tab_filter, tabs
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.patient_post import Waiting
from elmeld_tui.store.reading import Row
from elmeld_tui.store.rows import Patient
from elmeld_tui.tui.actions import Where, bindings, key_of
from elmeld_tui.tui.going import show_attachments, show_in_log
from elmeld_tui.tui.message_rows import can_reply
from elmeld_tui.tui.patient_rows import journal_line, patient_header, record_line, tab_line
from elmeld_tui.tui.screens import begin
from elmeld_tui.tui.screens.over_time import OverTimeScreen
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.bars import KeyBar
from elmeld_tui.tui.widgets.lines import Line, Lines, SidesLine, Span, Tone
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.patient_finder import PatientFinder
from elmeld_tui.tui.widgets.result_matrix import ResultMatrix
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.widgets.paper import Layout


class PatientsScreen(OverTimeScreen):
    """The place of the patients: a search, and then one of them."""

    WHERE = Where.PATIENT
    BINDINGS = bindings(Where.PATIENT)
    CSS_PATH = resources.styles("patients")
    AUTO_FOCUS = "#words"
    # Narrower than this, half the screen has no room for a line that says what a message is and what it waits for.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - typed by the framework

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._patient: Patient | None = None
        self._tabs: list[Tab] = []
        self._tab = ALL
        self._waits: dict[int, Waiting] = {}
        self._wanted: int | None = None

    def compose_body(self) -> Iterable[Widget]:
        """The search; and of the patient who is open the header and tabs above the list and the message."""
        yield PatientFinder(self.session.reader, id="finder")
        with Vertical(id="open"):
            yield SidesLine(id="who")
            yield Lines((), id="tabs")
            with Container(id="body"):
                with Vertical(id="list"):
                    yield SidesLine(id="title")
                    yield self.message_list()
                    yield WindowList(
                        journal_line,
                        identity=lambda event: event.message_id,
                        empty=lambda: t("Ingen hendelser i journalen."),
                        id="journal",
                    )
                yield SidesLine(id="closed")
                yield ResultMatrix(id="matrix")
                yield Paper(id="paper")

    def line_of(self, row: Row, width: int) -> Line:
        """Return a message as the patient's post lists it."""
        return record_line(row, width, self._waits, self.session.clock())

    @property
    def patient_id(self) -> int | None:
        """Whose post is open; what is written from here is about them."""
        return self._patient.id if self._patient is not None else None

    @property
    def base(self) -> Filter:
        """What lies in the chosen tab."""
        assert self._patient is not None
        return tab_filter(self._patient.id, ALL if self._tab == UNANSWERED else self._tab)

    @property
    def heading(self) -> str:
        """The tab, or the journal."""
        if self.has_class("-journal"):
            return t("Hendelser i journalen")
        return next((tab.label for tab in self._tabs if tab.name == self._tab), "")

    @property
    def search_hint(self) -> str:
        """What may be typed to narrow the post."""
        return t("navn, id eller tekst · fra: til: pasient: type: etter: ulest")

    @property
    def _journal(self) -> WindowList[object]:
        return self.query_one("#journal", WindowList)

    @property
    def _finder(self) -> PatientFinder:
        return self.query_one(PatientFinder)

    @property
    def _where_one_is(self) -> Widget:
        """What keys go to when nothing is being read."""
        if self.has_class("-matrix"):
            return self.matrix
        return self._journal if self.has_class("-journal") else self.messages

    def show_patient(self, patient_id: int) -> None:
        """Open a patient from elsewhere, as soon as this screen is up."""
        self._wanted = patient_id

    def look(self) -> None:
        """Follow the store; a patient asked for from elsewhere is opened at once."""
        super().look()
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.open_patient(wanted)

    def reload(self) -> None:
        """Read the search again, or the patient's post."""
        self._finder.look()
        patient = self._patient
        if patient is not None:
            reader = self.session.reader
            self._tabs = tabs(reader, patient.id)
            self._waits = {row.id: waiting for row, waiting in reader.unanswered(patient.id)}
            self._journal.show(reader.journal(patient.id))
            self._show_header()
            super().reload()
            self.follow_reports()
        self.show_keys()

    def on_resize(self) -> None:
        """Choose the tabs there is room for."""
        self._show_header()

    def _show_header(self) -> None:
        if self._patient is not None:
            self.query_one("#who", SidesLine).tell(*patient_header(self._patient, self.session.clock()))
            chosen = "" if self.has_class("-journal") else self._tab
            self.query_one("#tabs", Lines).show(tab_line(self._tabs, chosen, self.size.width))

    def show_list(self, *, keep_cursor: bool) -> None:
        """Show the tab; what waits for an answer is a list of its own."""
        if self._tab != UNANSWERED or self._words:
            super().show_list(keep_cursor=keep_cursor)
            return
        assert self._patient is not None
        rows = [row for row, _ in self.session.reader.unanswered(self._patient.id)]
        self.messages.show(rows, keep_cursor=keep_cursor)
        self.show_title()

    def show_title(self) -> None:
        """Say which list this is."""
        if self.has_class("-journal"):
            number: Line = (Span(f" {self.heading}", Tone.HEADING), Span(f" · {len(self._journal.rows)}"))
            self.query_one("#title", SidesLine).tell(number)
        else:
            super().show_title()

    @on(PatientFinder.Chosen)
    def _chosen_patient(self, event: PatientFinder.Chosen) -> None:
        event.stop()
        self.open_patient(event.patient.id)

    @work(exclusive=True, group="patient")
    async def open_patient(self, patient_id: int) -> None:
        """Open a patient's post; that it was opened is in the audit trail, by whom."""
        try:
            patient = await self.session.at_office(lambda office: _open_patient(office, patient_id))
        except OfficeError as error:
            self.app.warn(str(error))
            return
        self._close_everything()
        self._patient, self._tab = patient, ALL
        self.forget_reports()
        self.add_class("-open")
        self._tabs = tabs(self.session.reader, patient.id)
        self.show_list(keep_cursor=False)
        self.reload()
        self.messages.focus()

    def _close_everything(self) -> None:
        self._opened, self._words, self._searching = None, "", False
        self.query("#query").remove()
        self.remove_class("-reading", "-zoomed", "-matrix", "-journal")

    def action_tab(self, name: str) -> None:
        """Show the tab ``name`` of the post."""
        if self._patient is None:
            self._nobody_yet()
            return
        self._close_everything()
        self._tab = name
        self._show_header()
        self.show_list(keep_cursor=False)
        self.messages.focus()
        self.show_keys()

    def action_next_tab(self, step: int = 1) -> None:
        """Show the tab to the right; in the search, go to what it found."""
        if self._patient is None:
            self.focus_next()
            return
        names = [tab.name for tab in self._tabs]
        at = names.index(self._tab) if self._tab in names else 0
        self.action_tab(names[(at + step) % len(names)])

    def action_previous_tab(self) -> None:
        """Show the tab to the left."""
        self.action_next_tab(-1)

    def action_unanswered(self) -> None:
        """Show what waits for an answer."""
        self.action_tab(UNANSWERED)

    def action_section(self) -> None:
        """Change between the journal and the post."""
        if self._patient is None:
            self._nobody_yet()
            return
        journal = not self.has_class("-journal")
        self._close_everything()
        self.set_class(journal, "-journal")
        self._show_header()
        self.show_list(keep_cursor=True)
        self._where_one_is.focus()
        self.show_keys()

    async def action_search(self) -> None:
        """Search among the patients, or in the post of the one who is open."""
        if self._patient is None:
            self._finder.begin()
        elif self._shows_post():
            await super().action_search()

    def action_filter(self) -> None:
        """Choose filters for the post of the patient who is open."""
        if self._patient is None:
            self._nobody_yet()
        elif self._shows_post():
            super().action_filter()

    def _shows_post(self) -> bool:
        """Return whether the list of the post is shown; where it is not, say that it alone is searched."""
        shows = not self.has_class("-matrix") and not self.has_class("-journal")
        if not shows:
            self.app.not_here(t("Bare listen over meldinger kan søkes i. Trykk esc først."))
        return shows

    def _nobody_yet(self) -> None:
        self.app.not_here(t("Finn en pasient først."))

    def action_matrix(self) -> None:
        """Show the results over time, or the list again."""
        if self._patient is None:
            self._nobody_yet()
            return
        if self.has_class("-matrix"):
            self.action_tab(CommunicationType.LAB_RESULT)
            return
        self._close_everything()
        self._tab = CommunicationType.LAB_RESULT
        self.add_class("-matrix")
        self._show_header()
        self.show_list(keep_cursor=False)
        self.matrix.focus()
        self.follow_reports()
        self.show_keys()

    @on(WindowList.Opened, "#messages")
    def _open(self, event: WindowList.Opened) -> None:
        event.stop()
        self.open_message(event.row)

    @on(WindowList.Opened, "#journal")
    def _open_event(self, event: WindowList.Opened) -> None:
        event.stop()
        number = event.row.message_id
        row = next(iter(self.session.reader.messages([number])), None)
        if row is not None:
            self.open_message(row)

    @work(exclusive=True, group="open")
    async def open_message(self, row: Row) -> None:
        """Show a message in full; that it was opened is in the audit trail, by whom."""
        patient_id = self.patient_id
        try:
            layout = await self.session.at_office(lambda office: _open_layout(office, row.id))
        except OfficeError as error:
            self.app.warn(str(error))
            return
        if self.patient_id != patient_id:
            # Another patient has been opened meanwhile.
            return
        self.paper.show(layout)
        self.reading(row)
        self.look()

    def close_message(self) -> None:
        """Give the list its room back."""
        super().close_message()
        self._where_one_is.focus()

    def action_back(self) -> None:
        """Close what was opened last: search line, message, table, search, and at last the patient."""
        if self._searching or self._opened is not None:
            super().action_back()
        elif self.has_class("-reading"):
            self.close_message()
        elif self.has_class("-matrix"):
            self.action_tab(self._tab)
        elif self.has_class("-journal"):
            self.action_section()
        elif self._words:
            super().action_back()
        elif self._patient is not None:
            self._patient = None
            self.remove_class("-open")
            self._finder.begin_anew()
            self.show_keys()

    @property
    def current(self) -> Row | None:
        """What an action is about; neither an analysis nor an event of the journal is a message."""
        if self._opened is None and (
            self._patient is None or self.has_class("-matrix") or self.has_class("-journal")
        ):
            return None
        return super().current

    def action_reply(self) -> None:
        """Answer the message in the form that fits it."""
        if (row := self.chosen_message()) is None:
            return
        if can_reply(row):
            self.app.write(begin.reply(row.id))
        else:
            key = key_of("everywhere.new_message")
            self.app.not_here(
                t("Denne meldingen har ikke noe svarskjema. Skriv en ny melding med {key}.", key=key)
            )

    def action_attachments(self) -> None:
        """Show what is attached to this message."""
        if (row := self.chosen_message()) is not None:
            show_attachments(self.app, row)

    def action_zoom(self) -> None:
        """Give what is read the whole screen below the header, or back."""
        if self.has_class("-reading"):
            self.toggle_class("-zoomed")
        else:
            self.app.not_here(t("Ingen melding er åpen."))

    def action_in_log(self) -> None:
        """Show this message in the message log."""
        if (row := self.chosen_message()) is not None:
            show_in_log(self.app, row)

    def show_keys(self) -> None:
        """Show the keys of what can be done here."""
        if self._patient is None:
            hidden = ["search", "filter", "back", "next_tab", "matrix", "section", "reply", "attachments"]
        else:
            hidden = [] if self._opened is not None and self._opened.attachments else ["attachments"]
            if self._opened is None or not can_reply(self._opened):
                hidden.append("reply")
            if not any(tab.name == CommunicationType.LAB_RESULT for tab in self._tabs):
                hidden.append("matrix")
            if self.has_class("-matrix"):
                hidden += ["search", "filter", "matrix"]
            if self.has_class("-journal"):
                hidden += ["search", "filter", "section"]
        self.query_one(KeyBar).hide(hidden)


# What runs on the office's thread imports there, where the screen does not wait for it.


def _open_patient(office: Office, patient_id: int) -> Patient:
    from elmeld_tui.office.patient_post import open_patient

    return open_patient(office, patient_id)


def _open_layout(office: Office, message_id: int) -> Layout:
    from elmeld_tui.office.reading import open_message
    from elmeld_tui.tui.layout import view_layout

    return view_layout(open_message(office, message_id).view)
