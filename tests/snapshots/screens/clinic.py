"""The place Klinikk."""

from __future__ import annotations

from textual.pilot import Pilot

from elmeld_tui.office import shortcuts
from elmeld_tui.office.clinic import Office
from tests.snapshots.screen import Act, Screen, asked, keys
from tests.snapshots.screens.post import colleagues
from tests.tui.conftest import until

_TO_PEOPLE = ("alt+6", "down", "right")


def _settled(office: Office) -> None:
    """Let there be something in every part that can be empty."""
    colleagues(office)
    shortcuts.keep(office, "bt", "BT ___ mmHg", for_all=True)


def _next_part() -> Act:
    """Return the going to the part below, and into it."""
    return keys("left", "down", "right")


async def _in_a_year(pilot: Pilot[None]) -> None:
    """Say how many days, and come to the question."""
    await pilot.press("ctrl+u", "3", "6", "5", "enter")
    await until(pilot, "Neste opprydding")


SCREENS = {
    "clinic_setup": Screen(keys("alt+6", "right", "down", "down")),
    "clinic_people": Screen(
        keys(*_TO_PEOPLE),
        _settled,
        then={
            f"clinic_{part}": _next_part()
            for part in ("groups", "positions", "shortcuts", "agreements", "code_lists", "keys", "retention")
        }
        | {
            "clinic_retention_days": asked("e", "Antall dager"),
            "clinic_retention_asked": _in_a_year,
        },
    ),
    "clinic_person": Screen(keys(*_TO_PEOPLE, "e")),
    "clinic_access": Screen(keys(*_TO_PEOPLE, "t")),
    "clinic_key_ways": Screen(
        keys("alt+6", *["down"] * 7, "right", "e"),
        then={"clinic_key_press": keys("enter"), "clinic_key_taken": keys("u"), "clinic_key_free": keys("ø")},
    ),
}
