"""By mail: what is fetched is kept before it goes, answers find their messages, and people are left in peace."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from mail_world import OUR_ADDRESS, THEIR_ADDRESS, Box, MailWorld, with_mail
from working import fetch, work_off
from world import CLINIC, THEIRS, World, keys

from elmeld_tui.engine import receipt
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.inbox import Watched
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.store.check import check
from elmeld_tui.transport import signals
from elmeld_tui.transport.folder import Folder, FolderTransport, write_whole
from elmeld_tui.transport.inspection import captured, inspect
from elmeld_tui.transport.letterhead import entity
from elmeld_tui.transport.mailbox import Item
from elmeld_tui.transport.message import Acknowledgment, Fault, Packed
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply
from elmeld_tui.transport.ways import Ways


@pytest.fixture
def mail(world: World) -> MailWorld:
    return with_mail(world)


def sent(mail: MailWorld) -> tuple[int, Packed]:
    """Send a message by mail; return its number, and the ack that the partner would give."""
    message_id = mail.world.enqueue()
    mail.deliver()
    opened = unpack(mail.out.parcels[-1].content_type, mail.out.parcels[-1].body)
    return message_id, signals.acknowledgement(opened, keys().theirs, mail.world.clock())


def test_a_message_by_mail_is_kept_removed_and_acknowledged_by_mail(mail: MailWorld) -> None:
    packed = mail.world.pack(mail.world.letter())
    mail.write_to_us(packed)
    mail.fetch()
    assert mail.box.lying == {}
    mail.deliver()
    (parcel,) = mail.out.parcels
    assert (parcel.endpoint, parcel.sender) == (f"mailto:{THEIR_ADDRESS}", OUR_ADDRESS)
    ack = unpack(parcel.content_type, parcel.body).signal
    assert isinstance(ack, Acknowledgment)
    assert ack.ref_to_message_id == packed.message_id
    assert len(mail.world.take_in()) == 1
    assert mail.world.state(1) == "imported"


def test_an_ack_by_mail_delivers_what_was_sent_by_mail(mail: MailWorld) -> None:
    message_id, ack = sent(mail)
    assert mail.world.state(message_id) == "sent"
    mail.write_to_us(ack)
    mail.fetch()
    assert mail.world.state(message_id) == "delivered"
    mail.deliver()
    assert len(mail.out.parcels) == 1


def test_who_dies_before_removing_finds_it_again_and_takes_nothing_twice(mail: MailWorld) -> None:
    raw = mail.write_to_us(mail.world.pack(mail.world.letter()))
    mail.fetch()
    mail.box.put(raw)
    mail.fetch()
    assert mail.box.lying == {}
    # The partner may not have heard the ack: it hears it again, byte for byte.
    mail.deliver()
    assert len({parcel.body for parcel in mail.out.parcels}) == 1
    assert len(mail.world.take_in()) == 1
    assert mail.world.events(1).count("received_again") == 1
    assert check(mail.world.database) == []


def test_the_answer_that_lies_in_the_mailbox_is_read_before_anything_goes_again(mail: MailWorld) -> None:
    message_id, ack = sent(mail)
    mail.write_to_us(ack)
    mail.world.clock.forward(hours=13)
    mail.deliver()
    assert mail.world.state(message_id) == "delivered"
    assert len(mail.out.parcels) == 1


def test_without_an_answer_the_same_bytes_go_again_in_a_mail_of_their_own(mail: MailWorld) -> None:
    sent(mail)
    mail.world.clock.forward(hours=13)
    mail.deliver()
    first, second = mail.out.mail(0), mail.out.mail(1)
    assert mail.out.parcels[0].body == mail.out.parcels[1].body
    assert first["Message-ID"] != second["Message-ID"]
    assert second["Message-ID"].endswith(".2@edi.test>")


def bounce(
    mail: MailWorld, action: str, *, returned: bytes | None = None, text: str = "550 5.1.1 no such user"
) -> bytes:
    head = (returned or mail.out.whole()).partition(b"\r\n\r\n")[0].decode()
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.test\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\n"
        f"Final-Recipient: rfc822; {THEIR_ADDRESS}\r\nAction: {action}\r\nStatus: {text.split()[1]}\r\n"
        f"Diagnostic-Code: smtp; {text}\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{head}\r\n--b--\r\n"
    ).encode()


def test_a_bounce_ends_the_message_and_says_why(mail: MailWorld) -> None:
    message_id, _ = sent(mail)
    raw = bounce(mail, "failed")
    for _ in range(2):
        mail.box.put(raw)
        mail.fetch()
    assert mail.world.state(message_id) == "transport_rejected"
    assert mail.world.alerts() == ["transport_rejected"]
    assert mail.world.events(message_id).count("transport_rejected") == 1
    (told,) = [
        event.detail for event in mail.world.reader.events(message_id) if event.name == "transport_rejected"
    ]
    assert "finnes ikke" in told["reason"]
    assert "no such user" in told["reason"]
    assert mail.world.reader.part(message_id, "bounce") == raw
    mail.world.clock.forward(hours=13)
    mail.deliver()
    assert len(mail.out.parcels) == 1


def test_a_delay_is_told_and_changes_nothing(mail: MailWorld) -> None:
    message_id, ack = sent(mail)
    mail.box.put(bounce(mail, "delayed", text="450 4.4.1 no route"))
    mail.fetch()
    assert mail.world.state(message_id) == "sent"
    assert "delayed" in mail.world.events(message_id)
    assert mail.world.alerts() == []
    mail.write_to_us(ack)
    mail.fetch()
    assert mail.world.state(message_id) == "delivered"


def test_a_bounce_of_something_else_is_quarantined_with_its_bytes(mail: MailWorld) -> None:
    message_id, _ = sent(mail)
    raw = bounce(mail, "failed", returned=b"Message-ID: <annet@x>\r\n\r\n")
    mail.box.put(raw)
    mail.fetch()
    assert mail.world.state(message_id) == "sent"
    assert mail.world.alerts() == ["envelope_unreadable"]
    assert mail.world.reader.part(message_id + 1, "envelope") == raw
    assert mail.box.lying == {}


def test_an_ack_of_ours_that_bounces_is_told_on_the_message_it_answers(mail: MailWorld) -> None:
    mail.write_to_us(mail.world.pack(mail.world.letter()))
    mail.fetch()
    mail.deliver()
    mail.box.put(bounce(mail, "failed"))
    mail.fetch()
    assert "signal_not_sent" in mail.world.events(1)
    assert mail.world.state(1) == "received"


def test_a_fault_by_mail_finds_its_message_by_what_it_replies_to(mail: MailWorld) -> None:
    message_id, _ = sent(mail)
    reply = f"In-Reply-To: {mail.out.mail()['Message-ID']}\r\n"
    mail.write_to_us(signals.soap_fault("uleselig"), reply)
    mail.fetch()
    assert mail.world.state(message_id) == "transport_rejected"


def test_two_faults_of_the_same_bytes_are_about_two_messages(mail: MailWorld) -> None:
    for _ in range(2):
        message_id, _ack = sent(mail)
        mail.write_to_us(signals.soap_fault("uleselig"), f"In-Reply-To: {mail.out.mail()['Message-ID']}\r\n")
        mail.fetch()
        assert mail.world.state(message_id) == "transport_rejected"


@pytest.mark.parametrize(
    ("fields", "answered"),
    [("", True), ("Auto-Submitted: auto-replied\r\n", False), ("Return-Path: <>\r\n", False)],
)
def test_a_fault_goes_to_whoever_sent_broken_ebxml_and_to_no_automaton(
    mail: MailWorld, fields: str, answered: bool
) -> None:
    raw = mail.write_to_us(Packed("text/xml", b"<ikke-ebxml/>", "", {}), fields)
    mail.fetch()
    mail.deliver()
    assert mail.world.alerts() == ["envelope_unreadable"]
    assert len(mail.out.parcels) == answered
    if answered:
        parcel = mail.out.parcels[0]
        assert isinstance(unpack(parcel.content_type, parcel.body).signal, Fault)
        assert mail.out.mail()["In-Reply-To"] == message_from_bytes(raw)["Message-ID"]
        assert mail.out.mail()["To"] == THEIR_ADDRESS


def test_what_people_write_is_kept_for_a_human_and_answered_by_nobody(mail: MailWorld) -> None:
    raw = b"From: Kari <kari@x.test>\r\nSubject: Hei\r\n\r\nKan dere ringe?\r\n"
    mail.box.put(raw)
    mail.fetch()
    mail.deliver()
    assert mail.out.parcels == []
    assert mail.world.alerts() == ["envelope_unreadable"]
    assert mail.world.state(1) == "quarantined"
    assert mail.world.reader.part(1, "envelope") == raw


def test_one_mail_that_the_program_fails_at_stops_no_other_and_stays(
    mail: MailWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = receipt.receive

    def fail_at_poison(equipment: Equipment, arrival: Arrival) -> Reply | None:
        if b"gift" in arrival.body:
            raise ZeroDivisionError
        return whole(equipment, arrival)

    monkeypatch.setattr(receipt, "receive", fail_at_poison)
    mail.box.put(b"Subject: x\r\n\r\ngift")
    mail.write_to_us(mail.world.pack(mail.world.letter()))
    mail.fetch()
    mail.fetch()
    assert len(mail.world.take_in()) == 1
    assert list(mail.box.lying.values()) == [b"Subject: x\r\n\r\ngift"]
    assert mail.world.alerts() == ["program_fault"]


def test_a_mail_that_is_too_large_stays_and_is_told_once(mail: MailWorld) -> None:
    clinic = mail.world.equipment.clinic
    assert clinic.mail is not None
    small = dataclasses.replace(clinic, mail=dataclasses.replace(clinic.mail, fetch_limit=100))
    mail.world.equipment = dataclasses.replace(mail.world.equipment, clinic=small)
    mail.box.put(b"Subject: x\r\n\r\n" + b"x" * 100)
    mail.fetch()
    mail.fetch()
    assert mail.world.alerts() == ["mail_not_fetched"]
    assert len(mail.box.lying) == 1


def test_one_that_cannot_be_had_and_is_called_by_no_text_stops_nothing_else(mail: MailWorld) -> None:
    """A file's name is bytes; what of them is no text comes as half characters, which no database takes."""
    clinic = mail.world.equipment.clinic
    assert clinic.mail is not None
    small = dataclasses.replace(clinic, mail=dataclasses.replace(clinic.mail, fetch_limit=100_000))
    mail.world.equipment = dataclasses.replace(mail.world.equipment, clinic=small)
    mail.box.lying["\udcff\0.mime"] = b"x" * 100_001
    mail.write_to_us(mail.world.pack(mail.world.letter()))
    mail.fetch()
    assert list(mail.box.lying) == ["\udcff\0.mime"]
    (alert,) = mail.world.reader.open_alerts()
    assert (alert.code, alert.detail["name"]) == ("mail_not_fetched", "\ufffd␀.mime")


def test_a_mailbox_that_is_down_is_left_in_peace_and_told_once(mail: MailWorld) -> None:
    mail.box.down = "svarer ikke"
    mail.write_to_us(mail.world.pack(mail.world.letter()))
    for _ in range(8):
        fetch(mail.world.equipment)
        mail.world.clock.forward(seconds=4)
    # 5 and 30 seconds, each up to a quarter longer.
    assert mail.box.fetched == 2
    assert mail.world.alerts() == ["mailbox_down"]
    (alert,) = mail.world.reader.open_alerts()
    assert "svarer ikke" in alert.detail["reason"]
    mail.box.down = ""
    mail.world.clock.forward(minutes=1)
    mail.fetch()
    assert mail.world.alerts() == []
    assert len(mail.world.take_in()) == 1


def test_a_server_that_answers_nonsense_is_told_and_tried_again(
    mail: MailWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Box.fetch

    def nonsense(self: Box, limit: int, skip: Container[str] = ()) -> Iterator[Item]:
        raise IndexError("tuple index out of range")

    monkeypatch.setattr(Box, "fetch", nonsense)
    mail.write_to_us(mail.world.pack(mail.world.letter()))
    mail.fetch()
    assert mail.world.alerts() == ["program_fault"]
    monkeypatch.setattr(Box, "fetch", whole)
    mail.fetch()
    assert len(mail.world.take_in()) == 1


def test_a_mailbox_that_is_down_holds_up_no_repetition(mail: MailWorld) -> None:
    sent(mail)
    mail.box.down = "svarer ikke"
    mail.world.clock.forward(hours=13)
    mail.deliver()
    assert len(mail.out.parcels) == 2


def test_a_register_that_is_away_leaves_a_mail_kept_and_untreated(mail: MailWorld) -> None:
    mail.world.register.away = True
    mail.write_to_us(mail.world.pack(mail.world.letter()))
    mail.fetch()
    assert mail.box.lying == {}
    mail.world.register.away = False
    mail.world.clock.forward(minutes=10)
    work_off(mail.world.equipment)
    assert mail.world.state(1) == "imported"


def test_a_refusal_of_the_mail_server_ends_it_with_its_words(mail: MailWorld) -> None:
    mail.out.refusal = NotDeliveredError("550 ukjent", retry=False)
    message_id = mail.world.enqueue()
    mail.deliver()
    assert mail.world.state(message_id) == "transport_rejected"
    assert mail.world.alerts() == ["transport_rejected"]


def test_a_route_of_the_clinics_own_comes_before_the_register(mail: MailWorld) -> None:
    clinic = dataclasses.replace(mail.world.equipment.clinic, routes={THEIRS: "mailto:omvei@edi.test"})
    mail.world.equipment = dataclasses.replace(mail.world.equipment, clinic=clinic)
    mail.world.enqueue()
    mail.deliver()
    assert mail.out.parcels[0].endpoint == "mailto:omvei@edi.test"


def by_folder(world: World, tmp_path: Path) -> Path:
    """Let the clinic and its partner exchange files; return the directory that the clinic's go to."""
    incoming, outgoing = tmp_path / "inn", tmp_path / "ut til sykehuset"
    for place in (incoming, outgoing):
        place.mkdir()
    world.register.parties[THEIRS] = dataclasses.replace(world.register.parties[THEIRS], endpoint="")
    clinic = dataclasses.replace(CLINIC, routes={THEIRS: outgoing.as_uri()})
    world.equipment = dataclasses.replace(
        world.equipment,
        clinic=clinic,
        ways=Ways({"file": FolderTransport(world.clock)}),
        inbox=(Watched(Folder(incoming)),),
    )
    return outgoing


def test_a_clinic_and_its_partner_write_to_each_other_by_files(world: World, tmp_path: Path) -> None:
    outgoing = by_folder(world, tmp_path)
    message_id = world.enqueue()
    assert world.deliver()
    (written,) = outgoing.iterdir()
    assert inspect(written.read_bytes())["header"]["to"] == THEIRS
    opened = unpack(*captured(written.read_bytes()))
    for number, packed in enumerate(
        (signals.acknowledgement(opened, keys().theirs, world.clock()), world.pack(world.letter()))
    ):
        parcel = Parcel("file:///", packed.content_type, packed.body, packed.message_id)
        write_whole(tmp_path / "inn", f"{number}.mime", entity(parcel, now=world.clock()))
    fetch(world.equipment)
    assert list((tmp_path / "inn").iterdir()) == []
    assert world.state(message_id) == "delivered"
    while world.deliver():
        pass
    answers = [unpack(*captured(one.read_bytes())).signal for one in outgoing.iterdir() if one != written]
    assert [type(answer) for answer in answers] == [Acknowledgment]
    assert len(world.take_in()) == 1


def test_a_file_that_cannot_be_read_is_quarantined_with_its_bytes(world: World, tmp_path: Path) -> None:
    by_folder(world, tmp_path)
    (tmp_path / "inn" / "notat.txt").write_bytes(b"ikke til oss")
    fetch(world.equipment)
    assert world.state(1) == "quarantined"
    assert world.reader.part(1, "envelope") == b"ikke til oss"
    assert list((tmp_path / "inn").iterdir()) == []


def test_a_directory_that_is_gone_is_tried_again(world: World, tmp_path: Path) -> None:
    outgoing = by_folder(world, tmp_path)
    outgoing.rmdir()
    message_id = world.enqueue()
    world.deliver()
    assert world.state(message_id) == "queued"
    outgoing.mkdir()
    world.clock.forward(minutes=1)
    world.deliver()
    assert world.state(message_id) == "sent"


@pytest.mark.parametrize("place", ["register", "agreement"])
def test_only_the_clinic_itself_names_directories(world: World, tmp_path: Path, place: str) -> None:
    from elmeld_tui.engine.routing import CannotSendError, route

    hostile = tmp_path.as_uri()
    by_folder(world, tmp_path)
    world.equipment = dataclasses.replace(world.equipment, clinic=CLINIC)
    party = world.register.parties[THEIRS]
    world.register.parties[THEIRS] = dataclasses.replace(party, endpoint=hostile if place == "register" else "")
    with pytest.raises(CannotSendError):
        route(world.equipment, THEIRS, agreed=hostile if place == "agreement" else "")


def test_a_clock_that_was_set_back_does_not_let_mail_lie(mail: MailWorld) -> None:
    mail.fetch()
    mail.world.clock.forward(hours=-3)
    mail.write_to_us(mail.world.pack(mail.world.letter()))
    mail.fetch()
    assert mail.box.lying == {}
