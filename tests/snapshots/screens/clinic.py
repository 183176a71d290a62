"""The place Klinikk."""

from __future__ import annotations

from elmeld_tui.office import shortcuts
from elmeld_tui.office.clinic import Office
from tests.snapshots.screen import Act, Screen, keys
from tests.snapshots.screens.post import colleagues

_TO_PEOPLE = ("alt+6", "down", "right")


def _settled(office: Office) -> None:
    """Let there be something in every part that can be empty."""
    colleagues(office)
    shortcuts.keep(office, "bt", "BT ___ mmHg", for_all=True)


def _next_part() -> Act:
    """Return the going to the part below, and into it."""
    return keys("left", "down", "right")


SCREENS = {
    "clinic_setup": Screen(keys("alt+6", "right", "down", "down")),
    "clinic_people": Screen(
        keys(*_TO_PEOPLE),
        _settled,
        then={
            f"clinic_{part}": _next_part()
            for part in ("groups", "positions", "shortcuts", "agreements", "code_lists", "keys", "retention")
        },
    ),
    "clinic_person": Screen(keys(*_TO_PEOPLE, "e")),
    "clinic_access": Screen(keys(*_TO_PEOPLE, "t")),
}
