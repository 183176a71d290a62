"""Searching and filtering."""

from textual.pilot import Pilot

from tests.snapshots.screen import Screen, asked, keys
from tests.tui.conftest import press, write


async def _completing(pilot: Pilot[None]) -> None:
    await press(pilot, "f4", "slash")
    await write(pilot, "retning:ut status:")


async def _filtered(pilot: Pilot[None]) -> None:
    await write(pilot, "avvist til:fjord")
    await press(pilot, "enter")


async def _wrong(pilot: Pilot[None]) -> None:
    await press(pilot, "f4", "slash")
    await write(pilot, "etter:32.13")
    await press(pilot, "enter")


SCREENS = {
    "search_line": Screen(_completing, then={"filtered": _filtered}),
    "search_wrong": Screen(_wrong),
    "filter_dialog": Screen(
        asked("f", "Kommunikasjonstype"),
        then={
            "filter_chosen": keys("down", "down", "space"),
            "filter_name": asked("f8", "Lagre filteret som"),
            "filter_kept": keys(*"dialog", "enter"),
        },
    ),
}
