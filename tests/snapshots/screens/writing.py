"""Writing a message."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.snapshots.screen import Screen, keys
from tests.tui.conftest import press, rest
from tests.tui.test_composer import write_dialogue


async def written(pilot: Pilot[None]) -> None:
    await write_dialogue(pilot)
    await pilot.pause(1.3)
    await rest(pilot)


async def previewed(pilot: Pilot[None]) -> None:
    await written(pilot)
    await press(pilot, "f5")
    await pilot.pause(0.5)


SCREENS = {
    "new_message": Screen(keys("ctrl+n")),
    "composer": Screen(written),
    "preview": Screen(previewed),
}
