"""Whether a signer is who the envelope says: the certificate must be the one the register gives for that party."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.i18n import t
from elmeld_tui.model.directory import UnknownPartyError
from elmeld_tui.security.certificates import Anchors, Use, examine

_NO_ANCHORS = Anchors()


def signer_problem(
    equipment: Equipment,
    her_id: str,
    certificate: x509.Certificate,
    at: datetime,
    agreed: Collection[bytes] = (),
) -> str:
    """Return why ``certificate`` may not speak for ``her_id``, in the user's language; empty when it may.

    A local copy may be older than a partner's change of certificate: when they differ, the register is asked anew.

    Args:
        equipment: of the engine.
        her_id: who is said to speak.
        certificate: of the signature.
        at: aware; when it must be valid.
        agreed: DER of the certificates that an agreement gives the party: they speak for it as the register's does.

    Raises:
        DirectoryUnavailableError: nothing is known of the party, and the register does not answer: try later.
    """
    if certificate.public_bytes(Encoding.DER) in agreed:
        return certificate_problem(equipment, certificate, at, Use.SIGNING)
    try:
        registered = equipment.directory.get(her_id).signing_certificate
        if not _same(registered, certificate):
            registered = equipment.directory.renew(her_id).signing_certificate
    except UnknownPartyError as error:
        return str(error)
    if not _same(registered, certificate):
        return t("Signaturens sertifikat er ikke det adresseregisteret har for HER-id {her_id}.", her_id=her_id)
    return certificate_problem(equipment, certificate, at, Use.SIGNING)


def certificate_problem(equipment: Equipment, certificate: x509.Certificate, at: datetime, use: Use) -> str:
    """Return why ``certificate`` may not be used, or an empty string.

    A clinic that has chosen no authorities relies on the register for whose a certificate is.
    """
    report = examine(certificate, at=at, anchors=equipment.anchors or _NO_ANCHORS, use=use)
    if report.trusted or (equipment.anchors is None and report.code == "issuer"):
        return ""
    return report.reason


def _same(registered: bytes, certificate: x509.Certificate) -> bool:
    return registered == certificate.public_bytes(Encoding.DER)
