"""Attachments: the list, a text, a picture, what is wrong with one, and the question where to save."""

from tests.snapshots.screen import Screen, after, keys
from tests.tui.test_attachments import letter

SCREENS = {
    "attachments": Screen(keys("enter", "o"), letter),
    "attachment_pdf": Screen(keys("enter", "o", "enter"), letter),
    "attachment_picture": Screen(keys("enter", "o", "down", "enter"), letter),
    "attachment_problem": Screen(keys("enter", "o", "down", "down", "down"), letter),
    "attachment_save": Screen(after("enter", "o", "s", then=0.3), letter),
}
