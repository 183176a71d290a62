"""One frame on its way to a terminal: the position of the cursor, the current pen, and the bytes so far.

Only what every terminal since the VT220 obeys is used (ECMA-48): move to a position (CUP) or a column (CHA), change
the pen (SGR), erase some cells (ECH) or the rest of a line (EL).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from elmeld_tui.tui.cells import Cell, is_cell
from elmeld_tui.tui.pens import PLAIN, Pen, change, suits_blank

JUMP = 5
"""Bytes it takes to go to another column."""

_NO_WRAP, _WRAP = "\x1b[?7l", "\x1b[?7h"
_ERASE, _ERASE_AND_JUMP = 4, 12
"""From how many blanks on it is shorter to erase: to the end of the line, or within it."""


class Pencil:
    """Writes cells.

    Args:
        width: of the terminal, in cells.
        erases_in_colour: whether what is erased gets the colour of the ground one writes on (terminfo ``bce``).
    """

    def __init__(self, width: int, *, erases_in_colour: bool) -> None:
        self._width = width
        self._erases_in_colour = erases_in_colour
        self._out: list[str] = []
        self._pen = PLAIN
        self._x = self._y = -1

    @property
    def written(self) -> str:
        """Everything, after which the terminal writes with the plain pen again."""
        return "".join((*self._out, change(self._pen, PLAIN)))

    def draw(self, x: int, y: int, line: Sequence[Cell], *, disputed: bool = False) -> None:
        """Write ``line`` at column ``x`` of row ``y``.

        Args:
            x: from 0.
            y: from 0.
            line: the cells.
            disputed: whether terminals may disagree about their widths. Then what was there is wiped out before, what
                comes after such a cell put where it belongs, and what it has too much kept out of the next line.
        """
        if disputed:
            self._wipe(x, y, len(line))
        at = 0
        while at < len(line):
            self._go(x + at, y)
            text, pen = line[at]
            if text == " " and (blanks := self._erase(x + at, line, at)):
                at += blanks
            elif disputed and not is_cell(text):
                at += self._write_disputed(line, at)
            else:
                if not (text == " " and suits_blank(self._pen, pen)):
                    self._take(pen)
                self._out.append(text)
                self._x += 1
                at += 1
        if self._x >= self._width:
            # Whether the cursor now is on the last cell or behind it is the terminal's business.
            self._y = -1

    def _go(self, x: int, y: int) -> None:
        if y != self._y:
            self._out.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        elif x != self._x:
            self._out.append(f"\x1b[{x + 1}G" if x else "\r")
        self._x, self._y = x, y

    def _wipe(self, x: int, y: int, number: int) -> None:
        """Leave nothing of what was in ``number`` cells, be it half a character."""
        self._go(x, y)
        self._take(PLAIN)
        if x + number == self._width:
            self._out.append("\x1b[K")
        else:
            self._out.append(" " * number)
            self._x += number

    def _take(self, pen: Pen) -> None:
        self._out.append(change(self._pen, pen))
        self._pen = pen

    def _erase(self, x: int, line: Sequence[Cell], at: int) -> int:
        """Erase the blanks that look alike from ``at`` on, where that is shorter; return how many."""
        blank = line[at]
        _, pen = blank
        if pen.shows_on_blanks or (pen.ground and not self._erases_in_colour):
            return 0
        end = at + 1
        while end < len(line) and line[end] == blank:
            end += 1
        blanks = end - at
        to_end = x + blanks == self._width
        if blanks < (_ERASE if to_end else _ERASE_AND_JUMP):
            return 0
        if not suits_blank(self._pen, pen):
            self._take(pen)
        self._out.append("\x1b[K" if to_end else f"\x1b[{blanks}X")
        return blanks

    def _write_disputed(self, line: Sequence[Cell], at: int) -> int:
        """Write a cell whose width is disputed; return how many cells it is taken to need."""
        text, pen = line[at]
        end = at + 1
        while end < len(line) and not line[end][0]:
            end += 1
        self._take(pen)
        x = self._x
        # Where the cursor is after it is not known.
        self._x = -1
        if x + _most_cells(text) <= self._width:
            self._out.append(text)
        else:
            self._out.append(f"{_NO_WRAP}{text}{_WRAP}")
            if at and is_cell(line[at - 1][0]):
                # A terminal without room for it may have put it over what stands before.
                self.draw(x - 1, self._y, line[at - 1 : at])
        return end - at


def _most_cells(text: str) -> int:
    """Return how many cells a terminal may take ``text`` to need: two a character, but none for an accent."""
    return sum(0 if unicodedata.combining(char) else 1 if is_cell(char) else 2 for char in text)
