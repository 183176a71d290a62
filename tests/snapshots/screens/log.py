"""The message log."""

from tests.snapshots.screen import Screen, keys

SCREENS = {
    "log": Screen(keys("f4")),
    "log_open": Screen(keys("f4", "e", "enter")),
}
