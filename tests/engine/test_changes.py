"""Changes and cancellations that we send: what still counts is what the receiver has not refused (HISD 1154 §4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from world import CLINIC, PATIENT, World, our_party, their_party

from elmeld_tui.engine import importing
from elmeld_tui.messages import writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.contact import Telecom
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.store.check import check

DOCUMENT_ID = "0b1c7a52-1d8e-4a1c-9a34-5b7f0f8f2a11"


def referral(world: World, service_type: str, hours: int = 0) -> Document:
    sender = our_party()
    assert sender.person is not None
    doctor = replace(sender.person, telecoms=(Telecom(CodedValue("WP"), "tel:55900401"),))
    addressing = writing.Addressing(
        sender=replace(sender, person=doctor),
        receiver=replace(their_party(), person=None),
        patient=PATIENT,
        msg_id=new_uuid(),
        now=world.clock() + timedelta(hours=hours),
        document_id=DOCUMENT_ID,
        service_type=service_type,
    )
    return read(writing.build("referral", {"reason": "Vurdering ønskes", "diagnosis": ["ICPC-2:T90"]}, addressing))


def standing(world: World, message_id: int) -> tuple[str, int | None]:
    message = world.reader.message(message_id)
    assert message is not None
    return message.document_state, message.superseded_by


@pytest.mark.parametrize(("service_type", "state"), [("M", "superseded"), ("C", "cancelled")])
def test_what_we_change_or_cancel_says_so_and_stays_under_sent(
    world: World, service_type: str, state: str
) -> None:
    first = world.enqueue(referral(world, "N"))
    second = world.enqueue(referral(world, service_type, 1))
    assert standing(world, first) == (state, second)
    assert standing(world, second) == ("current", None)
    item = world.reader.post_item(first)
    assert item is not None
    assert item.folder == "sent"
    assert check(world.database) == []


def test_a_change_that_its_receiver_refuses_changes_nothing(world: World) -> None:
    first = world.enqueue(referral(world, "N"))
    change = referral(world, "C", 1)
    second = world.enqueue(change)
    world.deliver()
    world.deliver()
    world.post(world.answer("2", change))
    world.take_in()
    assert world.receipt(second) == "rejected"
    assert standing(world, first) == ("current", None)
    assert world.events(first)[-1] == "current_again"
    assert check(world.database) == []


def test_what_is_refused_on_receipt_replaces_nothing(world: World) -> None:
    def arriving(service_type: str, msg_id: str) -> bytes:
        theirs, ours = their_party(), our_party()
        addressing = writing.Addressing(
            sender=theirs,
            receiver=replace(ours, person=None),
            patient=PATIENT,
            msg_id=msg_id,
            now=world.clock(),
            document_id=DOCUMENT_ID,
            service_type=service_type,
        )
        return writing.build("referral", {"reason": "Vurdering", "diagnosis": ["ICPC-2:T90"]}, addressing)

    first = importing.take_in_document(world.database, CLINIC, world.clock, arriving("N", new_uuid()))
    refused = importing.take_in_document(world.database, CLINIC, world.clock, arriving("C", "ingen-uuid"))
    assert (first.state, refused.state) == ("imported", "rejected")
    assert standing(world, first.message_id) == ("current", None)
