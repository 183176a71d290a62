"""Getting about without a mouse, and without knowing the keys: help, jump, the parts of a screen, the cursor."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.full_postbox import fill
from benchmarks.pty_harness import Terminal

from elmeld_tui.tui.screens.help import HelpScreen
from elmeld_tui.tui.screens.jump import JumpScreen, targets
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.window_list import WindowList
from tests.tui.conftest import WIDE, OpenApp, press, shown, until, write

_MOVED_TO = re.compile(rb"\x1b\[(\d+);(\d+)H")


async def test_help_shows_the_keys_of_the_place_and_of_what_has_the_focus(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f1")
        listed = shown(pilot)
        assert "Taster · Post" in listed
        for told in ("Bekreft at meldingen er sett", "Neste linje."):
            assert told in listed
        assert "Rull en linje ned." not in listed, "nothing is read yet"
        await press(pilot, "escape", "enter", "f1")
        assert "Rull en linje ned." in shown(pilot)
        assert "Neste linje." not in shown(pilot)


async def test_help_is_searched_by_typing_and_does_what_is_chosen(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "f1")
        await write(pilot, "meldingen er sett")
        assert "kvitter" in shown(pilot)
        assert "Angre siste" not in shown(pilot)
        await press(pilot, "enter")
        assert not isinstance(pilot.app.screen, HelpScreen)
        await press(pilot, "k")
        assert "Innboks · 1" in shown(pilot)


async def test_help_does_what_belongs_to_the_list_that_has_the_focus(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "f1")
        await write(pilot, "siste linje")
        await press(pilot, "enter")
        assert pilot.app.screen.query_one("#messages", WindowList).cursor == 1


async def test_a_letter_jumps_to_any_part_of_the_screen(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "enter", "ctrl+o")
        assert isinstance(pilot.app.screen, JumpScreen)
        below = pilot.app.screen_stack[-2]
        letters = {widget.id: letter for letter, widget, _ in targets(below)}
        assert set(letters) == {"folders", "messages", "paper"}
        assert all(f" {letter} " in shown(pilot) for letter in letters.values())
        await press(pilot, letters["folders"])
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == "folders"
        await press(pilot, "ctrl+o", "escape")
        assert pilot.app.focused.id == "folders", "escape stays"


async def test_every_field_on_the_screen_of_a_composer_can_be_jumped_to(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "ctrl+n")
        await until(pilot, "enter velger")
        await press(pilot, "enter")
        await until(pilot, "Ny melding · Henvisning")
        composer = pilot.app.screen
        seen = targets(composer)
        assert len(seen) >= 5
        await press(pilot, "ctrl+o", seen[3][0])
        assert pilot.app.focused is seen[3][1]


async def test_f6_goes_between_the_parts_and_back(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "enter")
        places = []
        for _ in range(3):
            await press(pilot, "f6")
            places.append(pilot.app.focused.id if pilot.app.focused else "")
        assert sorted(places) == ["folders", "messages", "paper"]
        await press(pilot, "shift+f6")
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == places[-2]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    fill(tmp_path, 200)
    command = [sys.executable, "-m", "elmeld_tui", "--data-dir", str(tmp_path)]
    with Terminal(command, columns=80, rows=24) as opened:
        opened.wait_for("Innboks ·")
        opened.settle(quiet=0.6)
        yield opened


def left_at(terminal: Terminal) -> tuple[int, int]:
    """Where the terminal's cursor was left: row and column, from 1."""
    row, column = _MOVED_TO.findall(terminal.written)[-1]
    return int(row), int(column)


def test_the_terminals_own_cursor_is_left_where_the_keys_go(terminal: Terminal) -> None:
    first = left_at(terminal)
    for number in (1, 2, 3):
        terminal.press(b"\x1b[B")
        assert left_at(terminal) == (first[0] + number, first[1])
    terminal.press(b"\x1b[A")
    assert left_at(terminal) == (first[0] + 2, first[1])
    terminal.press(b"/", quiet=0.4)
    line = left_at(terminal)
    terminal.press(b"ol", quiet=0.4)
    assert left_at(terminal) == (line[0], line[1] + 2), "in a field it stands where one writes"
    terminal.press(b"\x1b", quiet=0.4)
    terminal.press(b"\t", quiet=0.4)
    assert left_at(terminal)[1] != first[1], "in another list it stands there"


async def test_the_cursor_stands_at_the_text_that_is_opened(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "enter")
        paper = pilot.app.screen.query_one(Paper)
        assert paper.has_focus
        assert paper.region.contains(*(paper.content_region.offset + paper.cursor_cell))
