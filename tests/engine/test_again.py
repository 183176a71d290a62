"""What a person does about a message that did not get through, and what is refused, with the reason in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from world import THEIRS, World, their_party

from elmeld_tui.engine import again, deadlines
from elmeld_tui.engine.remedies import CannotActError
from elmeld_tui.messages.document import Document
from elmeld_tui.office.faults import explain
from elmeld_tui.store.check import check

COPY = "9300002"
USER = "astrid"


@pytest.fixture(autouse=True)
def _whole(world: World) -> object:
    yield
    assert check(world.database) == []


def _resend(world: World, message_id: int, receiver: str = "") -> tuple[str, ...]:
    with world.database.transaction() as connection:
        return again.resend(connection, message_id, now=world.clock(), user=USER, receiver=receiver)


def _sent(world: World, behaviour: str, document: Document | None = None) -> int:
    world.partner.behaviour = behaviour
    message_id = world.enqueue(document)
    while world.deliver():
        pass
    return message_id


def _undelivered(world: World, document: Document | None = None) -> int:
    message_id = _sent(world, "silent", document)
    for _ in range(6):
        world.clock.forward(hours=12)
        while world.deliver():
            pass
    return message_id


def _overdue(world: World, document: Document | None = None) -> int:
    message_id = _sent(world, "acknowledge", document)
    world.clock.forward(hours=97)
    deadlines.mark_overdue(world.database, world.clock())
    return message_id


def _to_two(world: World) -> Document:
    copy = replace(their_party(), role="COP", person=None)
    assert copy.department is not None
    department = replace(copy.department, idents=(replace(copy.department.idents[0], id=COPY),))
    world.register.parties[COPY] = replace(world.register.parties[THEIRS], her_id=COPY)
    return world.write(copies=(replace(copy, department=department),))


def test_trying_now_sends_the_same_bytes_though_the_partner_is_left_in_peace(world: World) -> None:
    message_id = _sent(world, "down")
    assert not world.deliver()
    world.partner.behaviour = "acknowledge"
    with world.database.transaction() as connection:
        assert again.hurry(connection, message_id, now=world.clock(), user=USER) == 1
    (owed,) = world.reader.attempts(message_id)
    assert world.deliver()
    assert world.state(message_id) == "delivered"
    assert list(world.partner.envelopes) == [owed.eb_message_id]
    with world.database.transaction() as connection, pytest.raises(CannotActError, match="levert"):
        again.hurry(connection, message_id, now=world.clock(), user=USER)


@pytest.mark.parametrize(
    "failed", [lambda w, d: _sent(w, "refuse", d), lambda w, d: _sent(w, "fault", d), _undelivered]
)
def test_a_resend_is_a_new_envelope_with_the_same_document(
    world: World, failed: Callable[[World, Document], int]
) -> None:
    document = world.write()
    message_id = failed(world, document)
    earlier = set(world.partner.envelopes)
    assert world.alerts()
    assert _resend(world, message_id) == (THEIRS,)
    assert world.state(message_id) == "queued"
    world.partner.behaviour = "acknowledge"
    world.deliver()
    assert world.state(message_id) == "delivered"
    assert len(set(world.partner.envelopes) - earlier) == 1
    assert set(world.partner.documents.values()) == {document.raw}
    assert world.alerts() == []
    with pytest.raises(CannotActError, match="96 timer"):
        _resend(world, message_id)


def test_what_is_still_on_its_way_is_not_sent_in_another_envelope(world: World) -> None:
    message_id = _sent(world, "silent")
    with pytest.raises(CannotActError, match="på vei"):
        _resend(world, message_id)


def test_an_unanswered_message_is_sent_once_more_and_stays_overdue_until_it_is_answered(world: World) -> None:
    document = world.write()
    message_id = _overdue(world, document)
    _resend(world, message_id)
    world.deliver()
    assert (world.state(message_id), world.receipt(message_id)) == ("delivered", "overdue")
    assert len(world.partner.envelopes) == 2
    with pytest.raises(CannotActError, match="én gang til"):
        _resend(world, message_id)
    world.post(world.answer("1", document))
    world.take_in()
    assert world.receipt(message_id) == "accepted"
    assert world.alerts() == []


def test_what_has_been_answered_is_never_sent_again(world: World) -> None:
    for status, reason in (("1", "godtatt"), ("2", "avvist innholdet")):
        document = world.write()
        message_id = _sent(world, "acknowledge", document)
        world.post(world.answer(status, document))
        world.take_in()
        with pytest.raises(CannotActError, match=reason):
            _resend(world, message_id)


def test_only_the_receivers_it_did_not_reach_get_it_again(world: World) -> None:
    message_id = world.enqueue(_to_two(world))
    world.deliver()
    world.partner.behaviour = "refuse"
    world.deliver()
    assert world.state(message_id) == "transport_rejected"
    with pytest.raises(CannotActError, match="96 timer"):
        _resend(world, message_id, THEIRS)
    with pytest.raises(CannotActError, match="ikke sendt til"):
        _resend(world, message_id, "1")
    world.partner.behaviour = "acknowledge"
    assert _resend(world, message_id) == (COPY,)
    world.deliver()
    assert world.state(message_id) == "delivered"


def test_sending_to_one_of_two_does_not_hide_that_the_other_is_without_it(world: World) -> None:
    message_id = _sent(world, "refuse", _to_two(world))
    world.partner.behaviour = "acknowledge"
    assert _resend(world, message_id, COPY) == (COPY,)
    world.deliver()
    assert world.state(message_id) == "transport_rejected"
    assert world.alerts() == ["transport_rejected"]
    assert _resend(world, message_id) == (THEIRS,)
    world.deliver()
    assert world.state(message_id) == "delivered"
    assert world.alerts() == []


def test_a_late_ack_for_the_first_envelope_ends_what_the_second_owes(world: World) -> None:
    message_id = _undelivered(world)
    ((first, ack),) = world.partner.acks.items()
    _resend(world, message_id)
    world.post(ack)
    assert world.state(message_id) == "delivered"
    assert not world.deliver()
    assert list(world.partner.envelopes) == [first]


def test_our_receipt_is_resent_until_it_is_acked_and_never_after(world: World) -> None:
    world.partner.behaviour = "refuse"
    world.post(world.pack(world.letter()))
    (taken,) = world.take_in()
    world.deliver()
    receipt = taken.message_id + 1
    assert world.state(receipt) == "transport_rejected"
    with world.database.transaction() as connection, pytest.raises(CannotActError, match="aldri på nytt"):
        again.recreated(connection, taken.message_id, receipt, now=world.clock(), user=USER)
    world.partner.behaviour = "acknowledge"
    _resend(world, receipt)
    world.deliver()
    (answered,) = world.partner.receipts()
    kept = world.reader.part(receipt)
    assert kept is not None
    assert answered.id.encode() in kept
    with pytest.raises(CannotActError, match="aldri på nytt"):
        _resend(world, receipt)


def test_what_is_handled_calls_nobody_until_that_is_taken_back(world: World) -> None:
    message_id = _undelivered(world)
    with world.database.transaction() as connection:
        again.handle(connection, message_id, now=world.clock(), user=USER, reason="phone", note="Ringt Kari")
    assert world.alerts() == []
    world.clock.forward(hours=30)
    deadlines.mark_overdue(world.database, world.clock())
    assert (world.receipt(message_id), world.alerts()) == ("overdue", [])
    with pytest.raises(CannotActError, match="Angre"):
        _resend(world, message_id)
    with world.database.transaction() as connection, pytest.raises(CannotActError, match="fra før"):
        again.handle(connection, message_id, now=world.clock(), user=USER)
    with world.database.transaction() as connection:
        again.undo_handled(connection, message_id, now=world.clock(), user=USER)
    assert sorted(world.alerts()) == ["overdue", "undelivered"]
    assert world.events(message_id)[-1] == "handled_undone"
    _resend(world, message_id)


def test_what_is_over_meanwhile_calls_nobody_when_handled_is_taken_back(world: World) -> None:
    document = world.write()
    message_id = _sent(world, "acknowledge", document)
    world.clock.forward(hours=97)
    deadlines.mark_overdue(world.database, world.clock())
    with world.database.transaction() as connection:
        again.handle(connection, message_id, now=world.clock(), user=USER)
    world.post(world.answer("1", document))
    world.take_in()
    assert (world.receipt(message_id), world.alerts()) == ("accepted", [])
    with world.database.transaction() as connection:
        again.undo_handled(connection, message_id, now=world.clock(), user=USER)
    assert world.alerts() == []


def test_nothing_is_handled_where_nothing_is_wrong(world: World) -> None:
    message_id = _sent(world, "acknowledge")
    with world.database.transaction() as connection, pytest.raises(CannotActError, match="ikke noe galt"):
        again.handle(connection, message_id, now=world.clock(), user=USER)
    with world.database.transaction() as connection, pytest.raises(CannotActError, match="ikke merket"):
        again.undo_handled(connection, message_id, now=world.clock(), user=USER)


def test_the_failed_one_is_settled_when_the_one_made_anew_is_accepted(world: World) -> None:
    old = _sent(world, "refuse")
    document = world.write()
    new = _sent(world, "acknowledge", document)
    with world.database.transaction() as connection:
        again.recreated(connection, new, old, now=world.clock(), user=USER)
    assert world.alerts() == ["transport_rejected"]
    with pytest.raises(CannotActError, match=f"melding {new}"):
        _resend(world, old)
    with world.database.transaction() as connection, pytest.raises(CannotActError, match=f"melding {new}"):
        again.recreated(connection, new, old, now=world.clock(), user=USER)
    world.clock.forward(minutes=1)
    world.post(world.answer("1", document))
    world.take_in()
    assert world.alerts() == []
    assert world.events(old)[-1] == "handled"
    assert [link.relation for link in world.reader.links(old)] == ["recreated"]
    assert [link.relation for link in world.reader.links(new)] == ["recreates"]
    with world.database.transaction() as connection, pytest.raises(CannotActError, match=f"melding {new}"):
        again.undo_handled(connection, old, now=world.clock(), user=USER)


def test_one_receiver_who_answers_late_does_not_silence_the_alert_for_another(world: World) -> None:
    document = _to_two(world)
    message_id = _overdue(world, document)
    world.post(world.answer("1", document))
    world.take_in()
    assert world.receipt(message_id) == "overdue"
    assert world.alerts() == ["overdue"]


@pytest.mark.parametrize(
    ("behaviour", "code", "said", "acts"),
    [
        ("refuse", "NotSupported", "Kan ikke", ("resend", "recreate", "handled")),
        ("fault", "SOAP:Client", "uleselig", ("resend", "recreate", "handled")),
        ("gone", "transport_rejected", "no such path", ("resend", "recreate", "handled")),
        ("down", "unreachable", "nobody there", ("retry",)),
        ("forge", "untrusted_answer", "adresseregisteret", ("retry", "handled")),
    ],
)
def test_every_way_of_not_getting_through_is_told_with_what_to_do(
    world: World, behaviour: str, code: str, said: str, acts: tuple[str, ...]
) -> None:
    message_id = _sent(world, behaviour)
    (told,) = explain(world.reader, message_id)
    assert (told.code, told.acts) == (code, acts)
    assert said in told.said
    assert told.happened
    assert told.now


def test_why_the_last_attempt_failed_is_told_when_all_are_used_up(world: World) -> None:
    message_id = _sent(world, "forge")
    while world.state(message_id) != "undelivered":
        world.clock.forward(hours=2)
        world.deliver()
    (told,) = explain(world.reader, message_id)
    assert (told.code, told.acts[0]) == ("undelivered", "resend")
    assert "adresseregisteret" in told.said
    assert "ikke stoles på" in told.happened


def test_nothing_is_told_of_what_went_well(world: World) -> None:
    assert explain(world.reader, _sent(world, "acknowledge")) == []
    (told,) = explain(world.reader, _overdue(world))
    assert (told.code, told.acts) == ("overdue", ("resend", "recreate", "handled"))
