"""Adresser: the parties we write to, favourites and most recent first, and all that is known about each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import events, on, work
from textual.containers import Vertical
from textual.widget import Widget
from textual.worker import get_current_worker

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.finding import FAVOURITE, RECENT
from elmeld_tui.tui.layout import text_layout, view_layout
from elmeld_tui.tui.screens.place import PlaceScreen
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.lines import Line, SidesLine, Span, Tone, cut, fitted
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.search_line import SearchLine
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.model.view import View
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.recipients import Candidate, Hits

_SEARCH_AFTER = 0.15
"""Seconds of rest after which a search begins."""

_MOST = 100


def _line(candidate: Candidate, width: int) -> Line:
    party, known = candidate.party, candidate.known
    sign = FAVOURITE if known.favourite else RECENT if known.used else "–" if candidate.refused else " "
    about = " · ".join(part for part in (party.city, party.her_id) if part)
    room = max(0, width - 18)
    name = min(room * 3 // 5, 60)
    return (
        Span(f" {sign} {fitted(party.full_name, name)} ", Tone.MUTED if candidate.refused else Tone.PLAIN),
        Span(f"{fitted(party.sort.label, 12)} {fitted(about, room - name)}", Tone.MUTED),
    )


class AddressesScreen(PlaceScreen):
    """The address register, and our copy of it."""

    WHERE = Where.ADDRESSES
    BINDINGS = bindings(Where.ADDRESSES)
    CSS_PATH = resources.styles("addresses")
    AUTO_FOCUS = "#found"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._words = ""
        self._note = ""
        self._shown = ""

    def compose_body(self) -> Iterable[Widget]:
        """What is searched for, what was found, and the page on the one that is open."""
        with Vertical(id="list"):
            yield SidesLine(id="title")
            yield SearchLine(t("navn, sted eller HER-id · behandler: klinikk: institusjon: tjeneste:"))
            yield WindowList(
                _line,
                identity=lambda candidate: candidate.party.her_id,
                empty=self._empty,
                id="found",
            )
        with Vertical(id="open"):
            yield Paper(id="paper")

    def _empty(self) -> str:
        if self._words:
            return self._note or t("Ingen treff. Prøv færre ord.")
        return t("Den lokale katalogen er tom. Trykk / og skriv navn, sted eller HER-id.")

    @property
    def _found(self) -> WindowList[Candidate]:
        return self.query_one("#found", WindowList)

    @property
    def _paper(self) -> Paper:
        return self.query_one("#paper", Paper)

    def on_mount(self) -> None:
        """Show one's favourites and latest."""
        super().on_mount()
        self._search()

    def reload(self) -> None:
        """Nothing here changes with the post."""

    def on_search_line_words(self, event: SearchLine.Words) -> None:
        """Search for what the line says now."""
        self._words = event.words.strip()
        self._search()

    def on_search_line_left(self) -> None:
        """Go from the line to what it found."""
        self._found.focus()

    def on_key(self, event: events.Key) -> None:
        """Go from the line down into the list, and up again, as the eye does."""
        line = self.query_one(SearchLine)
        if event.key == "down" and line.has_focus:
            event.stop()
            self._found.focus()
        elif event.key == "up" and self._found.has_focus and self._found.cursor == 0:
            event.stop()
            line.focus()

    @work(exclusive=True, group="search")
    async def _search(self) -> None:
        """Look for the words; a newer search puts an end to this one, and its answer is not shown."""
        from elmeld_tui.office import recipients

        words, worker = self._words, get_current_worker()
        if words:
            await asyncio.sleep(_SEARCH_AFTER)

        def task(office: Office) -> Hits | None:
            return None if worker.is_cancelled else recipients.search(office, words, limit=_MOST, everybody=True)

        try:
            hits = await self.session.out(task)
        except OfficeError as error:
            self.app.warn(str(error))
            return
        if hits is None or not self.is_attached:
            return
        self._note = hits.note
        self._found.show(hits.candidates, keep_cursor=False)
        self._show_title()

    def _show_title(self) -> None:
        number = len(self._found.rows)
        heading = t("Adresser") if self._words else t("Lokal katalog, favoritter først")
        title = self.query_one("#title", SidesLine)
        said = Span(f" {self._note} " if self._note and number else "", Tone.WAITING)
        room = max(0, (title.size.width or self.size.width) - len(heading) - 12)
        title.tell((Span(f" {heading}", Tone.HEADING), Span(f" · {number}")), cut((said,), room))

    @on(WindowList.Opened, "#found")
    def _opened(self, event: WindowList.Opened) -> None:
        event.stop()
        self.add_class("-reading")
        self._paper.focus()
        self._read(renew=False)

    @on(WindowList.Moved, "#found")
    def _moved(self, event: WindowList.Moved) -> None:
        event.stop()
        if self.has_class("-reading"):
            self._read(renew=False)

    @work(exclusive=True, group="read")
    async def _read(self, *, renew: bool) -> None:
        """Show the page on the address under the cursor."""
        candidate = self._found.current
        if candidate is None:
            return
        her_id = candidate.party.her_id

        def task(office: Office) -> View:
            from elmeld_tui.office.address_book import look_up, view

            return view(look_up(office, her_id, renew=renew))

        try:
            page = await self.session.out(task)
        except OfficeError as error:
            self._shown = ""
            self._paper.show(text_layout(str(error)))
            return
        self._paper.show(view_layout(page), keep_place=self._shown == her_id)
        self._shown = her_id
        if renew:
            self.app.tell(t("Hentet fra adresseregisteret nå."))

    def action_search(self) -> None:
        """Go to the line, before the next key is looked at."""
        self.set_focus(self.query_one(SearchLine))

    def action_renew(self) -> None:
        """Ask the register anew."""
        self.add_class("-reading")
        self._read(renew=True)

    def action_below(self) -> None:
        """Show who is below the organisation under the cursor."""
        candidate = self._found.current
        if candidate is None or not candidate.party.below:
            self.app.not_here(t("Det er ingen registrert under den."))
            return
        self.remove_class("-reading")
        self.query_one(SearchLine).value = f"under:{candidate.party.her_id} "
        self._found.focus()

    @work(exclusive=True, group="act")
    async def action_favourite(self) -> None:
        """Let the address be a favourite, or no longer."""
        if (candidate := self._chosen()) is None:
            return
        her_id, favourite = candidate.party.her_id, not candidate.known.favourite

        def task(office: Office) -> Hits:
            from elmeld_tui.office import recipients

            recipients.set_favourite(office, her_id, favourite=favourite)
            return recipients.search(office, self._words, limit=_MOST, everybody=True)

        try:
            hits = await self.session.out(task)
        except OfficeError as error:
            self.app.warn(str(error))
            return
        self._found.show(hits.candidates)
        self._show_title()
        name = candidate.party.full_name
        self.app.tell(
            t("{name} er nå en favoritt.", name=name)
            if favourite
            else t("{name} er ikke lenger en favoritt.", name=name)
        )

    def action_write(self) -> None:
        """Choose a form, and write to the address."""
        if (candidate := self._chosen()) is None:
            return
        if candidate.refused:
            self.app.not_here(candidate.refused)
            return
        self.app.new_message(recipient_her=candidate.party.her_id)

    def _chosen(self) -> Candidate | None:
        """Return the address that is chosen; None, and that is said, where none is."""
        if self._found.current is None:
            self.app.not_here(t("Ingen adresse er valgt."))
        return self._found.current

    def action_back(self) -> None:
        """Close what was opened last: the page, then the search."""
        if self.has_class("-reading"):
            self.remove_class("-reading")
        else:
            self.query_one(SearchLine).value = ""
        self._found.focus()
