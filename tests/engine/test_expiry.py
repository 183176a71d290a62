"""What runs out is told at each stage, once, with whose it is and what to do; and no longer when it is renewed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from tests.issuers import DAY, revocation_list
from tests.transport.agreements import AgreementPlan
from world import CLINIC, START, THEIRS, World, keys

from elmeld_tui.engine import agreements
from elmeld_tui.engine.expiry import mind_expiry
from elmeld_tui.model.clinic import RevocationCheck
from elmeld_tui.model.expiry import stage
from elmeld_tui.registry.revocation import Revocations
from elmeld_tui.security.authority import create_authority, issue
from elmeld_tui.security.certificates import Anchors, Use
from elmeld_tui.security.keys import CompanyKeys, KeyPair
from elmeld_tui.store import alerts
from elmeld_tui.store.rows import Alert

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def authority() -> KeyPair:
    return create_authority(now=START)


def lasting(authority: KeyPair, use: Use, valid_to: datetime) -> KeyPair:
    return issue(authority, "Odden legesenter", "310412368", use, valid_from=START - DAY, valid_to=valid_to)


def mind(world: World, days: float = 0) -> list[Alert]:
    """Look for what runs out some days after the start; return what a human then sees."""
    world.clock.now = START + days * DAY
    mind_expiry(world.equipment, world.clock())
    return world.reader.open_alerts()


def told(found: list[Alert]) -> list[tuple[str, int]]:
    return [(alert.detail["what"], alert.detail["days"]) for alert in found]


@pytest.mark.parametrize(
    ("left", "reached"),
    [(61 * DAY, None), (60 * DAY, 60), (31 * DAY, 60), (7 * DAY + HOUR, 30), (DAY, 1), (HOUR, 1), (-HOUR, 0)],
)
def test_the_stages_are_sixty_thirty_seven_and_one_day(left: timedelta, reached: int | None) -> None:
    assert stage(START + left, START) == reached


def test_our_own_certificate_is_told_at_each_stage_and_not_between(world: World, authority: KeyPair) -> None:
    signing = lasting(authority, Use.SIGNING, START + 100 * DAY)
    world.equipment = replace(world.equipment, keys=CompanyKeys(signing, keys().ours.decryption))
    assert mind(world, 39) == []
    seen = [told(mind(world, day)) for day in (40, 41, 70, 71, 93, 99, 101, 102)]
    lefts = (60, 60, 30, 30, 7, 1, -1, -1)
    assert seen == [[("signing", left)] for left in lefts]
    (alert,) = world.reader.open_alerts()
    assert alert.detail["whose"] == "Odden legesenter"
    assert alert.detail["serial"] == str(signing.certificate.serial_number)
    assert "NTRNO-310412368" in alert.detail["subject"]
    world.equipment = replace(world.equipment, keys=keys().ours)
    assert mind(world, 103) == []


def test_what_a_human_has_cleared_comes_back_at_the_next_stage(world: World, authority: KeyPair) -> None:
    signing = lasting(authority, Use.SIGNING, START + 100 * DAY)
    world.equipment = replace(world.equipment, keys=CompanyKeys(signing, keys().ours.decryption))
    (alert,) = mind(world, 50)
    with world.database.transaction() as connection:
        alerts.clear(connection, alert.id, at=alert.raised)
    assert mind(world, 51) == []
    assert told(mind(world, 71)) == [("signing", 29)]


def test_an_older_decryption_key_may_run_out_when_a_newer_is_there(world: World, authority: KeyPair) -> None:
    old = lasting(authority, Use.ENCRYPTION, START + 5 * DAY)
    new = keys().ours.decryption[0]
    world.equipment = replace(world.equipment, keys=CompanyKeys(keys().ours.signing, (old, new)))
    assert mind(world) == []
    world.equipment = replace(world.equipment, keys=CompanyKeys(keys().ours.signing, (old,)))
    assert told(mind(world)) == [("decryption", 5)]


def _register(world: World, pair: KeyPair) -> None:
    der = pair.certificate.public_bytes(Encoding.DER)
    world.register.parties[THEIRS] = replace(world.register.parties[THEIRS], encryption_certificate=der)


def test_a_partner_we_write_to_is_told_and_a_stranger_is_not(world: World, authority: KeyPair) -> None:
    _register(world, lasting(authority, Use.ENCRYPTION, START + 20 * DAY))
    world.equipment.directory.get(THEIRS)
    assert mind(world) == []
    world.enqueue()
    (alert,) = mind(world)
    assert told([alert]) == [("partner_encryption", 20)]
    assert THEIRS in alert.detail["whose"]
    # The partner renews; the register is asked before the next stage is told.
    _register(world, keys().theirs.decryption[0])
    assert mind(world, 14) == []


def test_a_partner_is_told_by_the_copy_while_the_register_is_away(world: World, authority: KeyPair) -> None:
    _register(world, lasting(authority, Use.ENCRYPTION, START + 20 * DAY))
    world.enqueue()
    world.equipment.directory.get(THEIRS)
    world.register.away = True
    assert told(mind(world)) == [("partner_encryption", 20)]


def test_an_authority_and_its_list_are_told(world: World, authority: KeyPair) -> None:
    stale = revocation_list(authority, {}, START - 2 * DAY)
    anchors = Anchors((authority.certificate,), (stale, revocation_list(authority, {}, START - 3 * DAY)))
    asks = Revocations(RevocationCheck.LISTS, anchors, world.database, world.clock)
    world.equipment = replace(world.equipment, anchors=anchors, revocations=asks)
    assert told(mind(world)) == [("revocation_list", -1)]
    world.equipment = replace(world.equipment, clinic=replace(CLINIC, revocation=RevocationCheck.OFF))
    assert mind(world) == []
    assert told(mind(world, 11 * 365 - 10))[-1] == ("authority", 10)


def test_an_agreement_is_told_and_cleared_when_it_is_prolonged(world: World) -> None:
    for end, seen in ((START + 6 * DAY, [("agreement", 6)]), (START + 400 * DAY, [])):
        with world.database.transaction() as connection:
            agreements.keep(connection, AgreementPlan(end=end.isoformat()).raw, now=START, user="astrid")
        assert told(mind(world)) == seen
