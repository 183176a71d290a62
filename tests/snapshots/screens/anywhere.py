"""What can be opened from any place."""

from tests.snapshots.screen import Screen, after, keys

SCREENS = {
    "help": Screen(keys("f1")),
    "palette": Screen(keys("ctrl+p")),
    "jump": Screen(keys("enter", "ctrl+o")),
    "locked": Screen(keys("ctrl+p", *"lås", "enter")),
    "unlock_code": Screen(keys("ctrl+p", *"opplås", "enter")),
    "themes": Screen(after("ctrl+p", *"skrift", "enter", then=0.3)),
}
