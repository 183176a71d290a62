"""Receiving: kept first, then believed, then acknowledged; and the same answer to whatever comes again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from mail_world import with_mail
from working import work_off
from world import OURS, THEIRS, Partner, World, keys

from elmeld_tui.engine import fetching, receipt
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.arrival import Arrival, Way
from elmeld_tui.model.collaborations import collaboration
from elmeld_tui.model.findings import ENVELOPE
from elmeld_tui.office.faults import explain
from elmeld_tui.security import cms, xmldsig
from elmeld_tui.store.check import check
from elmeld_tui.store.reading import Filter
from elmeld_tui.transport import mime
from elmeld_tui.transport.envelope import EnvelopeHeader, ManifestEntry
from elmeld_tui.transport.letterhead import mail_id
from elmeld_tui.transport.message import Acknowledgment, MessageError, MessageKind, Packed
from elmeld_tui.transport.mime import Part
from elmeld_tui.transport.packing import PAYLOAD_TYPE, unpack
from elmeld_tui.transport.port import Parcel, Reply
from elmeld_tui.transport.writing import write


def signal_of(reply: Reply | None) -> object:
    assert reply is not None
    return unpack(reply.content_type, reply.body).signal


def error_code(reply: Reply | None) -> str:
    signal = signal_of(reply)
    assert isinstance(signal, MessageError)
    assert signal.refused
    return signal.errors[0].code


def messages(world: World) -> list[tuple[str, str]]:
    return [(row.state, row.last_event) for row in world.reader.page(Filter(direction="in"), 0)]


def test_an_envelope_is_acknowledged_when_its_document_is_kept(world: World) -> None:
    letter = world.letter()
    packed = world.pack(letter)
    ack = signal_of(world.post(packed))
    assert isinstance(ack, Acknowledgment)
    assert ack.ref_to_message_id == packed.message_id
    assert ack.digests == packed.digests
    (row,) = world.reader.page(Filter(direction="in"), 0)
    assert row.state == "received"
    assert world.reader.part(row.id, "document") == letter.raw
    assert world.reader.part(row.id, "envelope") == packed.body
    assert check(world.database) == []


def test_a_repetition_gets_the_same_ack_byte_for_byte_and_is_taken_in_once(world: World) -> None:
    packed = world.pack(world.letter())
    first = world.post(packed)
    world.clock.forward(hours=12)
    second = world.post(packed)
    assert second == first
    world.take_in()
    third = world.post(packed)
    assert third == first
    assert len(messages(world)) == 1
    assert world.events(1).count("received_again") == 2
    assert world.reader.counts()["inbox"] == (1, 1)


def test_a_repetition_in_another_wrapping_gets_the_same_ack(world: World) -> None:
    """A gateway may write the MIME boundary anew; the signed parts are the same."""
    packed = world.pack(world.letter())
    first = world.post(packed)
    soap, *others = mime.parse(packed.content_type, packed.body)
    content_type, body = mime.build(soap, others)
    assert body != packed.body
    assert world.post(Packed(content_type, body, packed.message_id, packed.digests)) == first
    assert len(messages(world)) == 1


def test_the_same_id_with_other_content_is_refused_and_alerted(world: World) -> None:
    first = world.pack(world.letter("den første"))
    world.post(first)
    false = world.pack(world.letter("en annen"), message_id=first.message_id)
    assert error_code(world.post(false)) == "Inconsistent"
    assert "false_duplicate" in world.alerts()
    assert [state for state, _ in messages(world)] == ["rejected", "received"]
    assert check(world.database) == []


def test_a_signer_the_register_does_not_give_is_refused_and_takes_no_id(world: World) -> None:
    letter = world.letter()
    forged = world.pack(letter, signer=keys().strangers)
    assert error_code(world.post(forged)) == "SecurityFailure"
    genuine = world.pack(letter, message_id=forged.message_id)
    assert isinstance(signal_of(world.post(genuine)), Acknowledgment)
    assert world.alerts() == ["envelope_refused"]


def test_each_envelope_that_is_refused_says_why_and_whom_it_claims_to_be_from(world: World) -> None:
    for _ in range(2):
        world.post(world.pack(world.letter(), signer=keys().strangers))
    assert world.alerts() == ["envelope_refused"], "one call for all of them"
    for row in world.reader.page(Filter(), 0):
        assert row.party == world.register.parties[THEIRS].name
        (told,) = explain(world.reader, row.id)
        assert (told.code, told.said.split()[0]) == ("envelope_refused", "SecurityFailure")
        assert told.now
    receipt.receive(world.equipment, Arrival("text/xml", b"<x/>"))
    newest = world.reader.page(Filter(), 0)[0]
    (told,) = explain(world.reader, newest.id)
    assert told.code == "envelope_unreadable"


def test_a_partners_new_certificate_is_fetched_before_it_is_doubted(world: World) -> None:
    world.post(world.pack(world.letter()))
    new = keys().strangers
    world.register.parties[THEIRS] = replace(
        world.register.parties[THEIRS],
        signing_certificate=new.signing.certificate.public_bytes(Encoding.DER),
    )
    assert isinstance(signal_of(world.post(world.pack(world.letter(), signer=new))), Acknowledgment)


def test_several_documents_of_one_envelope_are_acknowledged_once_and_each_answered(world: World) -> None:
    """HIS 1037 §3.1. What one of them says of its sender is held against the envelope that brought them all."""
    letters = [world.letter("Den ene"), world.letter("Den andre")]
    foreign = read(
        world.letter("Den tredje").raw.replace(THEIRS.encode(), b"9309999").replace(b"9300000", b"9309990")
    )
    packed = _together(world, [*letters, foreign])
    ack = world.post(packed)
    assert ack is not None
    assert unpack(ack.content_type, ack.body).kind is MessageKind.ACK
    assert [one.state for one in world.take_in()] == ["imported", "imported", "quarantined"]
    while world.deliver():
        pass
    assert {one.original_id for one in world.partner.receipts()} == {one.header.msg_id for one in letters}
    assert {header.ref_to_message_id for header in world.partner.headers} == {packed.message_id}
    assert world.post(packed) == ack
    assert world.take_in() == []
    assert check(world.database) == []


def _together(world: World, documents: list[Document]) -> Packed:
    names = collaboration(documents[0].header)
    header = EnvelopeHeader(
        THEIRS, OURS, names.service, names.action, world.clock(), names.from_role, names.to_role
    )
    certificate = keys().ours.decryption[0].certificate
    parts = {f"{number}@x": cms.encrypt(one.raw, [certificate]) for number, one in enumerate(documents)}
    octets = write(header, manifest=[ManifestEntry(name) for name in parts])
    signed = xmldsig.sign(octets, parts, keys().theirs.signing)
    payloads = [Part(name, PAYLOAD_TYPE, data) for name, data in parts.items()]
    content_type, body = mime.build(Part("soap@x", mime.SOAP_TYPE, signed.soap), payloads)
    return Packed(content_type, body, header.message_id, signed.digests)


def test_changed_bytes_are_refused(world: World) -> None:
    packed = world.pack(world.letter())
    soap, payload = mime.parse(packed.content_type, packed.body)
    changed = bytes([payload.data[-1] ^ 1])
    content_type, body = mime.build(soap, [replace(payload, data=payload.data[:-1] + changed)])
    assert error_code(world.post(Packed(content_type, body, "", {}))) == "SecurityFailure"
    assert messages(world) == [("rejected", "rejected")]


def test_an_envelope_for_somebody_else_is_refused(world: World) -> None:
    assert error_code(world.post(world.pack(world.letter(), to_her="9999999"))) == "ValueNotRecognized"


def test_what_was_encrypted_for_somebody_else_is_refused_before_any_ack(world: World) -> None:
    packed = world.pack(world.letter())
    world.equipment = replace(world.equipment, keys=keys().strangers)
    assert error_code(world.post(packed)) == "SecurityFailure"
    assert messages(world) == [("rejected", "rejected")]


@pytest.mark.parametrize("body", [b"", b"hei", b"<html/>", b"--x\r\n\r\n<a/>\r\n--x--"])
def test_what_cannot_be_read_is_kept_and_alerted(world: World, body: bytes) -> None:
    reply = world.post(Packed('multipart/related; boundary="x"; type="text/xml"', body, "", {}))
    assert reply is not None
    assert reply.status == 500
    assert b"Fault" in reply.body
    assert messages(world) == [("quarantined", "quarantined")]
    assert world.reader.part(1, "envelope") == body
    assert world.alerts() == ["envelope_unreadable"]
    assert check(world.database) == []


def test_while_nobody_can_say_who_signs_the_partner_is_told_to_come_again(world: World) -> None:
    world.register.away = True
    packed = world.pack(world.letter())
    reply = world.post(packed)
    assert reply is not None
    assert reply.status == 503
    world.register.away = False
    assert isinstance(signal_of(world.post(packed)), Acknowledgment)
    world.clock.forward(minutes=10)
    work_off(world.equipment)
    assert world.reader.counts()["inbox"] == (1, 1)
    assert check(world.database) == []


def test_an_envelope_left_behind_by_a_crash_is_settled_later(world: World) -> None:
    world.register.away = True
    world.post(world.pack(world.letter()))
    world.register.away = False
    world.clock.forward(minutes=10)
    work_off(world.equipment)
    assert world.reader.counts()["inbox"] == (1, 1)


def test_a_signal_is_never_answered(world: World) -> None:
    ack = signal_of(world.post(world.pack(world.letter())))
    assert isinstance(ack, Acknowledgment)
    reply = world.post(world.pack(world.letter()))
    assert reply is not None
    assert world.post(Packed(reply.content_type, reply.body, "", {})) is None
    assert world.alerts() == ["untrusted_answer"]


@pytest.mark.parametrize("ours", [True, False])
def test_a_signal_that_was_changed_on_its_way_is_not_even_answered_with_an_error(world: World, ours: bool) -> None:
    world.partner.behaviour = "silent"
    message_id = world.enqueue()
    world.deliver()
    (ack,) = world.partner.acks.values()
    about = ack.body if ours else world.post(world.pack(world.letter())).body  # type: ignore[union-attr]
    broken = Packed(ack.content_type, about.replace(b"RefToMessageId>", b"RefToMessageId> ", 1), "", {})
    assert world.post(broken) is None
    (alert,) = world.reader.open_alerts()
    assert (alert.code, alert.message_id) == ("untrusted_answer", message_id if ours else None)
    assert world.state(message_id) == "sent"
    assert world.post(ack) is None
    assert world.state(message_id) == "delivered"
    assert world.alerts() == ([] if ours else ["untrusted_answer"])
    # Once the message is there, nobody is called for what answers beside; the timeline has it.
    assert (
        world.post(replace(broken, body=broken.body.replace(b"RefToMessageId> ", b"RefToMessageId>\t", 1))) is None
    )
    assert world.events(message_id).count("untrusted_answer") == (2 if ours else 0)
    assert world.alerts() == ([] if ours else ["untrusted_answer"])
    assert check(world.database) == []


def test_the_same_envelope_at_the_same_time_is_taken_in_once(world: World) -> None:
    packed = world.pack(world.letter())
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: world.post(packed), range(8)))
    assert len({reply.body for reply in replies if reply}) == 1
    assert len(messages(world)) == 1
    assert check(world.database) == []


def test_an_expired_envelope_is_refused(world: World) -> None:
    packed = world.pack(world.letter(), time_to_live=world.clock())
    world.clock.forward(minutes=1)
    assert error_code(world.post(packed)) == "TimeToLiveExpired"


def test_our_own_address_is_what_the_answer_comes_from(world: World) -> None:
    reply = world.post(world.pack(world.letter()))
    assert reply is not None
    header = unpack(reply.content_type, reply.body).header
    assert header is not None
    assert (header.from_her, header.to_her) == (OURS, THEIRS)


def test_what_came_by_mail_is_answered_by_mail_once_for_each_time_it_came(world: World) -> None:
    mailbox = Partner(world.clock)
    world.equipment.ways.by_scheme["mailto"] = mailbox  # type: ignore[index]
    theirs = replace(world.register.parties[THEIRS], edi_address="sykehus@edi.test")
    world.register.parties[THEIRS] = theirs
    sent: list[Parcel] = []
    mailbox.send = sent.append  # type: ignore[method-assign,assignment]
    packed = world.pack(world.letter())
    arrival = Arrival(packed.content_type, packed.body, Way.MAIL)

    assert receipt.receive(world.equipment, arrival) is None
    assert world.deliver()
    assert receipt.receive(world.equipment, arrival) is None
    assert world.deliver()
    assert not world.deliver()

    assert [parcel.endpoint for parcel in sent] == ["mailto:sykehus@edi.test"] * 2
    assert sent[0].body == sent[1].body
    acknowledged = unpack(sent[0].content_type, sent[0].body).signal
    assert isinstance(acknowledged, Acknowledgment)
    assert acknowledged.ref_to_message_id == packed.message_id
    assert check(world.database) == []


def test_a_mail_with_a_null_in_its_head_is_kept_by_either_database(world: World) -> None:
    fetching.take_in(world.equipment, b'From: a@b.no\r\nContent-Type: text/xml; name="\0"\r\n\r\n<a/>', Way.MAIL)
    assert world.alerts() == ["envelope_unreadable"]
    assert check(world.database) == []


def test_a_bounce_with_a_null_in_it_ends_the_wait_in_either_database(world: World) -> None:
    mail = with_mail(world)
    message_id = world.enqueue()
    mail.deliver()
    parcel = mail.out.parcels[-1]
    bounce = (
        "From: MAILER-DAEMON@x\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"Diagnostic-Code: smtp; \0 550\r\nOriginal-Envelope-Id: {mail_id(parcel)}\r\n\r\n--b--\r\n"
    )
    fetching.take_in(world.equipment, bounce.encode(), Way.MAIL)
    assert world.state(message_id) == "transport_rejected"
    assert check(world.database) == []


def test_an_ack_by_mail_that_cannot_leave_is_let_go_and_the_message_stands(world: World) -> None:
    packed = world.pack(world.letter())
    assert receipt.receive(world.equipment, Arrival(packed.content_type, packed.body, Way.MAIL)) is None
    world.deliver()
    assert world.events(1)[-1] == "signal_not_sent"
    assert world.state(1) == "received"
    assert world.alerts() == []
    assert check(world.database) == []


def test_who_asks_for_no_ack_is_answered_with_a_warning_that_counts_as_one(world: World) -> None:
    reply = world.post(world.pack(world.letter(), ack_requested=False))
    warning = signal_of(reply)
    assert isinstance(warning, MessageError)
    assert not warning.refused
    assert world.take_in()[0].state == "imported"


def test_what_a_message_departs_from_the_profile_in_is_told_beside_it(world: World) -> None:
    world.post(world.pack(world.letter(), conversation_id="ikke-en-uuid", duplicate_elimination=False))
    world.take_in()
    told = {finding.code for finding in world.reader.findings(1) if finding.where == ENVELOPE}
    assert "R74" in told
    other = world.pack(world.letter("uten noe å bemerke"))
    world.post(other)
    world.take_in()
    assert [finding.code for finding in world.reader.findings(2) if finding.where == ENVELOPE] == []


def test_a_signal_whose_signature_does_not_hold_is_told_and_never_answered(world: World) -> None:
    """HIS 1037 §9.1: an ack or error is never answered; the message it may have been for is still owed."""
    world.partner.behaviour = "silent"
    message_id = world.enqueue()
    world.deliver()
    (ack,) = world.partner.acks.values()
    start = ack.body.index(b"SignatureValue>") + len(b"SignatureValue>")
    other = b"A" if ack.body[start : start + 1] != b"A" else b"B"
    altered = replace(ack, body=ack.body[:start] + other + ack.body[start + 1 :])
    assert world.post(altered) is None
    assert world.alerts() == ["untrusted_answer"]
    assert world.state(message_id) == "sent"


def test_much_rubbish_is_kept_whole_and_calls_a_human_once(world: World) -> None:
    for number in range(5):
        arrival = Arrival("multipart/related; boundary=x", b"rubbish %d" % number)
        receipt.receive(world.equipment, arrival)
    assert world.alerts() == ["envelope_unreadable"]
    assert len(messages(world)) == 5
    assert world.reader.part(5, "envelope") == b"rubbish 4"
