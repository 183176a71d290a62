"""A treatment note as one text under headings, for a message type without fields for it, and read back from that.

The headings are part of the message, so they are Norwegian whatever language the writer's screen has.
"""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.answers import given, given_all
from elmeld_tui.model.forms import Answers

_HEADINGS = {
    "care_level": "OMSORGSNIVÅ",
    "main_diagnosis": "HOVEDDIAGNOSE",
    "secondary_diagnosis": "BIDIAGNOSE",
    "text": "NOTAT",
    "plan": "VIDERE OPPFØLGING",
    "medication": "LEGEMIDLER",
}

_DIAGNOSES = ("main_diagnosis", "secondary_diagnosis")
_WRITTEN = ("text", "plan", "medication")


def write(answers: Answers) -> str:
    """Return the text of a note; ``answers`` are normal and have passed `check`."""
    parts = {
        "care_level": codelists.text("8240", given(answers, "care_level")),
        **{field: "\n".join(map(_diagnosis, given_all(answers, field))) for field in _DIAGNOSES},
        **{field: given(answers, field) for field in _WRITTEN},
    }
    return "\n\n".join(f"{heading}\n{parts[field]}" for field, heading in _HEADINGS.items() if parts[field])


def _diagnosis(answer: str) -> str:
    return f"{codelists.answer(answer).text} ({answer})"


def read(note: str) -> Answers:
    """Return the answers of a text that `write` made; of another text, itself as the note."""
    fields = {heading: field for field, heading in _HEADINGS.items()}
    found: dict[str, list[str]] = {}
    field = "text"
    for line in note.split("\n"):
        if line in fields:
            field = fields[line]
        else:
            found.setdefault(field, []).append(line)
    if any(not "".join(found.get(fields[line], [])).strip() for line in note.split("\n") if line in fields):
        # Another sender's words, that only look like a heading of ours: we write none with nothing below it.
        found = {"text": [note]}
    answers: Answers = {field: "\n".join(found.get(field, [])).strip() for field in _WRITTEN}
    levels = {one.text: one.value for one in codelists.entries("8240")}
    answers["care_level"] = levels.get("".join(found.get("care_level", [])).strip(), "")
    for field in _DIAGNOSES:
        answers[field] = [
            line.rpartition("(")[2].removesuffix(")") for line in found.get(field, []) if line.strip()
        ]
    return answers


def check(answers: Answers) -> dict[str, str]:
    """Return which texts have a line that a reader would take for a heading, by field name."""
    return {
        field: t("En linje kan ikke være bare «{line}»: det er en overskrift i notatet.", line=heading)
        for field in _WRITTEN
        for line in given(answers, field).splitlines()
        for heading in _HEADINGS.values()
        if line.strip() == heading
    }
