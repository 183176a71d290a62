"""Taking in: judged, put in the post, noted for the patient, and answered once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from world import CLINIC, OUR_UNIT, OURS, PATIENT, START, THEIRS, World, our_party

from elmeld_tui.engine import importing
from elmeld_tui.messages import apprec, schemas
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.clinic import User
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.collaborations import collaboration
from elmeld_tui.model.parties import Ident, Professional
from elmeld_tui.model.people import own_mailbox
from elmeld_tui.model.states import ImpossibleMoveError
from elmeld_tui.store import people
from elmeld_tui.store.check import check
from elmeld_tui.store.reading import Filter
from elmeld_tui.transport.packing import unpack


def test_a_letter_lies_unread_in_the_inbox_with_its_patient_and_is_answered(world: World) -> None:
    letter = world.letter()
    world.post(world.pack(letter))
    (taken,) = world.take_in()

    assert taken.state == "imported"
    item = world.reader.post_item(taken.message_id)
    assert item is not None
    assert (item.folder, item.unread) == ("inbox", True)
    (patient,) = world.reader.patients("åsen")
    assert patient.national_id == PATIENT.idents[0].id
    assert [event.message_id for event in world.reader.journal(patient.id)] == [taken.message_id]
    assert [row.id for row in world.reader.page(Filter(text="ørj svar sykehus"), 0)] == [taken.message_id]

    world.deliver()
    (receipt,) = world.partner.receipts()
    assert (receipt.status, receipt.original_id) == ("1", letter.header.original_id)
    assert receipt.sender.her_id == OURS
    assert receipt.receiver.her_id == THEIRS
    assert world.reader.part(taken.message_id, "apprec") in world.partner.documents.values()
    assert check(world.database) == []


def test_importing_again_changes_nothing(world: World) -> None:
    world.post(world.pack(world.letter()))
    (taken,) = world.take_in()
    again = importing.import_message(world.database, CLINIC, world.clock, taken.message_id)
    assert again.state == "imported"
    assert again.apprecs == ()
    assert world.events(taken.message_id) == ["received", "imported", "apprec_queued"]


def test_as12_the_same_letter_in_a_new_envelope_is_acknowledged_but_not_answered_again(world: World) -> None:
    letter = world.letter()
    world.post(world.pack(letter))
    world.take_in()
    assert world.post(world.pack(letter)) is not None
    (second,) = world.take_in()
    assert second.state == "duplicate"
    assert second.apprecs == ()
    while world.deliver():
        pass
    assert len(world.partner.receipts()) == 1
    assert world.reader.counts()["inbox"] == (1, 1)


def test_a_refused_letter_is_in_the_log_but_not_in_the_post(world: World) -> None:
    raw = world.letter().raw.replace(b"<MsgId>", b"<MsgId>not-a-uuid-")
    (taken,) = _receive(world, raw)
    assert taken.state == "rejected"
    assert world.reader.post_item(taken.message_id) is None
    assert world.reader.patients("åsen") == []
    world.deliver()
    (receipt,) = world.partner.receipts()
    assert receipt.status == "2"
    assert [error.code.value for error in receipt.errors] == ["E10"]
    assert check(world.database) == []


def test_a_letter_to_another_clinic_is_logged_alerted_and_not_answered(world: World) -> None:
    raw = world.letter().raw.replace(OURS.encode(), b"9777777").replace(b"9200000", b"9777770")
    (taken,) = _receive(world, raw)
    assert taken.state == "not_for_us"
    assert taken.apprecs == ()
    assert world.alerts() == ["not_for_us"]


def test_as15_what_is_decided_after_96_hours_is_taken_in_and_answered(world: World) -> None:
    """The errata of 2019 withdrew that it could not be (AR11 §3.2)."""
    message_id = _manual(world)
    world.clock.forward(hours=100)
    importing.decide(world.database, CLINIC, world.clock, message_id, user="astrid")
    assert world.state(message_id) == "imported"
    world.deliver()
    assert [receipt.status for receipt in world.partner.receipts()] == ["1"]


def test_a_document_from_another_than_its_envelope_is_quarantined(world: World) -> None:
    raw = world.letter().raw.replace(THEIRS.encode(), b"9666666").replace(b"9300000", b"9666660")
    (taken,) = _receive(world, raw)
    assert taken.state == "quarantined"
    assert taken.apprecs == ()
    assert world.alerts() == ["sender_mismatch"]


@pytest.mark.parametrize("raw", [b"not xml", b"", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_what_is_not_a_document_is_quarantined(world: World, raw: bytes) -> None:
    taken = importing.take_in_document(world.database, CLINIC, world.clock, raw)
    assert taken.state == "quarantined"
    assert world.alerts() == ["document_unreadable"]
    assert world.reader.part(taken.message_id, "document") == raw


def test_as14_as25_as27_what_a_human_must_decide_is_answered_when_decided(world: World) -> None:
    first, second = (_manual(world) for _ in range(2))
    assert world.alerts() == ["manual", "manual"]
    assert not world.deliver()

    importing.decide(world.database, CLINIC, world.clock, first, user="astrid")
    fault = apprec.error("E35", "ikke vår pasient")
    importing.decide(world.database, CLINIC, world.clock, second, errors=(fault,), user="astrid")

    assert (world.state(first), world.state(second)) == ("imported", "rejected")
    while world.deliver():
        pass
    assert sorted(receipt.status for receipt in world.partner.receipts()) == ["1", "2"]
    assert world.alerts() == []
    with pytest.raises(ImpossibleMoveError):
        importing.decide(world.database, CLINIC, world.clock, first, user="astrid")
    assert check(world.database) == []


def test_a_bare_document_goes_the_same_way(world: World) -> None:
    letter = world.letter()
    taken = importing.take_in_document(world.database, CLINIC, world.clock, letter.raw)
    assert taken.state == "imported"
    assert len(taken.apprecs) == 1
    world.deliver()
    assert [receipt.status for receipt in world.partner.receipts()] == ["1"]


def test_an_engine_that_runs_takes_no_bare_document_from_who_brings_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = importing.judge_here

    def while_the_engine_runs(*given: Any) -> Any:
        monkeypatch.setattr(importing, "judge_here", judge)
        assert not world.take_in()
        return judge(*given)

    monkeypatch.setattr(importing, "judge_here", while_the_engine_runs)
    taken = importing.take_in_document(world.database, CLINIC, world.clock, world.letter().raw)
    assert (taken.state, len(taken.apprecs)) == ("imported", 1)


def test_numbers_that_are_filled_out_or_in_groups_are_the_same_numbers(world: World) -> None:
    """A sloppy partner's letter comes to whom it names, and is answered as it is written; so is its receipt read."""
    with world.database.transaction() as connection:
        person = people.add(connection, User("lege", "Astrid", hpr_number="009144889"), at=to_text(START))
    sloppy = (
        world.letter(receiver=replace(our_party(), department=None, person=DOCTOR))
        .raw.replace(OUR_UNIT.encode(), b"9 200 000")
        .replace(THEIRS.encode(), b"00" + THEIRS.encode())
        .replace(b"<Id>218582", b"<Id>218582 ")
    )
    world.post(world.pack(read(sloppy)))
    (taken,) = world.take_in()
    assert (taken.state, len(taken.apprecs)) == ("imported", 1)
    assert b"<Id>9 200 000</Id>" in taken.apprecs[0]
    assert b"<Id>00" + THEIRS.encode() in taken.apprecs[0]
    assert [one.national_id for one in world.reader.patients("åsen")] == ["21858230052"]
    assert world.reader.post_item(taken.message_id, own_mailbox(person)) is not None

    original = world.write()
    message_id = world.enqueue(original)
    world.deliver()
    world.post(world.answer("1", original, **{THEIRS: "0" + THEIRS}))
    world.take_in()
    assert world.receipt(message_id) == "accepted"


DOCTOR = Professional("Fjellvang", "", "Astrid", (Ident("9144 889", CodedValue("HPR", "", "HPR-nummer")),))


def test_an_apprec_is_never_answered(world: World) -> None:
    document = world.write()
    world.enqueue(document)
    world.deliver()
    world.post(world.answer("1", document))
    (taken,) = world.take_in()
    assert taken.apprecs == ()
    assert not world.deliver()


def test_a_service_we_do_not_have_is_answered_for_by_the_one_the_envelope_came_to(world: World) -> None:
    raw = world.letter().raw.replace(OURS.encode(), b"9209999")
    (imported,) = _receive(world, raw)
    assert imported.state == "rejected"
    assert world.deliver()
    (receipt,) = world.partner.receipts()
    assert (receipt.errors[0].code.value, receipt.sender.her_id) == ("E21", "9209999")
    (answer,) = world.reader.page(Filter(direction="out"), 0)
    assert world.state(answer.id) == "delivered"
    ((body,),) = world.partner.envelopes.values()
    content_type = world.reader.parts(answer.id)[1].content_type
    opened = unpack(content_type, body)
    assert opened.header is not None
    assert opened.header.from_her == OURS


def test_a_receipt_from_another_service_of_the_same_unit_answers_nothing(world: World) -> None:
    """Whoever signs for a unit could otherwise take receipts in the name of any service it calls its own."""
    original = world.write()
    message_id = world.enqueue(original)
    world.deliver()
    forged = original.header.receivers[0]
    receipt = world.answer("1", original, **{THEIRS: "9309999", forged.organisation.her_id: THEIRS})
    world.post(receipt)
    (imported,) = world.take_in()
    assert imported.state == "quarantined"
    assert world.receipt(message_id) == "awaited"


def test_a_letter_that_names_no_type_is_answered_under_the_action_it_came_by(world: World) -> None:
    """HISD 1209 §3.1: they are one and the same; a receipt must name a type (U3)."""
    letter = world.letter()
    untyped = read(re.sub(rb"<Type V=\"DIALOG[^>]*/>", b"", letter.raw, count=1))
    assert (letter.header.type_code, untyped.header.type_code) == ("DIALOG_HELSEFAGLIG", "")
    world.post(world.pack(untyped, names=collaboration(letter.header)))
    (imported,) = world.take_in()
    assert imported.state == "rejected"
    (raw,) = imported.apprecs
    assert schemas.validate(read(raw).root) == []
    receipt = apprec.read_apprec(read(raw))
    assert (receipt.original_type, receipt.errors[0].code.value) == ("DIALOG_HELSEFAGLIG", "T02")


@pytest.mark.parametrize("lacking", [{"sender": None}, {"original_id": "", "msg_id": ""}], ids=["sender", "id"])
def test_an_emergency_without_sender_or_id_is_taken_in_though_it_cannot_be_answered(
    world: World, monkeypatch: pytest.MonkeyPatch, lacking: dict[str, str | None]
) -> None:
    whole = importing.documents.read

    def emergency(raw: bytes) -> Document:
        document = whole(raw)
        return replace(document, header=replace(document.header, emergency=True, **lacking))

    world.post(world.pack(world.letter()))
    monkeypatch.setattr(importing.documents, "read", emergency)
    (imported,) = world.take_in()
    assert (imported.state, imported.apprecs) == ("imported", ())


def _receive(world: World, raw: bytes) -> list[importing.Imported]:
    world.post(world.pack(read(raw)))
    return world.take_in()


def _manual(world: World) -> int:
    """Receive a message that is marked as a test, at a clinic where tests are not everyday."""
    from dataclasses import replace

    letter = world.letter(test=True)
    world.post(world.pack(letter))
    with world.database.snapshot() as connection:
        from elmeld_tui.store import messages

        (message_id,) = messages.received(connection)
    taken = importing.import_message(world.database, replace(CLINIC, test=False), world.clock, message_id)
    assert taken.state == "manual"
    return message_id


def test_an_apprec_travels_back_the_way_its_message_came(world: World) -> None:
    """HISD 1209 §3.3: same service, roles swapped; HITS 1171 §9.1: same conversation; §5.2.1.10.1: what it answers."""
    envelope = world.pack(world.letter())
    world.post(envelope)
    world.take_in()
    world.deliver()

    came = unpack(envelope.content_type, envelope.body).header
    (went,) = world.partner.headers
    assert came is not None
    assert (went.from_her, went.to_her) == (came.to_her, came.from_her)
    assert (went.service, went.action) == (came.service, "APPREC")
    assert (went.from_role, went.to_role) == (came.to_role, came.from_role)
    assert went.conversation_id == came.conversation_id
    assert went.ref_to_message_id == came.message_id
