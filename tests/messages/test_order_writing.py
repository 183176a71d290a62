"""Orders written: what is asked comes through, and what no order can be is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from form_answers import check_round_trip
from hypothesis import given, settings
from hypothesis import strategies as st
from message_samples import CLINIC, HOSPITAL, NOW, PATIENT, addressing, reference_faults
from order_answers import BLOOD, FORMS, KNEE, NO_METAL, SERUM, USUAL, orders

from elmeld_tui.messages import order, schemas, writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.reading import find_all, value
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.contact import Telecom
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.forms import Answers
from elmeld_tui.model.parties import Ident

LAB = USUAL["order-laboratory"]
NAMES = list(FORMS)


def _order(name: str, answers: Answers | None = None, **frame: object) -> Document:
    return read(writing.build(name, USUAL[name] if answers is None else answers, addressing(**frame)))


def test_there_are_six_orders_and_clinical_chemistry_is_the_usual_one() -> None:
    assert [form.profile for form in FORMS.values()] == [
        "laboratory",
        "microbiology",
        "pathology",
        "cytology",
        "radiology",
        "mr",
    ]
    assert {form.changes for form in FORMS.values()} == {"NMAC"}
    assert not any(form.copies for form in FORMS.values())
    assert all(form.notes for form in FORMS.values())


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None)
@given(service_type=st.sampled_from("NMAC"), data=st.data())
def test_what_passes_the_check_becomes_a_valid_order_that_says_it(
    name: str, service_type: str, data: st.DataObject
) -> None:
    answers = data.draw(orders(FORMS[name], service_type))
    assert writing.check_answers(FORMS[name], answers) == {}
    document = check_round_trip(FORMS[name], answers, frame=addressing(service_type=service_type))
    assert document.header.service_type == service_type


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_the_national_schema_accepts_every_order(name: str, shared: Path, data: st.DataObject) -> None:
    check_round_trip(FORMS[name], data.draw(orders(FORMS[name])), shared)


@pytest.mark.parametrize("name", NAMES)
def test_the_usual_order_of_each_kind_is_accepted_as_it_is(name: str, shared: Path) -> None:
    assert writing.check_answers(FORMS[name], USUAL[name]) == {}
    check_round_trip(FORMS[name], USUAL[name], shared)


@pytest.mark.parametrize(
    ("name", "changed", "field"),
    [
        ("order-laboratory", {"investigations": []}, "investigations"),
        ("order-laboratory", {"investigations": [{"comment": "x"}]}, "investigations.0.code"),
        ("order-laboratory", {"investigations": [{"code": "NLK:NPU03429", "text": "x"}]}, "investigations.0.code"),
        ("order-laboratory", {"samples": [{**SERUM, "time": ""}]}, "samples.0.time"),
        ("order-laboratory", {"samples": [{"time": "2026-11-22T08:15"}]}, "samples.0.material"),
        ("order-laboratory", {"samples": [{}, {**SERUM, "number": "1.5"}]}, "samples.1.number"),
        ("order-laboratory", {"samples": [{**SERUM, "number": "0"}]}, "samples.0.number"),
        ("order-laboratory", {"samples": [SERUM, BLOOD]}, "investigations.0.sample"),
        ("order-laboratory", {"investigations": [{"text": "x", "sample": ["2"]}]}, "investigations.0.sample"),
        ("order-laboratory", {"investigations": [{"text": "x", "sample": ["1", "1"]}]}, "investigations.0.sample"),
        (
            "order-laboratory",
            {"samples": [SERUM, BLOOD], "investigations": [{"text": "x", "sample": ["2"]}]},
            "samples",
        ),
        (
            "order-laboratory",
            {"samples": [SERUM, SERUM], "investigations": [{"text": "x", "sample": ["1", "2"]}]},
            "samples",
        ),
        (
            "order-laboratory",
            {"investigations": [{"text": "x", "action": "A"}, {"text": "y", "action": "C"}]},
            "investigations",
        ),
        ("order-laboratory", {"guarantor": "Bygg AS"}, "guarantor"),
        ("order-microbiology", {"samples": []}, "samples"),
        ("order-pathology", {"reason": ""}, "reason"),
        ("order-radiology", {"permission": ""}, "permission"),
        ("order-radiology", {"discipline": "MR"}, "discipline"),
        ("order-mr", {"metal_in_eye": ""}, "metal_in_eye"),
    ],
)
def test_what_cannot_be_sent_is_told_beside_its_field(name: str, changed: Answers, field: str) -> None:
    problems = writing.check_answers(FORMS[name], USUAL[name] | changed)
    assert field in problems
    assert all(problem.endswith(".") for problem in problems.values())


def test_a_single_sample_needs_no_number_and_may_have_one() -> None:
    numbered = LAB | {"investigations": [{"text": "Sink", "sample": ["1"]}]}
    plain = LAB | {"investigations": [{"text": "Sink"}]}
    assert writing.check_answers(FORMS["order-laboratory"], numbered) == {}
    assert _order("order-laboratory", numbered).raw == _order("order-laboratory", plain).raw


def test_investigations_asked_for_alike_in_the_same_sample_share_one_request() -> None:
    answers = LAB | {
        "samples": [SERUM, BLOOD],
        "investigations": [
            {"code": "NLK:NPU03429", "sample": ["1"]},
            {"code": "NLK:NPU03230", "sample": ["1"]},
            {"code": "NLK:NOR05172", "sample": ["2"]},
            {"code": "NLK:NPU02593", "sample": ["2"], "priority": "0"},
        ],
    }
    requests = order.parse(_order("order-laboratory", answers)).requests
    assert [[one.code.value for one in request.investigations] for request in requests] == [
        ["NPU03429", "NPU03230"],
        ["NOR05172"],
        ["NPU02593"],
    ]
    assert [[sample.label for sample in request.samples] for request in requests] == [["0042"], ["0043"], ["0043"]]
    assert [request.priority.value for request in requests] == ["", "", "0"]


def test_a_sample_that_is_not_taken_says_so_and_when_it_is_wanted() -> None:
    answers = LAB | {"samples": [{"material": "8351:S", "taken": "2", "time": "2026-12-01T09:30"}]}
    sample = order.parse(_order("order-laboratory", answers)).requests[0].samples[0]
    assert (sample.taken.value, sample.collected) == ("2", "")
    assert sample.wanted == "2026-12-01T09:30:00+01:00"


@pytest.mark.parametrize(
    ("service_type", "action", "written"),
    [
        ("N", "", "N"),
        ("N", "N", "N"),
        ("M", "", "M"),
        ("M", "N", "N"),
        ("M", "C", "C"),
        ("M", "H", "H"),
        ("A", "", "A"),
        ("A", "H", "H"),
        ("C", "", "C"),
        ("C", "H", "H"),
    ],
)
def test_an_investigation_is_what_its_document_is_unless_it_says_otherwise(
    service_type: str, action: str, written: str
) -> None:
    answers = LAB | {"investigations": [{"text": "Sink", "action": action}]}
    document = _order("order-laboratory", answers, service_type=service_type)
    assert order.parse(document).requests[0].service_type == written


@pytest.mark.parametrize(
    ("service_type", "action"),
    [("N", "M"), ("N", "C"), ("N", "H"), ("N", "A"), ("M", "A"), ("A", "N"), ("A", "M"), ("C", "N"), ("C", "A")],
)
def test_an_investigation_that_its_document_cannot_have_is_refused(service_type: str, action: str) -> None:
    answers = LAB | {"investigations": [{"text": "Sink", "action": action}]}
    with pytest.raises(ValueError, match="En undersøkelse kan ikke være"):
        _order("order-laboratory", answers, service_type=service_type)


def test_a_change_keeps_the_document_and_its_date_under_a_new_message() -> None:
    first = _order("order-radiology")
    later = NOW.replace(hour=12)
    changed = _order(
        "order-radiology",
        service_type="M",
        document_id=first.header.document_id,
        issued=NOW,
        now=later,
        msg_id="0d4cfb7e-6a2f-4c86-a2b9-4f3d0a2b7c11",
    )
    assert changed.header.document_id == first.header.document_id
    assert changed.header.msg_id != first.header.msg_id
    assert value(changed.root, "ServReq/IssueDate") == value(first.root, "ServReq/IssueDate")
    assert changed.header.generated == later


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ({"sender": replace(CLINIC, person=None)}, "rekvirent med navn"),
        ({"sender": replace(CLINIC, person=replace(CLINIC.person, telecoms=()))}, "telefonnummer"),
        ({"patient": replace(PATIENT, family_name="", given_name="")}, "Pasienten må ha navn"),
        ({"patient": replace(PATIENT, idents=())}, "fødselsnummer"),
        (
            {"patient": replace(PATIENT, idents=(Ident("155369", CodedValue("HNR")),), birth_date=None)},
            "må ha fødselsdato",
        ),
        ({"copies": (HOSPITAL,)}, "kopimottakere"),
        ({"enclosures": (Enclosure("Bilde", "image/png", b"x"),)}, "vedlegg"),
        ({"service_type": "H"}, "endring, tillegg"),
    ],
)
def test_a_frame_that_no_order_can_have_is_refused_with_the_reason(frame: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        _order("order-laboratory", **frame)


def test_the_service_answers_the_telephone_of_a_requester_who_has_none() -> None:
    assert CLINIC.person is not None
    assert CLINIC.department is not None
    service = replace(CLINIC.department, telecoms=(Telecom(CodedValue("WP"), "tel:55900400"),))
    sender = replace(CLINIC, person=replace(CLINIC.person, telecoms=()), department=service)
    assert b'TeleAddress V="tel:55900400"' in _order("order-laboratory", sender=sender).raw


def test_a_patient_with_an_h_number_and_a_birth_date_can_be_ordered_for(shared: Path) -> None:
    stranger = replace(PATIENT, idents=(Ident("155369", CodedValue("HNR")),))
    document = _order("order-laboratory", patient=stranger)
    assert b'<OffId>155369</OffId><TypeOffId V="HNR"' in document.raw
    assert reference_faults(shared, document) == []


@pytest.mark.parametrize("name", ["order-pathology", "order-cytology"])
def test_pathology_carries_attachments(name: str) -> None:
    document = _order(name, enclosures=(Enclosure("Skisse", "application/pdf", b"%PDF-1.4"),))
    assert schemas.validate(document.root) == []
    assert len(find_all(document.root, "ServReq/RefDoc")) == 1
    assert FORMS[name].attachments


def test_an_order_of_another_discipline_is_written_by_another_form() -> None:
    found = {name: writing.form_of(_order(name)) for name in NAMES}
    assert {name: form.name for name, form in found.items() if form} == {name: name for name in NAMES}
    unknown = read(_order("order-laboratory").raw.replace(b'MsgDescr V="CLIN"', b'MsgDescr V="OBD"'))
    assert writing.form_of(unknown) is None


def test_none_known_answers_every_contraindication() -> None:
    answers = USUAL["order-mr"] | NO_METAL | {"other_implant": ""}
    raw = _order("order-mr", answers).raw.replace(b"NOPAC", b"XXX")
    for denied in (b"NONEV", b"NOCOC", b"NOIVK", b"NOMEY", b"NOGR1"):
        raw = raw.replace(b'V="' + denied + b'"', b'V="EGEN"')
    back = writing.answers_of("order-mr", read(raw))
    assert {back[field] for field in NO_METAL} == {"no"}


def test_a_code_that_is_not_in_the_selection_is_read_as_its_text() -> None:
    raw = _order("order-mr", USUAL["order-mr"] | {"investigations": [KNEE]}).raw
    back = writing.answers_of("order-mr", read(raw.replace(b'V="SNG0AG"', b'V="SNX9ZZ"')))
    assert back["investigations"] == [{"text": "MR Kne", "specification": ["NCRP:ZTX0XA"]}]
