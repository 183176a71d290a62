"""Revocation lists (CRL, RFC 5280 §5): whose a list is, whether it is current, and what it says of a certificate."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import day
from elmeld_tui.security.malformed import MALFORMED
from elmeld_tui.security.revocation import Outcome, RevocationStatus, is_current

_UNDERSTOOD = (x509.IssuingDistributionPoint, x509.CRLNumber, x509.AuthorityKeyIdentifier)


def read_revocation_list(data: bytes) -> x509.CertificateRevocationList:
    """Read a list, PEM or DER.

    Raises:
        ValueError: it is none.
    """
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_crl(data)
        return x509.load_der_x509_crl(data)
    except MALFORMED as error:
        raise ValueError(str(error)) from error


def speaks_for(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Return whether ``issuer`` has signed the list, and means all the certificates of organisations by it."""
    try:
        return (
            crl.issuer == issuer.subject
            and _may_sign_lists(issuer)
            and all(_is_understood(extension) for extension in crl.extensions)
            and crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
        )
    except MALFORMED:
        return False


def _may_sign_lists(issuer: x509.Certificate) -> bool:
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True


def _is_understood(extension: x509.Extension[x509.ExtensionType]) -> bool:
    """Return whether a list with this extension can be taken for what it says: a part of a list proves nothing."""
    scope = extension.value
    if isinstance(scope, x509.DeltaCRLIndicator):
        return False
    if isinstance(scope, x509.IssuingDistributionPoint):
        return not (
            scope.only_contains_ca_certs
            or scope.only_contains_attribute_certs
            or scope.indirect_crl
            or scope.only_some_reasons
        )
    return isinstance(scope, _UNDERSTOOD) or not extension.critical


def revoked_since(
    crl: x509.CertificateRevocationList, certificate: x509.Certificate, issuer: x509.Certificate
) -> datetime | None:
    """Return from when the list holds ``certificate`` for revoked; None where it does not, or is not the issuer's.

    An entry may say that the key was in other hands before the revocation (invalidityDate): then from that day.
    """
    if certificate.issuer != issuer.subject or not speaks_for(crl, issuer):
        return None
    return _named_since(crl, certificate)


def _named_since(crl: x509.CertificateRevocationList, certificate: x509.Certificate) -> datetime | None:
    entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is None:
        return None
    try:
        invalid = entry.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    except (x509.ExtensionNotFound, *MALFORMED):
        return entry.revocation_date_utc
    return min(invalid, entry.revocation_date_utc)


def judge_list(
    crl: x509.CertificateRevocationList,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    *,
    now: datetime,
    source: str,
) -> RevocationStatus:
    """Say what a list tells of ``certificate``; one that is not its issuer's tells nothing.

    Args:
        crl: from `read_revocation_list`.
        certificate: that is asked about.
        issuer: of ``certificate``, trusted.
        now: aware.
        source: where the list is from.
    """
    if certificate.issuer != issuer.subject or not speaks_for(crl, issuer):
        reason = t("Tilbaketrekkingslisten er ikke signert av sertifikatets utsteder.")
        return RevocationStatus(Outcome.OFFLINE, source, now, reason=reason)
    return told_by(crl, certificate, now=now, source=source)


def told_by(
    crl: x509.CertificateRevocationList, certificate: x509.Certificate, *, now: datetime, source: str
) -> RevocationStatus:
    """Say what a list that `speaks_for` the certificate's issuer tells of it.

    An old list still counts against those it names: only that it does not name one proves nothing any more.
    """
    revoked_at = _named_since(crl, certificate)
    until = crl.next_update_utc
    if revoked_at is not None:
        return RevocationStatus(Outcome.REVOKED, source, now, until, revoked_at)
    if not is_current(crl.last_update_utc, until, now):
        reason = t("Tilbaketrekkingslisten skulle vært fornyet {date}.", date=day(until or crl.last_update_utc))
        return RevocationStatus(Outcome.OFFLINE, source, now, until, reason=reason)
    return RevocationStatus(Outcome.GOOD, source, now, until)
