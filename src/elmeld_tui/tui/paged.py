"""A list of any length from the store, fetched a page at a time as its rows are asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from typing import overload

from elmeld_tui.i18n import t
from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.reading import Filter, Reader, Row

PAGE = 128
_KEPT = 4
_PATIENCE = 0.008
"""Seconds after which a page that is still being searched for is left to be found beside the screen."""


class _TooLongError(Exception):
    """A key waits no longer for a page."""


class PagedRows(Sequence[Row]):
    """The messages of a filter, newest first.

    How many there are is known where the store keeps count of them or the first page holds them all. Else it has to be
    counted, which the first page does not wait for: until `counted` is told, there are as many as are known of.

    A page that has to be searched for long is not waited for either: it is told to be ``wanting``, and until `found`
    gives it, its rows are none.

    Args:
        reader: of the store; used from this thread only.
        chosen: which messages.
        expected: how many there were a while ago.
        wanting: told of the page that has to be found beside; where nobody is, every page is waited for.

    Attributes:
        chosen: which messages.
        total: how many there are; None while it is not known.
        searching: whether not even the first page has been found yet.
    """

    def __init__(
        self,
        reader: Reader,
        chosen: Filter,
        expected: int = 0,
        wanting: Callable[[PagedRows, int], None] | None = None,
    ) -> None:
        self._reader = reader
        self._wanting = wanting
        self._wanted = -1
        self.chosen = chosen
        self.searching = False
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self.total = reader.known_count(chosen)
        self._length = self.total or 0
        if self.total is None:
            self._length = expected
            try:
                self._take_first(self._page(0))
            except _TooLongError:
                self.searching = True

    def _take_first(self, first: list[Row]) -> None:
        self.searching = False
        self._length = max(self._length, len(first))
        if len(first) < PAGE:
            self.counted(len(first))

    def found(self, number: int, page: list[Row]) -> None:
        """Take in a page that was wanting."""
        self._wanted = -1
        self._keep(number, page)
        if number == 0 and self.total is None:
            self._take_first(page)

    def counted(self, total: int) -> None:
        """Take in how many there are."""
        self.total = self._length = total
        self.searching = False

    def reach(self, index: int) -> None:
        """Take in that there is a row at ``index``."""
        self._length = max(self._length, index + 1)

    @property
    def amount(self) -> str:
        """How many there are, as one reads it; with a ``+`` where there are more than is known."""
        if self.searching:
            return t("leter videre …")
        return f"{self._length:,}".replace(",", "\N{NO-BREAK SPACE}") + ("+" if self.total is None else "")

    def __len__(self) -> int:
        """Return how many there are, as far as is known."""
        return self._length

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """Return a row.

        Raises:
            IndexError: there is none, it has left the list since, its page is wanting, or the store is away; then the
                place says so at its next look, and reads again when it is back.
        """
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._length))]
        if not 0 <= index < self._length:
            raise IndexError(index)
        try:
            page = self._page(index // PAGE)
        except (StoreError, _TooLongError) as error:
            # A line that cannot be drawn must not end the application in the middle of somebody's writing.
            raise IndexError(index) from error
        return page[index % PAGE]

    def __iter__(self) -> Iterator[Row]:
        """Give every row, newest first."""
        return (self[index] for index in range(self._length))

    def _page(self, number: int) -> list[Row]:
        page = self._pages.get(number)
        if page is not None:
            self._pages.move_to_end(number)
            return page
        if self._wanted == number:
            raise _TooLongError
        try:
            page = self._reader.page(self.chosen, number, PAGE, total=self.total, between=self._patience())
        except _TooLongError:
            self._wanted = number
            assert self._wanting is not None
            self._wanting(self, number)
            raise
        return self._keep(number, page)

    def _keep(self, number: int, page: list[Row]) -> list[Row]:
        self._pages[number] = page
        if len(self._pages) > _KEPT:
            self._pages.popitem(last=False)
        return page

    def _patience(self) -> Callable[[], None]:
        until = monotonic() + _PATIENCE

        def between() -> None:
            if self._wanting is not None and monotonic() >= until:
                raise _TooLongError

        return between
