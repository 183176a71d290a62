"""A line of a text field that is wrapped into rows, wrapped once for as long as it is unchanged.

The framework wraps the whole line again for each row that it draws, and a pasted paragraph may be ninety thousand
characters on one line: then each key took half a second.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from rich.containers import Lines
from rich.text import Text


class Rows:
    """The rows of the line that was divided last, without styles."""

    def __init__(self) -> None:
        self._of: tuple[str, tuple[int, ...]] = "", ()
        self._rows: list[Text] = []

    def of(self, text: str, starts: tuple[int, ...]) -> list[Text]:
        """Return the rows of ``text``, which begin at ``starts``."""
        if self._of != (text, starts):
            self._of = text, starts
            ends = (*starts[1:], len(text))
            self._rows = [Text(text[start:end], end="") for start, end in zip(starts, ends, strict=True)]
        return self._rows


class FoldedLine(Text):
    """A line whose rows are kept from one drawing to the next.

    Args:
        text: all that the line says.
        rows: where they are kept.
    """

    def __init__(self, text: str, rows: Rows) -> None:
        super().__init__(text, end="", no_wrap=True)
        self._rows = rows

    def divide(self, offsets: Iterable[int]) -> Lines:
        """Return the rows that begin at the start and at ``offsets``, each with the styles that the line has there."""
        starts = (0, *offsets)
        rows = Lines(self._rows.of(self.plain, starts))
        for start, end, style in self.spans:
            for number in range(bisect_right(starts, start) - 1, bisect_left(starts, end)):
                rows[number] = row = rows[number].copy()
                row.stylize(style, max(0, start - starts[number]), end - starts[number])
        return rows
