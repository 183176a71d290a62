"""AppRecs that arrive, and those that do not: the ledger of each message, and when a human is called."""

from __future__ import annotations

import re

import pytest
from world import DIALOGUE, PATIENT, THEIRS, World, our_party, their_party

from elmeld_tui.engine import deadlines
from elmeld_tui.messages import writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.collaborations import apprec_collaboration, collaboration
from elmeld_tui.model.header import Conversation
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.store.check import check


@pytest.fixture
def sent(world: World) -> tuple[int, Document]:
    document = world.write()
    message_id = world.enqueue(document)
    world.deliver()
    return message_id, document


@pytest.mark.parametrize(
    ("status", "receipt", "alert"),
    [
        ("1", "accepted", []),
        ("2", "rejected", ["answered_rejected"]),
        ("3", "accepted_with_faults", ["accepted_with_faults"]),
    ],
)
def test_r30_each_status_is_entered_in_the_ledger(
    world: World, sent: tuple[int, Document], status: str, receipt: str, alert: list[str]
) -> None:
    message_id, document = sent
    world.post(world.answer(status, document))
    (taken,) = world.take_in()
    assert taken.state == "imported"
    assert world.receipt(message_id) == receipt
    assert world.alerts() == alert
    (account,) = world.reader.receivers(message_id)
    assert account.receipt == receipt
    assert account.apprec_message_id == taken.message_id
    assert [error["code"] for error in account.errors] == ([] if status == "1" else ["E21"])
    assert check(world.database) == []


@pytest.mark.parametrize(
    "lacking", ["<Dept>.*?</Dept>", '<TypeId V="HER"[^>]*>'], ids=["service", "type of number"]
)
def test_a_receipt_that_names_no_more_than_its_unit_is_given_by_who_signed_its_envelope(
    world: World, sent: tuple[int, Document], lacking: str
) -> None:
    message_id, document = sent
    whole = world.receipt_of(document)
    less = read(re.sub(lacking.encode(), b"", whole))
    assert less.header.sender is not None
    assert less.header.sender.her_id != THEIRS
    names = apprec_collaboration(collaboration(document.header))
    other = world.write("En annen")
    world.post(
        world.pack(
            read(less.raw.replace(document.header.msg_id.encode(), other.header.msg_id.encode())), names=names
        )
    )
    (orphan,) = world.take_in()
    assert orphan.state == "quarantined"
    world.post(world.pack(less, names=names))
    (taken,) = world.take_in()
    assert (taken.state, world.receipt(message_id)) == ("imported", "accepted")
    assert check(world.database) == []


@pytest.mark.parametrize("spelling", ["{}", "{{{}}}"], ids=["capitals", "capitals in braces"])
def test_ids_that_come_back_in_another_spelling_are_the_same(
    world: World, sent: tuple[int, Document], spelling: str
) -> None:
    """A partner that keeps ids as UUIDs gives them back as its database writes them."""
    message_id, document = sent
    theirs = spelling.format(document.header.msg_id.upper())
    world.post(world.answer("1", document, **{document.header.msg_id: theirs}))
    world.take_in()
    assert world.receipt(message_id) == "accepted"

    letter = world.letter(conversation=Conversation(start=theirs, parent=theirs))
    again = read(letter.raw.replace(letter.header.msg_id.encode(), letter.header.msg_id.upper().encode()))
    for one in (letter, again):
        world.post(world.pack(one))
    answer, duplicate = world.take_in()
    assert (answer.state, duplicate.state) == ("imported", "duplicate")
    assert [one.id for one in world.reader.thread(message_id)].count(answer.message_id) == 1


@pytest.mark.parametrize(("form", "version"), [("dialogue", "1.1"), ("request", "1.0")])
def test_r29_both_versions_of_the_receipt_are_understood(world: World, form: str, version: str) -> None:
    answers = DIALOGUE if form == "dialogue" else {"type": "99", "question": "Hva nå?"}
    document = read(
        writing.build(
            form,
            answers,
            writing.Addressing(our_party(), their_party(), PATIENT, msg_id=new_uuid(), now=world.clock()),
        )
    )
    message_id = world.enqueue(document)
    world.deliver()
    world.post(world.answer("1", document))
    (taken,) = world.take_in()
    message = world.reader.message(taken.message_id)
    assert message is not None
    assert (message.version, world.receipt(message_id)) == (version, "accepted")


def test_as13_r29_the_first_receipt_is_final(world: World, sent: tuple[int, Document]) -> None:
    message_id, document = sent
    world.post(world.answer("1", document))
    world.take_in()
    world.post(world.answer("2", document))
    (second,) = world.take_in()
    assert second.state == "duplicate"
    assert world.receipt(message_id) == "accepted"
    assert world.events(message_id)[-1] == "receipt_ignored"
    assert world.alerts() == []


def test_a_receipt_for_nothing_we_sent_is_alerted(world: World, sent: tuple[int, Document]) -> None:
    message_id, document = sent
    world.post(
        world.answer("1", document, **{document.header.original_id: "00000000-0000-4000-8000-000000000000"})
    )
    world.take_in()
    assert world.receipt(message_id) == "awaited"
    assert world.alerts() == ["orphan_receipt"]


def test_a_receipt_from_somebody_who_was_not_asked_does_not_count(
    world: World, sent: tuple[int, Document]
) -> None:
    message_id, document = sent
    world.post(world.answer("1", document, **{THEIRS: "9300008"}))
    world.take_in()
    assert world.receipt(message_id) == "awaited"
    assert len(world.alerts()) == 1


def test_a_receipt_may_come_before_the_ack(world: World) -> None:
    document = world.write()
    message_id = world.enqueue(document)
    world.partner.behaviour = "silent"
    world.deliver()
    world.post(world.answer("1", document))
    world.take_in()
    assert world.receipt(message_id) == "accepted"
    assert world.state(message_id) == "delivered"
    (ack,) = world.partner.acks.values()
    world.post(ack)
    assert world.state(message_id) == "delivered"
    world.clock.forward(days=1)
    assert not world.deliver()
    assert check(world.database) == []


def test_as42_r30_after_96_hours_from_gendate_a_missing_receipt_is_overdue(
    world: World, sent: tuple[int, Document]
) -> None:
    message_id, _ = sent
    world.clock.forward(hours=95, minutes=59)
    assert deadlines.mark_overdue(world.database, world.clock()) == 0
    world.clock.forward(minutes=1)
    assert deadlines.mark_overdue(world.database, world.clock()) == 1
    assert deadlines.mark_overdue(world.database, world.clock()) == 0
    assert world.receipt(message_id) == "overdue"
    assert world.alerts() == ["overdue"]
    assert check(world.database) == []


@pytest.mark.parametrize(("status", "receipt"), [("1", "accepted"), ("2", "rejected")])
def test_as42_a_late_receipt_still_counts(
    world: World, sent: tuple[int, Document], status: str, receipt: str
) -> None:
    message_id, document = sent
    world.clock.forward(hours=97)
    deadlines.mark_overdue(world.database, world.clock())
    world.post(world.answer(status, document))
    world.take_in()
    assert world.receipt(message_id) == receipt
    assert "overdue" not in world.alerts()
