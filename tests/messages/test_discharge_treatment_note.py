"""The treatment note: the same answers as a discharge summary or as a dialogue note, and told from both."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_answers import answers_for, check_round_trip
from hypothesis import given, settings
from hypothesis import strategies as st
from message_samples import addressing, referral

from elmeld_tui.messages import dialogue, discharge_summary, schemas, writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.treatment_note import wording as treatment_note_text
from elmeld_tui.model.forms import Answers

FORMS = writing.forms()
CARRIERS = ["treatment-note", "treatment-note-dialogue"]

NOTE: Answers = {
    "contact_date": "2026-11-20",
    "care_level": "3",
    "main_diagnosis": ["ICPC-2:T90"],
    "secondary_diagnosis": ["ICPC-2:A97", "ICD-10:E119"],
    "text": "Første linje\n\nTredje linje",
    "plan": "Kontroll om 4 uker",
    "medication": "Metformin 500 mg x 2",
}


def build(form: str, answers: Answers = NOTE, **frame: object) -> Document:
    assert writing.check_answers(FORMS[form], answers) == {}
    document = read(writing.build(form, answers, addressing(**frame)))
    assert schemas.validate(document.root) == []
    return document


@settings(deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("form", CARRIERS)
def test_what_was_said_is_what_is_read(form: str, data: st.DataObject) -> None:
    check_round_trip(FORMS[form], data.draw(answers_for(FORMS[form])))


@pytest.mark.parametrize("form", CARRIERS)
def test_the_national_schemas_accept_it(shared: Path, form: str) -> None:
    check_round_trip(FORMS[form], NOTE, shared)


def test_an_office_can_switch_between_its_carriers() -> None:
    one, other = (FORMS[name] for name in CARRIERS)
    assert one.fields == other.fields
    assert one.family == other.family == "treatment-note"
    assert (one.profile, other.profile) == ("discharge-summary", "note")
    assert one.saves_itself
    assert other.saves_itself
    assert writing.answers_of(CARRIERS[1], build(CARRIERS[1])) == writing.answers_of(
        CARRIERS[0], build(CARRIERS[0])
    )


def test_the_discharge_summary_is_its_usual_carrier_and_can_change() -> None:
    family = [name for name, form in FORMS.items() if form.family == "treatment-note"]
    assert family == CARRIERS
    assert FORMS["treatment-note"].changes == "NMC"
    assert FORMS["treatment-note"].copies


def test_as_a_summary_it_says_that_it_is_a_note() -> None:
    document = build("treatment-note")
    said = discharge_summary.parse(document)
    assert said.description == "Behandlingsnotat"
    assert said.status.value == "F"
    assert [one.value for one in said.main_diagnoses] == ["T90"]
    assert {code.value: words for code, words in said.comments} == {
        "FO": "Første linje\n\nTredje linje",
        "OP": "Kontroll om 4 uker",
        "ME": "Metformin 500 mg x 2",
    }
    assert said.responsible is not None
    assert said.responsible.name == "Åse Nordfjord"


def test_as_a_note_it_tells_all_of_it_in_words() -> None:
    said = dialogue.parse(build("treatment-note-dialogue")).notes[0]
    assert (said.theme.value, said.subject) == ("1", "Behandlingsnotat")
    for word in (
        "Poliklinisk omsorg",
        "Diabetes type 2 (ICPC-2:T90)",
        "Tredje linje",
        "Kontroll om 4 uker",
        "Metformin",
    ):
        assert word in said.text


def test_it_is_told_from_an_ordinary_summary_and_an_ordinary_note() -> None:
    summary: Answers = {"start": "2026-11-20T09:00", "main_diagnosis": ["ICPC-2:T90"], "course": "Bra"}
    ordinary = read(writing.build("discharge-summary", summary, addressing()))
    names = [writing.form_of(document) for document in (ordinary, *map(build, CARRIERS))]
    assert [form.name for form in names if form] == ["discharge-summary", *CARRIERS]
    other = build("treatment-note-dialogue").raw.replace(
        b"<Tema>Behandlingsnotat</Tema>", b"<Tema>Til orientering</Tema>"
    )
    form = writing.form_of(read(other))
    assert form is not None
    assert form.name not in CARRIERS


@pytest.mark.parametrize("field", ["text", "plan", "medication"])
@pytest.mark.parametrize("form", CARRIERS)
def test_a_line_that_would_be_taken_for_a_heading_is_refused(form: str, field: str) -> None:
    problems = writing.check_answers(FORMS[form], NOTE | {field: "Over\n LEGEMIDLER \nunder"})
    assert set(problems) == {field}
    assert "LEGEMIDLER" in problems[field]


@pytest.mark.parametrize("without", ["contact_date", "main_diagnosis", "text"])
@pytest.mark.parametrize("form", CARRIERS)
def test_what_every_note_needs_is_asked_for(form: str, without: str) -> None:
    answers = {name: answer for name, answer in NOTE.items() if name != without}
    assert set(writing.check_answers(FORMS[form], answers)) == {without}


def test_a_note_that_answers_a_referral_names_it() -> None:
    asked = referral()
    document = read(writing.build("treatment-note", NOTE, addressing(), in_reply_to=asked))
    assert schemas.validate(document.root) == []
    assert document.header.order_id == asked.header.document_id


@given(text=st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=80))
def test_the_text_of_another_sender_is_the_note_itself(text: str) -> None:
    assert treatment_note_text.read(text)["text"] == text.strip()
