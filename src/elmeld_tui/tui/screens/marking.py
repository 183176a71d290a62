"""A dialog for marking several items of a list: typing narrows it, tab marks, enter takes those marked."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import ClassVar, Generic, NamedTuple, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from elmeld_tui import resources
from elmeld_tui.tui.actions import Where, actions, bindings
from elmeld_tui.tui.widgets.lines import Line, Lines, Tone, line
from elmeld_tui.tui.widgets.search_line import SearchLine
from elmeld_tui.tui.widgets.window_list import WindowList

Item = TypeVar("Item")

_AROUND = 9
"""Rows of the screen that the list must leave."""


class Words(NamedTuple):
    """What stands around the list: its title, what may be typed, what is said where nothing fits, and the keys."""

    title: str
    hint: str
    nothing: str
    keys: str


class MarkingScreen(ModalScreen[list[Item] | None], Generic[Item]):
    """Is dismissed with what is marked, in the list's order, or None where nothing is to change.

    Attributes:
        OPENED_BY: name of the composer's action that opens it, whose keys also end it.

    Args:
        words: what stands around the list.
        items: what can be marked.
        marked: the identities of what is marked already.
    """

    WHERE = Where.DIALOG
    BINDINGS = bindings(Where.DIALOG)
    CSS_PATH = resources.styles("marking")
    OPENED_BY: ClassVar[str]

    def __init__(self, words: Words, items: Sequence[Item], marked: Iterable[Hashable] = ()) -> None:
        super().__init__()
        self._words = words
        self._items = items
        self._marked = set(marked)
        self._was_marked = frozenset(self._marked)

    def identity(self, item: Item) -> Hashable:
        """Return what tells an item from the others."""
        raise NotImplementedError

    def searched(self, item: Item) -> str:
        """Return what is looked through for the words that are typed."""
        raise NotImplementedError

    def draw(self, item: Item, mark: str, width: int) -> Line:
        """Return an item as a line that begins with its mark."""
        raise NotImplementedError

    def summed(self, marked: Sequence[Item]) -> Line:
        """Return what is said below the list of what is marked."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """A line to type in, what fits, and how much is marked."""
        with Vertical(id="box"):
            yield Lines(line(self._words.title, Tone.HEADING))
            yield SearchLine(self._words.hint)
            yield WindowList(
                lambda item, width: self.draw(item, f"[{self._mark(item)}]", width),
                identity=self.identity,
                empty=lambda: self._words.nothing,
                id="items",
            )
            yield Lines(id="sum")
            yield Lines(line(self._words.keys, Tone.MUTED))

    def _mark(self, item: Item) -> str:
        return "✓" if self.identity(item) in self._marked else " "

    @property
    def _list(self) -> WindowList[Item]:
        return self.query_one("#items", WindowList)

    def on_mount(self) -> None:
        """Show everything to begin with."""
        self._list.styles.height = max(1, min(len(self._items), max(3, self.app.size.height - _AROUND)))
        self._list.show(self._items)
        self._sum_up()

    def _chosen(self) -> list[Item]:
        return [one for one in self._items if self.identity(one) in self._marked]

    def _sum_up(self) -> None:
        self.query_one("#sum", Lines).show(self.summed(self._chosen()))

    def on_search_line_words(self, event: SearchLine.Words) -> None:
        """Show what has every word."""
        wanted = event.words.casefold().split()
        fits = [one for one in self._items if all(word in self.searched(one).casefold() for word in wanted)]
        self._list.show(fits, keep_cursor=False)

    def on_search_line_left(self) -> None:
        """Enter takes what is marked; where nothing new is, what is under the cursor."""
        self._finish()

    @on(WindowList.Opened, "#items")
    def _opened(self) -> None:
        self._finish()

    def _finish(self) -> None:
        if self._marked == self._was_marked and self._list.current is not None:
            self._marked.add(self.identity(self._list.current))
        self.dismiss(self._chosen())

    def on_key(self, event: events.Key) -> None:
        """Arrows move in the list while one types; tab marks, and goes on; the key that opened it is enough to end."""
        if event.key in _MOVES:
            self._list.action_move(_MOVES[event.key])
        elif event.key in _PAGES:
            self._list.action_page(_PAGES[event.key])
        elif event.key == "tab" and (under := self._list.current) is not None:
            self._marked ^= {self.identity(under)}
            self._list.action_move(1)
            self._list.refresh()
            self._sum_up()
        elif event.key in _opening(self.OPENED_BY):
            self._finish()
        else:
            return
        event.stop()
        event.prevent_default()

    def action_close(self) -> None:
        """Leave everything as it was."""
        self.dismiss(None)


_MOVES = {"up": -1, "down": 1}
_PAGES = {"pageup": -1, "pagedown": 1}


def _opening(name: str) -> frozenset[str]:
    return frozenset(key for action in actions(Where.COMPOSER) if action.name == name for key in action.usual_keys)
