"""Whether a message keeps to an agreement. The order is that of NAV's own receiver: agreement, period, parties."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.agreements import AgreedParty, Agreement, Direction
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.transport.envelope import SIGNAL_SERVICE, EnvelopeHeader, EnvelopeRefusedError

_ERROR_CODES = {"cpa_id": "ValueNotRecognized", "cpa_action": "ValueNotRecognized"}
"""What a MessageError calls a departure, where it is not Inconsistent: what is not in the agreement at all."""


def check(
    agreement: Agreement, header: EnvelopeHeader, at: datetime, signer: x509.Certificate | None = None
) -> list[Finding]:
    """Return where a message departs from an agreement.

    Args:
        agreement: that should cover it.
        header: of the message.
        at: aware; the time the agreement must be valid.
        signer: certificate of the signature, to be compared with those of the sender; None leaves that out.
    """
    findings = []
    if header.cpa_id != agreement.cpa_id:
        text = t("Meldingen viser til avtale {cpa}, ikke {own}.", cpa=header.cpa_id, own=agreement.cpa_id)
        findings.append(_fault("cpa_id", "eb:CPAId", text))
    if not agreement.holds(at):
        text = t("Avtalen gjelder ikke på tidspunktet {at}.", at=clock.long(at))
        findings.append(_fault("cpa_validity", "eb:CPAId", text))
    for side, her_id, role, direction in (
        ("From", header.from_her, header.from_role, Direction.SEND),
        ("To", header.to_her, header.to_role, Direction.RECEIVE),
    ):
        party = agreement.party(her_id)
        if party is None:
            text = t("HER-id {her_id} er ikke part i avtalen.", her_id=her_id)
            findings.append(_fault("cpa_party", f"eb:{side}", text))
        elif header.service != SIGNAL_SERVICE:
            findings += _of_the_action(party, header, direction, role, her_id, f"eb:{side}")
    sender = agreement.party(header.from_her)
    if signer and sender and sender.certificates and signer.public_bytes(Encoding.DER) not in sender.certificates:
        text = t("Meldingen er signert med et annet sertifikat enn avsenders i avtalen.")
        findings.append(_fault("cpa_certificate", "ds:Signature", text))
    return findings


def refuse_departures(agreement: Agreement, header: EnvelopeHeader) -> None:
    """Refuse a message that departs from the agreement it names; its own time is what the agreement must hold at.

    Whose certificate it is signed with is not asked here, since a register may know a newer one.

    Raises:
        EnvelopeRefusedError: it does; ``ValueNotRecognized`` for what the agreement does not have, else
            ``Inconsistent``.
    """
    for finding in check(agreement, header, header.timestamp):
        error_code = _ERROR_CODES.get(finding.code, "Inconsistent")
        raise EnvelopeRefusedError(finding.code, error_code, finding.message, header)


def _of_the_action(
    party: AgreedParty, header: EnvelopeHeader, direction: Direction, role: str, her_id: str, where: str
) -> Iterator[Finding]:
    # Profile 1.0 has the role optional (HIS 1037 §4.2): none is no other role.
    if party.may(direction, header.service, header.action, role):
        return
    what = f"{header.service}/{header.action}"
    if party.may(direction, header.service, header.action):
        text = t("Avtalen har ikke {her_id} som {role} i {what}.", her_id=her_id, role=role, what=what)
        yield _fault("cpa_role", where, text)
    elif direction is Direction.SEND:
        yield _fault("cpa_action", where, t("Avtalen lar ikke {her_id} sende {what}.", her_id=her_id, what=what))
    else:
        yield _fault("cpa_action", where, t("Avtalen lar ikke {her_id} motta {what}.", her_id=her_id, what=what))


def _fault(code: str, where: str, text: str) -> Finding:
    return Finding(Severity.ERROR, code, where, text)
