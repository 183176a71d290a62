"""What takes time about a list, its total and some of its pages, computed on a separate thread so that no key waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from threading import Event
from typing import TypeVar

from elmeld_tui.store.filters import Filter
from elmeld_tui.store.reading import Reader, Row
from elmeld_tui.store.word_search import Between

Found = TypeVar("Found")


class Counter:
    """Counts, one choice at a time.

    Args:
        open_reader: opens the store, when there is something to count: a reader is for one thread.
    """

    def __init__(self, open_reader: Callable[[], Reader]) -> None:
        self._thread = ThreadPoolExecutor(1, "count")
        self._open_reader = open_reader
        self._reader: Reader | None = None
        self._closed = Event()

    async def count(self, chosen: Filter) -> int:
        """Return how many messages ``chosen`` holds; whoever no longer waits for it has the count ended.

        Raises:
            StoreError: the store is away.
        """
        return await self._beside(lambda reader, between: reader.count(chosen, between))

    async def page(self, chosen: Filter, number: int, size: int, total: int | None) -> list[Row]:
        """Return a page of ``chosen`` as `Reader.page` does; whoever no longer waits for it has the search ended.

        Raises:
            StoreError: the store is away.
        """
        return await self._beside(
            lambda reader, between: reader.page(chosen, number, size, total=total, between=between)
        )

    async def _beside(self, ask: Callable[[Reader, Between], Found]) -> Found:
        given_up = Event()

        def between() -> None:
            if given_up.is_set() or self._closed.is_set():
                raise CancelledError

        def answer() -> Found:
            between()
            if self._reader is None:
                self._reader = self._open_reader()
            return ask(self._reader, between)

        try:
            return await asyncio.wrap_future(self._thread.submit(answer))
        finally:
            given_up.set()

    def close(self) -> None:
        """End, after the question that is being asked."""
        self._closed.set()
        self._thread.shutdown(wait=True, cancel_futures=True)
        if self._reader is not None:
            self._reader.close()
