"""Attachments: the list, a text, a picture, what is wrong with one, and the question where to save."""

from tests.snapshots.screen import Screen, asked, keys
from tests.tui.test_attachments import letter

SCREENS = {
    "attachments": Screen(
        keys("enter", "o"),
        letter,
        then={
            "attachment_pdf": keys("enter"),
            "attachment_picture": keys("escape", "down", "enter"),
            "attachment_text": keys("escape", "down", "enter"),
            "attachment_problem": keys("escape", "down"),
            "attachment_save": asked("s", "Lagre vedlegg"),
        },
    ),
}
