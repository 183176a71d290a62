"""Composing: what is asked, what is refused, and that a message says what its writer said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from message_samples import (
    CLINIC,
    HOSPITAL,
    NOW,
    REFERRAL,
    addressing,
    reference_faults,
    referral,
    request,
)

from elmeld_tui.messages import writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.forms import Answers
from elmeld_tui.model.parties import Party

FORMS = writing.forms()


@pytest.mark.parametrize(
    ("form", "answers", "field"),
    [
        ("referral", {"diagnosis": ["ICPC-2:T90"]}, "reason"),
        ("referral", {"reason": "x"}, "diagnosis"),
        ("referral", REFERRAL | {"diagnosis": ["ICPC-2:Q99"]}, "diagnosis"),
        ("referral", REFERRAL | {"diagnosis": ["ICD-10:A00"]}, "diagnosis"),
        ("referral", REFERRAL | {"diagnosis": ["T90"]}, "diagnosis"),
        ("referral", REFERRAL | {"urgency": "7"}, "urgency"),
        ("referral", REFERRAL | {"wanted_date": "22.11.2026"}, "wanted_date"),
        ("referral", REFERRAL | {"wanted_date": "20261122"}, "wanted_date"),
        ("referral", REFERRAL | {"diagnosis_text": "to\nlinjer"}, "diagnosis_text"),
        ("referral", REFERRAL | {"reason": ["en", "to"]}, "reason"),
        ("referral", REFERRAL | {"fremmed": "x"}, "fremmed"),
        ("referral", REFERRAL | {"cave": "kontroll\x1btegn"}, "cave"),
        ("request", {"type": "99"}, "question"),
        ("request", {"from_date": "2026-02-01", "to_date": "2026-01-01"}, "to_date"),
        ("dialogue", {"subject": "x"}, "text"),
        ("answer", {"text": "  \n "}, "text"),
    ],
)
def test_what_cannot_be_sent_is_told_beside_its_field(form: str, answers: Answers, field: str) -> None:
    problems = writing.check_answers(FORMS[form], answers)
    assert set(problems) == {field}
    assert problems[field].endswith(".")


@pytest.mark.parametrize(("form", "answers"), [("referral", REFERRAL), ("answer", {"text": "x"}), ("request", {})])
def test_nothing_is_told_of_what_can_be_sent(form: str, answers: Answers) -> None:
    assert writing.check_answers(FORMS[form], answers) == {}


def test_the_writer_is_named_with_a_number_to_call() -> None:
    document = referral()
    assert b'Relation V="HHE"' in document.raw
    assert "<Name>Åse Nordfjord</Name>".encode() in document.raw
    assert b'TeleAddress V="tel:55900401"' in document.raw
    assert b"tel:55900401" in request().raw


def test_a_change_keeps_the_document_and_a_new_one_gets_its_own() -> None:
    assert referral(document_id="konstant").header.document_id == "konstant"
    assert referral().header.document_id == referral().header.document_id
    assert referral(msg_id="a").header.document_id != referral(msg_id="b").header.document_id


def test_times_are_norwegian_and_the_date_is_that_day() -> None:
    late = addressing(now=NOW.replace(hour=23, minute=30))
    document = read(writing.build("dialogue", {"subject": "x", "text": "y"}, late))
    assert b"<GenDate>2026-11-23T00:30:00+01:00</GenDate>" in document.raw
    assert b"<DatoNotat>2026-11-23</DatoNotat>" in document.raw


PERSON_RECEIVER = replace(CLINIC, department=None)
PARTIES: list[Party] = [HOSPITAL, CLINIC, PERSON_RECEIVER, replace(HOSPITAL, department=None)]


@pytest.mark.parametrize("receiver", PARTIES, ids=["service", "service with person", "person", "organisation"])
@pytest.mark.parametrize("sender", PARTIES, ids=["service", "service with person", "person", "organisation"])
def test_the_reference_schemas_accept_every_form_between_any_parties(
    shared: Path, sender: Party, receiver: Party
) -> None:
    frame = {"sender": sender, "receiver": receiver, "test": True}
    asked = request(**frame)
    documents: list[Document] = [
        asked,
        referral(**frame),
        read(writing.build("dialogue", {"subject": "x", "text": "y"}, addressing(**frame))),
        read(writing.build("answer", {"text": "y"}, addressing(**frame), in_reply_to=asked)),
    ]
    for document in documents:
        assert reference_faults(shared, document) == []
        assert document.header.sender is not None
        assert document.header.sender.her_id == sender.her_id
        assert document.header.receivers[0].her_id == receiver.her_id
