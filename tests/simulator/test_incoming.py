"""A partner takes in what the clinic sends as a partner's message handler should, and misbehaves when told to."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

import pytest

from elmeld_tui.messages import apprec, service_report
from elmeld_tui.messages.apprec import read_apprec
from elmeld_tui.messages.document import read
from elmeld_tui.messages.schemas import validate
from elmeld_tui.messages.writing import conversation_after
from elmeld_tui.model.kinds import Kind
from elmeld_tui.simulator.behaviour import Behaviour
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.incoming import Answer, receive
from elmeld_tui.simulator.letters import send
from elmeld_tui.simulator.outgoing import deliver_due
from elmeld_tui.transport.envelope import EnvelopeRefusedError
from elmeld_tui.transport.message import Acknowledgment, Fault, MessageError
from elmeld_tui.transport.packing import open_payload, unpack
from elmeld_tui.transport.signals import check_acknowledgement
from tests.simulator.arrivals import arrived, receipts, signal_of
from tests.simulator.clinic import DIALOGUE, HER_ID, NOW, REFERRAL, Clinic, new_keys
from tests.simulator.conftest import Post

SURGERY, GP, LABORATORY = "9101001", "9103001", "9102001"


def test_a_referral_is_acknowledged_and_accepted_by_the_department(clinic: Clinic, post: Post) -> None:
    document = clinic.write("referral", REFERRAL, SURGERY)
    packed = clinic.pack(document, SURGERY)
    answer = receive(clinic.net, packed.content_type, packed.body)
    ack = signal_of(answer)
    assert isinstance(ack, Acknowledgment)
    assert not check_acknowledgement(ack, message_id=packed.message_id, digests=packed.digests)
    (receipt,) = receipts(clinic, post)
    assert (receipt.version, receipt.status) == ("1.1", "1")
    assert receipt.original_id == document.header.msg_id
    assert receipt.sender.her_id == SURGERY
    assert receipt.receiver.her_id == HER_ID


def test_the_answers_of_a_partner_are_valid_and_travel_in_the_conversation(clinic: Clinic, post: Post) -> None:
    packed = clinic.pack(clinic.write("dialogue", DIALOGUE, GP), GP)
    receive(clinic.net, packed.content_type, packed.body)
    for document in arrived(clinic, post):
        assert validate(document.root) == []
    receipt, reply = (unpack(content_type, body).header for _, content_type, body in post.posted)
    asked = unpack(packed.content_type, packed.body).header
    assert receipt is not None
    assert reply is not None
    assert asked is not None
    assert (receipt.action, receipt.service) == ("APPREC", asked.service)
    assert (receipt.from_role, receipt.to_role) == (asked.to_role, asked.from_role)
    assert receipt.conversation_id == asked.conversation_id
    assert receipt.ref_to_message_id == asked.message_id
    # HITS 1171 §9.1 leaves a new clinical message a conversation of its own.
    assert reply.conversation_id != asked.conversation_id


def test_the_other_practice_replies_once_and_leaves_the_last_word(clinic: Clinic, post: Post) -> None:
    first = clinic.write("dialogue", DIALOGUE, GP)
    packed = clinic.pack(first, GP)
    receive(clinic.net, packed.content_type, packed.body)
    (reply,) = [d for d in arrived(clinic, post) if d.header.kind is Kind.DIALOGUE]
    assert reply.header.conversation is not None
    assert reply.header.conversation.start == first.header.msg_id
    assert reply.header.patient is not None
    assert first.header.patient is not None
    assert reply.header.patient.name == first.header.patient.name
    post.posted.clear()
    answer = clinic.write("dialogue", DIALOGUE, GP, conversation=conversation_after(reply))
    packed = clinic.pack(answer, GP)
    receive(clinic.net, packed.content_type, packed.body)
    assert [d.header.kind for d in arrived(clinic, post)][-1] is Kind.APPREC
    assert sum(letter.kind == "dialogue" for letter in clinic.net.store.letters()) == 1


def test_a_repeated_envelope_gets_the_same_bytes_and_no_second_receipt(clinic: Clinic) -> None:
    packed = clinic.pack(clinic.write("referral", REFERRAL, SURGERY), SURGERY)
    first = receive(clinic.net, packed.content_type, packed.body)
    assert receive(clinic.net, packed.content_type, packed.body) == first
    assert len(clinic.net.store.letters()) == 1
    assert len(clinic.net.store.documents()) == 1


def test_a_document_in_a_new_envelope_is_acknowledged_but_not_answered_again(clinic: Clinic) -> None:
    document = clinic.write("referral", REFERRAL, SURGERY)
    for _ in range(2):
        packed = clinic.pack(document, SURGERY)
        assert isinstance(signal_of(receive(clinic.net, packed.content_type, packed.body)), Acknowledgment)
    assert len(clinic.net.store.letters()) == 1


def test_the_same_id_over_other_bytes_is_refused(clinic: Clinic) -> None:
    one, other = (clinic.write("referral", REFERRAL, SURGERY) for _ in range(2))
    packed = clinic.pack(one, SURGERY, message_id="6e2f4c1a-59a7-4f2b-8c0e-0f7a4f3b2d10")
    receive(clinic.net, packed.content_type, packed.body)
    false = clinic.pack(other, SURGERY, message_id=packed.message_id)
    error = signal_of(receive(clinic.net, false.content_type, false.body))
    assert isinstance(error, MessageError)
    assert [entry.code for entry in error.errors] == ["Inconsistent"]
    assert len(clinic.net.store.documents()) == 1


def test_a_signature_by_someone_else_is_refused(clinic: Clinic) -> None:
    packed = clinic.pack(clinic.write("referral", REFERRAL, SURGERY), SURGERY, signer=new_keys())
    error = signal_of(receive(clinic.net, packed.content_type, packed.body))
    assert isinstance(error, MessageError)
    assert error.refused
    assert [entry.code for entry in error.errors] == ["SecurityFailure"]
    assert clinic.net.store.documents() == []


def test_an_altered_payload_is_refused(clinic: Clinic) -> None:
    packed = clinic.pack(clinic.write("referral", REFERRAL, SURGERY), SURGERY)
    start = packed.body.index(b"pkcs7-mime") + 400
    altered = packed.body[:start] + (b"A" if packed.body[start : start + 1] != b"A" else b"B")
    altered += packed.body[start + 1 :]
    error = signal_of(receive(clinic.net, packed.content_type, altered))
    assert isinstance(error, MessageError)
    assert [entry.code for entry in error.errors] == ["SecurityFailure"]


def test_a_payload_for_someone_else_is_refused(clinic: Clinic) -> None:
    document = clinic.write("referral", REFERRAL, SURGERY)
    packed = clinic.pack(document, SURGERY, recipient=clinic.net.keys["gp"])
    error = signal_of(receive(clinic.net, packed.content_type, packed.body))
    assert isinstance(error, MessageError)
    assert [entry.code for entry in error.errors] == ["SecurityFailure"]


@pytest.mark.parametrize(("content_type", "body"), [("text/plain", b"hello"), ("text/xml", b"<a/>"), ("", b"")])
def test_what_is_no_ebxml_gets_a_fault(net: Helsenett, content_type: str, body: bytes) -> None:
    answer = receive(net, content_type, body)
    assert answer.status == 500
    assert isinstance(signal_of(answer), Fault)


def test_a_rejected_referral_says_why(clinic: Clinic, post: Post) -> None:
    clinic.net.store.behave("hospital", Behaviour.REJECT, 1)
    for expected in ("2", "1"):
        packed = clinic.pack(clinic.write("referral", REFERRAL, SURGERY), SURGERY)
        assert isinstance(signal_of(receive(clinic.net, packed.content_type, packed.body)), Acknowledgment)
        assert receipts(clinic, post)[0].status == expected
        post.posted.clear()
        clinic.net.store.settled(clinic.net.store.letters()[-1].message_id, "acknowledged")


def test_a_rejection_names_e21(clinic: Clinic, post: Post) -> None:
    clinic.net.store.behave("hospital", Behaviour.REJECT, 1)
    packed = clinic.pack(clinic.write("referral", REFERRAL, SURGERY), SURGERY)
    receive(clinic.net, packed.content_type, packed.body)
    (receipt,) = receipts(clinic, post)
    assert [(error.code.value, error.code.text) for error in receipt.errors] == [("E21", "Mottaker finnes ikke")]


def misbehave(clinic: Clinic, how: Behaviour) -> tuple[Answer, Answer]:
    """Return the answers to an envelope and to its repetition."""
    clinic.net.store.behave("hospital", how, 1)
    packed = clinic.pack(clinic.write("referral", REFERRAL, SURGERY), SURGERY)
    first = receive(clinic.net, packed.content_type, packed.body)
    return first, receive(clinic.net, packed.content_type, packed.body)


def test_unavailable_takes_nothing_in_and_recovers(clinic: Clinic) -> None:
    first, again = misbehave(clinic, Behaviour.UNAVAILABLE)
    assert (first.status, first.body) == (503, b"")
    assert isinstance(signal_of(again), Acknowledgment)
    assert len(clinic.net.store.documents()) == 1


def test_no_ack_has_taken_the_message_in_all_the_same(clinic: Clinic) -> None:
    first, again = misbehave(clinic, Behaviour.NO_ACK)
    assert (first.status, first.body) == (204, b"")
    assert isinstance(signal_of(again), Acknowledgment)
    assert len(clinic.net.store.documents()) == 1


def test_a_message_error_is_signed_and_takes_nothing_in(clinic: Clinic) -> None:
    first, again = misbehave(clinic, Behaviour.MESSAGE_ERROR)
    error = signal_of(first)
    assert isinstance(error, MessageError)
    assert error.refused
    assert isinstance(signal_of(again), Acknowledgment)


def test_a_corrupt_ack_is_no_ack(clinic: Clinic) -> None:
    first, again = misbehave(clinic, Behaviour.CORRUPT)
    with pytest.raises(EnvelopeRefusedError):
        unpack(first.content_type, first.body)
    assert isinstance(signal_of(again), Acknowledgment)


def test_a_late_ack_comes_as_a_message_of_its_own(clinic: Clinic, post: Post) -> None:
    first, again = misbehave(clinic, Behaviour.LATE_ACK)
    assert (first.status, first.body) == (204, b"")
    deliver_due(clinic.net)
    (late, _) = [(content_type, body) for _, content_type, body in post.posted]
    assert late == (again.content_type, again.body)


def test_a_behaviour_lasts_as_often_as_it_was_told(clinic: Clinic) -> None:
    clinic.net.store.behave("hospital", Behaviour.UNAVAILABLE, 2)
    packed = clinic.pack(clinic.write("referral", REFERRAL, SURGERY), SURGERY)
    statuses = [receive(clinic.net, packed.content_type, packed.body).status for _ in range(3)]
    assert statuses == [503, 503, 200]


def test_every_body_is_kept_as_a_mime_entity(clinic: Clinic, tmp_path: Path) -> None:
    packed = clinic.pack(clinic.write("referral", REFERRAL, SURGERY), SURGERY)
    answer = receive(clinic.net, packed.content_type, packed.body)
    kept = tmp_path / "captures"
    for name, sent in (("request", packed), ("response", answer)):
        entity = f"Content-Type: {sent.content_type}\r\n\r\n".encode() + sent.body
        assert (kept / f"0001-in-{name}.mime").read_bytes() == entity
    parts = message_from_bytes((kept / "0001-in-request.mime").read_bytes())
    assert [part.get_content_type() for part in parts.walk()] == [
        "multipart/related",
        "text/xml",
        "application/pkcs7-mime",
    ]


def test_an_unknown_sender_is_refused(clinic: Clinic) -> None:
    packed = clinic.pack(clinic.write("referral", REFERRAL, SURGERY), SURGERY)
    clinic.net.register._parties.pop(HER_ID)
    error = signal_of(receive(clinic.net, packed.content_type, packed.body))
    assert isinstance(error, MessageError)
    assert [entry.code for entry in error.errors] == ["ValueNotRecognized"]


def test_a_receipt_is_noted_and_not_answered(clinic: Clinic) -> None:
    party = clinic.net.register.get(HER_ID)
    assert party is not None
    for what, partner, her_id in (("request", "gp", GP), ("lab_result", "laboratory", LABORATORY)):
        written = send(clinic.net, what, party)
        document = read(open_payload(unpack(written.content_type, written.body), clinic.keys))
        assert validate(document.root) == []
        receipt = read(
            apprec.build(
                document.header,
                document.header.receivers[0],
                apprec.Outcome(apprec.OK),
                apprec_id="0c5a0d1e-7f57-4c5e-9a53-5d8f7c0b1c11",
                now=NOW,
            )
        )
        packed = clinic.pack(receipt, her_id)
        assert isinstance(signal_of(receive(clinic.net, packed.content_type, packed.body)), Acknowledgment)
        noted = clinic.net.store.documents()[-1]
        assert (noted.partner, noted.kind, noted.about, noted.outcome) == (
            partner,
            "apprec",
            document.header.original_id,
            "1",
        )
    assert [letter.kind for letter in clinic.net.store.letters()] == ["dialogue", "service_report"]


ORDER = {
    "samples": [{"material": "8351:S", "time": "2026-11-22T08:15", "label": "0042"}],
    "investigations": [{"code": "NLK:NPU03429"}, {"text": "Sink"}],
}


def test_the_laboratory_answers_an_order_with_a_result_for_everything_that_was_asked(
    clinic: Clinic, post: Post
) -> None:
    asked = clinic.write("order-laboratory", ORDER, LABORATORY, sender=clinic.doctor)
    packed = clinic.pack(asked, LABORATORY)
    receive(clinic.net, packed.content_type, packed.body)
    receipt, report = sorted(arrived(clinic, post), key=lambda one: one.header.kind is not Kind.APPREC)
    assert read_apprec(receipt).status == "1"
    assert validate(report.root) == []
    said = service_report.parse(report)
    assert said.order_id == asked.header.document_id
    assert [one.analysis.value or one.analysis.original_text for one in said.results] == ["NPU03429", "Sink"]
    assert said.results[0].number == "140"
    assert report.header.patient is not None
    assert report.header.patient.national_id == asked.header.patient.national_id  # type: ignore[union-attr]


def test_a_cancelled_order_gets_a_receipt_and_no_result(clinic: Clinic, post: Post) -> None:
    asked = clinic.write("order-laboratory", ORDER, LABORATORY, sender=clinic.doctor, service_type="C")
    packed = clinic.pack(asked, LABORATORY)
    receive(clinic.net, packed.content_type, packed.body)
    assert [one.header.kind for one in arrived(clinic, post)] == [Kind.APPREC]
