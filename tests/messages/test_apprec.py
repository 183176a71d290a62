"""The receipt: its shape (national unit cases U1-U9), its roles, and whose it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from incoming_samples import KINDS
from message_samples import CLINIC, HOSPITAL, MSG_ID, NOW, addressing, altered, reference_faults, referral, request

from elmeld_tui.messages import apprec, schemas, service_report
from elmeld_tui.messages.apprec import Outcome, build, error, read_apprec
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.reading import find, find_all, value
from elmeld_tui.model import kinds
from elmeld_tui.model.codes import NO_CODE
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.parties import Ident, Party

RECEIPT_ID = "3b3c9c56-7d0b-4a49-8d2c-0f1f0f1f0f1f"
OK = Outcome(apprec.OK)
REJECTED = Outcome(apprec.REJECTED, (error("T02", "ServReq/Id mangler"), error("E10")))


def answer(document: Document, outcome: Outcome = OK, recipient: int = 0) -> Document:
    header = document.header
    return read(build(header, header.receivers[recipient], outcome, apprec_id=RECEIPT_ID, now=NOW))


@pytest.mark.parametrize("document", [referral(), request()], ids=["1.1", "1.0"])
@pytest.mark.parametrize("outcome", [OK, REJECTED], ids=["accepted", "rejected"])
def test_au1_au3_au4_au5_au7_it_is_valid_and_answers_its_message(document: Document, outcome: Outcome) -> None:
    written = answer(document, outcome)
    assert schemas.validate(written.root) == []
    receipt = read_apprec(written)
    assert receipt.version == document.header.form.apprec  # type: ignore[union-attr]
    assert (receipt.id, receipt.status) == (RECEIPT_ID, outcome.status)
    assert receipt.original_id == MSG_ID
    assert receipt.original_type == document.header.type_code
    assert receipt.original_issued == document.header.generated
    assert receipt.sender.her_id == HOSPITAL.her_id
    assert receipt.receiver.her_id == CLINIC.her_id
    assert len(receipt.errors) == len(outcome.errors)


def test_au6_au8_errors_have_code_list_text_and_explanation() -> None:
    first = read_apprec(answer(referral(), REJECTED)).errors[0]
    assert (first.code.value, first.code.system) == ("T02", "2.16.578.1.12.4.1.1.8221")
    assert (first.code.text, first.detail) == ("XML validerer ikke", "ServReq/Id mangler")


def test_a_code_the_old_list_lacks_is_told_in_words() -> None:
    old = read_apprec(answer(request(), Outcome(apprec.REJECTED, (error("T10", "Dialog 9.9"),)))).errors[0]
    assert old.code.value == "T99"
    assert old.detail == "Støtter ikke meldingsformatet: Dialog 9.9"


@pytest.mark.parametrize(
    ("document", "sender", "receiver"),
    [(referral(), "PRIM", "AVS"), (request(), "SPR", "RECEIVER")],
    ids=["1.1", "1.0"],
)
def test_au9_the_roles_are_those_of_the_version(document: Document, sender: str, receiver: str) -> None:
    root = answer(document).root
    assert (value(root, "Sender/Role"), value(root, "Receiver/Role")) == (sender, receiver)


def test_who_asked_answers_a_report_of_the_old_kind_as_requester() -> None:
    svar = read(
        service_report.build(
            service_report.ServiceReport("CLIN"), addressing(sender=HOSPITAL, receiver=CLINIC)
        ).replace(b"labsvar/2012-02-15", b"labsvar/2008-12-01")
    )
    assert svar.header.version == "1.3"
    root = answer(svar).root
    assert value(root, "Sender/Role") == "REQ"
    # AppRec 1.0 names the clinical document, not the message (AR10 §6.5).
    assert read_apprec(read(answer(svar).raw)).original_id == svar.header.document_id != MSG_ID


DOCUMENT, MESSAGE = "the clinical document", "the message"


@pytest.mark.parametrize(
    ("kind", "version", "names"),
    [
        ("referral 1.0", "1.0", DOCUMENT),
        ("referral 1.1", "1.1", MESSAGE),
        ("referral 2.0", "1.1", MESSAGE),
        ("discharge 1.1", "1.0", DOCUMENT),
        ("discharge 1.2", "1.1", MESSAGE),
        ("order 1.5", "1.0", DOCUMENT),
        ("order 1.6", "1.1", MESSAGE),
        ("report 1.3", "1.0", DOCUMENT),
        ("report 1.4", "1.1", MESSAGE),
        ("dialogue 1.0", "1.0", MESSAGE),
        ("dialogue 1.1", "1.1", MESSAGE),
    ],
)
def test_au2_version_and_original_id_are_those_of_the_kind(kind: str, version: str, names: str) -> None:
    """HITS 1168 §8; AR10 §6.5: 1.0 names the document of a message that is its own root, else the message."""
    document = read(KINDS[kind]())
    receipt = read_apprec(answer(document))
    assert receipt.version == version
    header = document.header
    assert receipt.original_id == (header.document_id if names == DOCUMENT else header.msg_id)
    assert header.document_id != header.msg_id


@pytest.mark.parametrize("namespace", [kinds.SICK_NOTE_2013, kinds.CERTIFICATE_2008])
def test_au2_what_is_sent_to_nav_is_answered_by_the_old_version(namespace: str) -> None:
    assert kinds.FORMS[namespace].apprec == "1.0"


@pytest.mark.parametrize("document", [referral(), request()], ids=["1.1", "1.0"])
def test_a_copy_receiver_answers_as_one(document: Document) -> None:
    copy = replace(document.header.receivers[0], role="COP")
    raw = build(document.header, copy, OK, apprec_id=RECEIPT_ID, now=NOW)
    assert value(read(raw).root, "Sender/Role") == "COP"


def test_as5_as6_every_identifier_goes_back_and_the_signer_does_not() -> None:
    root = answer(referral()).root
    institution = find(root, "Sender/HCP/Inst")
    assert {value(institution, "Id"), value(institution, "AdditionalId/Id")} == {"8200000", "874716782"}
    assert value(institution, "Dept/Id") == "8200001"
    assert find(root, "Receiver/HCP/Inst/HCPerson") is None


def test_a_person_who_is_the_party_goes_back_as_a_person() -> None:
    doctor = replace(CLINIC, department=None)
    receipt = read_apprec(answer(request(sender=doctor)))
    assert receipt.receiver.person is not None
    assert receipt.receiver.person.name == "Åse Nordfjord"


def test_as19_wrong_addresses_go_back_as_they_came() -> None:
    document = altered(request(), ("<Id>8200001</Id>", "<Id>feil-id</Id>"))
    assert read_apprec(answer(document)).sender.her_id == "feil-id"


def test_an_identifier_that_came_by_halves_goes_back_in_a_receipt_that_is_valid() -> None:
    untyped = Ident("12345", NO_CODE)
    sender = replace(CLINIC.organisation, idents=(*CLINIC.organisation.idents, untyped, Ident("", untyped.type)))
    for document in (request(), referral()):
        receipt = answer(replace(document, header=replace(document.header, sender=Party(sender))))
        assert schemas.validate(receipt.root) == []
        further = find_all(receipt.root, "Receiver/HCP/Inst/AdditionalId")
        assert [(value(one, "Id"), value(one, "Type")) for one in further][-1] == ("12345", "XXX")


@pytest.mark.parametrize("document", [referral(), request()], ids=["1.1", "1.0"])
def test_a_message_that_names_no_type_is_answered_by_what_it_is_in_words(document: Document) -> None:
    untyped = replace(document, header=replace(document.header, type_code=""))
    receipt = answer(untyped, REJECTED)
    assert schemas.validate(receipt.root) == []
    original = find(receipt.root, "OriginalMsgId/MsgType")
    assert original is not None
    assert dict(original.attrib) == {"DN": kinds.type_name("", document.header.kind)}


def test_the_time_goes_back_as_written() -> None:
    document = altered(
        request(), ("2026-11-22T09:12:00+01:00</GenDate>", "2026-11-22T09:12:00.123456789</GenDate>")
    )
    assert b"<IssueDate>2026-11-22T09:12:00.123456789</IssueDate>" in answer(document).raw


def test_a_receipt_is_never_answered() -> None:
    receipt = answer(referral())
    assert receipt.header.kind is Kind.APPREC
    with pytest.raises(ValueError, match="never answered"):
        answer(receipt)


@pytest.mark.parametrize("outcome", [Outcome("1", (error("T02"),)), Outcome("2"), Outcome("3")])
def test_an_outcome_that_contradicts_itself_is_refused(outcome: Outcome) -> None:
    with pytest.raises(ValueError, match="status"):
        answer(referral(), outcome)


def test_a_receipt_with_code_and_list_swapped_is_read_verbatim() -> None:
    swapped = altered(answer(referral(), REJECTED), ('V="T02" S="2.16.578.1.12.4.1.1.8221"', 'V="2.16" S="T02"'))
    assert read_apprec(swapped).errors[0].code.text == "XML validerer ikke"


def test_the_reference_schemas_accept_a_receipt_to_every_corpus_message(shared: Path) -> None:
    answered = 0
    for path in sorted((shared / "corpus").glob("*/*/*.xml")):
        document = read(path.read_bytes())
        if document.header.kind is Kind.APPREC or document.header.sender is None:
            continue
        for number in range(len(document.header.receivers)):
            for outcome in (OK, REJECTED):
                written = answer(document, outcome, number)
                assert reference_faults(shared, written) == [], path
                answered += 1
    assert answered > 200
