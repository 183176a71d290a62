"""A list of any length from the store, fetched a page at a time as its rows are asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import overload

from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.reading import Filter, Reader, Row

_PAGE = 128
_KEPT = 8


class PagedRows(Sequence[Row]):
    """The messages of a filter, newest first, as they were counted when this was made.

    Args:
        reader: of the store; used from this thread only.
        chosen: which messages.
    """

    def __init__(self, reader: Reader, chosen: Filter) -> None:
        self._reader = reader
        self.chosen = chosen
        self._length = reader.count(chosen)
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many there were."""
        return self._length

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """Return a row.

        Raises:
            IndexError: there is none, it has left the list since it was counted, or the store is away; then the place
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
            page = self._pages[number] = self._reader.page(self.chosen, number, _PAGE)
            if len(self._pages) > _KEPT:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page
