"""The filter dialog: what a list can be narrowed by, and searches saved by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless
from elmeld_tui.office import search_words
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.facets import Facet, facets
from elmeld_tui.office.search_language import SearchError, Term, read_filter, term, terms, write
from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.filters import Filter
from elmeld_tui.tui.actions import Where, bindings, key_of
from elmeld_tui.tui.paged import PagedRows
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.typed_ahead import OPENS
from elmeld_tui.tui.widgets.entry import Entry
from elmeld_tui.tui.widgets.lines import Line, Lines, Span, Tone, fitted, line
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp

_COUNTED = 2000
"""How many messages are gone through to say how many there are of each."""


class Choice(NamedTuple):
    """A line of the dialog: a choice, or the heading of some; ``chosen`` is ✓, and − where it is refused."""

    facet: Facet | None
    heading: str = ""
    chosen: str = " "


def _draw(choice: Choice, width: int) -> Line:
    facet = choice.facet
    if facet is None:
        return (Span(fitted(choice.heading, width), Tone.HEADING),)
    amount = "" if facet.amount is None else str(facet.amount)
    tone = Tone.STRONG if choice.chosen.strip() else Tone.PLAIN
    room = max(0, width - 8 - len(amount))
    return (Span(f" [{choice.chosen}] {fitted(facet.label, room)}", tone), Span(f" {amount} ", Tone.MUTED))


class _Facets(WindowList[Choice]):
    """Enter uses what is chosen; a click on the cursor's own line chooses it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "screen.apply", show=False)]


class FilterScreen(ModalScreen[str | None]):
    """Is dismissed with the words of a search line, or None.

    Args:
        session: whose store is read.
        place: where what is kept is kept.
        base: what the list shows without any words.
        words: what the search line says now.
    """

    WHERE = Where.FILTER
    BINDINGS = bindings(Where.FILTER)
    CSS_PATH = resources.styles("filters")
    AUTO_FOCUS = "#facets"
    if TYPE_CHECKING:
        app = getters.app(ElmeldApp)

    def __init__(self, session: Session, place: str, base: Filter, words: str) -> None:
        super().__init__()
        self._session, self._place, self._base = session, place, base
        self._chosen = terms(words)
        self._all: list[Facet] = []

    def compose(self) -> ComposeResult:
        """Names to write, choices to make, and how many messages that gives."""
        with Vertical(id="box"):
            yield Lines(line(t("Filter"), Tone.HEADING))
            for key, label in ((search_words.PATIENT, t("Pasient")), (search_words.FROM, t("Avsender"))):
                with Horizontal(classes="asked"):
                    yield Lines(line(label))
                    said = next((one.value for one in self._chosen if _is_name(one, key)), "")
                    yield Entry(said, hint=t("ord i navnet, eller nummer"), id=key.english)
            yield _Facets(_draw, identity=lambda choice: choice.facet or choice.heading, id="facets")
            yield Lines((), (), id="amount")

    def on_mount(self) -> None:
        """Show the choices; what is chosen already is ticked."""
        self._read_facets()
        self.query_one("#facets", WindowList).move_to(1)

    def _read_facets(self) -> None:
        rows = self._session.reader.page(self._base, 0, _COUNTED + 1)
        kept = self._session.reader.saved_filters(self._session.user.name, self._place)
        self._all = facets(rows if len(rows) <= _COUNTED else None, kept)
        self._show()

    def _show(self) -> None:
        shown: list[Choice] = []
        for facet in self._all:
            if not shown or shown[-1].facet is None or shown[-1].facet.heading != facet.heading:
                shown.append(Choice(None, facet.heading))
            shown.append(Choice(facet, chosen=self._sign(facet)))
        self.query_one("#facets", WindowList).show(shown)
        self._tell_amount()

    def _sign(self, facet: Facet) -> str:
        hits = [one for one in self._chosen if _same(one, facet.term)]
        return " " if not hits else "−" if hits[0].refuses else "✓"

    def _tell_amount(self) -> None:
        """Say how many messages there would be."""
        words = self._words()
        try:
            chosen = read_filter(words, self._base, now=self._session.clock, saved=self._kept_words)
        except SearchError as error:
            self._tell((Span(str(error), Tone.TROUBLE),))
            return
        # Only the number is shown: a page that takes long is not found at all.
        self._count(PagedRows(self._session.reader, chosen, wanting=_leave), words)

    @work(exclusive=True, group="count")
    async def _count(self, rows: PagedRows, words: str) -> None:
        self._tell_amount_of(rows, words)
        if rows.total is None:
            try:
                rows.counted(await self._session.counter.count(rows.chosen))
            except StoreError:
                return
            if self.is_attached:
                self._tell_amount_of(rows, words)

    def _tell_amount_of(self, rows: PagedRows, words: str) -> None:
        said = t("1 melding") if rows.amount == "1" else t("{n} meldinger", n=rows.amount)
        if rows.searching:
            said = rows.amount
        told = Span(said, Tone.STRONG)
        self._tell((told, Span(f"  {harmless(words)}", Tone.KEY)))

    def _tell(self, told: Line) -> None:
        keys = t("mellomrom velger · enter bruker · {save} lagrer · esc lukker", save=key_of("filter.save"))
        self.query_one("#amount", Lines).show(told, line(keys, Tone.MUTED))

    def _kept_words(self, name: str) -> str | None:
        return self._session.reader.saved_filters(self._session.user.name, self._place).get(name)

    def _words(self) -> str:
        """Return what is chosen as a search line."""
        said = list(self._chosen)
        for key in (search_words.PATIENT, search_words.FROM):
            name = self.query_one(f"#{key.english}", Input).value.strip()
            before = next((place for place, one in enumerate(said) if _is_name(one, key)), len(said))
            if name:
                said[before : before + 1] = [term(str(key), name)]
            else:
                del said[before : before + 1]
        return write(said)

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        self._tell_amount()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_apply()

    @on(WindowList.Opened, "#facets")
    def _clicked(self, event: WindowList.Opened) -> None:
        event.stop()
        self.action_tick()

    @property
    def _facet(self) -> Facet | None:
        current: Choice | None = self.query_one("#facets", WindowList).current
        return current.facet if current else None

    def action_tick(self) -> None:
        """Choose what is under the cursor, or let it be."""
        if (facet := self._facet) is None:
            return
        others = [one for one in self._chosen if not _same(one, facet.term)]
        self._chosen = others if len(others) < len(self._chosen) else [*others, facet.term]
        self._show()

    def action_apply(self) -> None:
        """Show what is chosen."""
        self.dismiss(self._words())

    @work(name=OPENS, exclusive=True, group="ask")
    async def action_save(self) -> None:
        """Keep what is chosen under a name."""
        words = self._words()
        name = await self.app.push_screen_wait(NameScreen(t("Lagre filteret som"), ""))
        if name is None:
            return
        from elmeld_tui.office import saved_filters

        if await self._do(lambda office: saved_filters.save(office, self._place, name, words)):
            self.query_one("#facets", WindowList).move_to(1)
            self.app.tell(t("Lagret. Skriv @{name} i søkelinjen for å bruke det.", name=name))

    @work(name=OPENS, exclusive=True, group="ask")
    async def action_rename(self) -> None:
        """Give the kept search under the cursor another name."""
        old = self._kept_name()
        if old is None:
            return
        name = await self.app.push_screen_wait(NameScreen(t("Nytt navn på «{name}»", name=old), old))
        if name is None:
            return
        from elmeld_tui.office import saved_filters

        await self._do(lambda office: saved_filters.rename(office, self._place, old, name))

    @work(exclusive=True, group="ask")
    async def action_delete(self) -> None:
        """Keep the search under the cursor no longer."""
        old = self._kept_name()
        if old is None:
            return
        from elmeld_tui.office import saved_filters

        self._chosen = [one for one in self._chosen if (one.key, one.value) != ("@", old)]
        if await self._do(lambda office: saved_filters.delete(office, self._place, old)):
            self.app.tell(t("«{name}» er slettet.", name=old))

    def _kept_name(self) -> str | None:
        facet = self._facet
        if facet is None or facet.term.key != "@":
            self.app.tell(t("Gå til et lagret filter først."))
            return None
        return facet.term.value

    async def _do(self, task: Callable[[Office], None]) -> bool:
        try:
            await self._session.at_office(task)
        except OfficeError as error:
            self.app.warn(str(error))
            return False
        self._read_facets()
        return True

    def action_close(self) -> None:
        """Leave the list as it is."""
        self.dismiss(None)


class NameScreen(ModalScreen[str | None]):
    """Asks for a name; is dismissed with it, or None.

    Args:
        title: what is asked.
        name: what is suggested.
    """

    WHERE = Where.DIALOG
    BINDINGS = bindings(Where.DIALOG)
    CSS_PATH = resources.styles("filters")

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self._asked, self._suggested = title, name

    def compose(self) -> ComposeResult:
        """The question, and a line to answer on."""
        with Vertical(id="box"):
            yield Lines(line(self._asked, Tone.HEADING))
            yield Entry(self._suggested, id="name")
            yield Lines(line(t("enter lagrer · esc lukker"), Tone.MUTED))

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())

    def action_close(self) -> None:
        """Leave without a name."""
        self.dismiss(None)


def _is_name(one: Term, key: search_words.Word) -> bool:
    return not one.refuses and search_words.word_of(one.key, (key,)) is not None


def _same(one: Term, other: Term) -> bool:
    """Return whether two words ask for the same, in whatever language; a refusal is about it too."""
    if one.quoted and not one.key:
        return False
    return _meant(one) == _meant(other)


def _meant(one: Term) -> tuple[object, str]:
    if not one.key:
        return search_words.word_of(one.value, search_words.FLAGS) or one, ""
    key = search_words.word_of(one.key, search_words.KEYS)
    value = search_words.value_of(one.value, search_words.VALUES[key]) if key in search_words.VALUES else None
    return key or one.key, value.norwegian if value else one.value.casefold()


def _leave(_rows: PagedRows, _number: int) -> None:
    """Let a page not be found that nobody looks at."""
