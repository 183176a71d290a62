"""What the terminal shows already is not written again.

The framework draws a screen, a widget or a region whole when anything in it may have changed: a dialogue that opens
or closes, a change of place or of focus. Over a line that is ten thousand bytes for what is often a box or two words.
Here every update is held against what the terminal shows, and only the cells that differ are written, as curses did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

Cell = tuple[str, Style | None]
Piece = tuple[int, int, Strip]
"""A part of a line: column, row and what it shall show."""

_GAP = 12
"""Cells that are rather written again than jumped over: about what a jump and a new style cost."""

# What every terminal draws in one cell: letters of Europe, quotes and dashes, arrows, control pictures, boxes. About
# the width of anything else terminals disagree, and a line with such a character is always written whole.
_RANGES = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x2FF),
    (0x370, 0x482),
    (0x2010, 0x2027),
    (0x2030, 0x203A),
    (0x2190, 0x21FF),
    (0x2400, 0x2426),
    (0x2500, 0x25FC),
    (0x2800, 0x28FF),
)
_ONE_CELL = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _RANGES) + "✓✗�]*")


class Difference(CompositorUpdate):
    """An update that writes only what is not on the terminal yet.

    Args:
        pieces: what the terminal shall show.
        shown: what it shows; brought up to date when this is written.
    """

    def __init__(self, pieces: Sequence[Piece], shown: Shown) -> None:
        self._pieces = pieces
        self._shown = shown

    def render_segments(self, console: Console) -> str:
        """Return what is to be written to the terminal of ``console``."""
        return "".join(
            Control.move_to(x, y).segment.text + strip.render(console)
            for piece in self._pieces
            for x, y, strip in self._shown.change(*piece)
        )


class Shown:
    """The cells that the terminal shows, as far as they are known."""

    def __init__(self) -> None:
        self._width = 0
        self._rows: dict[int, list[Cell]] = {}

    def forget(self, width: int = 0) -> None:
        """Know nothing any more: the terminal has got another width, or others have written to it."""
        self._width = width
        self._rows.clear()

    def difference(self, update: Any) -> Any:
        """Return an update of the framework as what of it is not shown yet; anything else as it is."""
        if isinstance(update, LayoutUpdate):
            if update.region.width != self._width:
                self.forget(update.region.width)
            return Difference(list(_lines(update)), self)
        if isinstance(update, ChopsUpdate):
            return Difference(list(_parts(update)), self)
        return update

    def change(self, x: int, y: int, strip: Strip) -> Iterator[Piece]:
        """Yield what must be written for ``strip`` to stand at column ``x`` of row ``y``, and know it is there."""
        known, cells = self._rows.get(y), _cells(strip)
        if cells is None or known is None or x + len(cells) > self._width:
            self._rows.pop(y, None)
            if cells is not None and x == 0 and len(cells) == self._width:
                self._rows[y] = cells
            yield x, y, strip
        else:
            for start, end in _runs(known[x : x + len(cells)], cells):
                yield x + start, y, _strip(cells[start:end])
            known[x : x + len(cells)] = cells


def _lines(update: LayoutUpdate) -> Iterator[Piece]:
    for y, strips in enumerate(update.strips, update.region.y):
        yield update.region.x, y, Strip.join(list(strips))


def _parts(update: ChopsUpdate) -> Iterator[Piece]:
    """Yield the parts of lines that the framework would write: from the start of a cut to the end of the change."""
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= x2 and end > x1:
                yield x, y, strip if end <= x2 else strip.crop(0, x2 - x)


def _cells(strip: Strip) -> list[Cell] | None:
    """Return one entry a cell; None where terminals may disagree about which character is in which."""
    cells: list[Cell] = []
    for text, style, _ in strip:
        if not _ONE_CELL.fullmatch(text):
            return None
        cells += [(char, style) for char in text]
    return cells


def _runs(old: Sequence[Cell], new: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last but one cell of each run that differs."""
    if old == new:
        return
    start = end = -1
    for index, (before, after) in enumerate(zip(old, new, strict=True)):
        if before == after:
            continue
        if start >= 0 and index - end > _GAP:
            yield start, end
            start = index
        elif start < 0:
            start = index
        end = index + 1
    yield start, end


def _strip(cells: Sequence[Cell]) -> Strip:
    segments: list[Segment] = []
    text, style = "", cells[0][1]
    for char, look in cells:
        if look is not style and look != style:
            segments.append(Segment(text, style))
            text, style = "", look
        text += char
    return Strip([*segments, Segment(text, style)], len(cells))
