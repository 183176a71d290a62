"""What can be opened from any place."""

from tests.snapshots.screen import Screen, keys

SCREENS = {
    "help": Screen(keys("f1")),
    "palette": Screen(keys("ctrl+p")),
}
