"""The medical certificate: complete, in the schema's order, within NAV's bounds, and read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from form_answers import answers_for, check_round_trip
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from message_samples import PATIENT
from nav_samples import to_nav

from elmeld_tui.messages import medical_certificate, writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.reading import find, find_all, local
from elmeld_tui.model.contact import Address
from elmeld_tui.model.forms import Answers

FORM = writing.forms()["medical-certificate"]
CERTIFICATE: Answers = {
    "concerns": ["1"],
    "nav_office": "NAV Fjellveien",
    "diagnosis": "ICPC-2:L03",
    "assess_injury": "no",
    "status": "Vond rygg.",
    "symptoms": "Fysioterapi.",
    "measures_information": "Ingen.",
    "no_measures_reason": "Under behandling.",
    "situations": ["1"],
    "better": "yes",
    "withhold": "no",
}
WHOLE: Answers = CERTIFICATE | {
    "concerns": ["1", "4"],
    "several_employments": "1",
    "occupation": "Kokk",
    "occupation_code": "5120",
    "primary": "yes",
    "employer_name": "Brygga kafé",
    "employer_number": "889640782",
    "employer_street": "Brygga 1",
    "employer_postal_code": "5555",
    "employer_city": "Fjellveien",
    "employer_phone": "55 55 55 55",
    "investigation": [{"specification": "MR", "date": "2026-11-01", "wait": "6"}],
    "treatment": [{"specification": "Opptrening", "date": "2026-11-02", "wait": "0"}],
    "new_information": "Om to uker",
    "no_further_treatment": "–",
    "new_assessment": "Ja",
    "treatment_plan": "Trening",
    "investigation_plan": "MR",
    "incapable_from": "2026-10-01",
    "other_diagnoses": ["ICPC-2:T90"],
    "assess_injury": "yes",
    "injury_date": "2026-09-30",
    "measures_proposed": "yes",
    "measures": [{"type": "3"}, {"type": "7", "description": "Samtaler"}],
    "measures_limits": "Tungt arbeid",
    "no_measures_reason": "",
    "situations": ["1", "4"],
    "other_situation": "Permisjon",
    "own_work": "yes",
    "own_work_when": "2",
    "other_work": "no",
    "cannot_do": "Løfte",
    "considerations": "Sittende",
    "function": "Går kort",
    "demands": "Står mye",
    "duration_illness": "Et år",
    "duration_function": "Et halvt år",
    "duration_work": "To måneder",
    "causality": "Sikker",
    "withhold": "yes",
    "withhold_what": "Prognosen",
    "other_information": "Ingen",
    "wants_copy": "yes",
    "contacts": ["2", "5"],
    "other_contact": "DPS",
}

_DISTINCT = st.lists(st.sampled_from(["1", "2", "3"]), min_size=1, max_size=3, unique=True)
_NOTHING = st.just("")
SPECIAL: dict[str, Any] = {
    "concerns": _DISTINCT,
    "situations": _DISTINCT,
    "contacts": _DISTINCT,
    "other_situation": _NOTHING,
    "other_contact": _NOTHING,
    "occupation": st.just("Kokk"),
    "employer_name": st.just("Brygga kafé"),
    "employer_number": st.sampled_from(["", "889640782"]),
    "employer_street": _NOTHING,
    "employer_postal_code": _NOTHING,
    "employer_city": _NOTHING,
    "diagnosis": st.sampled_from(["ICPC-2:L03", "ICPC-2:T90"]),
    "other_diagnoses": st.lists(st.sampled_from(["ICPC-2:A01", "ICPC-2:T89"]), max_size=2),
    "assess_injury": st.just("yes"),
    "measures": st.just([]) | st.just([{"type": "7", "description": "Samtaler"}, {"type": "2"}]),
    "measures_proposed": st.just("yes"),
    "measures_limits": _NOTHING,
    "no_measures_reason": st.just("Under behandling"),
    "withhold": st.just("no"),
    "withhold_what": _NOTHING,
    "other_information": st.just("Ingen"),
}


def certificate(**changes: Any) -> Document:
    return read(writing.build("medical-certificate", {**CERTIFICATE, **changes}, to_nav()))


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(data=st.data())
def test_what_passes_the_check_becomes_a_valid_certificate_that_says_it(data: st.DataObject) -> None:
    check_round_trip(FORM, data.draw(answers_for(FORM, SPECIAL)), frame=to_nav())


@pytest.mark.parametrize("answers", [CERTIFICATE, WHOLE], ids=["least", "whole"])
def test_the_national_schema_accepts_the_least_and_the_whole(shared: Path, answers: Answers) -> None:
    at_home = replace(PATIENT, address=Address(street="Stien 2", postal_code="5555", city="Fjellveien"))
    assert writing.check_answers(FORM, answers) == {}
    check_round_trip(FORM, answers, shared, to_nav(patient=at_home))


def test_every_question_is_answered_somewhere_in_the_whole_one() -> None:
    assert {field.name for field in FORM.fields} - set(WHOLE) == {"other_work_when"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"concerns": []}, "concerns"),
        ({"concerns": ["1", "1"]}, "concerns"),
        ({"situations": ["4"]}, "other_situation"),
        ({"other_contact": "DPS"}, "other_contact"),
        ({"employer_number": "889640783", "employer_name": "x", "occupation": "y"}, "employer_number"),
        ({"employer_name": "x"}, "occupation"),
        ({"occupation": "y", "employer_phone": "1"}, "employer_name"),
        ({"occupation": "y", "employer_name": "x", "employer_city": "z"}, "employer_street"),
        ({"other_diagnoses": ["ICD-10:M511"]}, "other_diagnoses"),
        ({"injury_date": "2026-01-01"}, "injury_date"),
        (
            {"investigation": [{"specification": "MR", "date": "2026-11-01", "wait": "1.5"}]},
            "investigation.0.wait",
        ),
        ({"measures": [{"type": "7"}]}, "measures.0.description"),
        ({"measures": [{"type": "1"}], "measures_proposed": "no"}, "measures_proposed"),
        ({"measures_limits": "x"}, "measures_limits"),
        ({"no_measures_reason": ""}, "measures_limits"),
        ({"withhold": "yes"}, "withhold_what"),
        ({"wants_copy": "no"}, "other_information"),
        ({"status": "x" * 15_001}, "status"),
    ],
)
def test_what_cannot_be_sent_is_told_beside_its_field(changes: Answers, field: str) -> None:
    problems = writing.check_answers(FORM, {**CERTIFICATE, **changes})
    assert set(problems) == {field}
    assert problems[field].endswith(".")


def test_nav_s_bound_is_the_bound() -> None:
    assert writing.check_answers(FORM, CERTIFICATE | {"status": "x" * 15_000}) == {}


def test_the_main_diagnosis_ranks_first_and_the_list_is_said_once() -> None:
    body = certificate(other_diagnoses=["ICPC-2:T90"]).body
    system = find(body, "DiagnoseArbeidsuforhet/DiagnoseKodesystem")
    assert system is not None
    assert system.get("kodesystem") == "5"
    assert [(one.get("kodeverdi"), one.get("sortering")) for one in system] == [("L03", "0"), ("T90", "1")]
    assert all(one.get("diagnose") for one in system)


def test_a_contact_has_no_text() -> None:
    body = certificate(contacts=["2", "5"], other_contact="DPS").body
    assert [(one.text, len(one)) for one in find_all(body, "Kontakt")] == [(None, 0), (None, 0)]
    assert local(body[-1]) == "Kontakt"


def test_a_real_certificate_is_read_for_what_it_says(shared: Path) -> None:
    (path,) = (shared / "corpus/legeerklaring").glob("*/*.xml")
    document = read(path.read_bytes())
    said = medical_certificate.parse(document)
    assert said.concerns == ("2",)
    assert [code for code, _ in said.diagnoses] == ["K74", "U99"]
    assert said.employment is not None
    assert said.employment.city == "Ukjentby"
    assert said.contacts == (("5", "DPS"),)
    assert writing.answers_of("medical-certificate", document)["nav_office"] == "NAV Sagene"
