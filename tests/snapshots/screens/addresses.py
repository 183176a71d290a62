"""The place Adresser."""

from tests.snapshots.screen import Screen, keys

SCREENS = {
    "addresses": Screen(keys("alt+5", "slash", *"fjord", "enter")),
    "address": Screen(keys("alt+5", "slash", *"kirurgisk", "enter", "enter")),
}
