"""Asking an issuer's responder about one certificate (OCSP, RFC 6960): the request, and whether an answer is credible.

An answer comes over a connection that anyone may tamper with. It counts only if it is about this certificate, signed
by the issuer or by a responder that the issuer has appointed, and current.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from elmeld_tui.i18n import t
from elmeld_tui.security.malformed import MALFORMED
from elmeld_tui.security.revocation import Outcome, RevocationStatus, is_current

_SIGNED_WITH = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_OUTCOMES = {
    ocsp.OCSPCertStatus.GOOD: Outcome.GOOD,
    ocsp.OCSPCertStatus.REVOKED: Outcome.REVOKED,
    ocsp.OCSPCertStatus.UNKNOWN: Outcome.UNKNOWN,
}


class _NotBelievedError(Exception):
    """The answer proves nothing; the text says why."""


def question(certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes = b"") -> bytes:
    """Return the request that asks about ``certificate`` (DER, ``application/ocsp-request``).

    Args:
        certificate: that is asked about.
        issuer: of ``certificate``.
        nonce: 16 to 32 random octets, which a responder may repeat; empty for none.
    """
    # The names are hashed with SHA-1 because that is what every responder knows (RFC 5019 §2.1.1); it only looks up.
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def judge_answer(
    answer: bytes,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    *,
    now: datetime,
    source: str,
    nonce: bytes = b"",
) -> RevocationStatus:
    """Say what a responder's answer tells of ``certificate``; one that cannot be believed is no answer.

    Args:
        answer: DER, as received.
        certificate: that was asked about.
        issuer: of ``certificate``, trusted.
        now: aware.
        source: URL that answered.
        nonce: of the question; an answer without any is taken, one with another is not.
    """
    try:
        response = ocsp.load_der_ocsp_response(answer)
        if response.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED:
            # How a responder says that the certificate is not among those it knows (RFC 5019 §2.2.3).
            reason = t("Utstederens svartjeneste kjenner ikke sertifikatet.")
            return RevocationStatus(Outcome.UNKNOWN, source, now, reason=reason)
        said = _believed(response, certificate, issuer, now, nonce)
        outcome = _OUTCOMES[said.certificate_status]
        return RevocationStatus(
            outcome,
            source,
            now,
            said.next_update_utc,
            said.revocation_time_utc,
            t("Utstederens svartjeneste kjenner ikke sertifikatet.") if outcome is Outcome.UNKNOWN else "",
        )
    except _NotBelievedError as error:
        return RevocationStatus(Outcome.OFFLINE, source, now, reason=str(error))
    except MALFORMED:
        reason = t("Svaret fra utstederens svartjeneste kan ikke leses.")
        return RevocationStatus(Outcome.OFFLINE, source, now, reason=reason)


def _believed(
    response: ocsp.OCSPResponse,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    now: datetime,
    nonce: bytes,
) -> ocsp.OCSPSingleResponse:
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise _NotBelievedError(
            t("Utstederens svartjeneste svarte «{status}».", status=response.response_status.name.lower())
        )
    if not any(_has_signed(response, responder) for responder in _responders(response, issuer, now)):
        raise _NotBelievedError(t("Svaret er ikke signert av utstederen eller noen den har utpekt."))
    if _nonce(response) not in {b"", nonce}:
        raise _NotBelievedError(t("Svaret gjelder et annet spørsmål enn vårt."))
    about = [single for single in response.responses if _is_about(single, certificate, issuer)]
    if not about:
        raise _NotBelievedError(t("Svaret gjelder et annet sertifikat."))
    current = [single for single in about if is_current(single.this_update_utc, single.next_update_utc, now)]
    if not current:
        raise _NotBelievedError(t("Svaret er for gammelt, eller klokken vår går feil."))
    return current[0]


def _responders(
    response: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime
) -> Iterator[x509.Certificate]:
    """Yield who may have signed: the issuer, and those that it has itself appointed (RFC 6960 §4.2.2.2).

    Whether an appointed responder has been revoked in its turn is not asked; they are issued for weeks at a time.
    """
    yield issuer
    for candidate in response.certificates:
        if _is_appointed(candidate, issuer, now):
            yield candidate


def _is_appointed(candidate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> bool:
    try:
        candidate.verify_directly_issued_by(issuer)
        purposes = candidate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (InvalidSignature, x509.ExtensionNotFound, *MALFORMED):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in purposes and is_current(
        candidate.not_valid_before_utc, candidate.not_valid_after_utc, now
    )


def _has_signed(response: ocsp.OCSPResponse, responder: x509.Certificate) -> bool:
    algorithm, key = response.signature_hash_algorithm, responder.public_key()
    if not isinstance(algorithm, _SIGNED_WITH):
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _nonce(response: ocsp.OCSPResponse) -> bytes:
    try:
        return response.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return b""


def _is_about(single: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Return whether a single answer names ``certificate``: by serial number, issuer's name and issuer's key."""
    if single.serial_number != certificate.serial_number:
        return False
    asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, single.hash_algorithm).build()
    return (single.issuer_name_hash, single.issuer_key_hash) == (asked.issuer_name_hash, asked.issuer_key_hash)
