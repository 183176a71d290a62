"""Organisation certificates: whose they are, what they may be used for, and whether they are trusted at a given time.

Trust is a directory of authorities that the clinic has chosen; nothing is trusted because a message carries it. The
checks are those of HIS 1037 §5.5 and HITS 1171 §5.2.5 and §6: validity at the time of the message, key usage, chain,
and the revocation lists in that directory. Nothing is fetched: asking an issuer online whether it has revoked a
certificate is built on top of this (`registry.revocation`).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import verification

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import day
from elmeld_tui.security.identity import organisation_number
from elmeld_tui.security.malformed import MALFORMED
from elmeld_tui.security.revocation_list import read_revocation_list, revoked_since

# What the library remarks on stderr of a stranger's certificate; whether it is believed is for `examine` to say.
for _remark in ("Parsed a serial number which wasn't positive", "Attribute's length must be"):
    warnings.filterwarnings("ignore", message=_remark)

LIST_SUFFIX = ".crl"
"""How the name of a revocation list ends, in the directory of trusted authorities."""


class Use(StrEnum):
    """What a certificate is to be used for."""

    SIGNING = "signing"
    ENCRYPTION = "encryption"


@dataclass(frozen=True, slots=True)
class Anchors:
    """Whom the clinic trusts.

    Attributes:
        certificates: authorities; an intermediate alone may be an anchor.
        revocation_lists: CRLs; each counts for the authority that signed it.
    """

    certificates: tuple[x509.Certificate, ...] = ()
    revocation_lists: tuple[x509.CertificateRevocationList, ...] = ()


class CertificateProblem(NamedTuple):
    """Why a certificate may not be used.

    Attributes:
        code: stable name of the check that failed: ``usage``, ``validity``, ``issuer``, ``revoked``.
        reason: in the user's language.
    """

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class CertificateReport:
    """What an examination of a certificate found.

    Attributes:
        trusted: whether every check held.
        code: stable name of the check that failed: ``usage``, ``validity``, ``issuer``, ``revoked``; else empty.
        reason: why it is not trusted, in the user's language; empty when it is.
        subject: distinguished name (RFC 4514).
        serial: decimal, as in ds:X509SerialNumber.
        org_number: nine digits; empty where the certificate names none.
        valid_from: aware, UTC.
        valid_to: aware, UTC.
    """

    trusted: bool
    code: str
    reason: str
    subject: str
    serial: str
    org_number: str
    valid_from: datetime
    valid_to: datetime


class TrustDirectoryError(Exception):
    """The directory of trusted authorities cannot be read; the message says which file and why."""


def load_anchors(directory: Path) -> Anchors:
    """Read the trusted authorities (PEM or DER; ``.pem .crt .cer .der``) and revocation lists (``.crl``).

    Raises:
        TrustDirectoryError: the directory is not there, or a file in it cannot be read or is not what its name says.
    """
    if not directory.is_dir():
        raise TrustDirectoryError(t("Mappen med tiltrodde utstedere finnes ikke: {path}", path=directory))
    certificates: list[x509.Certificate] = []
    lists: list[x509.CertificateRevocationList] = []
    for path in _files(directory):
        try:
            if path.suffix.lower() in {".pem", ".crt", ".cer", ".der"}:
                certificates += read_certificates(path.read_bytes())
            elif path.suffix.lower() == LIST_SUFFIX:
                lists.append(read_revocation_list(path.read_bytes()))
        except OSError as error:
            raise _unreadable(path, error) from error
        except ValueError as error:
            raise TrustDirectoryError(
                t("Filen {path} er hverken sertifikat eller tilbaketrekkingsliste.", path=path)
            ) from error
    return Anchors(tuple(certificates), tuple(lists))


def _files(directory: Path) -> list[Path]:
    try:
        return sorted(directory.iterdir())
    except OSError as error:
        raise _unreadable(directory, error) from error


def _unreadable(path: Path, error: OSError) -> TrustDirectoryError:
    return TrustDirectoryError(t("Kan ikke lese {path}: {reason}", path=path, reason=error.strerror))


def read_certificates(data: bytes) -> list[x509.Certificate]:
    """Read the certificates of a file: several in PEM, one in DER.

    Raises:
        UnreadableCertificateError: it is neither.
    """
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except MALFORMED as error:
        raise UnreadableCertificateError(str(error)) from error


class UnreadableCertificateError(ValueError):
    """Bytes that are not an X.509 certificate, or one that is damaged inside."""


def read_certificate(der: bytes) -> x509.Certificate:
    """Read a certificate that a stranger sent, every field of it: the library itself reads each when asked for it.

    Raises:
        UnreadableCertificateError: ``der`` is no certificate, or one of its fields cannot be read.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        for name in (certificate.subject, certificate.issuer):
            name.rfc4514_string()
        list(certificate.extensions)
        certificate.public_key()
        _ = certificate.not_valid_before_utc, certificate.not_valid_after_utc, certificate.signature_hash_algorithm
    except MALFORMED as error:
        raise UnreadableCertificateError(str(error)) from error
    return certificate


def examine(certificate: x509.Certificate, *, at: datetime, anchors: Anchors, use: Use) -> CertificateReport:
    """Say whether ``certificate`` could be trusted for ``use`` at the moment ``at``.

    Args:
        certificate: of an organisation, as a message or a register carries it; from `read_certificate`.
        at: aware; the time of the message for a signature, the present for encryption.
        anchors: whom the clinic trusts.
        use: what the certificate is used for.
    """
    code, reason = next(iter(problems(certificate, at=at, anchors=anchors, use=use).items()), ("", ""))
    return CertificateReport(
        trusted=not reason,
        code=code,
        reason=reason,
        subject=certificate.subject.rfc4514_string(),
        serial=str(certificate.serial_number),
        org_number=organisation_number(certificate),
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
    )


def problems(certificate: x509.Certificate, *, at: datetime, anchors: Anchors, use: Use) -> dict[str, str]:
    """Return every check that ``certificate`` fails, by the code of a `CertificateReport`, in words; see `examine`."""
    found = {
        "usage": _usage_problem(certificate, use),
        "validity": _validity_problem(certificate, at),
        "issuer": _issuer_problem(certificate, at, anchors),
        "revoked": _revocation_problem(certificate, at, anchors),
    }
    return {name: reason for name, reason in found.items() if reason}


def may_be_used(certificate: x509.Certificate, use: Use) -> bool:
    """Return whether the key usage extension allows ``use``; a certificate without one allows nothing.

    Signing needs contentCommitment (HIS 1037 §5.5). Encryption takes any of three usages, since sources differ and
    certificates in use have each of them (HITS 1171 §6).
    """
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    if use is Use.SIGNING:
        return usage.content_commitment
    return usage.key_encipherment or usage.data_encipherment or usage.key_agreement


def _usage_problem(certificate: x509.Certificate, use: Use) -> str:
    if not isinstance(certificate.public_key(), rsa.RSAPublicKey):
        return t("Sertifikatets nøkkel er ikke RSA.")
    if may_be_used(certificate, use):
        return ""
    if use is Use.SIGNING:
        return t("Sertifikatet er ikke utstedt for signering (nøkkelbruk nonRepudiation mangler).")
    return t("Sertifikatet er ikke utstedt for kryptering (nøkkelbruk keyEncipherment mangler).")


def _validity_problem(certificate: x509.Certificate, at: datetime) -> str:
    if at < certificate.not_valid_before_utc:
        return t("Sertifikatet gjelder først fra {date}.", date=day(certificate.not_valid_before_utc))
    if at > certificate.not_valid_after_utc:
        return t("Sertifikatet gikk ut {date}.", date=day(certificate.not_valid_after_utc))
    return ""


def _issuer_problem(certificate: x509.Certificate, at: datetime, anchors: Anchors) -> str:
    if not anchors.certificates:
        return t("Ingen tiltrodde utstedere er satt opp, så sertifikatets utsteder kan ikke kontrolleres.")
    permit = verification.ExtensionPolicy.permit_all()
    authority_policy = permit.require_present(x509.BasicConstraints, verification.Criticality.AGNOSTIC, None)
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store(list(anchors.certificates)))
        # The usual policy asks for a subject alternative name, which organisation certificates do not have.
        .extension_policies(ee_policy=permit, ca_policy=authority_policy)
        .time(at)
        .build_client_verifier()
    )
    try:
        verifier.verify(certificate, list(anchors.certificates))
    except verification.VerificationError:
        issuer = certificate.issuer.rfc4514_string()
        return t("Sertifikatet er ikke utstedt av noen klinikken stoler på (utsteder: {issuer}).", issuer=issuer)
    return ""


def _revocation_problem(certificate: x509.Certificate, at: datetime, anchors: Anchors) -> str:
    issuer = issuer_of(certificate, anchors)
    if issuer is None:
        return ""
    for crl in anchors.revocation_lists:
        since = revoked_since(crl, certificate, issuer)
        if since is not None and since <= at:
            return revoked_in_words(since)
    return ""


def revoked_in_words(since: datetime | None) -> str:
    """Return that a certificate is revoked, in the user's language."""
    if since is None:
        return t("Sertifikatet er trukket tilbake.")
    return t("Sertifikatet ble trukket tilbake {date}.", date=day(since))


def issuer_of(certificate: x509.Certificate, anchors: Anchors) -> x509.Certificate | None:
    """Return the trusted authority that has signed ``certificate``, or None."""
    for anchor in anchors.certificates:
        if anchor.subject != certificate.issuer:
            continue
        try:
            certificate.verify_directly_issued_by(anchor)
        except (InvalidSignature, *MALFORMED):
            continue
        return anchor
    return None


def chain(certificate: x509.Certificate, known: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Return ``certificate`` and those above it as far as they are known, each having signed the one before.

    Whether any of them can be trusted is another question; see `examine`.
    """
    found, others = [certificate], Anchors(tuple(known))
    while (issuer := issuer_of(found[-1], others)) is not None and issuer not in found:
        found.append(issuer)
    return found


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of the certificate, in hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()
