"""Collaboration protocol agreements (CPA): what two parties have agreed, and whether a message keeps to it.

NAV makes an agreement for each sender and hands it over as a file (CPPA 2.0). The order of the checks is that of
NAV's own receiver: agreement, period, sender, receiver.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.security.canonical import UnsafeXmlError, parse
from elmeld_tui.security.certificates import read_certificate
from elmeld_tui.security.profile import DS
from elmeld_tui.transport.envelope import SIGNAL_SERVICE, EnvelopeHeader

CPPA = "http://www.oasis-open.org/committees/ebxml-cppa/schema/cpp-cpa-2_0.xsd"
_Direction = Literal["CanSend", "CanReceive"]


class AgreementError(Exception):
    """A file that is not a CPA; the message says so."""


@dataclass(frozen=True, slots=True)
class Capability:
    """That a party may send or receive one action of a service in a role."""

    direction: _Direction
    role: str
    service: str
    action: str


@dataclass(frozen=True, slots=True)
class AgreedParty:
    """One side of an agreement.

    Attributes:
        her_ids: of the party.
        capabilities: what it may send and receive.
        certificates: DER of every certificate it has in the agreement; placeholders of templates are left out.
    """

    her_ids: frozenset[str]
    capabilities: frozenset[Capability]
    certificates: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A CPA, as far as a message is checked against it. Times are aware, UTC; None where the file gives none."""

    cpa_id: str
    start: datetime | None
    end: datetime | None
    parties: tuple[AgreedParty, ...]


def read_agreement(raw: bytes) -> Agreement:
    """Read a CPA; its status is not asked for, since agreements in use say «proposed».

    Raises:
        AgreementError: ``raw`` is no CPA.
    """
    try:
        root = parse(raw)
    except UnsafeXmlError as error:
        raise AgreementError(t("Avtalen er ikke lesbar XML.")) from error
    if root.tag != _cppa("CollaborationProtocolAgreement"):
        raise AgreementError(t("Filen er ikke en CPA (CollaborationProtocolAgreement)."))
    try:
        start, end = _time(root, "Start"), _time(root, "End")
    except ValueError as error:
        raise AgreementError(t("Avtalens gyldighetstid kan ikke leses.")) from error
    parties = tuple(_party(element) for element in root.iterfind(_cppa("PartyInfo")))
    return Agreement(root.get(_cppa("cpaid"), "").strip(), start, end, parties)


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
    if (agreement.start and at < agreement.start) or (agreement.end and at > agreement.end):
        text = t("Avtalen gjelder ikke på tidspunktet {at}.", at=clock.long(at))
        findings.append(_fault("cpa_validity", "eb:CPAId", text))
    sides: tuple[tuple[str, str, str, _Direction], ...] = (
        ("From", header.from_her, header.from_role, "CanSend"),
        ("To", header.to_her, header.to_role, "CanReceive"),
    )
    for side, her_id, role, direction in sides:
        party = next((party for party in agreement.parties if her_id in party.her_ids), None)
        if party is None:
            text = t("HER-id {her_id} er ikke part i avtalen.", her_id=her_id)
            findings.append(_fault("cpa_party", f"eb:{side}", text))
            continue
        capability = Capability(direction, role, header.service, header.action)
        if header.service != SIGNAL_SERVICE and capability not in party.capabilities:
            findings.append(_fault("cpa_action", f"eb:{side}", _capability_text(capability, her_id)))
        own = signer.public_bytes(Encoding.DER) if signer and side == "From" else None
        if own and party.certificates and own not in party.certificates:
            text = t("Meldingen er signert med et annet sertifikat enn avsenders i avtalen.")
            findings.append(_fault("cpa_certificate", "ds:Signature", text))
    return findings


def _capability_text(capability: Capability, her_id: str) -> str:
    what = f"{capability.service}/{capability.action}"
    role = capability.role or "–"
    if capability.direction == "CanSend":
        return t("Avtalen lar ikke {her_id} sende {what} som {role}.", her_id=her_id, what=what, role=role)
    return t("Avtalen lar ikke {her_id} motta {what} som {role}.", her_id=her_id, what=what, role=role)


def _fault(code: str, where: str, text: str) -> Finding:
    return Finding(Severity.ERROR, code, where, text)


def _party(element: etree._Element) -> AgreedParty:
    her_ids = frozenset(
        (party.text or "").strip()
        for party in element.iterfind(_cppa("PartyId"))
        if party.get(_cppa("type")) == "HER"
    )
    return AgreedParty(her_ids, frozenset(_capabilities(element)), frozenset(_certificates(element)))


def _capabilities(party: etree._Element) -> Iterator[Capability]:
    directions: tuple[_Direction, ...] = ("CanSend", "CanReceive")
    for role_element in party.iterfind(_cppa("CollaborationRole")):
        role_name = role_element.find(_cppa("Role"))
        role = role_name.get(_cppa("name"), "") if role_name is not None else ""
        for binding in role_element.iterfind(_cppa("ServiceBinding")):
            service = (binding.findtext(_cppa("Service")) or "").strip()
            for direction in directions:
                # A synchronous reply is nested: CanReceive inside the CanSend it answers.
                for ability in binding.iter(_cppa(direction)):
                    for action in ability.iterfind(_cppa("ThisPartyActionBinding")):
                        yield Capability(direction, role, service, action.get(_cppa("action"), ""))


def _certificates(party: etree._Element) -> list[bytes]:
    found = []
    for element in party.iter(f"{{{DS}}}X509Certificate"):
        try:
            der = base64.b64decode("".join((element.text or "").split()), validate=True)
            found.append(read_certificate(der).public_bytes(Encoding.DER))
        except ValueError:
            # Templates carry placeholders where certificates will be.
            continue
    return found


def _time(root: etree._Element, name: str) -> datetime | None:
    text = (root.findtext(_cppa(name)) or "").strip()
    return clock.parse_envelope_time(text) if text else None


def _cppa(name: str) -> str:
    return f"{{{CPPA}}}{name}"
