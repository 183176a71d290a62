"""How every screen looks, on the smallest terminal and on a large one.

A change that is wanted is taken in with ``pytest tests/snapshots --snapshot-update``; look at the pictures first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from elmeld_tui.tui.application import ElmeldApp
from tests.tui.conftest import NARROW, WIDE, press, rest
from tests.tui.test_composer import write_dialogue

Act = Callable[[Pilot[None]], Awaitable[None]]


def keys(*pressed: str) -> Act:
    async def act(pilot: Pilot[None]) -> None:
        await rest(pilot)
        await press(pilot, *pressed)
        await pilot.pause(0.1)

    return act


async def written(pilot: Pilot[None]) -> None:
    await rest(pilot)
    await write_dialogue(pilot)
    await pilot.pause(1.3)
    await rest(pilot)


async def previewed(pilot: Pilot[None]) -> None:
    await written(pilot)
    await press(pilot, "f5")
    await pilot.pause(0.5)


SCREENS: dict[str, Act] = {
    "post": keys(),
    "post_open": keys("enter"),
    "post_sent": keys("tab", "end", "up"),
    "log": keys("f4"),
    "log_open": keys("f4", "e", "enter"),
    "new_message": keys("ctrl+n"),
    "composer": written,
    "preview": previewed,
    "help": keys("f1"),
    "palette": keys("ctrl+p"),
}


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x45"])
@pytest.mark.parametrize("screen", SCREENS)
def test_screen(screen: str, size: tuple[int, int], app: ElmeldApp, snap_compare: Callable[..., bool]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=SCREENS[screen])
