"""Meldingslogg: every message both ways, and for any of them all that is known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Vertical
from textual.widget import Widget

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.words import Concern
from elmeld_tui.store.reading import Filter, Row
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.layout import view_layout
from elmeld_tui.tui.message_rows import list_time, log_line, state_of, type_of
from elmeld_tui.tui.screens.listing import ListingScreen
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.timeline import timeline_layout
from elmeld_tui.tui.transport_pages import envelope_layout, parts_layout, signature_layout, xml_layout
from elmeld_tui.tui.widgets.bars import KeyBar
from elmeld_tui.tui.widgets.lines import Lines, SidesLine, Span, Tone, fitted
from elmeld_tui.tui.widgets.paper import Layout, Paper
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office

PANES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("timeline", lambda: t("Tidslinje")),
    ("document", lambda: t("Dokument")),
    ("xml", lambda: t("XML")),
    ("envelope", lambda: t("Konvolutt")),
    ("signature", lambda: t("Signatur")),
    ("parts", lambda: t("Deler")),
)
"""The ways to look at a message, in the order one usually asks."""

_LOOK_AHEAD = 5000
"""How many rows the search for the next trouble reads before it gives up."""


class LogScreen(ListingScreen):
    """The message log."""

    WHERE = Where.LOG
    DRAW = log_line
    BINDINGS = bindings(Where.LOG)
    CSS_PATH = resources.directory("styles") / "log.tcss"
    AUTO_FOCUS = "#messages"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._pane = 0
        self._wanted: Row | None = None

    def compose_body(self) -> Iterable[Widget]:
        """The list above, the message below."""
        with Vertical(id="list"):
            yield SidesLine(id="title")
            yield self.message_list()
        with Vertical(id="detail"):
            yield Lines((), (), id="panes")
            yield Paper(id="paper")

    @property
    def base(self) -> Filter:
        """Every message."""
        return Filter()

    @property
    def heading(self) -> str:
        """The place's own name."""
        return t("Meldingslogg")

    @property
    def search_hint(self) -> str:
        """What may be typed in the search line."""
        return t("navn, id eller tekst · status:avvist retning:ut type:henvisning etter:01.11")

    def show_message(self, row: Row) -> None:
        """Open ``row`` from elsewhere, as soon as this screen is up."""
        self._wanted = row

    def reload(self) -> None:
        """Read the list again, and what is open."""
        super().reload()
        self.show_keys()
        if self._opened is not None:
            self._reread_opened()
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.find(wanted)

    def look(self) -> None:
        """Follow the store; a message asked for from elsewhere is opened at once."""
        if self._wanted is not None:
            self._seen_version = -1
        super().look()

    def find(self, row: Row) -> None:
        """Put the cursor on ``row`` and open it."""
        self._words = ""
        self.show_list(keep_cursor=True)
        self.messages.move_to(self.session.reader.position(self.base, row.id))
        self._pane = 0
        self.open_message(row)

    @on(WindowList.Opened, "#messages")
    def _open(self, event: WindowList.Opened) -> None:
        event.stop()
        self.open_message(event.row)

    def open_message(self, row: Row) -> None:
        """Show ``row`` in the pane that was last used."""
        self.reading(row)
        self.show_pane(keep_place=False)

    def _reread_opened(self) -> None:
        """The open message may have come further: show its state and, where one looks at it, its timeline."""
        opened = self._opened
        newer = next((r for r in self._around_cursor() if opened is not None and r.id == opened.id), None)
        if newer is not None:
            self._opened = newer
        if PANES[self._pane][0] == "timeline":
            self.show_pane(keep_place=True)

    def _around_cursor(self) -> Iterable[Row]:
        current = self.messages.current
        return () if current is None else (current,)

    def show_pane(self, *, keep_place: bool) -> None:
        """Show the chosen pane of the open message."""
        row = self._opened
        if row is None:
            return
        self._show_tabs(row)
        reader, name = self.session.reader, PANES[self._pane][0]
        if name == "timeline":
            self.paper.show(
                timeline_layout(row, reader.events(row.id), reader.receivers(row.id)), keep_place=keep_place
            )
        else:
            self._show_from_office(row, name)

    def _show_tabs(self, row: Row) -> None:
        state = state_of(row)
        width = self.size.width
        known = (type_of(row), row.party, row.patient, list_time(row.at), f"{state.sign} {state.word}")
        title = " · ".join(part for part in known if part)
        tabs = [Span(" ")]
        for number, (_, label) in enumerate(PANES):
            tabs.append(
                Span(f" {label()} ", Tone.CHOSEN if number == self._pane else Tone.PLAIN, f"screen.pane({number})")
            )
        self.query_one("#panes", Lines).show((Span(f" {fitted(title, width - 2)}", Tone.HEADING),), tuple(tabs))

    @work(exclusive=True, group="pane")
    async def _show_from_office(self, row: Row, name: str) -> None:
        """Show what has to be parsed or verified first; that it was opened is in the audit trail, by whom."""
        try:
            layout = await self.session.at_office(lambda office: _office_page(office, row.id, name))
        except OfficeError as error:
            self.app.warn(str(error))
            return
        self.paper.show(layout)

    def action_pane(self, number: int) -> None:
        """Show pane ``number``, from 0."""
        self._pane = number % len(PANES)
        if self._opened is None and self.messages.current is not None:
            self.open_message(self.messages.current)
        else:
            self.show_pane(keep_place=False)

    def action_next_pane(self) -> None:
        """Show the pane to the right."""
        self.action_pane(self._pane + (self._opened is not None))

    def action_previous_pane(self) -> None:
        """Show the pane to the left."""
        self.action_pane(self._pane - (self._opened is not None))

    def action_next_trouble(self) -> None:
        """Move to the next message that needs someone; from the top again after the last."""
        rows, start = self.messages.rows, self.messages.cursor
        for step in range(1, min(len(rows), _LOOK_AHEAD) + 1):
            index = (start + step) % len(rows)
            if state_of(rows[index]).concern is Concern.TROUBLE:
                self.messages.move_to(index)
                return
        self.app.tell(t("Ingen meldinger i nærheten trenger noen."))

    def action_attachments(self) -> None:
        """Show what is attached to this message."""
        row = self.current
        if row is not None:
            self.app.show_attachments(row)

    def show_keys(self) -> None:
        """Hide the keys of what cannot be done now."""
        hidden = [] if self._opened or self._words else ["back"]
        if self._opened is None or not self._opened.attachments:
            hidden.append("attachments")
        self.query_one(KeyBar).hide(hidden)


def _office_page(office: Office, message_id: int, name: str) -> Layout:
    """Return the layout of a pane that the office must make."""
    from elmeld_tui.office.reading import document_source, inspect_message, open_message

    if name == "document":
        return view_layout(open_message(office, message_id).view)
    if name == "xml":
        return xml_layout(document_source(office, message_id))
    inspected = inspect_message(office, message_id)
    if name == "envelope":
        return envelope_layout(inspected)
    if name == "signature":
        return signature_layout(inspected)
    return parts_layout(office.reader.parts(message_id), inspected)
