"""The sick note: what NAV would refuse is refused here, and what is written is read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from form_answers import answers_for, check_round_trip
from hypothesis import given
from hypothesis import strategies as st
from nav_samples import SIGNER_ID, to_nav

from elmeld_tui.messages import sick_note, writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.reading import find, find_all, text, value
from elmeld_tui.messages.sick_note import Ability
from elmeld_tui.model.forms import Answers

FORM = writing.forms()["sick-note"]
PERIOD: Answers = {"from_date": "2026-11-20", "to_date": "2026-11-27", "medical_reasons": ["1"]}
NOTE: Answers = {
    "case_start": "2026-11-20",
    "employer_name": "Brygga kafé",
    "diagnosis": "ICPC-2:L03",
    "periods": [PERIOD],
    "treated": "2026-11-20T09:30",
}
GRADED: Answers = {"from_date": "2026-11-28", "to_date": "2026-12-11", "ability": "gradert", "grade": "50"}

_DAYS = ["2026-01-01", "2026-01-31", "2026-02-01", "2026-02-02", "2026-06-30", "2026-07-01"]
_CAUSE = {"medical_reasons": st.just(["1", "9"]), "medical_text": st.sampled_from(["", "Kan ikke gå"])}
_ABILITIES = (
    {**_CAUSE, "workplace_reasons": st.lists(st.sampled_from(["1", "9"]), max_size=2)},
    {
        "ability": st.just("gradert"),
        "grade": st.integers(20, 99).map(str),
        "travel": st.sampled_from(["yes", "no"]),
    },
    {"ability": st.just("avventende"), "suggestion": st.just("Mindre stående arbeid\nog pauser")},
    {"ability": st.just("behandlingsdager"), "treatment_days": st.integers(1, 5).map(str)},
    {"ability": st.just("reisetilskudd")},
)


@st.composite
def _periods(draw: st.DrawFn) -> list[Answers]:
    """Periods in order: what every other would be refused for."""
    periods = []
    for number in range(draw(st.integers(1, 3))):
        period = draw(st.fixed_dictionaries(dict(draw(st.sampled_from(_ABILITIES)))))
        periods.append({"from_date": _DAYS[2 * number], "to_date": _DAYS[2 * number + 1], **period})
    return periods


SPECIAL: dict[str, Any] = {
    "periods": _periods(),
    "case_start": st.just("2025-12-31"),
    "diagnosis": st.sampled_from(["ICPC-2:L03", "ICD-10:M511"]),
    "absence_reasons": st.just(["5", "10"]),
    "injury": st.just("yes"),
    "nav_at_once": st.sampled_from(["yes", "no"]),
    "in_work": st.just([]) | st.just([{"own_work": "yes", "from_date": "2026-03-01"}]),
    "not_in_work": st.just([]),
}


def note(**changes: Any) -> Document:
    return read(writing.build("sick-note", {**NOTE, **changes}, to_nav()))


@given(data=st.data())
def test_what_passes_the_check_becomes_a_valid_note_that_says_it(data: st.DataObject) -> None:
    check_round_trip(FORM, data.draw(answers_for(FORM, SPECIAL)), frame=to_nav())


def test_the_national_schema_accepts_every_kind_of_period_and_every_question(shared: Path) -> None:
    answers: Answers = {
        **NOTE,
        "employer": "2",
        "occupation": "Kokk",
        "position_percent": "80",
        "other_diagnoses": ["ICD-10:M511", "ICPC-2:T90"],
        "absence_reasons": ["5"],
        "absence_text": "Kontroll",
        "injury": "yes",
        "injury_date": "2026-11-19",
        "periods": [
            {**PERIOD, "medical_text": "Verker", "workplace_reasons": ["1"], "workplace_text": "Trapper"},
            {**GRADED, "travel": "yes"},
            {"from_date": "2026-12-12", "to_date": "2026-12-13", "ability": "avventende", "suggestion": "Pauser"},
            {
                "from_date": "2026-12-14",
                "to_date": "2026-12-20",
                "ability": "behandlingsdager",
                "treatment_days": "1",
            },
            {"from_date": "2026-12-21", "to_date": "2026-12-24", "ability": "reisetilskudd"},
        ],
        "not_in_work": [{"own_work": "no", "assessed": "2027-01-01"}],
        "questions": [
            {"question": "6.3.1", "answer": "Vond rygg", "restrictions": ["A", "P"]},
            {"question": "6.3.2", "answer": "Fysioterapi"},
            {"question": "6.6.3", "answer": "Stor"},
        ],
        "meeting_called": "yes",
        "meeting_attended": "no",
        "nav_at_once": "no",
        "nav_message": "Ikke nå",
        "employer_message": "Hei",
        "contact": "2026-11-20",
    }
    assert writing.check_answers(FORM, answers) == {}
    document = check_round_trip(FORM, answers, shared, to_nav())
    said = sick_note.parse(document)
    assert [period.ability for period in said.periods] == [
        Ability.NONE,
        Ability.GRADED,
        Ability.WAITING,
        Ability.TREATMENT_DAYS,
        Ability.TRAVEL,
    ]
    groups = find_all(document.body, "UtdypendeOpplysninger/SpmGruppe")
    assert [text(group, "SpmGruppeId") for group in groups] == ["6.3", "6.6"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"periods": []}, "periods"),
        ({"periods": [{"from_date": "2026-11-20", "ability": "reisetilskudd"}]}, "periods.0.to_date"),
        ({"periods": [{**PERIOD, "to_date": "2026-11-19"}]}, "periods.0.to_date"),
        ({"periods": [GRADED, PERIOD], "case_start": "2026-01-01"}, "periods.1.from_date"),
        ({"periods": [PERIOD, {**GRADED, "from_date": "2026-11-27"}]}, "periods.1.from_date"),
        ({"periods": [{**PERIOD, "medical_reasons": []}]}, "periods.0.medical_reasons"),
        ({"periods": [{**PERIOD, "workplace_text": "x"}]}, "periods.0.workplace_text"),
        ({"periods": [{**PERIOD, "grade": "50"}]}, "periods.0.grade"),
        ({"periods": [{**GRADED, "grade": "100"}]}, "periods.0.grade"),
        ({"periods": [{**GRADED, "grade": "50.5"}]}, "periods.0.grade"),
        ({"periods": [{**GRADED, "grade": ""}]}, "periods.0.grade"),
        ({"periods": [{**PERIOD, "ability": "avventende", "medical_reasons": []}]}, "periods.0.suggestion"),
        (
            {"periods": [{**PERIOD, "ability": "behandlingsdager", "medical_reasons": []}]},
            "periods.0.treatment_days",
        ),
        ({"case_start": "2026-11-21"}, "case_start"),
        ({"diagnosis": ""}, "diagnosis"),
        ({"diagnosis": "", "absence_reasons": ["5"], "other_diagnoses": ["ICPC-2:L03"]}, "diagnosis"),
        ({"absence_reasons": ["11"]}, "absence_reasons"),
        ({"absence_text": "x"}, "absence_text"),
        ({"injury_date": "2026-11-19"}, "injury_date"),
        ({"employer": "3"}, "employer_name"),
        ({"position_percent": "12.5"}, "position_percent"),
        ({"treated": ""}, "treated"),
        ({"nav_message": "x"}, "nav_at_once"),
        ({"in_work": [{"own_work": "yes"}], "not_in_work": [{"own_work": "no"}]}, "not_in_work"),
        ({"questions": [{"answer": "a"}, {"question": "6.3.1", "answer": "b"}]}, "questions.1.question"),
    ],
)
def test_what_nav_would_refuse_is_told_beside_its_field(changes: Answers, field: str) -> None:
    problems = writing.check_answers(FORM, {**NOTE, **changes})
    assert set(problems) == {field}
    assert problems[field].endswith(".")


def test_a_note_without_diagnosis_leaves_with_another_reason_the_law_gives() -> None:
    assert writing.check_answers(FORM, {**NOTE, "diagnosis": "", "absence_reasons": ["6"]}) == {}


def test_a_diagnosis_is_written_with_code_list_and_text() -> None:
    diagnosis = find(note().body, "MedisinskVurdering/HovedDiagnose/Diagnosekode")
    assert diagnosis is not None
    assert dict(diagnosis.attrib).keys() == {"V", "S", "DN"}
    assert (diagnosis.get("V"), diagnosis.get("S")) == ("L03", "2.16.578.1.12.4.1.1.7170")


def test_the_doctor_is_named_with_both_numbers_in_the_note_and_in_the_header() -> None:
    document = note()
    numbers = {value(one, "TypeId"): text(one, "Id") for one in find_all(document.body, "Behandler/Id")}
    assert numbers == {"FNR": SIGNER_ID, "HPR": "9900401"}
    sender = document.header.sender
    assert sender is not None
    assert sender.person is not None
    assert {ident.id for ident in sender.person.idents} == {SIGNER_ID, "9900401"}
    assert sender.her_id == "8094002"


def test_every_note_has_a_bar_code_of_its_own() -> None:
    codes = {
        text(read(writing.build("sick-note", NOTE, to_nav(msg_id=name))).body, "Strekkode") for name in ("a", "b")
    }
    assert len(codes) == 2
    assert all(code.isdecimal() and len(code) == 35 for code in codes)


def test_real_notes_are_read_for_what_they_say(shared: Path) -> None:
    said = [
        sick_note.parse(read(path.read_bytes())) for path in sorted((shared / "corpus/sykmelding").glob("*/*.xml"))
    ]
    assert len(said) > 5
    assert all(one.case_start and one.periods and one.treated for one in said)
    assert all(one.periods[0].ability for one in said)
    assert {one.periods[0].ability for one in said} >= {Ability.NONE, Ability.GRADED, Ability.WAITING}
