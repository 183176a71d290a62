"""Searching and filtering."""

from textual.pilot import Pilot

from tests.snapshots.screen import Screen, after
from tests.tui.conftest import press, write


async def _completing(pilot: Pilot[None]) -> None:
    await press(pilot, "f4", "slash")
    await write(pilot, "retning:ut status:")


async def _filtered(pilot: Pilot[None]) -> None:
    await _completing(pilot)
    await write(pilot, "avvist til:fjord")
    await press(pilot, "enter")


SCREENS = {
    "search_line": Screen(_completing),
    "filtered": Screen(_filtered),
    "filter_dialog": Screen(after("f", then=0.2)),
}
