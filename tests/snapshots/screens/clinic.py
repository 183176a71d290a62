"""The place Klinikk."""

from tests.snapshots.screen import Screen, keys

_TO_PEOPLE = ("alt+6", "down", "right")

SCREENS = {
    "clinic_setup": Screen(keys("alt+6", "right", "down", "down")),
    "clinic_people": Screen(keys(*_TO_PEOPLE)),
    "clinic_person": Screen(keys(*_TO_PEOPLE, "e")),
    "clinic_access": Screen(keys(*_TO_PEOPLE, "t")),
}
