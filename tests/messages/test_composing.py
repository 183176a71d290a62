"""The object a message is composed from: what describes it, what checks it, and what becomes of it."""

from __future__ import annotations

import base64
import copy
from typing import Any

import pytest
from form_answers import answers_to
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from message_samples import MSG_ID, NOW
from tests.json_schema import accepts

from elmeld_tui.messages import codelists, writing
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.composing import building, checking, frame
from elmeld_tui.messages.composing.example import example
from elmeld_tui.messages.composing.identity import Surroundings
from elmeld_tui.messages.composing.schema import schema
from elmeld_tui.model.forms import FormDescription
from elmeld_tui.model.identifiers import with_check_digits

FORMS = writing.forms()
REFERRAL = FORMS["referral"]
every_form = pytest.mark.parametrize("form", list(FORMS.values()), ids=lambda form: form.name)


def family(form: FormDescription) -> list[FormDescription]:
    return [one for one in FORMS.values() if one.family == form.family]


def said(form: FormDescription = REFERRAL) -> dict[str, Any]:
    return copy.deepcopy(example(form))


def framed(changed: dict[str, Any], form: FormDescription = REFERRAL, **around: Any) -> Addressing:
    assert checking.misuse(form, changed) == {}
    return frame.addressing(form, changed, Surroundings(**around), msg_id=MSG_ID, now=NOW)


def problems(changed: dict[str, Any], form: FormDescription = REFERRAL, **around: Any) -> dict[str, str]:
    with pytest.raises(frame.FrameError) as caught:
        framed(changed, form, **around)
    return dict(caught.value.problems)


@every_form
def test_the_schema_accepts_the_example_under_its_own_profile_alone(form: FormDescription) -> None:
    whole = schema(family(form))
    assert whole["$schema"].endswith("2020-12/schema")
    assert accepts(whole, example(form))
    assert not accepts(whole, example(form) | {"profile": "no-such-profile"})


@every_form
def test_the_schema_and_the_program_refuse_the_same_misuse(form: FormDescription) -> None:
    whole = schema(family(form))
    wrong: list[tuple[str, Any]] = [
        ("unknown", "x"),
        ("sender", {"name": "x"}),
        ("sender", []),
        ("receiver", {"organisation": {"her_id": 1}}),
        ("patient", {"national": "x"}),
        ("test", "yes"),
        ("answers", {"no_such_field": "x"}),
        ("answers", []),
        ("answers", example(form)["answers"] | {form.fields[0].name: 1}),
    ]
    if form.attachments:
        wrong.append(("attachments", {"description": "x"}))
    for name, value in wrong:
        changed = said(form) | {name: value}
        assert not accepts(whole, changed), (name, value)
        assert checking.misuse(form, changed), (name, value)


@every_form
def test_the_schema_says_what_is_needed_and_in_words(form: FormDescription) -> None:
    answers = schema(family(form))["$defs"][form.profile]["properties"]["answers"]
    for field in form.fields:
        described = answers["properties"][field.name]
        assert described["title"] == field.label
        assert described.get("description", "") == field.help
        assert (field.name in answers["required"]) == (field.required and not field.choices)
        if field.choices and not field.repeats:
            assert [(one["const"], one["title"]) for one in described["oneOf"]] == [
                (choice.value, choice.text or choice.original_text) for choice in field.choices
            ]
        changed = said(form)
        if changed["answers"].pop(field.name, None) is not None and field.name in answers["required"]:
            assert not accepts(schema(family(form)), changed)


@every_form
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=10)
@given(data=st.data())
def test_the_schema_accepts_every_answer_its_field_takes(form: FormDescription, data: st.DataObject) -> None:
    changed = said(form) | {"answers": data.draw(answers_to(form.fields, {}))}
    assert checking.misuse(form, changed) == {}
    assert accepts(schema(family(form)), changed)


def test_a_fault_is_named_by_its_path() -> None:
    changed = said()
    changed["copies"][0]["service"]["her"] = "1"
    changed["answers"]["drugs"] = [{}, {"drug": 1, "colour": "x"}]
    changed["answers"]["reason"] = ["x"]
    assert set(checking.misuse(REFERRAL, changed)) == {
        "copies.0.service.her",
        "answers.drugs.1.drug",
        "answers.drugs.1.colour",
        "answers.reason",
    }


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("sender.organisation.her_id", "12345678901", ""),
        ("sender.organisation.organisation_number", "310412369", ""),
        ("sender.person.hpr_number", "12", ""),
        ("sender.person.profession", "XX1", ""),
        ("sender.person.family_name", "", ""),
        ("receiver.organisation.name", " ", ""),
        ("receiver.person", {"given_name": "A", "family_name": "B", "her_id": "1"}, ""),
        ("patient.birth_date", "13.11.1969", ""),
        ("patient.birth_date", "1969-11-14", ""),
        (
            "patient",
            {"given_name": "A", "family_name": "B", "birth_date": "2090-01-01", "sex": "2"},
            "patient.birth_date",
        ),
        ("patient.id_type", "DNR", ""),
        ("patient.sex", "K", ""),
        ("patient.postal_code", "N-5003", ""),
        ("patient.family_name", "kontroll\x1btegn", ""),
        ("change", "X", ""),
        ("change", "M", "document_id"),
        ("issued", "i går", ""),
        ("attachments.0.content", "***", ""),
        ("attachments.0.mime", "pdf", ""),
        ("attachments.0.mime", "application/pdf", "attachments"),
        ("attachments.0.content", base64.b64encode(b"MZ\x90\x00program").decode(), "attachments"),
        ("attachments.0.description", "", ""),
    ],
)
def test_what_cannot_be_right_is_told_where_it_stands(path: str, value: Any, where: str) -> None:
    changed = said() | {"issued": "2026-11-01T12:00"}
    *way, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
    place: Any = changed
    for step in way:
        place = place[step]
    place[last] = value
    found = problems(changed)
    assert set(found) == {where or path}
    assert found[where or path].endswith(".")


def test_s15_numbers_are_read_as_what_they_are() -> None:
    d_number = with_check_digits("539169001") or with_check_digits("539169004")
    assert d_number is not None
    changed = said()
    changed["patient"] = {"family_name": "Eksempel", "national_id": d_number}
    patient = framed(changed).patient
    assert patient.national_id is not None
    assert (patient.national_id.type.value, str(patient.birth_date)) == ("DNR", "1969-11-13")
    local = with_check_digits("135169002") or with_check_digits("135169010")
    assert local is not None
    changed["patient"] = {"family_name": "Eksempel", "national_id": local}
    assert set(problems(changed)) >= {"patient.national_id"}


def test_a_test_person_is_refused_where_real_ones_are_written_about() -> None:
    assert set(problems(said(), synthetic_allowed=False)) == {"patient.national_id"}


def test_s16_an_h_number_does_not_stand_in_for_birth_date_and_sex() -> None:
    changed = said()
    changed["patient"] = {"family_name": "Eksempel", "given_name": "Kari", "h_number": "13516900200"}
    assert set(problems(changed)) == {"patient.birth_date", "patient.sex"}
    changed["patient"] |= {"birth_date": "1969-11-13", "sex": "2"}
    frame_of_it = framed(changed)
    assert [one.type.value for one in frame_of_it.patient.idents] == ["HNR"]
    assert len(frame.warnings(frame_of_it)) == 1


def test_a_change_keeps_the_document_it_changes() -> None:
    changed = said() | {"change": "M", "document_id": "D-1", "issued": "2026-11-01T12:00"}
    found = framed(changed)
    assert (found.service_type, found.document_id, found.issue_date.isoformat()) == (
        "M",
        "D-1",
        "2026-11-01T11:00:00+00:00",
    )


def test_attachments_come_from_the_object_or_from_a_file() -> None:
    changed = said()
    changed["attachments"] = [
        {"description": "a", "mime": "text/plain", "content": base64.b64encode(b"her").decode()},
        {"description": "b", "mime": "text/plain", "file": "b.txt"},
    ]
    enclosures = framed(changed, open_file=lambda name: name.encode()).enclosures
    assert [one.content for one in enclosures] == [b"her", b"b.txt"]

    def absent(name: str) -> bytes:
        raise FileNotFoundError(2, "No such file or directory")

    assert set(problems(changed, open_file=absent)) == {"attachments.1.file"}
    changed["attachments"] = [{"description": "a", "mime": "text/plain"}]
    assert set(problems(changed)) == {"attachments.0"}


def test_large_attachments_are_warned_of() -> None:
    changed = said()
    changed["attachments"] = [{"description": "a", "mime": "application/pdf", "file": "b"}]
    found = framed(changed, open_file=lambda _: b"%PDF-1.7\n" + bytes(10_000_001))
    assert len(frame.warnings(found)) == 1


def test_a_format_by_agreement_is_warned_of() -> None:
    changed = said()
    text = base64.b64encode(b"Blodtrykk 152/94").decode()
    changed["attachments"] = [{"description": "a", "mime": "text/plain", "content": text}]
    assert len(frame.warnings(framed(changed))) == 1


@every_form
def test_an_example_leaves_without_a_warning_and_calls_no_thing_by_a_persons_name(form: FormDescription) -> None:
    assert building.compose(form, said(form), Surroundings(), msg_id=MSG_ID, now=NOW).warnings == []
    answers = said(form)["answers"]
    things = [*answers.get("drugs", ()), *answers.get("wanted_place", ())]
    assert all("Liv" not in one.get("name", "") for one in things)


def test_an_example_of_an_mr_order_orders_an_mr() -> None:
    order = said(FORMS["order-mr"])["answers"]["investigations"][0]
    assert codelists.coded("7270", order["code"].split(":")[1]).text.startswith("MR")


def test_a_her_id_alone_needs_a_register() -> None:
    assert set(problems(said() | {"receiver": {"her_id": "1"}})) == {"receiver.her_id"}


def test_what_a_form_has_no_place_for_is_no_key_of_its_object() -> None:
    dialogue, order = FORMS["request"], FORMS["order-laboratory"]
    assert set(checking.misuse(dialogue, said(dialogue) | {"change": "N"})) == {"change"}
    assert set(checking.misuse(dialogue, said(dialogue) | {"copies": []})) == {"copies"}
    assert set(checking.misuse(REFERRAL, said() | {"conversation": {"parent": "x"}})) == {"conversation"}
    assert order.attachments or set(checking.misuse(order, said(order) | {"attachments": []})) == {"attachments"}


def test_an_answer_needs_the_message_it_answers() -> None:
    form = FORMS["answer"]
    changed = said(form)
    del changed["conversation"]
    with pytest.raises(building.ComposeError) as caught:
        building.compose(form, changed, Surroundings(), msg_id=MSG_ID, now=NOW)
    assert caught.value.misused


@pytest.mark.parametrize("path", ["sender.person", "sender.person.phone"])
def test_an_order_without_a_requester_who_can_be_called_is_told_in_words(path: str) -> None:
    form = FORMS["order-laboratory"]
    changed = said(form)
    *way, last = path.split(".")
    place = changed
    for step in way:
        place = place[step]
    del place[last]
    with pytest.raises(building.ComposeError) as caught:
        building.compose(form, changed, Surroundings(), msg_id=MSG_ID, now=NOW)
    assert next(iter(caught.value.problems.values())).startswith(("En rekvisisjon", "Rekvirenten"))


def test_a_sex_that_the_number_denies_is_warned_of() -> None:
    changed = said()
    assert frame.warnings(framed(changed)) == []
    changed["patient"]["sex"] = "1"
    assert len(frame.warnings(framed(changed))) == 1
