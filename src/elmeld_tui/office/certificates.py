"""The certificates that messages depend on: whose they are, how long they last, and whether each check holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.engine.keys import EngineError, company_keys, trusted
from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import RevocationCheck
from elmeld_tui.model.clock import day, long
from elmeld_tui.model.directory import DirectoryParty
from elmeld_tui.model.expiry import days_left, stage
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.registry import revocations_of
from elmeld_tui.registry.local import KeptDirectory
from elmeld_tui.registry.revocation import Revocations
from elmeld_tui.security.certificates import (
    Anchors,
    UnreadableCertificateError,
    Use,
    may_be_used,
    problems,
    read_certificate,
    read_certificates,
    revoked_in_words,
)
from elmeld_tui.security.identity import identity_remark, organisation_number
from elmeld_tui.security.revocation import Outcome, RevocationStatus


class Owner(StrEnum):
    """Whose a certificate is; stable, for scripts."""

    OURS = "ours"
    PARTNER = "partner"
    AUTHORITY = "authority"


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """One certificate that messages depend on.

    Attributes:
        owner: whose it is.
        name: of the owner, with the HER-id of a partner.
        use: what it is for; empty for an authority.
        subject: distinguished name (RFC 4514).
        serial: decimal.
        valid_to: aware, UTC.
        days_left: whole days; negative after the end.
        revocation: what is known of whether it has been revoked, without asking anyone.
    """

    owner: Owner
    name: str
    use: str
    subject: str
    serial: str
    valid_to: datetime
    days_left: int
    revocation: Outcome


def held_certificates(office: Office) -> Iterator[HeldCertificate]:
    """Yield our own certificates, those of every partner in the local copy, and the authorities'; nobody is asked.

    Raises:
        OfficeError: the authorities cannot be loaded.
    """
    anchors, revocations = _trust(office)

    def held(owner: Owner, name: str, use: str, certificate: x509.Certificate) -> HeldCertificate:
        valid_to = certificate.not_valid_after_utc
        return HeldCertificate(
            owner,
            name,
            use,
            certificate.subject.rfc4514_string(),
            str(certificate.serial_number),
            valid_to,
            days_left(valid_to, office.clock()),
            revocations.known(certificate).outcome,
        )

    parties = KeptDirectory(None, office.database, office.clock).copies()
    for use, certificate in _own(office, parties):
        yield held(Owner.OURS, office.clinic.name, use, certificate)
    for party in parties:
        if party.her_id not in office.clinic.her_ids:
            for use, certificate in _certificates(party):
                yield held(Owner.PARTNER, f"{party.full_name} ({party.her_id})", use, certificate)
    for anchor in anchors.certificates if anchors else ():
        yield held(Owner.AUTHORITY, anchor.subject.rfc4514_string(), "", anchor)


def _own(office: Office, parties: list[DirectoryParty]) -> Iterator[tuple[Use, x509.Certificate]]:
    """Yield what the key files hold; what the register has of us, where their passwords are not at hand."""
    try:
        keys = company_keys(office.clinic)
    except EngineError:
        seen = set()
        for party in parties:
            if party.her_id in office.clinic.her_ids:
                seen |= set(_certificates(party))
        yield from sorted(seen, key=lambda one: (one[0] is Use.ENCRYPTION, one[1].not_valid_after_utc))
        return
    yield Use.SIGNING, keys.signing.certificate
    for pair in keys.decryption:
        yield Use.ENCRYPTION, pair.certificate


def _certificates(party: DirectoryParty) -> Iterator[tuple[Use, x509.Certificate]]:
    for use, der in (
        (Use.SIGNING, party.signing_certificate),
        (Use.ENCRYPTION, party.encryption_certificate),
    ):
        try:
            yield use, read_certificate(der)
        except UnreadableCertificateError:
            # There is none to show; the check of the party says so.
            continue


def check_party(office: Office, her_id: str, *, online: bool) -> Iterator[tuple[str, Check]]:
    """Yield every check of both certificates that the register has for a party, each with the certificate's use.

    Raises:
        UnknownPartyError, DirectoryUnavailableError: the register does not know it, or does not answer.
        OfficeError: the authorities cannot be loaded.
    """
    party = office.directory.get(her_id)
    for use, der in (
        (Use.SIGNING, party.signing_certificate),
        (Use.ENCRYPTION, party.encryption_certificate),
    ):
        try:
            certificate = read_certificate(der)
        except UnreadableCertificateError:
            told = (
                t("Registeret har ikke noe lesbart sertifikat for dette.")
                if der
                else t("Registeret har ikke noe.")
            )
            yield use, Check("certificate", Verdict.FAULT, told, t("Be partneren rette oppføringen sin."))
            continue
        for check in check_certificate(office, certificate, use, online=online, party=party):
            yield use, check


def check_file(office: Office, path: Path, *, online: bool) -> Iterator[tuple[str, Check]]:
    """Yield every check of the first certificate in a file (PEM or DER), for each use that it is issued for.

    Raises:
        OfficeError: there is no certificate in it, or the authorities cannot be loaded.
        OSError: the file cannot be read.
    """
    try:
        certificate = read_certificates(path.read_bytes())[0]
        read_certificate(certificate.public_bytes(Encoding.DER))
    except (ValueError, IndexError) as error:
        raise OfficeError(t("{path} er ikke et sertifikat (PEM eller DER)", path=path)) from error
    for use in [use for use in Use if may_be_used(certificate, use)] or [Use.SIGNING]:
        for check in check_certificate(office, certificate, use, online=online):
            yield use, check


def check_certificate(
    office: Office, certificate: x509.Certificate, use: Use, *, online: bool, party: DirectoryParty | None = None
) -> Iterator[Check]:
    """Yield every check of a certificate, also those after one that fails.

    Args:
        office: whose trust and whose copies.
        certificate: from `read_certificate`.
        use: what it shall be used for.
        online: whether its issuer is asked, whatever the clinic has chosen.
        party: whom the register gives it to, if anyone.
    """
    anchors, revocations = _trust(office, online=online)
    subject, now = certificate.subject.rfc4514_string(), office.clock()
    yield Check(
        "subject", Verdict.OK, t("{subject}, serienummer {n}", subject=subject, n=certificate.serial_number)
    )
    found = problems(certificate, at=now, anchors=replace(anchors or Anchors(), revocation_lists=()), use=use)
    for name, held, mend in (
        ("usage", t("Nøkkelbruken er den rette."), t("Bruk sertifikatet som er utstedt for dette.")),
        ("validity", _lasts(certificate, now), t("Sertifikatet må fornyes.")),
        (
            "issuer",
            t("Utstedt av {issuer}, som klinikken stoler på.", issuer=certificate.issuer.rfc4514_string()),
            t("Legg utstederens sertifikat i mappen «trust» bare hvis klinikken skal stole på den."),
        ),
    ):
        if name not in found:
            soon = name == "validity" and stage(certificate.not_valid_after_utc, now) is not None
            yield Check(name, Verdict.REMARK if soon else Verdict.OK, held, mend if soon else "")
        elif name == "issuer" and anchors is None:
            yield Check(name, Verdict.REMARK, found[name], mend)
        else:
            yield Check(name, Verdict.FAULT, found[name], mend)
    yield _revocation_check(revocations.status(certificate), now)
    yield _identity_check(certificate, party)


def _lasts(certificate: x509.Certificate, now: datetime) -> str:
    until = certificate.not_valid_after_utc
    return t("Gjelder til {until}, {n} dager igjen.", until=long(until), n=days_left(until, now))


def _revocation_check(status: RevocationStatus, now: datetime) -> Check:
    if status.revoked_by(now):
        told = revoked_in_words(status.revoked_at)
        return Check("revocation", Verdict.FAULT, told, t("Sertifikatet må ikke brukes; be eieren om et nytt."))
    if status.outcome is Outcome.REVOKED:
        assert status.revoked_at is not None, "one without a day counts already"
        told = t("Sertifikatet blir trukket tilbake {date}.", date=day(status.revoked_at))
        return Check("revocation", Verdict.REMARK, told, t("Be eieren om et nytt."))
    if status.outcome is Outcome.GOOD:
        return Check("revocation", Verdict.OK, t("Ikke trukket tilbake, ifølge {source}.", source=status.source))
    if status.outcome is Outcome.NOT_ASKED:
        return Check(
            "revocation",
            Verdict.REMARK,
            t("Det er ikke kontrollert om sertifikatet er trukket tilbake."),
            t("Spør utstederen med --online, eller legg tilbaketrekkingslisten i mappen «trust»."),
        )
    if status.outcome is Outcome.OFFLINE:
        return Check("revocation", Verdict.REMARK, status.reason, t("Prøv igjen senere."))
    # Whoever is not named, or does not know, will not know it later either.
    mend = t("Legg utstederens tilbaketrekkingsliste i mappen «trust».")
    return Check("revocation", Verdict.REMARK, status.reason, mend)


def _identity_check(certificate: x509.Certificate, party: DirectoryParty | None) -> Check:
    number = organisation_number(certificate)
    if party is not None and (differs := identity_remark(certificate, party.organisation_number)):
        return Check("identity", Verdict.REMARK, differs, t("Spør partneren om sertifikatet er deres."))
    if not number:
        return Check("identity", Verdict.REMARK, t("Sertifikatet oppgir ikke noe organisasjonsnummer."))
    return Check("identity", Verdict.OK, t("Utstedt til organisasjonsnummer {number}.", number=number))


def _trust(office: Office, *, online: bool = False) -> tuple[Anchors | None, Revocations]:
    clinic = replace(office.clinic, revocation=RevocationCheck.ONLINE) if online else office.clinic
    try:
        anchors = trusted(clinic)
    except EngineError as error:
        raise OfficeError(str(error)) from error
    return anchors, revocations_of(clinic, anchors, office.database, office.clock)
