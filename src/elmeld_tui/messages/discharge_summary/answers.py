"""The answers a discharge summary 1.2 is written from, as they are read back from its content."""

from __future__ import annotations

from elmeld_tui.messages import discharge_summary
from elmeld_tui.messages.answers import normal
from elmeld_tui.messages.discharge_summary import DischargeSummary, Event
from elmeld_tui.messages.discharge_summary.form import COMMENTS, NO_GP, RECEIVER_IS_GP, form
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.parts import information, medication, people
from elmeld_tui.messages.referral import answers as referral_answers
from elmeld_tui.model import clock
from elmeld_tui.model.forms import Answers


def answers_of(document: Document) -> Answers:
    """Return the answers that `discharge_summary_1_2.build` writes ``document`` from."""
    said = discharge_summary.parse(document)
    description = form()
    names = next(field.choices for field in description.fields if field.name == "description")
    known = {one.value for one in names}
    sections: list[Answers] = [
        {"heading": heading, "text": words}
        for heading, words in _comments(said)
        if heading not in COMMENTS.values()
    ]
    answers: Answers = {
        "description": said.description if said.description in known else "",
        "status": said.status.value,
        "referral": _referral_answers(said),
        **_people_answers(said, document),
        **(event_answers(said.events[0]) if said.events else {}),
        **diagnosis_answers(said),
        **comment_answers(said, COMMENTS),
        "sections": sections,
        "cave": "\n".join(said.cave),
        "drugs": [medication.answers_of(one) for one in said.medication],
        "information": [
            information.answers_of(fact)
            for fact in said.information
            if fact.medication is None and fact.type.value not in {"H", "B", "CAVE"}
        ],
    }
    return normal(description, answers)


def event_answers(event: Event) -> Answers:
    """Return when the contact was, in Norwegian time, and of what kind."""
    start, end = (clock.business_text(at)[:16] if at else "" for at in (event.start, event.end))
    return {"start": start, "end": end, "care_level": event.care_level.value}


def diagnosis_answers(said: DischargeSummary) -> Answers:
    """Return the diagnoses that can be chosen."""
    return {
        "main_diagnosis": list(referral_answers.diagnosis_answers(said.main_diagnoses)[0]),
        "secondary_diagnosis": list(referral_answers.diagnosis_answers(said.secondary_diagnoses)[0]),
    }


def comment_answers(said: DischargeSummary, places: dict[str, str]) -> Answers:
    """Return the running texts that have a field of their own; ``places`` is field to heading."""
    return {
        field: "\n".join(words for heading, words in _comments(said) if heading == place)
        for field, place in places.items()
    }


# The same heading by its code in the older list.
_SAME = {"ÅI": "AI"}


def _comments(said: DischargeSummary) -> list[tuple[str, str]]:
    return [(_SAME.get(heading.value, heading.value), words) for heading, words in said.comments]


def _referral_answers(said: DischargeSummary) -> list[Answers]:
    if said.referral is None:
        return []
    chosen_diagnoses, in_words = referral_answers.diagnosis_answers(said.referral.diagnoses)
    return [
        {
            "id": said.referral.id,
            "issued": said.referral.issued[:10],
            "content": said.referral.content.value,
            "diagnosis": list(chosen_diagnoses),
            "diagnosis_text": in_words,
        }
    ]


def _people_answers(said: DischargeSummary, document: Document) -> Answers:
    receiver = document.header.receivers[0] if document.header.receivers else None
    is_receiver = (
        said.gp is not None
        and receiver is not None
        and (said.gp.her_id, said.gp.name) == (receiver.her_id, receiver.name)
    )
    return {
        "gp_is": RECEIVER_IS_GP if said.gp else NO_GP,
        "gp": [] if is_receiver else people.answers_of(people.as_professional(said.gp)),
        "referrer": people.answers_of(said.referrer),
        "contact": people.answers_of(said.contact),
        # Who is responsible was asked for only where another is named as the author.
        "responsible": people.answers_of(said.responsible) if said.author else [],
    }
