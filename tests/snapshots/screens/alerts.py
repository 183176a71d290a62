"""The alerts."""

from tests.snapshots.screen import Screen, after, keys
from tests.tui.test_alerts import trouble

SCREENS = {
    "alerts": Screen(keys("shift+f2"), trouble),
    "alert_message": Screen(keys("shift+f2", "end", "enter"), trouble),
    "alert_expires": Screen(keys("shift+f2", "enter"), trouble),
    "alert_handled": Screen(after("shift+f2", "end", "m", then=0.3), trouble),
}
