"""The national acceptance criteria for receiving, R28 and R31–R40: shown, linked, gathered."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

import incoming_samples as samples
import pytest
from incoming_samples import KINDS, ORDER_ID
from lxml import etree
from message_samples import PATIENT

from elmeld_tui.messages.document import read
from elmeld_tui.messages.reading import local
from elmeld_tui.messages.service_report import Result
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.header import Conversation
from elmeld_tui.model.identifiers import new_uuid, with_check_digits
from elmeld_tui.office.replies import reply_form
from elmeld_tui.store.reading import Filter
from tests.acceptance.changed_documents import (
    OWN_ROOT,
    changed,
    drop,
    edited,
    to,
    without_identity,
    without_patient,
)
from tests.acceptance.receiving import Practice

pytestmark = pytest.mark.acceptance


def test_r28_an_analysis_without_code_or_name_is_visibly_so(practice: Practice) -> None:
    named = replace(samples.REPORT, results=(Result(CodedValue(original_text="Spesialprøve X"), number="5"),))
    assert "Spesialprøve X" in practice.text(practice.receive(samples.report(told=named)))
    nameless = edited(samples.report(document_id="uten"), lambda root: drop(root, "Investigation"))
    received = practice.receive(nameless)
    assert received.decision == "imported"
    seen = practice.text(received)
    assert "analyse ikke oppgitt" in seen
    assert "10,2 g/dL" in seen


@pytest.mark.parametrize("report_first", [False, True])
def test_r31_r32_a_report_is_tied_to_its_order_and_its_patient(practice: Practice, *, report_first: bool) -> None:
    documents = {"order": samples.order(document_id=ORDER_ID), "report": samples.report()}
    names = ["report", "order"] if report_first else ["order", "report"]
    received = {name: practice.receive(documents[name]) for name in names}
    order, report = received["order"], received["report"]
    assert practice.log(report)["links"] == [{"id": order.id, "relation": "order"}]
    assert practice.log(order)["links"] == [{"id": report.id, "relation": "report"}]
    assert f"melding {order.id}" in practice.text(report)
    (patient,) = practice.reader.patients("iŋga")
    assert {event.message_id for event in practice.reader.journal(patient.id)} == {order.id, report.id}


def test_r31_an_order_the_laboratory_did_not_get_ties_nothing(practice: Practice) -> None:
    practice.receive(samples.order(document_id="NULL"))
    report = practice.receive(samples.report(told=replace(samples.REPORT, order_id="NULL")))
    assert practice.log(report)["links"] == []


def test_r31_a_report_about_another_patient_is_never_tied_to_the_order(practice: Practice) -> None:
    practice.receive(samples.order(document_id=ORDER_ID))
    other = replace(
        PATIENT, family_name="Åsen", idents=(replace(PATIENT.idents[0], id=str(with_check_digits("218582300"))),)
    )
    report = practice.receive(samples.report(patient=other))
    assert practice.log(report)["links"] == []
    assert practice.alerts() == ["other_patient"]
    assert practice.show(report)["banner"][0].startswith("ANNEN PASIENT")


@pytest.mark.parametrize("version", ["1.1", "2.0"])
@pytest.mark.parametrize("discharge_first", [False, True])
def test_a_discharge_summary_is_tied_to_its_referral(
    practice: Practice, version: str, *, discharge_first: bool
) -> None:
    """HITS 1218 §3: a referral 1.x by its document id, 2.0 by its MsgId."""
    msg_id = new_uuid()
    referral = samples.referral(version, msg_id=msg_id, document_id=ORDER_ID)
    discharge = samples.discharge(order_id=msg_id if version == "2.0" else ORDER_ID)
    if discharge_first:
        letter, asked = practice.receive(discharge), practice.receive(referral)
    else:
        asked, letter = practice.receive(referral), practice.receive(discharge)
    assert practice.log(letter)["links"] == [{"id": asked.id, "relation": "referral"}]
    assert practice.log(asked)["links"] == [{"id": letter.id, "relation": "discharge"}]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_r33_a_dialogue_becomes_one_thread_in_any_order(practice: Practice, order: tuple[int, ...]) -> None:
    ids = [new_uuid() for _ in range(3)]
    talks = [None, Conversation(ids[0], ids[0]), Conversation(ids[1], ids[0])]
    hours = (8, 9, 10)
    documents = [
        changed(
            samples.dialogue(msg_id=msg_id, conversation=talk),
            ("2026-11-22T09:12:00+01:00", f"2026-11-22T{hour:02}:12:00+01:00"),
        )
        for msg_id, talk, hour in zip(ids, talks, hours, strict=True)
    ]
    received = {index: practice.receive(documents[index]) for index in order}
    thread = [received[index].id for index in range(3)]
    for one in received.values():
        assert [row.id for row in practice.reader.thread(one.id)] == thread
    assert {"id": received[0].id, "relation": "parent"} in practice.log(received[1])["links"]
    assert {"id": received[2].id, "relation": "child"} in practice.log(received[1])["links"]


@pytest.mark.parametrize(
    ("type_code", "word"),
    [("DIALOG_AVVIK", "avviket gjelder"), ("DIALOG_STATUS_HENVISNING", "gitt status på")],
)
@pytest.mark.parametrize("version", ["1.0", "1.1", "2.0"])
def test_a_deviation_or_a_status_is_tied_to_its_message(
    practice: Practice, type_code: str, word: str, version: str
) -> None:
    msg_id = new_uuid()
    about = practice.receive(samples.referral(version, msg_id=msg_id))
    named = read(about.original).header.original_id
    talk = Conversation(named, named)
    told = practice.receive(changed(samples.dialogue(conversation=talk), ("DIALOG_HELSEFAGLIG", type_code)))
    assert {"id": about.id, "relation": "parent"} in practice.log(told)["links"]
    assert word in practice.text(told)


def test_r35_everything_about_a_patient_is_found_together(practice: Practice) -> None:
    received = [practice.receive(make(document_id=f"d{n}")) for n, make in enumerate(_with_document_id())]
    (patient,) = practice.reader.patients("márjá")
    together = {row.id for row in practice.reader.page(Filter(patient_id=patient.id), 0)}
    assert together == {one.id for one in received}
    assert len(practice.reader.journal(patient.id)) == len(received)


def _with_document_id() -> list[Callable[..., bytes]]:
    return [KINDS[name] for name in OWN_ROOT]


def test_r36_formatting_and_line_breaks_are_rendered(practice: Practice) -> None:
    inner = '<p xmlns="http://www.w3.org/1999/xhtml">Første<br/>linje <b>fet</b></p>'
    formatted = f"<TextResultValue>{inner}</TextResultValue>"
    raw = changed(samples.discharge(), ("<TextResultValue>Penicillin i fire uker.</TextResultValue>", formatted))
    received = practice.receive(raw)
    paragraphs = [text for section in practice.show(received)["sections"] for text in section["text"]]
    seen = json.dumps(practice.show(received), ensure_ascii=False)
    assert "<b>" not in seen
    assert "Første\\nlinje" in seen, paragraphs
    plain = changed(samples.discharge(document_id="d2"), ("Penicillin i fire uker.", "Første&#13;&#10;andre"))
    assert "Første\\nandre" in practice.text(practice.receive(plain))


def test_r37_a_resistance_without_its_finding_is_still_shown(practice: Practice) -> None:
    resistance = Result(
        CodedValue("X3", oid(8212), "Us-Ampicillin"),
        text_codes=(CodedValue("R", oid(8271), "Resistent"),),
        heading="RSB",
        refers_to="finnes-ikke",
    )
    told = replace(samples.REPORT, discipline="MBIO", results=(resistance,))
    seen = practice.text(practice.receive(samples.report(told=told)))
    assert "Ampicillin" in seen
    assert "Resistent" in seen


@pytest.mark.parametrize("version", ["1.0", "1.1", "2.0"])
@pytest.mark.parametrize(
    "fault",
    [without_identity, without_patient, lambda raw: to(raw, "8094009")],
    ids=["identity", "patient", "receiver"],
)
def test_r38_an_emergency_referral_is_always_accepted(
    version: str, fault: Callable[[bytes], bytes], practice: Practice
) -> None:
    emergency = edited(samples.referral(version), _make_emergency)
    received = practice.receive(fault(emergency))
    assert (received.decision, received.receipts[0].status) == ("imported", "1")
    assert practice.folder(received) == "inbox"
    assert received.warnings
    assert any("ØYEBLIKKELIG HJELP" in line for line in practice.show(received)["banner"])


def _make_emergency(root: etree._Element) -> None:
    for priority in root.iter("{*}Priority"):
        if local(priority.getparent()) == "ReqServ":
            priority.set("V", "0")


def test_r40_a_referral_can_be_asked_about(practice: Practice) -> None:
    for version in ("1.0", "1.1", "2.0"):
        received = practice.receive(samples.referral(version, document_id=version))
        message = practice.reader.message(received.id)
        assert message is not None
        assert reply_form(message.direction, message.type_code)
