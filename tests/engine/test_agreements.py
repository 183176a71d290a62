"""What an agreement in the store changes about sending and receiving, end to end with a partner that holds to it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from agreed import (
    ACTION,
    ASYNCHRONOUS,
    CPA_ID,
    ROLES,
    SERVICE,
    SYNCHRONOUS,
    agree,
    agreement,
    encryption_of,
    names,
    posted,
    signing_of,
)
from tests.transport.agreements import ChannelPlan
from world import CLINIC, ENDPOINT, OURS, THEIRS, World, keys

from elmeld_tui.cli import main
from elmeld_tui.engine import again, agreements, outbox
from elmeld_tui.model.clock import from_text
from elmeld_tui.registry.agreements import NotAgreedError
from elmeld_tui.store.check import check
from elmeld_tui.store.reading import Filter
from elmeld_tui.store.settings import write_clinic
from elmeld_tui.transport import signals
from elmeld_tui.transport.message import Acknowledgment, MessageError, Opened
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.payloads import open_part
from elmeld_tui.transport.port import Parcel, Reply


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
