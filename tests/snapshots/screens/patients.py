"""The place of the patients: the search, the post, what lacks an answer, and results over time."""

from tests.lab_history import history
from tests.snapshots.screen import Screen, keys

SCREENS = {
    "patients": Screen(
        keys("f3"),
        history,
        then={
            "patient_post": keys("enter"),
            "patient_unanswered": keys("u"),
            "patient_journal": keys("h"),
            "patient_message": keys("h", *["shift+tab"] * 2, "enter"),
            "patient_search": keys("escape", "slash", *"ty"),
        },
    ),
    "patients_none": Screen(keys("f3", *"ukjent")),
    "patient_results": Screen(keys("f3", "enter", "m"), history, then={"patient_analysis": keys("enter")}),
}
