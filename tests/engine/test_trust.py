"""No message is encrypted for a key that does not count, none is believed under one, and none is lost for want of an
answer about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.issuers import issuer_at_work
from working import work_off
from world import CLINIC, START, THEIRS, World, keys

from elmeld_tui.engine import receipt
from elmeld_tui.engine.routing import CannotSendError, encryption_certificate
from elmeld_tui.engine.trust import RevocationUnavailableError, certificate_problem, judge_signer
from elmeld_tui.model.clinic import RevocationCheck, RevocationOffline
from elmeld_tui.office.faults import by_code, explain
from elmeld_tui.registry.issuers import Issuers
from elmeld_tui.registry.revocation import Revocations
from elmeld_tui.security.authority import create_authority, issue
from elmeld_tui.security.certificates import Anchors, Use
from elmeld_tui.security.revocation import Outcome, RevocationStatus

HOUR = timedelta(hours=1)


@dataclass
class Said:
    """What issuers say, whoever asks."""

    status_now: RevocationStatus

    def lists(self) -> tuple[x509.CertificateRevocationList, ...]:
        return ()

    def status(self, certificate: x509.Certificate) -> RevocationStatus:
        return self.status_now


def say(
    world: World,
    outcome: Outcome,
    when_offline: RevocationOffline = RevocationOffline.SEND_WAITS,
    since: datetime | None = None,
) -> None:
    said = Said(RevocationStatus(outcome, "http://svar", world.clock(), None, since, "svarer ikke"))
    clinic = replace(CLINIC, revocation_offline=when_offline)
    world.equipment = replace(world.equipment, revocations=said, clinic=clinic)  # type: ignore[arg-type]


def post(world: World) -> receipt.Reply | None:
    return world.post(world.pack(world.letter()))


@pytest.mark.parametrize("outcome", [Outcome.OFFLINE, Outcome.UNKNOWN])
def test_what_we_send_waits_until_the_issuer_answers(world: World, outcome: Outcome) -> None:
    message_id = world.enqueue()
    say(world, outcome)
    world.deliver()
    assert world.state(message_id) == "queued"
    (told,) = explain(world.reader, message_id)
    assert (told.code, told.happened) == ("unreachable", by_code.CERTIFICATES["offline"].happened())
    assert world.partner.envelopes == {}
    say(world, Outcome.GOOD)
    world.clock.forward(hours=1)
    world.deliver()
    assert world.state(message_id) == "delivered"


def test_nothing_is_sent_to_a_revoked_key(world: World) -> None:
    message_id = world.enqueue()
    say(world, Outcome.REVOKED, RevocationOffline.ACCEPT, since=START - HOUR)
    world.deliver()
    assert world.state(message_id) == "transport_rejected"
    (told,) = explain(world.reader, message_id)
    assert told.happened == by_code.CERTIFICATES["revoked"].happened()
    assert world.partner.envelopes == {}


def test_what_a_revoked_key_has_signed_is_refused(world: World) -> None:
    say(world, Outcome.REVOKED, since=START - HOUR)
    reply = post(world)
    assert reply is not None
    assert b"SecurityFailure" in reply.body
    assert world.alerts() == ["envelope_refused"]


def test_a_revocation_to_come_is_not_held_against_what_was_signed_before(world: World) -> None:
    say(world, Outcome.REVOKED, since=START + HOUR)
    assert b"Acknowledgment" in getattr(post(world), "body", b"")
    certificate = keys().theirs.signing.certificate
    assert judge_signer(world.equipment, THEIRS, certificate, START + 2 * HOUR).problem


def test_what_we_receive_is_accepted_with_a_remark_while_the_issuer_is_away(world: World) -> None:
    say(world, Outcome.OFFLINE)
    assert b"Acknowledgment" in getattr(post(world), "body", b"")
    (taken,) = world.take_in()
    found = {finding.code: finding.where for finding in world.reader.findings(taken.message_id)}
    assert found["revocation_offline"] == "envelope"


def test_a_clinic_that_would_rather_wait_tells_its_partner_to_come_again(world: World) -> None:
    say(world, Outcome.OFFLINE, RevocationOffline.WAIT)
    packed = world.pack(world.letter())
    assert world.post(packed).status == 503  # type: ignore[union-attr]
    assert world.take_in() == []
    say(world, Outcome.GOOD, RevocationOffline.WAIT)
    world.clock.forward(hours=1)
    work_off(world.equipment)
    assert b"Acknowledgment" in world.post(packed).body  # type: ignore[union-attr]


def test_a_message_that_has_waited_a_day_is_refused_so_that_its_sender_hears_of_it(world: World) -> None:
    say(world, Outcome.OFFLINE, RevocationOffline.WAIT)
    packed = world.pack(world.letter())
    assert world.post(packed).status == 503  # type: ignore[union-attr]
    world.clock.forward(hours=23)
    work_off(world.equipment)
    assert world.alerts() == []
    world.clock.forward(hours=2)
    work_off(world.equipment)
    assert world.alerts() == ["envelope_refused"]
    assert b"SecurityFailure" in getattr(world.post(packed), "body", b"")


def test_what_came_before_the_revocation_is_accepted_though_it_waited_past_it(world: World) -> None:
    say(world, Outcome.OFFLINE, RevocationOffline.WAIT)
    packed = world.pack(world.letter())
    assert world.post(packed).status == 503  # type: ignore[union-attr]
    world.clock.forward(hours=2)
    say(world, Outcome.REVOKED, RevocationOffline.WAIT, since=START + HOUR)
    work_off(world.equipment)
    assert b"Acknowledgment" in getattr(world.post(packed), "body", b"")
    assert world.post(world.pack(world.letter())).body.count(b"SecurityFailure")  # type: ignore[union-attr]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    outcome=st.sampled_from(Outcome),
    when_offline=st.sampled_from(RevocationOffline),
    use=st.sampled_from(Use),
    since=st.none() | st.integers(-48, 48),
)
def test_only_good_or_a_choice_of_the_clinics_lets_a_certificate_be_used(
    world: World, outcome: Outcome, when_offline: RevocationOffline, use: Use, since: int | None
) -> None:
    say(world, outcome, when_offline, None if since is None else START + since * HOUR)
    theirs = keys().theirs
    pair = theirs.decryption[0] if use is Use.ENCRYPTION else theirs.signing
    try:
        used = not certificate_problem(world.equipment, pair.certificate, START, use)
    except RevocationUnavailableError:
        used = False
    chosen = {
        Outcome.GOOD: True,
        Outcome.NOT_ASKED: True,
        Outcome.REVOKED: since is not None and since > 0,
    }
    undecided = when_offline is RevocationOffline.ACCEPT or (
        when_offline is RevocationOffline.SEND_WAITS and use is Use.SIGNING
    )
    assert used == chosen.get(outcome, undecided)


@pytest.mark.parametrize(("hours", "usable"), [(-2, True), (0, True), (2, True), (-26, False), (26, False)])
def test_a_certificate_counts_by_our_clock_two_hours_off_or_not(world: World, hours: int, usable: bool) -> None:
    authority = create_authority(now=START)
    edges = {"valid_from": START - 3 * HOUR, "valid_to": START + 3 * HOUR}
    pair = issue(authority, "Storbyen sykehus", "888888880", Use.ENCRYPTION, **edges)
    equipment = replace(world.equipment, anchors=Anchors((authority.certificate,)))
    problem = certificate_problem(equipment, pair.certificate, START + hours * HOUR, Use.ENCRYPTION)
    assert (problem is None) == usable


def _copied(world: World, **certificate: bytes) -> None:
    """Let the clinic's copy of the partner be another than what the register has now."""
    world.equipment.directory.keep(replace(world.register.parties[THEIRS], **certificate))


def test_a_copy_whose_certificate_fails_is_fetched_anew_once(world: World) -> None:
    authority = create_authority(now=START)
    expired = issue(
        authority, "x", "888888880", Use.ENCRYPTION, valid_from=START - 2 * HOUR, valid_to=START - HOUR
    )
    _copied(world, encryption_certificate=expired.certificate.public_bytes(Encoding.DER))
    message_id = world.enqueue()
    world.register.away = True
    world.deliver()
    assert world.state(message_id) == "queued"
    world.register.away = False
    world.clock.forward(hours=1)
    world.deliver()
    assert world.state(message_id) == "delivered"


def test_a_register_that_has_nothing_better_is_asked_no_more(world: World) -> None:
    world.register.parties[THEIRS] = replace(world.register.parties[THEIRS], encryption_certificate=b"")
    with pytest.raises(CannotSendError):
        encryption_certificate(world.equipment, world.equipment.directory.get(THEIRS), START)
    assert world.register.asked == 2


def test_another_organisations_number_is_told_and_never_refused(world: World) -> None:
    world.register.parties[THEIRS] = replace(world.register.parties[THEIRS], organisation_number="999999993")
    assert b"Acknowledgment" in getattr(post(world), "body", b"")
    (taken,) = world.take_in()
    (found,) = [one for one in world.reader.findings(taken.message_id) if one.code == "certificate_identity"]
    assert "888888880" in found.message
    assert "999999993" in found.message


def test_an_issuer_that_can_be_asked_is_asked_before_anything_leaves(world: World) -> None:
    with issuer_at_work(create_authority(now=START)) as issuer:
        pair = issue(
            issuer.authority,
            "Storbyen sykehus",
            "888888880",
            Use.ENCRYPTION,
            valid_from=START - HOUR,
            responder_url=issuer.responder_url,
            list_url=issuer.list_url,
        )
        der = pair.certificate.public_bytes(Encoding.DER)
        world.register.parties[THEIRS] = replace(world.register.parties[THEIRS], encryption_certificate=der)
        anchors = Anchors((*keys().anchors.certificates, issuer.authority.certificate))
        asks = Revocations(RevocationCheck.ONLINE, anchors, world.database, world.clock, issuers=Issuers())
        world.equipment = replace(world.equipment, anchors=anchors, revocations=asks)
        issuer.down |= {"ocsp", "crl"}
        message_id = world.enqueue()
        world.deliver()
        assert (world.state(message_id), issuer.asked) == ("queued", ["ocsp", "crl"])
        issuer.down.clear()
        issuer.revoked[pair.certificate.serial_number] = START - HOUR
        world.clock.forward(hours=1)
        issuer.now = world.clock()
        world.deliver()
        assert world.state(message_id) == "transport_rejected"
        assert world.partner.envelopes == {}
