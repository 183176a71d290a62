"""Sending: what is committed is sent, with the same bytes every time, until the partner has answered or we give up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from world import ENDPOINT, OURS, THEIRS, World, keys

from elmeld_tui.engine import delivery, outbox, preparing
from elmeld_tui.engine.remedies import Act
from elmeld_tui.model import clock
from elmeld_tui.model.clock import from_text, to_text
from elmeld_tui.office.course import course
from elmeld_tui.office.faults import about, explain, in_the_way
from elmeld_tui.store import beat, lines
from elmeld_tui.store.check import check
from elmeld_tui.transport import signals
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.port import Parcel


def test_a_message_is_packed_sent_and_delivered(world: World) -> None:
    document = world.write()
    message_id = world.enqueue(document)

    assert world.deliver()

    assert world.state(message_id) == "delivered"
    assert world.receipt(message_id) == "awaited"
    assert world.events(message_id) == ["queued", "packed", "attempt", "sent", "delivered"]
    assert [part.role for part in world.reader.parts(message_id)] == ["document", "envelope", "signal"]
    assert world.reader.part(message_id, "document") == document.raw
    assert list(world.partner.documents.values()) == [document.raw]
    assert not world.deliver()
    assert check(world.database) == []


def test_what_is_owed_is_committed_before_the_bytes_leave(world: World) -> None:
    message_id = world.enqueue()
    seen = []
    send = world.partner.send

    def look_and_send(parcel: Parcel) -> object:
        (attempt,) = world.reader.attempts(message_id)
        seen.append((attempt.endpoint, attempt.done, world.reader.part(message_id, "envelope") == parcel.body))
        return send(parcel)

    world.partner.send = look_and_send  # type: ignore[method-assign]
    world.deliver()
    assert seen == [(ENDPOINT, False, True)]


@pytest.mark.parametrize("trouble", ["cut", "babble", "silent", "forge"])
def test_every_retry_sends_the_same_bytes(world: World, trouble: str) -> None:
    message_id = world.enqueue()
    world.partner.behaviour = trouble
    world.deliver()
    world.clock.forward(hours=13)
    world.deliver()
    world.partner.behaviour = "acknowledge"
    world.clock.forward(hours=13)
    world.deliver()

    ((bodies),) = world.partner.envelopes.values()
    assert len(bodies) == 3
    assert len(set(bodies)) == 1
    assert world.state(message_id) == "delivered"


def test_a_partner_who_is_down_is_tried_again_soon_and_then_seldom(world: World) -> None:
    message_id = world.enqueue()
    world.partner.behaviour = "down"
    waits = []
    for _ in range(6):
        assert world.deliver()
        (attempt,) = world.reader.attempts(message_id)
        next_at = from_text(attempt.next_at)
        waits.append((next_at - world.clock()).total_seconds())
        assert not world.deliver()
        world.clock.now = next_at
    # Up to a quarter longer, so that not everybody comes back at once.
    for waited, least in zip(waits, [5, 30, 120, 600, 3600, 3600], strict=True):
        assert least <= waited <= least * 1.25
    assert world.state(message_id) == "queued"
    assert world.events(message_id).count("unreachable") == 6
    assert world.events(message_id).count("packed") == 1


def test_what_waits_behind_another_on_a_line_that_is_down_says_since_when_and_when_it_is_tried(
    world: World,
) -> None:
    world.enqueue()
    world.partner.behaviour = "down"
    world.deliver()
    behind = world.enqueue()
    (told,) = explain(world.reader, behind)
    (down,) = world.reader.lines_down(behind)
    assert told.acts == (Act.RETRY,)
    assert clock.long(from_text(down.since)) in told.happened
    assert clock.long(from_text(down.quiet_until)) in told.happened
    world.partner.behaviour = "acknowledge"
    world.clock.forward(seconds=7)
    world.deliver()
    assert explain(world.reader, behind) == world.reader.lines_down(behind) == []


def test_while_no_engine_is_at_work_what_is_to_leave_says_so_and_nothing_else_does(world: World) -> None:
    sent = world.enqueue()
    world.deliver()
    left = world.enqueue()
    (told,) = in_the_way(world.reader, left, world.clock())
    assert (told.code, told.acts) == ("engine_down", ())
    assert in_the_way(world.reader, sent, world.clock()) == []
    _living(world)
    assert in_the_way(world.reader, left, world.clock()) == []
    world.clock.forward(minutes=1)
    assert in_the_way(world.reader, left, world.clock()) == [told]


def test_what_is_well_on_its_way_says_until_when_to_wait(world: World) -> None:
    world.partner.behaviour = "silent"
    sent = world.enqueue()
    world.deliver()
    (attempt,) = world.reader.attempts(sent)
    _living(world)
    assert [clock.long(from_text(attempt.next_at)) in text for text in _advice(world, sent)] == [True]
    world.partner.behaviour = "acknowledge"
    delivered = world.enqueue()
    world.deliver()
    (receiver,) = world.reader.receivers(delivered)
    assert [clock.long(from_text(receiver.due)) in text for text in _advice(world, delivered)] == [True]


def _advice(world: World, message_id: int) -> tuple[str, ...]:
    found = course(world.reader, message_id, world.clock())
    assert found is not None
    return found.now


def _living(world: World) -> None:
    """Let an engine give a sign of life."""
    at = to_text(world.clock())
    with world.database.transaction() as connection:
        beat.go_on(connection, beat.Engine("host", 1, 8181, at), at=at)


def test_a_partner_who_has_moved_is_looked_up_anew_when_not_reached(world: World) -> None:
    message_id = world.enqueue()
    old = world.register.parties[THEIRS]
    world.register.parties[THEIRS] = replace(old, endpoint="http://moved-from.test/ebxml")
    world.partner.behaviour = "down"
    world.deliver()
    world.register.parties[THEIRS] = old
    world.partner.behaviour = "acknowledge"
    world.clock.forward(seconds=7)
    assert world.deliver()
    assert world.state(message_id) == "delivered"


def test_a_certificate_in_the_register_that_is_none_is_told_at_once(world: World) -> None:
    world.register.parties[THEIRS] = replace(world.register.parties[THEIRS], encryption_certificate=b"junk")
    message_id = world.enqueue()
    assert world.deliver()
    assert world.state(message_id) == "transport_rejected"
    assert world.alerts() == ["transport_rejected"]


def test_silence_is_waited_out_for_twelve_hours(world: World) -> None:
    message_id = world.enqueue()
    world.partner.behaviour = "silent"
    world.deliver()
    assert world.state(message_id) == "sent"
    world.clock.forward(hours=11, minutes=59)
    assert not world.deliver()
    world.clock.forward(minutes=2)
    assert world.deliver()
    assert world.events(message_id)[-1] == "sent"


def test_after_five_retries_we_give_up_and_say_so(world: World) -> None:
    message_id = world.enqueue()
    world.partner.behaviour = "silent"
    for _ in range(7):
        world.deliver()
        world.clock.forward(hours=12, seconds=1)
    assert len(next(iter(world.partner.envelopes.values()))) == 6
    assert world.state(message_id) == "undelivered"
    assert world.alerts() == ["undelivered"]
    assert not world.deliver()
    assert check(world.database) == []


def test_an_ack_that_comes_after_we_gave_up_still_counts(world: World) -> None:
    message_id = world.enqueue()
    world.partner.behaviour = "silent"
    for _ in range(7):
        world.deliver()
        world.clock.forward(hours=12, seconds=1)
    (ack,) = world.partner.acks.values()
    assert world.post(ack) is None
    assert world.state(message_id) == "delivered"
    assert world.alerts() == []


def test_an_ack_on_its_own_settles_what_it_answers_once(world: World) -> None:
    message_id = world.enqueue()
    world.partner.behaviour = "silent"
    world.deliver()
    (ack,) = world.partner.acks.values()
    assert world.post(ack) is None
    assert world.post(ack) is None
    assert world.events(message_id) == ["queued", "packed", "attempt", "sent", "delivered"]
    assert not world.alerts()


def test_an_ack_that_overtakes_the_answer_is_not_undone(world: World) -> None:
    message_id = world.enqueue()
    world.partner.behaviour = "silent"
    send = world.partner.send

    def send_and_ack(parcel: Parcel) -> object:
        reply = send(parcel)
        (ack,) = world.partner.acks.values()
        world.post(ack)
        return reply

    world.partner.send = send_and_ack  # type: ignore[method-assign]
    world.deliver()
    assert world.state(message_id) == "delivered"
    world.clock.forward(days=1)
    assert not world.deliver()


@pytest.mark.parametrize("behaviour", ["refuse", "fault", "gone"])
def test_a_refusal_ends_the_sending_and_alerts(world: World, behaviour: str) -> None:
    message_id = world.enqueue()
    world.partner.behaviour = behaviour
    world.deliver()
    assert world.state(message_id) == "transport_rejected"
    assert world.alerts() == ["transport_rejected"]
    world.clock.forward(days=2)
    assert not world.deliver()
    assert check(world.database) == []


def test_a_warning_counts_as_delivered(world: World) -> None:
    message_id = world.enqueue()
    world.partner.behaviour = "warn"
    world.deliver()
    assert world.state(message_id) == "delivered"
    assert world.events(message_id)[-1] == "delivered_with_warning"


def test_an_ack_signed_by_somebody_else_proves_nothing(world: World) -> None:
    message_id = world.enqueue()
    world.partner.behaviour = "forge"
    world.deliver()
    assert world.state(message_id) == "queued"
    assert world.events(message_id)[-1] == "untrusted_answer"
    assert world.alerts() == ["untrusted_answer"]


def test_an_ack_for_another_envelope_proves_nothing(world: World) -> None:
    first = world.enqueue()
    world.deliver()
    second = world.enqueue()
    (ack,) = world.partner.acks.values()
    world.partner.send = lambda *_: signals_reply(ack)  # type: ignore[method-assign]
    world.deliver()
    assert world.state(first) == "delivered"
    assert world.state(second) == "queued"


def signals_reply(packed: object) -> object:
    from elmeld_tui.transport.port import Reply

    return Reply(packed.content_type, packed.body)  # type: ignore[attr-defined]


def test_a_receiver_the_register_does_not_know_is_told_at_once(world: World) -> None:
    message_id = world.enqueue()
    del world.register.parties[THEIRS]
    world.deliver()
    assert world.state(message_id) == "transport_rejected"
    assert world.alerts() == ["transport_rejected"]


def test_a_register_that_is_away_only_delays(world: World) -> None:
    message_id = world.enqueue()
    world.register.away = True
    world.deliver()
    assert world.state(message_id) == "queued"
    (told,) = explain(world.reader, message_id)
    assert "registeret" in told.happened
    world.register.away = False
    world.clock.forward(seconds=6)
    world.deliver()
    assert world.state(message_id) == "delivered"


def test_a_partner_once_known_is_reached_while_the_register_is_away(world: World) -> None:
    world.enqueue()
    world.deliver()
    world.register.away = True
    world.clock.forward(hours=5)
    message_id = world.enqueue()
    world.deliver()
    assert world.state(message_id) == "delivered"


def test_no_two_engines_send_the_same_envelope(world: World) -> None:
    world.enqueue()
    sent = []

    def send(*_: object) -> object:
        sent.append(1)
        assert not delivery.deliver_next(world.equipment, "other engine")
        return None

    world.partner.send = send  # type: ignore[method-assign,assignment]
    world.deliver()
    assert sent == [1]


def test_a_claim_whose_engine_never_came_back_is_taken_over(world: World) -> None:
    message_id = world.enqueue()

    class Dead(BaseException):
        pass

    send = world.partner.send

    def die(parcel: Parcel) -> object:
        send(parcel)
        raise Dead

    world.partner.send = die  # type: ignore[method-assign]
    with pytest.raises(Dead):
        world.deliver("first")
    world.partner.send = send  # type: ignore[method-assign]
    assert not world.deliver("second")
    world.clock.forward(minutes=6)
    assert world.deliver("second")
    ((bodies),) = world.partner.envelopes.values()
    assert len(bodies) == 2
    assert len(set(bodies)) == 1
    assert world.state(message_id) == "delivered"


def test_one_partner_who_hangs_holds_up_no_other(world: World) -> None:
    other = replace(world.register.parties[THEIRS], her_id="9300009")
    world.register.parties["9300009"] = other
    world.enqueue()
    document = world.write()
    world.enqueue(document)
    with world.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE outbox SET receiver_her = '9300009', line = '9300009' WHERE id = 2")
        lines.call(connection, ["9300009"], at=to_text(world.clock()))
    order = []

    def hang(*_: object) -> None:
        order.append("hangs")
        if len(order) == 1:
            # While the first waits for its answer, another worker serves the other partner.
            assert world.deliver("other worker")
            assert not world.deliver("third worker")

    world.partner.send = hang  # type: ignore[method-assign,assignment]
    world.deliver()
    assert len(order) == 2


def test_nothing_of_a_send_remains_when_its_transaction_fails(world: World) -> None:
    def send_and_fail() -> None:
        with world.database.transaction() as connection:
            outbox.enqueue(connection, world.write(), now=world.clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        send_and_fail()
    with world.database.snapshot() as connection:
        tables = ("message", "outbox", "receiver", "payload", "event", "post_item", "patient", "message_search")
        counts = {connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in tables}
    assert counts == {0}


def test_the_envelope_names_what_the_standard_says(world: World) -> None:
    message_id = world.enqueue()
    world.deliver()
    (envelope,) = (bodies[0] for bodies in world.partner.envelopes.values())
    kept = next(part for part in world.reader.parts(message_id) if part.role == "envelope")
    header = unpack(kept.content_type, envelope).header
    assert header is not None
    assert (header.from_her, header.to_her) == (OURS, THEIRS)
    assert (header.service, header.action) == ("S-DIALOG_HELSEFAGLIG", "DIALOG_HELSEFAGLIG")
    assert header.from_role == "DIALOG_HELSEFAGLIGsender"


def test_an_ack_of_other_bytes_proves_nothing(world: World) -> None:
    message_id = world.enqueue()
    world.partner.behaviour = "silent"
    world.deliver()
    (body,) = next(iter(world.partner.envelopes.values()))
    content_type = next(p.content_type for p in world.reader.parts(message_id) if p.role == "envelope")
    opened = unpack(content_type, body)
    assert opened.verified is not None
    changed = replace(
        opened.verified,
        references=tuple(
            replace(reference, element=reference.element.replace(reference.digest.encode(), b"AAAA"))
            for reference in opened.verified.references
        ),
    )
    ack = signals.acknowledgement(replace(opened, verified=changed), keys().theirs, world.clock())
    world.post(ack)
    assert world.state(message_id) == "sent"
    assert world.alerts() == ["untrusted_answer"]


def test_one_that_the_program_fails_at_does_not_stop_the_others_on_its_line(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = world.enqueue(), world.enqueue()
    whole = preparing._pack

    def fail_at_the_first(equipment: object, row: object, *others: object) -> object:
        if row.message_id == bad:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return whole(equipment, row, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(preparing, "_pack", fail_at_the_first)
    world.deliver()
    assert (world.state(bad), world.state(good)) == ("queued", "delivered")
    assert world.alerts() == ["program_fault"]
    monkeypatch.setattr(preparing, "_pack", whole)
    assert not world.deliver()
    world.clock.forward(hours=2)
    world.deliver()
    assert world.state(bad) == "delivered"


def test_what_waits_for_one_partner_leaves_together_in_the_order_it_was_written(world: World) -> None:
    written = [world.write(f"nr. {number}") for number in range(5)]
    ids = [world.enqueue(document) for document in written]
    assert world.deliver()
    assert not world.deliver()
    assert [world.state(message_id) for message_id in ids] == ["delivered"] * 5
    assert list(world.partner.documents.values()) == [document.raw for document in written]


def test_a_partner_who_is_down_costs_one_attempt_however_much_waits(world: World) -> None:
    ids = [world.enqueue() for _ in range(5)]
    world.partner.behaviour = "down"
    world.deliver()
    assert not world.deliver()
    assert [world.events(message_id).count("unreachable") for message_id in ids] == [1, 0, 0, 0, 0]
    newer = world.enqueue()
    assert not world.deliver()
    world.partner.behaviour = "acknowledge"
    world.clock.forward(seconds=7)
    assert world.deliver()
    assert [world.state(message_id) for message_id in [*ids, newer]] == ["delivered"] * 6
    assert check(world.database) == []


def test_what_is_too_large_for_its_way_is_told_and_not_tried(world: World) -> None:
    message_id = world.enqueue()
    world.partner.limit = lambda _: 1000  # type: ignore[method-assign]
    world.deliver()
    assert world.state(message_id) == "transport_rejected"
    assert world.alerts() == ["transport_rejected"]
    assert not world.partner.envelopes


def test_a_partner_who_stays_away_calls_a_human_once_and_no_more_when_it_is_back(world: World) -> None:
    for _ in range(3):
        world.enqueue()
    world.partner.behaviour = "down"
    for _ in range(5):
        world.deliver()
        world.clock.forward(hours=1, minutes=16)
    assert world.alerts() == ["line_down"]
    (down,) = world.reader.open_alerts()
    assert about(down) == f"Tjeneste {THEIRS}"
    world.partner.behaviour = "acknowledge"
    world.deliver()
    assert world.alerts() == []
    assert check(world.database) == []
