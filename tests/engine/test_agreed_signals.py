"""Signals and answers as an agreement has them: apart from the exchange they belong to, or within it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from agreed import (
    AGREED,
    ASYNCHRONOUS,
    CPA_ID,
    ROLES,
    WEB,
    agree,
    agreement,
    names,
    posted,
)
from tests.transport.agreements import ChannelPlan
from working import work_off
from world import World, keys

from elmeld_tui.engine import receipt
from elmeld_tui.model.arrival import Arrival, Way
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.store.check import check
from elmeld_tui.store.reading import Filter
from elmeld_tui.transport.message import Acknowledgment, MessageError, Opened, Packed
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.port import Parcel, Reply
from elmeld_tui.transport.ways import Ways

ASKED = replace(
    WEB, sync_reply="signalsAndResponse", ack="never", duplicates="never", retries="", interval="", persist=""
)


def acks(world: World, seen: list[Packed]) -> Callable[[Parcel], Reply | None]:
    """A partner that only takes signals, at its agreed address."""

    def take(parcel: Parcel) -> Reply | None:
        assert parcel.endpoint == AGREED
        seen.append(Packed(parcel.content_type, parcel.body, parcel.message_id, {}))
        return None

    return take


@pytest.mark.parametrize("good", [True, False])
def test_where_signals_are_asynchronous_ours_is_owed_and_not_in_the_response(
    world: World, good: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(world, agreement(ours=ASYNCHRONOUS))
    letter = world.pack(world.letter(), names=names(roles=ROLES if good else ("x", "y")), cpa_id=CPA_ID)
    seen: list[Packed] = []
    monkeypatch.setattr(world.partner, "send", acks(world, seen))
    assert world.post(letter) is None
    assert world.deliver()
    (signal,) = seen
    opened = unpack(signal.content_type, signal.body)
    assert isinstance(opened.signal, Acknowledgment if good else MessageError)
    assert opened.signal.ref_to_message_id == letter.message_id
    assert opened.header is not None
    assert opened.header.cpa_id == CPA_ID
    # Whoever sends it again gets the same signal again, the same way, byte for byte.
    world.clock.forward(hours=12)
    assert world.post(letter) is None
    assert world.deliver()
    assert seen[1].body == signal.body
    assert len(world.reader.page(Filter(direction="in"), 0)) == 1
    assert check(world.database) == []


def test_an_asynchronous_signal_goes_by_the_way_the_partner_has_chosen_for_signals(world: World) -> None:
    plan = agreement(ours=ASYNCHRONOUS)
    ours, theirs = plan.parties
    mail = ChannelPlan("mail", endpoints=(("allPurpose", "mailto:acks@partner.test"),))
    agree(world, replace(plan, parties=(ours, replace(theirs, channels=(mail, *theirs.channels)))))
    seen: list[str] = []

    class Mail:
        def limit(self, endpoint: str) -> int | None:
            return None

        def send(self, parcel: Parcel) -> Reply | None:
            seen.append(parcel.endpoint)
            return None

    world.equipment = replace(world.equipment, ways=Ways({"http": world.partner, "mailto": Mail()}))
    assert posted(world) is None
    assert world.deliver()
    assert seen == ["mailto:acks@partner.test"]


def test_a_crash_before_the_settlement_does_not_change_how_it_is_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(world, agreement(ours=ASYNCHRONOUS))
    letter = world.pack(world.letter(), names=names(), cpa_id=CPA_ID)
    monkeypatch.setattr(receipt, "_accept", lambda *_, **__: (_ for _ in ()).throw(ZeroDivisionError))
    with pytest.raises(ZeroDivisionError):
        world.post(letter)
    monkeypatch.undo()
    seen: list[Packed] = []
    monkeypatch.setattr(world.partner, "send", acks(world, seen))
    world.clock.forward(hours=1)
    work_off(world.equipment)
    assert isinstance(unpack(seen[0].content_type, seen[0].body).signal, Acknowledgment)


def respond(world: World, *, about: str | None = None, signer: CompanyKeys | None = None) -> None:
    """Let the partner answer in the exchange, as a synchronous service does."""

    def answer(opened: Opened) -> Reply | None:
        assert opened.header is not None
        packed = world.pack(
            world.letter("Svar i samme utveksling"),
            names=names(),
            cpa_id=CPA_ID,
            ref_to_message_id=opened.header.message_id if about is None else about,
            ack_requested=False,
            signer=signer,
        )
        return Reply(packed.content_type, packed.body)

    world.partner._respond = answer  # type: ignore[attr-defined]
    world.partner.behaviour = "respond"


def test_a_synchronous_answer_delivers_ours_and_is_taken_in_itself(world: World) -> None:
    agree(world, agreement(ours=ASKED, theirs=ASKED))
    respond(world)
    message_id = world.enqueue()
    world.deliver()
    assert world.state(message_id) == "delivered"
    header = world.partner.headers[0]
    assert (header.ack_requested, header.duplicate_elimination) == (False, False)
    assert [one.state for one in world.take_in()] == ["imported"]
    (row,) = world.reader.page(Filter(direction="in"), 0)
    assert row.state == "imported"
    assert check(world.database) == []


@pytest.mark.parametrize("wrong", [{"about": "another"}, {"signer": "strangers"}])
def test_an_answer_to_something_else_or_by_somebody_else_delivers_nothing(
    world: World, wrong: dict[str, str]
) -> None:
    agree(world, agreement(ours=ASKED, theirs=ASKED))
    respond(world, about=wrong.get("about"), signer=keys().strangers if "signer" in wrong else None)
    message_id = world.enqueue()
    world.deliver()
    assert world.state(message_id) == "undelivered"
    assert world.alerts() == ["undelivered"]
    assert world.reader.page(Filter(direction="in"), 0) == []


def test_a_question_that_may_have_arrived_is_not_asked_twice(world: World) -> None:
    agree(world, agreement(ours=ASKED, theirs=ASKED))
    world.partner.behaviour = "cut"
    message_id = world.enqueue()
    world.deliver()
    world.clock.forward(minutes=30)
    assert not world.deliver()
    assert world.state(message_id) == "undelivered"
    assert sum(map(len, world.partner.envelopes.values())) == 1


def test_a_question_that_did_not_leave_is_asked_again_for_an_hour(world: World) -> None:
    agree(world, agreement(ours=ASKED, theirs=ASKED))
    world.partner.behaviour = "down"
    message_id = world.enqueue()
    world.deliver()
    world.clock.forward(minutes=1)
    respond(world)
    world.deliver()
    assert world.state(message_id) == "delivered"
    unasked = world.enqueue()
    world.partner.behaviour = "down"
    world.deliver()
    world.clock.forward(minutes=61)
    world.deliver()
    assert world.state(unasked) == "undelivered"


def test_a_question_that_an_engine_died_over_is_left_to_a_human(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(world, agreement(ours=ASKED, theirs=ASKED))
    message_id = world.enqueue()

    def die(_: Parcel) -> Reply | None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(world.partner, "send", die)
        with pytest.raises(KeyboardInterrupt):
            world.deliver()
    world.clock.forward(minutes=6)
    world.deliver("another engine")
    assert world.state(message_id) == "undelivered"
    assert world.alerts() == ["undelivered"]
    assert world.partner.envelopes == {}


def test_what_answers_us_in_the_exchange_is_acknowledged_only_where_it_asks(world: World) -> None:
    for number, asks in enumerate((False, True), 1):
        packed = world.pack(world.letter(), ack_requested=asks)
        arrival = Arrival(packed.content_type, packed.body, Way.REPLY)
        assert receipt.receive(world.equipment, arrival) is None
        with world.database.snapshot() as connection:
            owed = connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE signal = 1").scalar()
        assert owed == number - 1
