"""A list of any length from the store, fetched a page at a time as its rows are asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import overload

from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.reading import Filter, Reader, Row

_PAGE = 128
_KEPT = 4


class PagedRows(Sequence[Row]):
    """The messages of a filter, newest first.

    How many there are is known where the store keeps count of them or the first page holds them all. Else it has to be
    counted, which the first page does not wait for: until `counted` is told, there are as many as are known of.

    Args:
        reader: of the store; used from this thread only.
        chosen: which messages.
        expected: how many there were a while ago.

    Attributes:
        chosen: which messages.
        total: how many there are; None while it is not known.
    """

    def __init__(self, reader: Reader, chosen: Filter, expected: int = 0) -> None:
        self._reader = reader
        self.chosen = chosen
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self.total = reader.known_count(chosen)
        self._length = self.total or 0
        if self.total is None:
            first = self._page(0)
            self._length = max(expected, len(first))
            if len(first) < _PAGE:
                self.counted(len(first))

    def counted(self, total: int) -> None:
        """Take in how many there are."""
        self.total = self._length = total

    def reach(self, index: int) -> None:
        """Take in that there is a row at ``index``."""
        self._length = max(self._length, index + 1)

    @property
    def amount(self) -> str:
        """How many there are, as one reads it; with a ``+`` where there are more than is known."""
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
            IndexError: there is none, it has left the list since, or the store is away; then the place
                says so at its next look, and reads again when it is back.
        """
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._length))]
        if not 0 <= index < self._length:
            raise IndexError(index)
        try:
            page = self._page(index // _PAGE)
        except StoreError as error:
            # A line that cannot be drawn must not end the application in the middle of somebody's writing.
            raise IndexError(index) from error
        return page[index % _PAGE]

    def __iter__(self) -> Iterator[Row]:
        """Give every row, newest first."""
        return (self[index] for index in range(self._length))

    def _page(self, number: int) -> list[Row]:
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self._reader.page(self.chosen, number, _PAGE, total=self.total)
            if len(self._pages) > _KEPT:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page
