"""What is about to expire: a human is told in good time, once at each stage, until it has been renewed.

This covers our own certificates, those of partners we write to, the authorities we trust, their revocation lists, and
our agreements with partners.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509

from elmeld_tui.engine import agreements
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.model.clinic import RevocationCheck
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.directory import DirectoryParty, DirectoryUnavailableError, UnknownPartyError
from elmeld_tui.model.expiry import What, days_left, stage
from elmeld_tui.security.certificates import UnreadableCertificateError, fingerprint, read_certificate
from elmeld_tui.store import alerts, outbox
from elmeld_tui.store.trouble import AlertCode

_LATELY = timedelta(days=90)
"""Whoever we have sent to within this time counts as a partner whose certificates are our concern."""


@dataclass(frozen=True, slots=True)
class Expiring:
    """Something with a last day.

    Attributes:
        key: its stable name; a renewed one has another.
        what: kind of thing.
        whose: name of the clinic, partner or authority.
        valid_to: aware, UTC.
        subject: distinguished name in the certificate (RFC 4514), or the CPAId; empty for what has none.
        serial: decimal; empty for what is none.
    """

    key: str
    what: What
    whose: str
    valid_to: datetime
    subject: str = ""
    serial: str = ""


def mind_expiry(equipment: Equipment, now: datetime) -> int:
    """Raise and clear the alerts of what runs out; return how many were raised.

    Args:
        equipment: of the engine.
        now: aware.
    """
    watched = [*_of_ours(equipment), *_of_partners(equipment, now), *_of_authorities(equipment, now)]
    watched += _of_agreements(equipment, now)
    due = {f"{one.key}/{days}": one for one in watched if (days := stage(one.valid_to, now)) is not None}
    at = to_text(now)
    with equipment.database.transaction(durable=False) as connection:
        for subject in alerts.open_subjects(connection, AlertCode.EXPIRES):
            if subject not in due:
                alerts.clear_for(connection, AlertCode.EXPIRES, at=at, subject=subject)
        # One that a human has cleared was read: the next stage tells of it again.
        news = [subject for subject in due if not alerts.was_raised(connection, AlertCode.EXPIRES, subject)]
        for subject in news:
            detail = _detail(due[subject], now)
            alerts.raise_alert(connection, AlertCode.EXPIRES, at=at, subject=subject, detail=detail)
    return len(news)


def _of_ours(equipment: Equipment) -> Iterator[Expiring]:
    name, keys = equipment.clinic.name, equipment.keys
    yield _certificate(What.SIGNING, name, keys.signing.certificate)
    # An older key is kept for what is still on its way to us, and may run out (HITS 1177 §8).
    newest = max((pair.certificate for pair in keys.decryption), key=lambda one: one.not_valid_after_utc)
    yield _certificate(What.DECRYPTION, name, newest)


def _of_agreements(equipment: Equipment, now: datetime) -> list[Expiring]:
    with equipment.database.snapshot() as connection:
        ends = agreements.ends(connection, now)
    ours = equipment.clinic.her_ids
    return [
        Expiring(
            f"{cpa_id} {to_text(end)}",
            What.AGREEMENT,
            ", ".join(_named(equipment, her_id) for her_id in her_ids if her_id not in ours),
            end,
            cpa_id,
        )
        for cpa_id, end, her_ids in ends
    ]


def _named(equipment: Equipment, her_id: str) -> str:
    party = equipment.directory.copy_of(her_id)
    return f"{party.full_name} ({her_id})" if party else her_id


def _of_authorities(equipment: Equipment, now: datetime) -> Iterator[Expiring]:
    if equipment.anchors is None:
        return
    for anchor in equipment.anchors.certificates:
        yield _certificate(What.AUTHORITY, anchor.subject.rfc4514_string(), anchor)
    if equipment.clinic.revocation is RevocationCheck.OFF:
        return
    newest: dict[str, datetime] = {}
    for crl in equipment.revocations.lists():
        issuer, until = crl.issuer.rfc4514_string(), crl.next_update_utc
        if until is not None:
            newest[issuer] = max(until, newest.get(issuer, until))
    for issuer, until in newest.items():
        # A list is renewed every day: that it will be too old in a week is no news.
        if until < now:
            yield Expiring(f"{issuer} {to_text(until)}", What.REVOCATION_LIST, issuer, until)


def _of_partners(equipment: Equipment, now: datetime) -> Iterator[Expiring]:
    """Yield the certificates of partners we have sent to lately, by the local copy; what runs out is asked for anew."""
    with equipment.database.snapshot() as connection:
        her_ids = outbox.receivers_since(connection, to_text(now - _LATELY))
    register_answers = True
    for her_id in her_ids:
        party = equipment.directory.copy_of(her_id)
        if party is None or her_id in equipment.clinic.her_ids:
            continue
        found = _certificates(party)
        if register_answers and any(stage(one.valid_to, now) is not None for one in found):
            try:
                found = _certificates(equipment.directory.ask(her_id))
            except UnknownPartyError:
                continue
            except DirectoryUnavailableError:
                register_answers = False
        yield from found


def _certificates(party: DirectoryParty) -> Sequence[Expiring]:
    found = []
    for what, der in (
        (What.PARTNER_SIGNING, party.signing_certificate),
        (What.PARTNER_ENCRYPTION, party.encryption_certificate),
    ):
        try:
            found.append(_certificate(what, f"{party.full_name} ({party.her_id})", read_certificate(der)))
        except UnreadableCertificateError:
            # Told when something is sent there; it has no last day.
            continue
    return found


def _certificate(what: What, whose: str, certificate: x509.Certificate) -> Expiring:
    return Expiring(
        fingerprint(certificate),
        what,
        whose,
        certificate.not_valid_after_utc,
        certificate.subject.rfc4514_string(),
        str(certificate.serial_number),
    )


def _detail(one: Expiring, now: datetime) -> dict[str, object]:
    return {
        "what": one.what,
        "whose": one.whose,
        "subject": one.subject,
        "serial": one.serial,
        "valid_to": to_text(one.valid_to),
        "days": days_left(one.valid_to, now),
    }
