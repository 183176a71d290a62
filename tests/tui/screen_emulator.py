"""A terminal in a few lines, which can be told how wide it takes characters to be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

_SEQUENCE = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])|(\r)|([^\x1b\r])", re.DOTALL)
_ON = {"1": "bold", "2": "dim", "3": "italic", "4": "underline", "7": "reverse", "9": "strike"}
_OFF = {"22": ("bold", "dim"), "23": ("italic",), "24": ("underline",), "27": ("reverse",), "29": ("strike",)}
_SEEN_ON_BLANKS = frozenset({"underline", "reverse", "strike"})


class Look(NamedTuple):
    """How a cell looks: marks by name, colours as the codes of their kind without what says which of the two it is."""

    marks: frozenset[str] = frozenset()
    colour: str = ""
    ground: str = ""

    def on(self, char: str) -> Look:
        """Return what of it is seen on ``char``."""
        return Look(ground=self.ground) if char == " " and not self.marks & _SEEN_ON_BLANKS else self

    def after(self, codes: str) -> Look:
        """Return how one writes after a sequence with ``codes``."""
        marks, colour, ground = set(self.marks), self.colour, self.ground
        given = iter(codes.replace(":", ";").split(";"))
        for code in given:
            if code in {"", "0"}:
                marks, colour, ground = set(), "", ""
            elif code in _ON:
                marks.add(_ON[code])
            elif code in _OFF:
                marks.difference_update(_OFF[code])
            elif code in {"38", "48"}:
                kind = next(given)
                told = ";".join([kind, *(next(given) for _ in range(3 if kind == "2" else 1))])
                colour, ground = (told, ground) if code == "38" else (colour, told)
            elif code in {"39", "49"}:
                colour, ground = ("", ground) if code == "39" else (colour, "")
            else:
                number = int(code)
                bright, number = (8, number - 60) if number >= 90 else (0, number)
                told = f"5;{number % 10 + bright}"
                colour, ground = (told, ground) if number < 40 else (colour, told)
        return Look(frozenset(marks), colour, ground)


BLANK = (" ", Look())


def captured(screen: str) -> list[list[tuple[str, Look]]]:
    """Read what tmux's ``capture-pane -e`` says: for each line, its pieces of text and how each looks."""
    lines, look = [], Look()
    for line in screen.split("\n"):
        pieces = []
        for codes, text in re.findall(r"\x1b\[([0-9;:]*)m|([^\x1b]+)", line):
            if text:
                pieces.append((text, look))
            else:
                # How one writes goes on from line to line.
                look = look.after(codes)
        lines.append(pieces)
    return lines


class Emulator:
    """A terminal of ``width`` × ``height`` cells.

    Args:
        width: columns.
        height: lines.
        size: how many cells it takes a character for; 0 for one that belongs to the one before.
        erases_in_colour: whether what it erases gets the colour of the ground.
    """

    def __init__(
        self, width: int, height: int, size: Callable[[str], int], *, erases_in_colour: bool = True
    ) -> None:
        self.width, self.height = width, height
        self.cells = [[BLANK] * width for _ in range(height)]
        self._size = size
        self._erases_in_colour = erases_in_colour
        self._x = self._y = 0
        self._wraps = True
        self._look = Look()

    def feed(self, text: str) -> None:
        """Take what is written to it."""
        at = 0
        while found := _SEQUENCE.match(text, at):
            at = found.end()
            private, numbers, final, back, char = found.groups()
            if char:
                self._put(char)
            elif back:
                self._x = 0
            elif private:
                assert (numbers, final) in {("7", "l"), ("7", "h")}, found[0]
                self._wraps = final == "h"
            else:
                self._obey(numbers, final)
        assert at == len(text), text[at : at + 20]

    @property
    def line(self) -> str:
        """The line where the cursor stands."""
        return "".join(char for char, _ in self.cells[self._y])

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join("".join(char for char, _ in line) for line in self.cells)

    @property
    def is_as_usual(self) -> bool:
        """Whether it writes with its own colours, and wraps."""
        return self._wraps and self._look == Look()

    def _obey(self, numbers: str, final: str) -> None:
        first, _, second = numbers.partition(";")
        if final == "H":
            self._y, self._x = int(first or 1) - 1, int(second or 1) - 1
        elif final == "G":
            self._x = int(first) - 1
        elif final in "KX":
            assert self._x < self.width, "whether the last cell is erased then is the terminal's business"
            end = self.width if final == "K" else min(self.width, self._x + int(first))
            erased = (" ", Look(ground=self._look.ground if self._erases_in_colour else ""))
            self._set(self._x, [erased] * (end - self._x))
        elif final == "m":
            self._look = self._look.after(numbers)
        else:
            raise AssertionError(f"no sequence of ours: {numbers}{final}")

    def _put(self, char: str) -> None:
        size = self._size(char)
        if not size:
            base = self._x - 1
            while base > 0 and not self.cells[self._y][base][0]:
                base -= 1
            if base >= 0:
                before, look = self.cells[self._y][base]
                self.cells[self._y][base] = (before + char, look)
            return
        if self._x + size > self.width:
            if self._wraps:
                self._x, self._y = 0, self._y + 1
                assert self._y < self.height, "the screen scrolls"
            else:
                self._x = self.width - size
        self._set(self._x, [(char, self._look.on(char)), *[("", self._look)] * (size - 1)])
        self._x += size

    def _set(self, x: int, cells: list[tuple[str, Look]]) -> None:
        """Put cells; what is left of a character that is cut becomes blank."""
        line, end = self.cells[self._y], x + len(cells)
        start = x
        while start and not line[start][0]:
            start -= 1
        for place in range(start, x):
            line[place] = (" ", line[place][1].on(" "))
        line[x:end] = cells
        while end < self.width and not line[end][0]:
            line[end] = (" ", line[end][1].on(" "))
            end += 1
