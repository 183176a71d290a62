"""Meldingslogg: every message in both directions, and all that is known about each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic

from textual import on, work
from textual.containers import Vertical
from textual.widget import Widget

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.office.attention import Counter, counted_filter, counters, next_in_need
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.possible import Deed, asks, why_not
from elmeld_tui.office.words import state_of
from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.reading import Filter, Row
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.going import show_attachments
from elmeld_tui.tui.message_rows import counter_line, log_line, type_of
from elmeld_tui.tui.permission import refuse
from elmeld_tui.tui.screens import acts
from elmeld_tui.tui.screens.bundling import save_bundle
from elmeld_tui.tui.screens.log_pages import page
from elmeld_tui.tui.screens.reading import ReadingScreen
from elmeld_tui.tui.screens.seeing_to import decide
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.typed_ahead import OPENS
from elmeld_tui.tui.widgets.bars import KeyBar
from elmeld_tui.tui.widgets.copying import CopyWanted
from elmeld_tui.tui.widgets.lines import Line, Lines, SidesLine, Span, Tone
from elmeld_tui.tui.widgets.window_list import WindowList

_DEEDS = (
    Deed.AGAIN,
    Deed.RECREATE,
    Deed.MARK_HANDLED,
    Deed.UNDO_HANDLED,
    Deed.DECIDE,
    Deed.ATTACHMENTS,
)
"""Whose keys come and go with what is open."""

_COUNT_EVERY = 3.0
"""Seconds at least between two counts of a log that something comes into all the time."""


class LogScreen(ReadingScreen):
    """The message log."""

    WHERE = Where.LOG
    BINDINGS = bindings(Where.LOG)
    CSS_PATH = resources.styles("log")
    AUTO_FOCUS = "#messages"
    GOES_ON = True
    PANES = (
        ("timeline", lambda: t("Tidslinje")),
        ("document", lambda: t("Dokument")),
        ("xml", lambda: t("XML")),
        ("envelope", lambda: t("Konvolutt")),
        ("signature", lambda: t("Signatur")),
        ("parts", lambda: t("Deler")),
        ("report", lambda: t("Kontroll")),
        ("thread", lambda: t("Tråd")),
    )
    """In the order one usually asks."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._wanted: Row | None = None
        self._went_on = False
        self._raw = False
        self._follows = False
        self._sorts: Sequence[tuple[Counter, int]] = ()
        self._sorts_version = -1
        self._sorts_due = 0.0

    def line_of(self, row: Row, width: int) -> Line:
        """Return a message as the log lists it."""
        return log_line(row, width)

    def compose_body(self) -> Iterable[Widget]:
        """The list above, the message below."""
        with Vertical(id="list"):
            yield SidesLine(id="title")
            yield Lines((), id="counters")
            yield self.message_list()
        yield from self.open_parts()

    def open_parts(self) -> Iterable[Widget]:
        """Make the room for the open message: what it is, its panes, and what the chosen one shows."""
        with Vertical(id="open"):
            yield SidesLine(id="about")
            yield from self.pane_parts()

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
        if not self._went_on:
            self._went_on = True
            self.go_on()
        super().reload()
        if self._follows:
            self.messages.move_to(0)
        self.show_keys()
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.find(wanted)

    def look(self) -> None:
        """Follow the store; a message asked for from elsewhere is opened at once."""
        if self._wanted is not None:
            self._seen_version = -1
        super().look()
        if self._sorts_version != self._seen_version and self.is_current and monotonic() >= self._sorts_due:
            self._count_sorts()

    def find(self, row: Row) -> None:
        """Put the cursor on ``row`` and open it."""
        self._words = ""
        self.show_list(keep_cursor=True)
        self.messages.move_to(self.place_of(row))
        self._pane = 0
        self.open_message(row)

    def open_message(self, row: Row) -> None:
        """Show ``row`` in the pane that was last used."""
        self.reading(row)
        self.show_pane(keep_place=False)

    def show_tabs(self, row: Row) -> None:
        """Say which message is open, and which panes there are."""
        super().show_tabs(row)
        state = state_of(row)
        known = (
            f"{state.sign} {state.word}",
            type_of(row),
            row.patient,
            row.party,
            clock.short(clock.from_text(row.at)),
        )
        title = " · ".join(part for part in known if part)
        number = t("nr. {number} ", number=row.id)
        self.query_one("#about", SidesLine).tell(
            (Span(f" {title}", Tone.HEADING),), (Span(f" {number}", Tone.MUTED),)
        )

    def conversation(self, row: Row) -> Sequence[Row]:
        """Return the whole conversation with its receipts: also what only a machine has answered tells of a fault."""
        return self.session.reader.thread(row.id, receipts=True)

    def show_page(self, row: Row, *, keep_place: bool) -> None:
        """Show what has to be parsed or verified first."""
        self._show_from_office(row, self.pane, keep_place=keep_place)

    @work(exclusive=True, group="pane")
    async def _show_from_office(self, row: Row, name: str, *, keep_place: bool) -> None:
        """Have the office make a page; that it was opened is in the audit trail, by whom."""
        raw = self._raw
        try:
            layout = await self.session.at_office(lambda office: page(office, row.id, name, raw=raw))
        except OfficeError as error:
            self.app.warn(str(error))
            return
        if self._opened is not None and (self._opened.id, self.pane) == (row.id, name):
            self.paper.show(layout, keep_place=keep_place)

    def action_pane(self, number: int) -> None:
        """Show pane ``number``, from 0; of the message under the cursor where none is open."""
        if self._opened is None and self.messages.current is not None:
            self._pane = number % len(self.PANES)
            self.open_message(self.messages.current)
        else:
            super().action_pane(number)

    def action_next_pane(self) -> None:
        """Show the pane to the right."""
        self.action_pane(self._pane + (self._opened is not None))

    def action_previous_pane(self) -> None:
        """Show the pane to the left."""
        self.action_pane(self._pane - (self._opened is not None))

    def action_toggle_xml(self) -> None:
        """Show the XML; where it is shown, change between an element a line and what was kept, byte for byte."""
        if self._opened is not None and self.pane == "xml":
            self._raw = not self._raw
            bytewise, indented = t("XML, byte for byte"), t("XML, ett element på hver linje")
            self.app.tell(bytewise if self._raw else indented)
        self.action_pane(next(number for number, (name, _) in enumerate(self.PANES) if name == "xml"))

    def action_next_trouble(self) -> None:
        """Go to the next message that calls for somebody; from the top again after the last."""
        self._to_trouble(newer=False)

    def action_previous_trouble(self) -> None:
        """Go to the one before it that calls for somebody; from the bottom again after the first."""
        self._to_trouble(newer=True)

    def _to_trouble(self, *, newer: bool) -> None:
        here, reader = self.messages.current, self.session.reader
        found = next_in_need(reader, self.chosen, here.id, newer=newer) if here is not None else None
        if found is None:
            self.app.tell(t("Ingen andre meldinger her trenger noen."))
        else:
            self.go_to(self.place_of(found), "")

    def action_counter(self, number: int) -> None:
        """Show exactly the messages that counter ``number``, from 1, counts."""
        self.close_message()
        self._search_for(counters()[number - 1].words)
        self.messages.move_to(0)

    def action_follow(self) -> None:
        """Let the cursor stay on the newest message as they come, or stop."""
        self._follow(on=not self._follows)
        if self._follows:
            self.messages.move_to(0)
            self.app.tell(t("Følger: markøren står på den nyeste meldingen til du flytter den."))
        else:
            self.app.tell(t("Følger ikke lenger."))

    def _follow(self, *, on: bool) -> None:
        self._follows = on
        self.show_title()

    @on(WindowList.Moved, "#messages")
    def _stop_following(self) -> None:
        if self._follows and self.messages.cursor:
            self._follow(on=False)

    @property
    def title_note(self) -> str:
        """Whether the newest message is followed, or how many have come above."""
        return t(" · følger") if self._follows else super().title_note

    @work(exclusive=True, group="sorts")
    async def _count_sorts(self) -> None:
        """Count beside the screen: of a million messages it takes some milliseconds, and nobody waits for them."""
        self._sorts_version, self._sorts_due = self._seen_version, monotonic() + _COUNT_EVERY
        try:
            self._sorts = [(one, await self.session.counter.count(counted_filter(one))) for one in counters()]
        except StoreError:
            # The bar on top says that the store does not answer.
            self._sorts_version = -1
        if self.is_attached:
            self._show_counters()

    def on_resize(self) -> None:
        """Choose anew which counters there is room for."""
        self._show_counters()

    def _show_counters(self) -> None:
        # None where the screen is on its way out.
        for line in self.query("#counters").results(Lines):
            line.show(counter_line(self._sorts, self.size.width))

    def action_copy_id(self) -> None:
        """Copy the id that the other side knows the message by."""
        row = self.chosen_message()
        message = self.session.reader.message(row.id) if row is not None else None
        if message is not None:
            self.post_message(CopyWanted(message.msg_id))

    @work(name=OPENS, exclusive=True, group="ask")
    async def action_bundle(self) -> None:
        """Gather what is known of the message in a file, for whoever finds out what is wrong."""
        if (row := self._may(Deed.BUNDLE)) is not None:
            await save_bundle(self.app, row)

    def _may(self, deed: Deed) -> Row | None:
        """Return the message a deed is to be done with; None, and why is said, where it cannot be."""
        row = self.chosen_message()
        if row is not None and (reason := self._why_not(deed, row)):
            refuse(self.app, reason, asks(deed), row.id)
            return None
        return row

    def _why_not(self, deed: Deed, row: Row) -> str:
        reader = self.session.reader
        return why_not(reader, reader.people.actor(self.session.user.name), deed, row.id)

    @work(name=OPENS, exclusive=True, group="again")
    async def action_again(self) -> None:
        """Have it tried now, or sent again in a new envelope."""
        if (row := self._may(Deed.AGAIN)) is not None and await acts.again(self.app, row):
            self._done()

    @work(name=OPENS, exclusive=True, group="recreate")
    async def action_recreate(self) -> None:
        """Explain what went wrong, and make a new message of it."""
        if (row := self._may(Deed.RECREATE)) is not None:
            await acts.recreate(self.app, row)

    @work(name=OPENS, exclusive=True, group="ask")
    async def action_mark_handled(self) -> None:
        """Say that it has been dealt with otherwise."""
        if (row := self._may(Deed.MARK_HANDLED)) is not None and await acts.mark_handled(self.app, row):
            self._done()

    @work(exclusive=True, group="handled")
    async def action_undo_handled(self) -> None:
        """Take back that it has been dealt with."""
        if (row := self._may(Deed.UNDO_HANDLED)) is not None and await acts.undo_handled(self.app, row):
            self._done()

    @work(name=OPENS, exclusive=True, group="ask")
    async def action_decide(self) -> None:
        """Take in or refuse what waits for somebody to decide."""
        if (row := self._may(Deed.DECIDE)) is not None and await decide(self.app, row):
            self._done()

    def action_statistics(self) -> None:
        """Show the log in numbers."""
        from elmeld_tui.tui.screens.statistics import StatisticsScreen

        self.app.push_screen(StatisticsScreen(self.session))

    def _done(self) -> None:
        """Show at once what has come of an act, in the counters too."""
        self._sorts_due = 0.0
        self.look()

    def action_attachments(self) -> None:
        """Show what is attached to this message."""
        if (row := self._may(Deed.ATTACHMENTS)) is not None:
            show_attachments(self.app, row)

    def show_keys(self) -> None:
        """Show the keys of what can be done with the open message, so that no move in the list repaints them."""
        hidden = [] if self._opened or self._words else ["back"]
        opened, reader = self._opened, self.session.reader
        if opened is None:
            hidden += map(str, _DEEDS)
        else:
            actor = reader.people.actor(self.session.user.name)
            deeds = (*_DEEDS, Deed.BUNDLE)
            hidden += [str(deed) for deed in deeds if why_not(reader, actor, deed, opened.id)]
            hidden.append("statistics")
        self.query_one(KeyBar).hide(hidden)
