"""What is written adds up to what was meant, over random frames.

Tmux, which shares no code with us, is one terminal. Terminals that take characters for narrower and wider than the
framework does are others; on them everything but those characters must stand where it was meant to.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.color import Color, ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from elmeld_tui.tui.wire import Shown
from tests.tui.screen_emulator import Emulator, Look, captured
from tests.waiting import PATIENCE

FRAMES = 42
SIZES = ((80, 24), (52, 9), (97, 31))
LETTERS = "abcæøåÉ 012/–…│─╭▐▁█•✓←"
AGREED = ("中", "診", "療", "한", "e\u0301", "a\u0308\u0331", "o\u0302")
"""No plain letters, but of a width that tmux and the framework agree about."""
DISPUTED = ("👩\u200d⚕\ufe0f", "❤\ufe0f", "👨\u200d👩\u200d👧", "🇳🇴", "ก\u0e33", "a\u200db")
MARKS = ("bold", "dim", "italic", "underline", "reverse", "strike")

Screen = list[list[tuple[str, Look]]]
REPLACED = ("", Look(frozenset({"disputed"})))
"""A cell of a character about whose width there is no agreement: anything may be in it."""
UNTOLD = ("", Look(frozenset({"untold"})))
"""A blank of which tmux does not tell the ground: one that was erased, behind the last that was written on its line."""


class Frames:
    """Random frames, and the screen that they shall add up to."""

    def __init__(self, seed: int, system: ColorSystem | None, odd: tuple[str, ...]) -> None:
        self.chance = random.Random(seed)
        self.system = system
        self.odd = odd
        self.styles = [self._style() for _ in range(9)]
        self.begin(*SIZES[0])

    def begin(self, width: int, height: int) -> None:
        """Begin with an empty screen."""
        self.width, self.height = width, height
        self.lines = [Strip([Segment(" " * width)], width)] * height

    def _style(self) -> Style:
        marks = {mark: True for mark in MARKS if self.chance.random() < 0.2}
        if self.system is None:
            return Style(**marks)
        colours = [Color.default(), Color.from_ansi(self.chance.randrange(16))]
        if self.system is not ColorSystem.STANDARD:
            colours.append(Color.from_ansi(self.chance.randrange(16, 256)))
        if self.system is ColorSystem.TRUECOLOR:
            colours.append(Color.from_rgb(*(self.chance.randrange(256) for _ in range(3))))
        return Style(
            color=self.chance.choice(colours),
            bgcolor=self.chance.choice([*colours, None]),
            meta={"@click": f"it({self.chance.random()})"} if self.chance.random() < 0.3 else None,
            **marks,
        )

    def strip(self, width: int) -> Strip:
        """Return a strip of exactly ``width`` cells; in one of four something that is no plain letter."""
        segments, room, odd = [], width, self.chance.random() < 0.25
        while room:
            style = self.chance.choice([*self.styles, None])
            for _ in range(self.chance.randint(1, 12)):
                one = self.chance.choice((self.chance.choice(LETTERS), " " * self.chance.randint(1, 30)))
                if odd and self.chance.random() < 0.2:
                    one = self.chance.choice(self.odd)
                if cell_len(one) <= room:
                    segments.append(Segment(one, style))
                    room -= cell_len(one)
        return Strip(segments, width)

    def whole(self) -> LayoutUpdate:
        """Return a drawing of everything, of which most lines are as they were."""
        for y in range(self.height):
            if self.chance.random() < 0.3:
                self.lines[y] = self.strip(self.width)
        return LayoutUpdate(
            [
                [line.crop(0, cut), line.crop(cut, self.width)]
                for line, cut in zip(self.lines, self._cuts(), strict=True)
            ],
            Region(0, 0, self.width, self.height),
        )

    def _cuts(self) -> list[int]:
        return [self._cut(line, self.chance.randrange(self.width)) for line in self.lines]

    def _cut(self, line: Strip, near: int) -> int:
        """Return a place to cut ``line``, not within a character: no widget ends in one."""
        places = [0]
        for text, _, _ in line:
            places += (
                [places[-1] + cell_len(text)]
                if text in self.odd
                else range(places[-1] + 1, places[-1] + len(text) + 1)
            )
        return max(place for place in places if place <= near)

    def parts(self) -> ChopsUpdate:
        """Return a drawing of parts of some lines, each from a cut to another or to somewhere before it."""
        spans, chops, ends = [], [], []
        for y, line in enumerate(self.lines):
            places = sorted(
                {0, self.width, *(self._cut(line, self.chance.randrange(self.width)) for _ in range(3))}
            )
            strips = {x: line.crop(x, end) for x, end in pairwise(places)}
            if self.chance.random() < 0.4:
                x, end = self.chance.choice(list(pairwise(places)))
                strips[x] = self._like(strips[x], end - x)
                self.lines[y] = Strip.join([strips[place] for place in sorted(strips)])
                stop = self.chance.choice((end, end, end - 1))
                if stop < end and x < stop == self._cut(line, stop) == self._cut(self.lines[y], stop):
                    self.lines[y] = Strip.join([self.lines[y].crop(0, stop), line.crop(stop, self.width)])
                    spans.append((y, x, stop))
                else:
                    spans.append((y, x, end))
            chops.append(strips)
            ends.append(places[1:])
        return ChopsUpdate(chops, spans or [(0, 0, 0)], ends)

    def _like(self, strip: Strip, width: int) -> Strip:
        """Return something else, or the same but for a few cells."""
        if self.chance.random() < 0.5:
            return self.strip(width)
        at = self._cut(strip, self.chance.randrange(width))
        changed = Segment(self.chance.choice(LETTERS), self.chance.choice(self.styles))
        rest = next(place for place in range(at + 1, width + 1) if place == self._cut(strip, place))
        blanks = Segment(" " * (rest - at - 1), changed.style)
        return Strip.join([strip.crop(0, at), Strip([changed, blanks], rest - at), strip.crop(rest, width)])

    @property
    def meant(self) -> Screen:
        """What is meant to be on the screen, read from the strips."""
        return [self._line(strip) for strip in self.lines]

    def _line(self, strip: Strip) -> list[tuple[str, Look]]:
        line: list[tuple[str, Look]] = []
        for text, style, _ in strip:
            look = _look(style, self.system)
            for char in _characters(text, self.odd):
                if char in DISPUTED:
                    line += [REPLACED] * cell_len(char)
                else:
                    line += [(char, look.on(char)), *[("", look)] * (cell_len(char) - 1)]
        return line


def _characters(text: str, odd: tuple[str, ...]) -> Iterator[str]:
    yield from re.findall("|".join([*map(re.escape, sorted(odd, key=len, reverse=True)), "."]), text)


def _look(style: Style | None, system: ColorSystem | None) -> Look:
    """Return how a style looks, from what the framework would write for it."""
    if style is None or (system is None and not style):
        return Look()
    codes = Strip.render_ansi(style, system or ColorSystem.TRUECOLOR)
    return Look().after(codes) if codes else Look()


def _departures(screen: Screen, meant: Screen) -> list[str]:
    """Return where a screen is not as it was meant."""
    return [
        f"row {y} column {x}: {shown}, meant was {wanted}"
        for y, (line, told) in enumerate(zip(screen, meant, strict=True))
        for x, (shown, wanted) in enumerate(zip(line, told, strict=True))
        if wanted is not REPLACED and shown != wanted and not (shown is UNTOLD and _is_blank(wanted))
    ]


def _is_blank(cell: tuple[str, Look]) -> bool:
    return cell == (" ", Look(ground=cell[1].ground))


class Tmux:
    """A terminal that shows what is written into a pipe."""

    def __init__(self, place: Path) -> None:
        self._base = ["tmux", "-f", "/dev/null", "-S", str(place / "tmux")]
        pipe = place / "pipe"
        os.mkfifo(pipe)
        self.run("new-session", "-d", "-x", "80", "-y", "25", f"stty raw -echo; exec cat {pipe}")
        self._pipe = os.open(pipe, os.O_WRONLY)
        self._frames = 0

    def run(self, *words: str) -> str:
        return subprocess.run([*self._base, *words], capture_output=True, text=True, check=True).stdout

    def feed(self, text: str) -> None:
        data = text.encode()
        while data:
            data = data[os.write(self._pipe, data) :]

    def resize(self, columns: int, rows: int) -> None:
        self.run("resize-window", "-x", str(columns), "-y", str(rows + 1))

    def shows(self, width: int, height: int) -> Screen:
        """Return the lines above the last, on which it is said that everything written has arrived."""
        self._frames += 1
        told = f"frame {self._frames}."
        self.feed(f"\x1b[{height + 1};1H{told}")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            screen = self.run("capture-pane", "-p", "-e", "-N")
            if told in screen:
                return _read(screen, width, height)
        raise AssertionError("tmux does not show what was written")

    def close(self) -> None:
        os.close(self._pipe)
        with suppress(subprocess.CalledProcessError):
            self.run("kill-server")


def _read(screen: str, width: int, height: int) -> Screen:
    lines = []
    for pieces in captured(screen)[:height]:
        line: list[tuple[str, Look]] = []
        for text, look in pieces:
            for char in _characters(text, AGREED):
                line += [(char, look.on(char)), *[("", look)] * (cell_len(char) - 1)]
        lines.append([*line, *[UNTOLD] * (width - len(line))])
    return lines


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    opened = Tmux(tmp_path)
    yield opened
    opened.close()


SYSTEMS = [ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD, None]


def _written(shown: Shown, frames: Frames, number: int) -> str:
    """Return what is written for the next frame."""
    update = frames.whole() if number % 7 == 0 else frames.parts()
    return str(shown.difference(update).render_segments(Console()))


@pytest.mark.parametrize("system", SYSTEMS, ids=["truecolour", "256", "sixteen", "monochrome"])
def test_tmux_shows_what_was_meant_after_every_frame(tmux: Tmux, system: ColorSystem | None) -> None:
    frames = Frames(1, system, AGREED)
    shown = Shown(system or ColorSystem.TRUECOLOR)
    for number in range(FRAMES):
        if number % 14 == 0:
            frames.begin(*SIZES[number // 14])
            tmux.resize(frames.width, frames.height)
            shown.forget()
        if number % 7 == 3:
            # Others have written on it.
            shown.forget()
        tmux.feed(_written(shown, frames, number))
        assert not _departures(tmux.shows(frames.width, frames.height), frames.meant), f"frame {number}"


WIDTHS: dict[str, Callable[[str], int]] = {
    "as the framework": cell_len,
    "narrow": lambda char: 1 if cell_len(char) else 0,
    "every part by itself": lambda char: 1 if char.isascii() or char in LETTERS else 2,
}


@pytest.mark.parametrize("size", WIDTHS.values(), ids=WIDTHS.keys())
@pytest.mark.parametrize("erases_in_colour", [True, False])
def test_what_terminals_disagree_about_moves_nothing_else(
    size: Callable[[str], int], *, erases_in_colour: bool
) -> None:
    frames = Frames(2, ColorSystem.TRUECOLOR, (*AGREED, *DISPUTED) if size is cell_len else DISPUTED)
    shown = Shown(erases_in_colour=erases_in_colour)
    terminal = Emulator(frames.width, frames.height, size, erases_in_colour=erases_in_colour)
    for number in range(FRAMES):
        terminal.feed(_written(shown, frames, number))
        assert terminal.is_as_usual
        assert not _departures(terminal.cells, frames.meant), f"frame {number}"
