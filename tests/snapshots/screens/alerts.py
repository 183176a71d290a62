"""The alerts."""

from tests.snapshots.screen import Screen, after, keys
from tests.tui.test_alerts import trouble

SCREENS = {
    "alerts": Screen(keys("f10"), trouble),
    "alert_message": Screen(keys("f10", "end", "enter"), trouble),
    "alert_expires": Screen(keys("f10", "enter"), trouble),
    "alert_handled": Screen(after("f10", "end", "m", then=0.3), trouble),
}
