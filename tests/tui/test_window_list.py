"""The list that draws only what is on screen: it must never show another row than the one it acts on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from elmeld_tui.tui.widgets.lines import Line, line
from elmeld_tui.tui.widgets.window_list import WindowList


class Million(Sequence[int]):
    """Rows that are counted, and remembered when they are asked for."""

    def __init__(self, first: int = 0, length: int = 1_000_000) -> None:
        self.first, self.length = first, length
        self.asked: set[int] = set()

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        if not 0 <= index < self.length:
            raise IndexError(index)
        self.asked.add(index)
        return self.first + index


def draw(row: int, _width: int) -> Line:
    return line(f"rad {row}")


class OneList(App[None]):
    def compose(self) -> ComposeResult:
        yield WindowList(draw, identity=lambda row: row, id="rows", empty=lambda: "ingenting")


def rows_of(pilot: Pilot[None]) -> list[str]:
    return [strip.text.rstrip(" ▐") for strip in pilot.app.screen._compositor.render_strips()]


@pytest.fixture
def rows() -> Million:
    return Million()


async def test_only_the_rows_on_screen_are_read(rows: Million) -> None:
    async with OneList().run_test(size=(40, 20)) as pilot:
        listed = pilot.app.query_one(WindowList)
        listed.show(rows)
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        assert rows_of(pilot)[-1] == "rad 999999"
        assert len(rows.asked) < 100


@pytest.mark.parametrize(
    ("keys", "cursor"),
    [
        (["down"], 1),
        (["up"], 0),
        (["pagedown", "pagedown", "pageup"], 19),
        (["end"], 999_999),
        (["end", "home"], 0),
        (["down"] * 25, 25),
        (["end", *["up"] * 25], 999_974),
    ],
)
async def test_keys_move_the_cursor_and_it_is_always_seen(rows: Million, keys: list[str], cursor: int) -> None:
    async with OneList().run_test(size=(40, 20)) as pilot:
        listed = pilot.app.query_one(WindowList)
        listed.show(rows)
        await pilot.press(*keys)
        await pilot.pause()
        assert listed.cursor == cursor
        assert f"rad {cursor}" in rows_of(pilot)


async def test_the_cursor_stays_on_its_row_when_others_come_before_it() -> None:
    async with OneList().run_test(size=(40, 20)) as pilot:
        listed = pilot.app.query_one(WindowList)
        listed.show(Million(first=100, length=500))
        await pilot.press(*["down"] * 30)
        listed.show(Million(first=97, length=503))
        await pilot.pause()
        assert listed.current == 130
        assert "rad 130" in rows_of(pilot)


async def test_the_cursor_goes_to_the_neighbour_when_its_row_is_gone() -> None:
    async with OneList().run_test(size=(40, 20)) as pilot:
        listed = pilot.app.query_one(WindowList)
        listed.show([1, 2, 3])
        await pilot.press("down")
        listed.show([1, 3])
        assert listed.current == 3
        listed.show([1])
        assert listed.current == 1
        listed.show([])
        await pilot.pause()
        assert listed.current is None
        assert rows_of(pilot)[0].strip() == "ingenting"


async def test_the_terminals_own_cursor_follows(rows: Million) -> None:
    async with OneList().run_test(size=(40, 20)) as pilot:
        listed = pilot.app.query_one(WindowList)
        listed.show(rows)
        listed.focus()
        await pilot.press("down", "down")
        assert listed.cursor_cell.y == 2
