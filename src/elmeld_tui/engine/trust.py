"""Whom to trust: the register says whose a certificate is, and its issuer whether it is still valid."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.policy import REVOCATION_PATIENCE
from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import RevocationOffline
from elmeld_tui.model.directory import DirectoryParty, DirectoryUnavailableError, UnknownPartyError
from elmeld_tui.model.findings import ENVELOPE, Finding, Severity
from elmeld_tui.security.certificates import Anchors, CertificateProblem, Use, examine, revoked_in_words
from elmeld_tui.security.identity import identity_remark
from elmeld_tui.security.revocation import Outcome, RevocationStatus

_NO_ANCHORS = Anchors()
_EXAMINED = 1000
"""Verdicts of the last minutes that are kept: a chain costs as much as a signature, and partners write often."""
_WAITS = {
    RevocationOffline.SEND_WAITS: frozenset({Use.ENCRYPTION}),
    RevocationOffline.WAIT: frozenset(Use),
    RevocationOffline.ACCEPT: frozenset[Use](),
}
"""For which uses a message waits when it cannot be found out whether a certificate has been revoked."""


class RevocationUnavailableError(DirectoryUnavailableError):
    """Whether a certificate has been revoked cannot be found out now: try later, as when the register is away."""


@dataclass(frozen=True, slots=True)
class JudgedSigner:
    """Whether a signer is who the envelope says.

    Attributes:
        problem: why not, in the user's language; empty where it is.
        remarks: what support should know though the signer is believed.
    """

    problem: str = ""
    remarks: tuple[Finding, ...] = ()


def signer_problem(
    equipment: Equipment,
    her_id: str,
    certificate: x509.Certificate,
    at: datetime,
    agreed: Collection[bytes] = (),
) -> str:
    """Return why ``certificate`` may not speak for ``her_id``, in the user's language; empty when it may.

    Raises:
        DirectoryUnavailableError: see `judge_signer`.
    """
    return judge_signer(equipment, her_id, certificate, at, agreed).problem


def judge_signer(
    equipment: Equipment,
    her_id: str,
    certificate: x509.Certificate,
    at: datetime,
    agreed: Collection[bytes] = (),
) -> JudgedSigner:
    """Say whether ``certificate`` may speak for ``her_id``: it must be the one the register gives, and still count.

    A local copy may be older than a partner's change of certificate: when they differ, the register is asked anew.

    Args:
        equipment: of the engine.
        her_id: who is said to speak.
        certificate: of the signature.
        at: aware; when the envelope came here, by our clock: what happens to the certificate later is not held against
            it, and what has waited too long since is refused.
        agreed: DER of the certificates that an agreement gives the party: they speak for it as the register's does.

    Raises:
        DirectoryUnavailableError: nothing is known of the party and the register does not answer, or it cannot be
            found out whether the certificate has been revoked, and the clinic would rather wait: try later.
    """
    try:
        party = _spoken_for(equipment, her_id, certificate, agreed)
    except UnknownPartyError as error:
        return JudgedSigner(str(error))
    if problem := _standing_problem(equipment, certificate, at, Use.SIGNING):
        return JudgedSigner(problem.reason)
    status = equipment.revocations.status(certificate)
    if status.revoked_by(at):
        return JudgedSigner(revoked_in_words(status.revoked_at))
    if _must_wait(equipment, status, Use.SIGNING):
        if equipment.clock() - at < REVOCATION_PATIENCE:
            raise RevocationUnavailableError(status.reason)
        hours = REVOCATION_PATIENCE.total_seconds() // 3600
        return JudgedSigner(
            t(
                "Det lot seg ikke avklare innen {hours:.0f} timer om sertifikatet er trukket tilbake. {reason}",
                hours=hours,
                reason=status.reason,
            )
        )
    return JudgedSigner(remarks=tuple(_remarks(party, certificate, status)))


def _spoken_for(
    equipment: Equipment, her_id: str, certificate: x509.Certificate, agreed: Collection[bytes]
) -> DirectoryParty | None:
    """Return whom a certificate is registered to; by an agreement alone, maybe nobody that is known here.

    Raises:
        UnknownPartyError: to someone else, or nobody.
        DirectoryUnavailableError: the register does not answer.
    """
    der = certificate.public_bytes(Encoding.DER)
    if der in agreed:
        return equipment.directory.copy_of(her_id)
    party = equipment.directory.get(her_id)
    if party.signing_certificate != der:
        party = equipment.directory.renew(her_id)
    if party.signing_certificate != der:
        raise UnknownPartyError(
            t("Signaturens sertifikat er ikke det adresseregisteret har for HER-id {her_id}.", her_id=her_id)
        )
    return party


def certificate_problem(
    equipment: Equipment, certificate: x509.Certificate, at: datetime, use: Use
) -> CertificateProblem | None:
    """Return why ``certificate`` may not be used, or None where it may.

    Raises:
        RevocationUnavailableError: it cannot be found out whether it has been revoked, and for this use we wait.
    """
    if problem := _standing_problem(equipment, certificate, at, use):
        return problem
    status = equipment.revocations.status(certificate)
    if status.revoked_by(at):
        return CertificateProblem("revoked", revoked_in_words(status.revoked_at))
    if _must_wait(equipment, status, use):
        raise RevocationUnavailableError(status.reason)
    return None


def _standing_problem(
    equipment: Equipment, certificate: x509.Certificate, at: datetime, use: Use
) -> CertificateProblem | None:
    """Return what is wrong with a certificate as it stands, whether revoked or not.

    A clinic that has chosen no authorities relies on the register for whose a certificate is.
    """
    key = certificate, use, at.replace(second=0, microsecond=0)
    if key not in equipment.examined:
        anchors = replace(equipment.anchors or _NO_ANCHORS, revocation_lists=())
        report = examine(certificate, at=at, anchors=anchors, use=use)
        relied_on = report.trusted or (equipment.anchors is None and report.code == "issuer")
        if len(equipment.examined) >= _EXAMINED:
            equipment.examined.clear()
        equipment.examined[key] = None if relied_on else CertificateProblem(report.code, report.reason)
    return equipment.examined[key]


def _must_wait(equipment: Equipment, status: RevocationStatus, use: Use) -> bool:
    undecided = status.outcome in {Outcome.UNKNOWN, Outcome.OFFLINE}
    return undecided and use in _WAITS[equipment.clinic.revocation_offline]


def _remarks(
    party: DirectoryParty | None, certificate: x509.Certificate, status: RevocationStatus
) -> list[Finding]:
    remarks = []
    if status.outcome in {Outcome.UNKNOWN, Outcome.OFFLINE}:
        told = t(
            "Det er ikke avklart om avsenderens sertifikat er trukket tilbake. {reason}", reason=status.reason
        )
        remarks.append(Finding(Severity.WARNING, f"revocation_{status.outcome}", ENVELOPE, told))
    if party is not None and (differs := identity_remark(certificate, party.organisation_number)):
        remarks.append(Finding(Severity.WARNING, "certificate_identity", ENVELOPE, differs))
    return remarks
