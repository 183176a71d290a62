"""A line as terminal cells: one character each, or a character that takes several.

Terminals disagree with each other and with the framework about the width of stand-alone accents, East Asian letters
and pictographs. Such characters are kept together in a *disputed* cell, followed by as many empty cells as the
framework assigns them; whoever writes them can then make sure that they displace nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.color import ColorSystem
from textual.strip import Strip

from elmeld_tui.tui.pens import Pen, blank, pen

Cell = tuple[str, Pen]
"""What is in a cell, empty where the one before reaches into it; and what it is written with."""

# What every terminal draws in one cell: letters of Europe, quotes and dashes, arrows, control pictures, boxes.
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
_ONE_CELL = "".join(f"{chr(first)}-{chr(last)}" for first, last in _RANGES) + "✓✗�"
_UNDISPUTED = re.compile(f"[{_ONE_CELL}]*")
_JOINER = "\N{ZERO WIDTH JOINER}"
_DISPUTED = re.compile(f"[^{_ONE_CELL}](?:(?<={_JOINER}).|[^{_ONE_CELL}])*")


def cells(strip: Strip, system: ColorSystem) -> list[Cell]:
    """Return one entry a cell, as a terminal with the colours of ``system`` shows them."""
    found: list[Cell] = []
    if not strip.cell_length:
        return found
    for text, style, _ in strip:
        held = pen(style, system)
        empty = blank(held)
        if _UNDISPUTED.fullmatch(text):
            found += [(char, empty if char == " " else held) for char in text]
        else:
            for part in _parts(text):
                _add(found, part, empty if part == " " else held)
    return found


def is_disputed(line: Sequence[Cell]) -> bool:
    """Return whether terminals may disagree about which character of ``line`` is in which cell."""
    return not _UNDISPUTED.fullmatch("".join([text for text, _ in line]))


def is_cell(text: str) -> bool:
    """Return whether every terminal draws this character in one cell."""
    return len(text) == 1 and _UNDISPUTED.fullmatch(text) is not None


def _parts(text: str) -> Iterator[str]:
    """Yield the characters of ``text``, disputed ones that stand together as one."""
    at = 0
    for found in _DISPUTED.finditer(text):
        yield from text[at : found.start()]
        yield found[0]
        at = found.end()
    yield from text[at:]


def _add(line: list[Cell], text: str, held: Pen) -> None:
    """Add characters to ``line``; such as take no cell are put into the one before, or have the one after put to them."""
    if line:
        base = len(line) - 1
        while not line[base][0]:
            base -= 1
        before, style = line[base]
        if not cell_len(text[0]) or not cell_len(before):
            del line[base:]
            text, held = before + text, style if before != " " else held
    line += [(text, held), *[("", held)] * (cell_len(text) - 1)]
