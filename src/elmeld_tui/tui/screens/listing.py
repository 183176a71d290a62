"""What Post and Meldingslogg share: a list of messages, a search line, and room for the open message."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.containers import Vertical

from elmeld_tui.i18n import t
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.reading import Filter, Row
from elmeld_tui.tui.actions import key_of
from elmeld_tui.tui.filter_chips import chips
from elmeld_tui.tui.going import show_patient_of
from elmeld_tui.tui.paged import PAGE, PagedRows
from elmeld_tui.tui.screens.beside import BesideScreen
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.typed_ahead import OPENS
from elmeld_tui.tui.widgets.lines import Line, SidesLine, Span, Tone, line_width, shortened
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.widgets.search_line import SearchLine

_ROOM_TO_COMPLAIN = 40
"""Cells from which the beginning of a complaint says something."""


class ListingScreen(BesideScreen[Row]):
    """A place with a list of messages."""

    LIST = "#messages"
    GOES_ON: ClassVar[bool] = False
    """Whether the list opens narrowed as it was left. An inbox does not: what came meanwhile must be seen."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._words = ""
        self._problem = ""
        self._searching = False
        self._new_above = 0

    @property
    def base(self) -> Filter:
        """What the list shows when nothing is searched for."""
        raise NotImplementedError

    @property
    def chosen(self) -> Filter:
        """What the list shows now."""
        rows = self.messages.rows
        return rows.chosen if isinstance(rows, PagedRows) else self.base

    @property
    def heading(self) -> str:
        """What the list is called."""
        raise NotImplementedError

    @property
    def messages(self) -> WindowList[Row]:
        """The list."""
        return self.listed

    def message_list(self) -> WindowList[Row]:
        """Make the list."""
        return WindowList(
            self.line_of,
            identity=lambda row: row.id,
            empty=self.nothing,
            id="messages",
        )

    def line_of(self, row: Row, width: int) -> Line:
        """Return a message as this list shows it."""
        raise NotImplementedError

    def nothing(self) -> str:
        """What an empty list says, and what one can do then."""
        rows = self.messages.rows
        if isinstance(rows, PagedRows) and rows.searching:
            return t("Leter videre …")
        return t("Ingen treff. Trykk esc for å vise alle.") if self._words else t("Ingen meldinger her.")

    def reload(self) -> None:
        """Read the list again; the cursor stays on its message."""
        self.show_list(keep_cursor=True)

    def show_list(self, *, keep_cursor: bool) -> None:
        """Show what the search line and the place choose."""
        chosen = self._searched() if self._words else self.base
        above, shown = self.messages.above, self.messages.rows
        expected = len(shown) if isinstance(shown, PagedRows) and shown.chosen == chosen else 0
        for group in ("seek", "count"):
            self.workers.cancel_group(self, group)
        rows = PagedRows(self.session.reader, chosen, expected, self._seek)
        if not (rows.searching and expected):
            # What was found a moment ago stands until it has been found again.
            self.messages.show(rows, keep_cursor=keep_cursor)
        self._new_above = max(0, self._new_above + self.messages.above - above) if keep_cursor else 0
        self._forget_seen()
        self.show_title()
        if rows.total is None and not rows.searching:
            self._count(rows)

    def _seek(self, rows: PagedRows, number: int) -> None:
        """Have a page found that takes long; another list that is shown meanwhile has the search given up."""
        self.workers.cancel_group(self, "seek")
        self._find_page(rows, number)

    @work(group="seek")
    async def _find_page(self, rows: PagedRows, number: int) -> None:
        try:
            found = await self.session.counter.page(rows.chosen, number, PAGE, rows.total)
        except StoreError:
            # The place says so at its next look, and reads again when the store is back.
            return
        if not self.is_attached:
            return
        was_first = rows.searching
        rows.found(number, found)
        self.messages.show(rows, keep_cursor=True)
        self.show_title()
        if was_first and rows.total is None:
            self._count(rows)

    @work(group="count")
    async def _count(self, rows: PagedRows) -> None:
        """Find out how many there are; a list that is shown meanwhile has it given up, and so has who leaves."""
        try:
            rows.counted(await self.session.counter.count(rows.chosen))
        except StoreError:
            # The place says so at its next look, and reads again when the store is back.
            return
        if self.is_attached:
            self.messages.count_again()
            self.show_title()

    def place_of(self, row: Row) -> int:
        """Return where in the list a message is that belongs there; further down, maybe, than has been counted yet."""
        rows = self.messages.rows
        total = rows.total if isinstance(rows, PagedRows) else None
        index = self.session.reader.position(self.chosen, row.id, total)
        if isinstance(rows, PagedRows):
            rows.reach(index)
            self.messages.count_again()
        return index

    def _forget_seen(self) -> None:
        """What has come above the list's first line is new until one has been there."""
        self._new_above = min(self._new_above, self.messages.above)

    @on(WindowList.Moved, "#messages")
    def _look_above(self) -> None:
        before = self._new_above
        self._forget_seen()
        if self._new_above != before:
            self.show_title()

    def _read(self, words: str) -> Filter:
        """Return the place's filter narrowed by ``words``.

        Raises:
            SearchError: a word cannot be used.
        """
        from elmeld_tui.office.search_language import read_filter

        return read_filter(words, self.base, now=self.session.clock, saved=self._kept.get)

    def _searched(self) -> Filter:
        """Return the place's filter narrowed by the search line; unnarrowed while the line cannot be understood."""
        from elmeld_tui.office.search_completion import completions
        from elmeld_tui.office.search_language import SearchError, terms, write

        self._problem = ""
        try:
            return self._read(self._words)
        except SearchError as error:
            problem = str(error)
        try:
            if self._searching and completions(self._words, self._kept):
                # The last word is being typed, and may still become one that says something.
                return self._read(write(terms(self._words)[:-1]))
        except SearchError as error:
            problem = str(error)
        self._problem = problem
        return self.base

    def show_title(self) -> None:
        """Say what the list shows and how much there is of it."""
        rows = self.messages.rows
        total = rows.amount if isinstance(rows, PagedRows) else str(len(rows))
        left = (Span(f" {self.heading}", Tone.HEADING), Span(f" · {total}{self.title_note}"))
        right: Line = ()
        title = self.query_one("#title", SidesLine)
        room = (title.size.width or self.size.width) - line_width(left) - 2
        if self._searching:
            # Beside the line one types on there is room for all of it.
            self._complain()
        elif self._words and self._problem:
            right = _complaint(self._problem, key_of(f"{self.WHERE}.search"), room)
        elif self._words:
            right = chips(self._words, room)
        title.tell(left, right)

    def _complain(self) -> None:
        from elmeld_tui.tui.widgets.query_line import QueryLine

        for query in self.query(QueryLine):
            query.complain(self._problem if self._words else "")

    @property
    def title_note(self) -> str:
        """What the title says after the number: how many have come where one does not see them."""
        n = self._new_above
        if not n:
            return ""
        return t(" · 1 ny over") if n == 1 else t(" · {n} nye over", n=n)

    async def action_search(self) -> None:
        """Open the search line; it has the focus before the next key is looked at, which may be typed already."""
        from elmeld_tui.tui.widgets.query_line import QueryLine

        if self._searching:
            self.set_focus(self.query_one("#search"))
            return
        self._searching = True
        search = QueryLine(self.search_hint, self._words, list(self._kept), self._last)
        search.complain(self._problem if self._words else "")
        await self.query_one("#list", Vertical).mount(search, after="#title")
        self.set_focus(self.query_one("#search"))

    @property
    def search_hint(self) -> str:
        """What may be typed in the search line."""
        return t("navn, id eller tekst · fra: til: pasient: type: etter: ulest")

    @property
    def _kept(self) -> dict[str, str]:
        """The searches that the user has kept here: their words, by name."""
        return self.session.reader.saved_filters(self.session.user.name, self.WHERE)

    @property
    def _last(self) -> str:
        """What the user searched for here last, also before the program was started."""
        return self.session.reader.last_search(self.session.user.name, self.WHERE)

    def go_on(self) -> None:
        """Narrow the list as it was when the user left the program, and say so."""
        self._words = self._last if self.GOES_ON else ""
        if self._words:
            self.app.tell(t("Listen er innsnevret som sist: {words}. esc viser alle.", words=self._words))

    @work(exclusive=True, group="remember")
    async def _remember(self) -> None:
        """Keep what is searched for; what is searched for no more, only where it would narrow the list again."""
        words = self._words
        if (words and self._problem) or not (words or self.GOES_ON):
            return

        def remember(office: Office) -> None:
            from elmeld_tui.office import saved_filters

            saved_filters.remember(office, self.WHERE, words)

        with suppress(OfficeError):
            # Next time it is typed anew.
            await self.session.at_office(remember)

    def action_complete(self, number: int) -> None:
        """Take one of what the last word of the search line may become."""
        from elmeld_tui.tui.widgets.query_line import QueryLine

        for line in self.query(QueryLine):
            line.action_complete(number)

    def action_drop_filter(self) -> None:
        """Take away the last word of the search."""
        from elmeld_tui.office.search_language import terms, write

        self._search_for(write(terms(self._words)[:-1]))

    def action_drop_term(self, number: int) -> None:
        """Take away one word of the search, from 0."""
        from elmeld_tui.office.search_language import terms, write

        self._search_for(write(one for place, one in enumerate(terms(self._words)) if place != number))

    def _search_for(self, words: str) -> None:
        self._words = words
        self.show_list(keep_cursor=True)
        self.show_keys()
        self._remember()

    def action_filter(self) -> None:
        """Choose filters from a list."""
        if not self._searching:
            self._choose_filters()

    @work(name=OPENS, exclusive=True, group="filter")
    async def _choose_filters(self) -> None:
        from elmeld_tui.tui.screens.filters import FilterScreen

        chosen = await self.app.push_screen_wait(FilterScreen(self.session, self.WHERE, self.base, self._words))
        if chosen is not None:
            self._search_for(chosen)

    def on_search_line_words(self, event: SearchLine.Words) -> None:
        """Search for what the line says now."""
        self._words = event.words
        self.show_list(keep_cursor=False)
        self.show_keys()

    def on_search_line_left(self) -> None:
        """Go from the search line to what it found; stay where it cannot be understood and may become several."""
        from elmeld_tui.office.search_completion import completions
        from elmeld_tui.office.search_language import SearchError

        try:
            self._read(self._words)
        except SearchError as error:
            meant = completions(self._words, self._kept)
            if meant[1:]:
                # Where nothing is offered, this stands below the line already.
                self.app.tell(str(error))
            if len(meant) != 1:
                return
            self._words = meant[0]
        self._leave_search()

    def _leave_search(self) -> None:
        self._searching = False
        self.query("#query").remove()
        self.show_list(keep_cursor=True)
        self.messages.focus()
        self._remember()

    def on_key(self, event: events.Key) -> None:
        """Go from the search line down into the list, as the eye does."""
        if event.key == "down" and self._searching:
            event.stop()
            self._leave_search()

    def action_back(self) -> None:
        """Close what was opened last: the search line, the message, then the search."""
        if self._searching:
            self._leave_search()
        elif self._opened is not None:
            self.close_message()
        elif self._words:
            self._search_for("")

    def action_patient(self) -> None:
        """Go to the patient that this message is about."""
        if (row := self.chosen_message()) is not None:
            show_patient_of(self.app, row)

    def chosen_message(self) -> Row | None:
        """Return the message that an action is about; None, and that is said, where none is chosen."""
        row = self.current
        if row is None:
            self.app.not_here(t("Ingen melding er valgt."))
        return row


def _complaint(problem: str, key: str, room: int) -> Line:
    """Return what is wrong with a search for a line with ``room`` cells; where to read all of it, where it is cut."""
    whole = (Span(f"! {problem} ", Tone.TROUBLE),)
    if line_width(whole) <= room:
        return whole
    if room < _ROOM_TO_COMPLAIN:
        return (Span(t("! uklart søk: trykk {key}", key=key) + " ", Tone.TROUBLE),)
    rest = (Span(f" · {t('{key} viser alt', key=key)} ", Tone.KEY),)
    return (*shortened(whole, room - line_width(rest)), *rest)
