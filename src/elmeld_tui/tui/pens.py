"""The appearance of a cell, and the fewest bytes that switch a terminal to it (ECMA-48 §8.3.117, SGR)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.color import Color, ColorSystem
from rich.style import Style

_MARKS = {
    "bold": "1",
    "dim": "2",
    "italic": "3",
    "underline": "4",
    "blink": "5",
    "blink2": "6",
    "reverse": "7",
    "conceal": "8",
    "strike": "9",
    "underline2": "21",
    "overline": "53",
}
_OFF = {"1": "22", "2": "22", "5": "25", "6": "25", "21": "24", "53": "55"} | {
    code: f"2{code}" for code in "34789"
}
_SEEN_ON_BLANKS = frozenset({"4", "7", "9", "21", "53"})


class Pen(NamedTuple):
    """What a terminal writes with.

    Attributes:
        marks: codes for bold, reverse and the like, in a fixed order.
        colour: the code for the letters' colour; empty for the terminal's own.
        ground: the code for the colour behind them; empty for the terminal's own.
    """

    marks: tuple[str, ...] = ()
    colour: str = ""
    ground: str = ""

    @property
    def shows_on_blanks(self) -> bool:
        """Whether a blank looks otherwise with it than with its ground alone."""
        return not _SEEN_ON_BLANKS.isdisjoint(self.marks)


PLAIN = Pen()
"""What a terminal writes with when nothing else is said."""


@lru_cache(maxsize=4096)
def pen(style: Style | None, system: ColorSystem) -> Pen:
    """Return the pen for a style on a terminal with the colours of ``system``; what a click does is no look."""
    if style is None:
        return PLAIN
    marks = tuple(code for name, code in _MARKS.items() if getattr(style, name))
    return Pen(marks, _colour(style.color, system, letters=True), _colour(style.bgcolor, system, letters=False))


def _colour(color: Color | None, system: ColorSystem, *, letters: bool) -> str:
    if color is None or color.is_default:
        return ""
    return ";".join(color.downgrade(system).get_ansi_codes(letters))


@lru_cache(maxsize=4096)
def blank(of: Pen) -> Pen:
    """Return the pen that a blank is written with, so that two blanks that look alike are alike."""
    return of if of.shows_on_blanks else Pen(ground=of.ground)


def suits_blank(held: Pen, wanted: Pen) -> bool:
    """Return whether a blank that ``wanted`` is the pen of may be written with ``held``."""
    return held == wanted or (
        held.ground == wanted.ground and not held.shows_on_blanks and not wanted.shows_on_blanks
    )


@lru_cache(maxsize=4096)
def change(old: Pen, new: Pen) -> str:
    """Return the sequence after which a terminal that wrote with ``old`` writes with ``new``."""
    if old == new:
        return ""
    anew = ";".join(("0", *new.marks, *filter(None, (new.colour, new.ground))))
    off = {_OFF[mark]: None for mark in old.marks if mark not in new.marks}
    on = [mark for mark in new.marks if mark not in old.marks or _OFF[mark] in off]
    codes = [*off, *on]
    if new.colour != old.colour:
        codes.append(new.colour or "39")
    if new.ground != old.ground:
        codes.append(new.ground or "49")
    little = ";".join(codes)
    return f"\x1b[{little if len(little) <= len(anew) else anew if new != PLAIN else ''}m"
