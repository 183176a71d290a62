"""What the terminal already shows is not written again.

The framework redraws a whole screen, widget or region when anything in it may have changed: a dialogue that opens or
closes, another place, a move of focus. On a slow line that is ten thousand bytes for what is often a box or two
words. Here every update is compared with what the terminal shows, and only the cells that differ are written, as
curses did.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from elmeld_tui.tui.cells import Cell, cells, is_disputed
from elmeld_tui.tui.pencil import JUMP, Pencil
from elmeld_tui.tui.pens import PLAIN, suits_blank


class Piece(NamedTuple):
    """A part of a line: where it begins, and what it shall show."""

    x: int
    y: int
    cells: list[Cell]


class Difference(CompositorUpdate):
    """An update that writes only what is not on the terminal yet.

    Args:
        pieces: what the terminal shall show.
        shown: what it shows; brought up to date when this is written.
    """

    def __init__(self, pieces: Sequence[Piece], shown: Shown) -> None:
        self._pieces = pieces
        self._shown = shown

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return any(not self._shown.has(piece) for piece in self._pieces)

    def render_segments(self, console: Console) -> str:  # noqa: ARG002 - the framework's
        """Return what is to be written to the terminal."""
        pencil = self._shown.pencil()
        for piece in self._pieces:
            self._shown.draw(piece, pencil)
        return pencil.written


class Shown:
    """The cells that the terminal shows, as far as they are known.

    Args:
        system: the colours that the terminal has.
        erases_in_colour: whether what it erases gets the colour of the ground one writes on.
    """

    def __init__(self, system: ColorSystem = ColorSystem.TRUECOLOR, *, erases_in_colour: bool = True) -> None:
        self._system = system
        self._erases_in_colour = erases_in_colour
        self._width = 0
        self._rows: dict[int, list[Cell]] = {}
        self._disputed: set[int] = set()

    def forget(self) -> None:
        """Know nothing any more: others may have written to the terminal, or it has got another size."""
        self._rows.clear()
        self._disputed.clear()

    def difference(self, update: Any) -> Any:
        """Return an update of the framework as what of it is not shown yet; anything else as it is."""
        if isinstance(update, LayoutUpdate):
            return self._difference(update.region.width, _lines(update))
        if isinstance(update, ChopsUpdate):
            return self._difference(update.chop_ends[0][-1], _parts(update))
        return update

    def _difference(self, width: int, strips: Iterator[tuple[int, int, Strip]]) -> Difference:
        if width != self._width:
            self.forget()
            self._width = width
        pieces = [Piece(x, y, cells(strip, self._system)[: max(0, width - x)]) for x, y, strip in strips]
        return Difference(pieces, self)

    def pencil(self) -> Pencil:
        """Return what writes on this terminal."""
        return Pencil(self._width, erases_in_colour=self._erases_in_colour)

    def has(self, piece: Piece) -> bool:
        """Return whether ``piece`` is on the terminal already."""
        known = self._rows.get(piece.y)
        return known is not None and known[piece.x : piece.x + len(piece.cells)] == piece.cells

    def draw(self, piece: Piece, pencil: Pencil) -> None:
        """Write what must be written for ``piece`` to be on the terminal, and know it is there."""
        if self.has(piece):
            return
        x, y, new = piece
        known = self._rows.get(y)
        disputed = is_disputed(new) or y in self._disputed
        if known is None:
            pencil.draw(x, y, new, disputed=disputed)
            if x == 0 and len(new) == self._width:
                self._rows[y] = new
        elif disputed:
            # Such a character may reach further than is known, into what comes after it.
            start = _replace(known, x, new)
            pencil.draw(start, y, known[start:], disputed=True)
        else:
            for start, end in _runs(known[x : x + len(new)], new):
                pencil.draw(x + start, y, new[start:end])
            known[x : x + len(new)] = new
        if is_disputed(self._rows.get(y, new)):
            self._disputed.add(y)
        else:
            self._disputed.discard(y)


def shown_on(console: Console) -> Shown:
    """Return what is shown on the terminal of ``console``: nothing yet."""
    return Shown(
        COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR),
        # GNU screen erases in the terminal's own colour.
        erases_in_colour=not os.environ.get("TERM", "").startswith("screen"),
    )


def _lines(update: LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    for y, strips in enumerate(update.strips, update.region.y):
        yield update.region.x, y, Strip.join(list(strips))


def _parts(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Yield the parts of lines that the framework would write: from the start of a cut to the end of the change."""
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= x2 and end > x1:
                yield x, y, strip if end <= x2 else strip.crop(0, x2 - x)


def _replace(line: list[Cell], x: int, new: Sequence[Cell]) -> int:
    """Put ``new`` into ``line`` at ``x``, with blanks for what is left of characters it cuts; return where they begin."""
    start, end = x, x + len(new)
    while start and not line[start][0]:
        start -= 1
    line[start:end] = [*([(" ", PLAIN)] * (x - start)), *new]
    while end < len(line) and not line[end][0]:
        line[end] = (" ", PLAIN)
        end += 1
    return start


def _runs(old: Sequence[Cell], new: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last but one cell of each run to be written; a short gap is cheaper than a jump."""
    start = end = -1
    for index, (before, after) in enumerate(zip(old, new, strict=True)):
        if before == after:
            continue
        if start < 0:
            start = index
        elif index > end and (index - end > JUMP or not _same_pen(new[end - 1 : index])):
            yield start, end
            start = index
        end = index + 1
    if start >= 0:
        yield start, end


def _same_pen(written: Sequence[Cell]) -> bool:
    """Return whether what follows the first cell can be written with its pen."""
    held = written[0][1]
    return all(suits_blank(held, pen) if text == " " else pen == held for text, pen in written[1:])
