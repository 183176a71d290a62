"""Which form answers a message. Read at first paint: imports nothing heavy."""

from __future__ import annotations

_ANSWERS = {"DIALOG_FORESPORSEL": "answer", "DIALOG_HELSEFAGLIG": "dialogue"}
"""A request has an answer of its own; a dialogue goes on (HIS 80603:2006; HIS 1077:2017 ch. 5)."""


def reply_form(direction: str, type_code: str) -> str:
    """Return the name of the form that answers a message of this type, or an empty string where nothing does."""
    return _ANSWERS.get(type_code, "") if direction == "in" else ""
