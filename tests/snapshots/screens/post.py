"""The mailboxes."""

from tests.snapshots.screen import Screen, keys

SCREENS = {
    "post": Screen(keys()),
    "post_open": Screen(keys("enter")),
    "post_sent": Screen(keys("tab", "end", "up")),
}
