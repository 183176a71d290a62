"""The message log."""

from tests.snapshots.screen import Screen, keys

SCREENS = {
    "log": Screen(keys("f4")),
    "log_open": Screen(keys("f4", "e", "enter")),
    "log_xml": Screen(keys("f4", "x")),
    "log_checks": Screen(keys("f4", "enter", "left", "left")),
    "log_thread": Screen(keys("f4", "e", "enter", "left")),
    "log_statistics": Screen(keys("f4", "t")),
}
