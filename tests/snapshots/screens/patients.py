"""The place of the patients: the search, the post, what lacks an answer, and results over time."""

from tests.lab_history import history
from tests.snapshots.screen import Screen, keys

SCREENS = {
    "patients": Screen(keys("f3"), history),
    "patient_post": Screen(keys("f3", "enter"), history),
    "patient_message": Screen(keys("f3", "enter", "shift+tab", "enter"), history),
    "patient_unanswered": Screen(keys("f3", "enter", "u"), history),
    "patient_results": Screen(keys("f3", "enter", "m"), history),
    "patient_analysis": Screen(keys("f3", "enter", "m", "enter"), history),
}
