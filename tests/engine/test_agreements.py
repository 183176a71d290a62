"""What an agreement in the store changes about sending and receiving, end to end with a partner that holds to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from agreed import (
    ACTION,
    AGREED,
    ASYNCHRONOUS,
    CPA_ID,
    ROLES,
    SERVICE,
    SYNCHRONOUS,
    WEB,
    agree,
    agreement,
    encryption_of,
    names,
    signing_of,
)
from tests.transport.agreements import ChannelPlan
from world import CLINIC, ENDPOINT, OURS, THEIRS, World, keys

from elmeld_tui.cli import main
from elmeld_tui.engine import again, agreements, outbox, receipt, service
from elmeld_tui.model.arrival import Arrival, Way
from elmeld_tui.model.clock import from_text
from elmeld_tui.registry.agreements import NotAgreedError
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.store.check import check
from elmeld_tui.store.reading import Filter
from elmeld_tui.store.settings import write_clinic
from elmeld_tui.transport import signals
from elmeld_tui.transport.message import Acknowledgment, MessageError, Opened, Packed
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.payloads import open_part
from elmeld_tui.transport.port import Parcel, Reply
from elmeld_tui.transport.ways import Ways

ASKED = replace(
    WEB, sync_reply="signalsAndResponse", ack="never", duplicates="never", retries="", interval="", persist=""
)


def posted(world: World, **header: object) -> Reply | None:
    return world.post(world.pack(world.letter(), **{"names": names(), "cpa_id": CPA_ID, **header}))


def error_code(reply: Reply | None) -> str:
    assert reply is not None
    signal = unpack(reply.content_type, reply.body).signal
    assert isinstance(signal, MessageError)
    assert signal.refused
    return signal.errors[0].code


def test_a_message_goes_under_the_agreement_to_where_it_says(world: World) -> None:
    agree(world)
    message_id = world.enqueue()
    assert world.deliver()
    assert world.state(message_id) == "delivered"
    (header,) = world.partner.headers
    assert (header.cpa_id, header.service, header.action) == (CPA_ID, SERVICE, ACTION)
    assert (header.from_role, header.to_role) == ROLES
    assert header.time_to_live == world.clock() + timedelta(days=4)
    assert (header.ack_requested, header.duplicate_elimination) == (True, True)
    assert world.reader.events(message_id)[0].detail["agreement"] == CPA_ID
    assert check(world.database) == []


@pytest.mark.parametrize(
    ("package", "compressed"), [("zipped", True), ("enveloped", False), ("not described", True)]
)
def test_it_is_packed_and_signed_as_agreed(world: World, package: str, compressed: bool) -> None:
    sha512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
    plan = agreement(ours=replace(SYNCHRONOUS, signature=sha512, digest="http://www.w3.org/2001/04/xmlenc#sha512"))
    roles = tuple(replace(role, package=package) for role in plan.parties[0].roles)
    agree(world, replace(plan, parties=(replace(plan.parties[0], roles=roles), plan.parties[1])))
    seen: list[Parcel] = []
    send = world.partner.send
    world.partner.send = lambda parcel: (seen.append(parcel), send(parcel))[1]  # type: ignore[method-assign]
    message_id = world.enqueue()
    world.deliver()
    assert world.state(message_id) == "delivered"
    opened = unpack(seen[0].content_type, seen[0].body)
    assert opened.verified is not None
    assert opened.verified.algorithm == sha512
    assert {reference.digest_method[-6:] for reference in opened.verified.references} == {"sha512"}
    assert open_part(opened.payloads[0], keys().theirs.decryption).compressed is compressed


def test_without_an_agreement_nothing_changes(world: World) -> None:
    message_id = world.enqueue()
    assert world.deliver()
    (header,) = world.partner.headers
    assert (header.cpa_id, header.time_to_live) == (f"{OURS}_{THEIRS}", None)
    assert world.reader.events(message_id)[0].detail == {}


def test_the_agreed_address_and_keys_hold_while_the_register_is_away(world: World) -> None:
    agree(world)
    world.register.away = True
    message_id = world.enqueue()
    assert world.deliver()
    assert world.state(message_id) == "delivered"


def test_an_agreed_address_that_the_clinic_has_no_way_to_gives_way_to_the_registers(world: World) -> None:
    agree(world, agreement(theirs=ChannelPlan(protocol="AMQP", endpoints=(("", "amqps://bus.test/q"),))))
    world.partner.endpoint = ENDPOINT
    message_id = world.enqueue()
    assert world.deliver()
    assert world.state(message_id) == "delivered"


def test_an_agreed_certificate_that_has_expired_gives_way_to_the_registers(world: World) -> None:
    plan = agreement()
    ours, theirs = plan.parties
    from elmeld_tui.security.authority import company_keys, create_authority

    long_ago = world.clock() - timedelta(days=2000)
    old = company_keys(create_authority(now=long_ago), "Partneren", "888888880", now=long_ago)
    agree(world, replace(plan, parties=(ours, replace(theirs, encryption=encryption_of(old)))))
    message_id = world.enqueue()
    assert world.deliver()
    assert world.state(message_id) == "delivered"


@pytest.mark.parametrize(
    ("channel", "attempts", "give_up"),
    [
        (None, [0, 12, 24, 36, 48, 60], 72),
        (SYNCHRONOUS, [0, 12, 24, 36, 48], 60),
        (replace(SYNCHRONOUS, interval="PT240M", persist="P2D"), [0, 4, 8, 12, 16], 20),
        (replace(SYNCHRONOUS, retries="8"), [0, 12, 24, 36, 48, 60, 72, 84], 96),
        (replace(SYNCHRONOUS, retries="1", interval="PT1H"), [0, 1], 2),
    ],
)
def test_the_same_bytes_go_again_when_the_schedule_says_and_no_later(
    world: World, channel: ChannelPlan | None, attempts: list[int], give_up: int
) -> None:
    if channel is not None:
        agree(world, agreement(ours=channel))
    begun = world.clock()
    world.partner.behaviour = "silent"
    message_id = world.enqueue()
    hours: list[float] = []
    while world.state(message_id) != "undelivered":
        before = sum(map(len, world.partner.envelopes.values()))
        world.deliver()
        now = (world.clock() - begun) / timedelta(hours=1)
        if sum(map(len, world.partner.envelopes.values())) > before:
            hours.append(now)
        (attempt,) = world.reader.attempts(message_id)
        if not attempt.done:
            assert world.alerts() == []
            world.clock.now = from_text(attempt.next_at)
    assert hours == attempts
    assert now == give_up
    assert world.alerts() == ["undelivered"]
    assert len(set(next(iter(world.partner.envelopes.values())))) == 1


def test_a_partner_that_never_acknowledges_is_not_waited_for(world: World) -> None:
    agree(world, agreement(theirs=replace(ASYNCHRONOUS, ack="never")))
    world.partner.behaviour = "silent"
    message_id = world.enqueue()
    world.deliver()
    assert world.state(message_id) == "delivered"
    assert world.receipt(message_id) == "awaited"
    assert not world.partner.headers[0].ack_requested


def test_a_newer_version_of_an_agreement_takes_over_when_it_begins(world: World) -> None:
    agree(world)
    tomorrow = world.clock() + timedelta(days=1)
    newer = agreement(theirs=replace(SYNCHRONOUS, endpoints=(("", "http://moved.test/ebxml"),)))
    agree(world, replace(newer, start=tomorrow.isoformat()))
    first = world.enqueue()
    world.deliver()
    assert world.state(first) == "delivered"
    world.clock.forward(days=2)
    world.partner.endpoint = "http://moved.test/ebxml"
    second = world.enqueue()
    world.deliver()
    assert world.state(second) == "delivered"


def test_an_agreement_that_has_ended_is_used_and_the_timeline_says_so(world: World) -> None:
    agree(world, agreement(end="2026-06-01T00:00:00Z"))
    message_id = world.enqueue()
    world.deliver()
    assert world.state(message_id) == "delivered"
    assert world.reader.events(message_id)[0].detail["agreement_ended"] == "2026-06-01T00:00:00.000Z"


def test_what_the_agreement_lacks_is_refused_before_anything_is_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(world)
    monkeypatch.setattr(outbox, "collaboration", lambda _: names("Foresporsel", service_name="Foresporsler"))
    with pytest.raises(NotAgreedError, match=CPA_ID):
        world.enqueue()
    assert world.reader.page(Filter(), 0) == []


def test_what_was_refused_for_want_of_an_agreement_goes_under_it_when_sent_again(world: World) -> None:
    message_id = world.enqueue()
    world.partner.behaviour = "refuse"
    world.deliver()
    assert world.state(message_id) == "transport_rejected"
    agree(world)
    world.partner.behaviour = "acknowledge"
    with world.database.transaction() as connection:
        again.resend(connection, message_id, now=world.clock(), user="astrid")
    world.deliver()
    first, second = world.partner.headers
    assert (first.cpa_id, second.cpa_id) == (f"{OURS}_{THEIRS}", CPA_ID)
    assert first.conversation_id == second.conversation_id
    assert world.state(message_id) == "delivered"


# What comes in.


def test_a_message_under_the_agreement_is_acknowledged_and_answered_under_it(world: World) -> None:
    agree(world)
    reply = posted(world)
    assert reply is not None
    assert isinstance(unpack(reply.content_type, reply.body).signal, Acknowledgment)
    world.take_in()
    assert world.deliver()
    (receipt_header,) = world.partner.headers
    assert (receipt_header.cpa_id, receipt_header.action) == (CPA_ID, "APPREC")
    assert (receipt_header.from_role, receipt_header.to_role) == (ROLES[1], ROLES[0])


def test_inspecting_a_stored_message_holds_it_against_the_agreement_it_names(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    agree(world)
    posted(world)
    settings = world.data_dir / "clinic.toml"
    where = settings.read_text() if settings.exists() else ""
    write_clinic(world.data_dir, CLINIC)
    settings.write_text(settings.read_text() + where)
    main(["--json", "--data-dir", str(world.data_dir), "inspect", "1"])
    report = json.loads(capsys.readouterr().out)
    assert (report["cpa"]["id"], report["cpa"]["covers"]) == (CPA_ID, True)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"cpa_id": "nav:test:2"}, "ValueNotRecognized"),
        ({"cpa_id": "2c3e1a52-70a0-4d53-b0f4-3c1d5f9e2a11"}, "ValueNotRecognized"),
        ({"names": names("DIALOG_NOTAT")}, "ValueNotRecognized"),
        ({"names": names(service_name="S-EPIKRISE")}, "ValueNotRecognized"),
        ({"names": names(roles=("Lege", "Nav"))}, "Inconsistent"),
    ],
)
def test_a_departure_is_refused_with_the_code_that_tells_it(
    world: World, header: dict[str, object], code: str
) -> None:
    agree(world)
    assert error_code(posted(world, **header)) == code
    assert world.alerts() == ["envelope_refused"]
    assert [row.state for row in world.reader.page(Filter(direction="in"), 0)] == ["rejected"]
    assert check(world.database) == []


def test_a_message_under_an_agreement_that_has_ended_is_refused(world: World) -> None:
    agree(world, agreement(end="2026-06-01T00:00:00Z"))
    assert error_code(posted(world)) == "Inconsistent"


def test_a_message_under_an_agreement_between_others_is_refused(world: World) -> None:
    plan = agreement()
    agree(world, replace(plan, parties=(plan.parties[0], replace(plan.parties[1], her_ids=("9300099",)))))
    assert error_code(posted(world)) == "Inconsistent"


@pytest.mark.parametrize("cpa_id", ["", f"{OURS}_{THEIRS}", f"{OURS}_{THEIRS}_2"])
def test_two_her_ids_in_place_of_an_agreement_are_always_taken(world: World, cpa_id: str) -> None:
    agree(world)
    reply = posted(world, cpa_id=cpa_id, names=names(roles=("Lege", "Nav")))
    assert reply is not None
    assert isinstance(unpack(reply.content_type, reply.body).signal, Acknowledgment)


def test_the_signer_is_the_registers_or_the_agreements_and_nobody_else(world: World) -> None:
    plan = agreement()
    ours, theirs = plan.parties
    agree(world, replace(plan, parties=(ours, replace(theirs, signing=signing_of(keys().strangers)))))
    for number, (signer, told) in enumerate(
        ((keys().theirs, ["cpa_certificate"]), (keys().strangers, [])), start=1
    ):
        reply = posted(world, signer=signer)
        assert reply is not None
        assert isinstance(unpack(reply.content_type, reply.body).signal, Acknowledgment)
        # That the agreement is behind the register is for support to know.
        found = [finding.code for finding in world.reader.findings(number)]
        assert [code for code in found if code.startswith("cpa_")] == told
    assert error_code(posted(world, signer=keys().strangers, cpa_id="")) == "SecurityFailure"


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
    service.work_off(world.equipment)
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


def test_a_signal_signed_with_the_agreed_certificate_is_believed(world: World) -> None:
    plan = agreement()
    ours, theirs = plan.parties
    agree(world, replace(plan, parties=(ours, replace(theirs, signing=signing_of(keys().strangers)))))

    def answer(opened: Opened) -> Reply | None:
        ack = signals.acknowledgement(opened, keys().strangers, world.clock())
        return Reply(ack.content_type, ack.body)

    world.partner._other = answer  # type: ignore[attr-defined]
    world.partner.behaviour = "other"
    message_id = world.enqueue()
    world.deliver()
    assert world.state(message_id) == "delivered"


def test_the_ends_of_all_current_agreements_can_be_asked_for(world: World) -> None:
    agree(world)
    agree(world, replace(agreement(), start="2026-02-01T00:00:00Z", end="2028-01-01T00:00:00Z"))
    agree(world, replace(agreement(), cpa_id="nav:test:2"))
    with world.database.snapshot() as connection:
        ends = agreements.ends(connection, world.clock())
    assert [(cpa_id, end.year) for cpa_id, end, _ in ends] == [(CPA_ID, 2028), ("nav:test:2", 2027)]
