"""The agreements (CPA) that the simulated NAV makes with whoever asks for one, and what it refuses because of them.

Until a clinic has fetched its agreement NAV takes its messages without one; after that it holds them to it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from elmeld_tui.model import clock
from elmeld_tui.model.agreements import Agreement, Direction
from elmeld_tui.model.directory import DirectoryParty, PartyType
from elmeld_tui.security.profile import DS, RSA_SHA256, SHA256
from elmeld_tui.simulator.cast import Partner, named, partner_of
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.transport.agreement.checking import refuse_departures
from elmeld_tui.transport.agreement.reading import CPPA, read_agreement
from elmeld_tui.transport.envelope import EnvelopeHeader, EnvelopeRefusedError
from elmeld_tui.transport.letterhead import mailto

_VALID = timedelta(days=2 * 365)
_CHANNEL, _TRANSPORT, _EXCHANGE = "channel", "transport", "exchange"
_SIGN, _CRYPT, _PACKAGE = "sign", "crypt", "enveloped"


@dataclass(frozen=True, slots=True)
class _Process:
    """A business process with NAV: the roles, and what the clinic sends and receives in it."""

    name: str
    service: str
    role: str
    nav_role: str
    sends: tuple[str, ...]
    receives: tuple[str, ...]


_PROCESSES = (
    _Process("Sykmelde", "Sykmelding", "Sykmelder", "Saksbehandler", ("Registrering",), ("Svar",)),
    _Process("Legemelding", "Legemelding", "Lege", "Nav", ("Legeerklaring",), ("Svarmelding",)),
    _Process(
        "HenvendelseFraLege",
        "HenvendelseFraLege",
        "Sykmelder",
        "Saksbehandler",
        ("Henvendelse",),
        ("Bekreftelse", "Svar"),
    ),
    _Process(
        "ForesporselFraSaksbehandler",
        "ForesporselFraSaksbehandler",
        "Sykmelder",
        "Saksbehandler",
        ("ForesporselSvar", "Kvittering", "Svar"),
        ("Foresporsel", "Bekreftelse", "Svar"),
    ),
    _Process(
        "HenvendelseFraSaksbehandler",
        "HenvendelseFraSaksbehandler",
        "Sykmelder",
        "Saksbehandler",
        ("Kvittering", "Svar"),
        ("Henvendelse",),
    ),
    _Process(
        "Oppfolgingsplan", "Oppfolgingsplan", "Sykmelder", "Saksbehandler", ("Kvittering", "Svar"), ("Plan",)
    ),
    _Process(
        "DialogmoteInnkalling",
        "DialogmoteInnkalling",
        "Sykmelder",
        "Saksbehandler",
        ("MoteRespons", "Kvittering"),
        ("MoteInnkalling", "Bekreftelse"),
    ),
)
"""Those that a clinic of this kind has with NAV, by the names in NAV's own agreements."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One party of an agreement as it is written."""

    name: str
    her_ids: tuple[str, ...]
    organisation_number: str
    endpoint: str
    signing: bytes
    encryption: bytes


def offer(net: Helsenett, her_id: str) -> bytes | None:
    """Make NAV's agreement with the organisation that ``her_id`` is or belongs to; None where nobody has it.

    Asked again, it is the same file, unless the clinic has another address or key: then it is a new version.
    """
    party = net.register.get(her_id)
    if party is None or partner_of(her_id) is not None:
        return None
    unit = party.parent_her_id or her_id
    earlier = agreed_with(net, her_id)
    begins = earlier.start if earlier and earlier.start else net.clock().replace(microsecond=0)
    raw = _write(f"nav:sim:{unit}", begins, _clinic(net, party, unit), _nav(net))
    net.store.keep_agreement(unit, raw)
    return raw


def agreed_with(net: Helsenett, her_id: str) -> Agreement | None:
    """Return the agreement that NAV has made with whoever has ``her_id``, or None."""
    party = net.register.get(her_id)
    raw = net.store.agreement(party.parent_her_id or her_id) if party else None
    return read_agreement(raw) if raw else None


def cpa_id(net: Helsenett, partner: Partner, receiver: DirectoryParty) -> str:
    """Return the CPAId that ``partner`` writes under; empty where it has made no agreement."""
    agreement = agreed_with(net, receiver.her_id) if partner.makes_agreements else None
    return agreement.cpa_id if agreement else ""


def problem(net: Helsenett, partner: Partner, header: EnvelopeHeader) -> tuple[str, str] | None:
    """Return error code and text where a message does not keep to the agreement that NAV has made with its sender."""
    agreement = agreed_with(net, header.from_her) if partner.makes_agreements else None
    if agreement is None:
        return None
    if header.cpa_id != agreement.cpa_id:
        return "ValueNotRecognized", f"CPAId {header.cpa_id} er ikke avtalen vi har, som er {agreement.cpa_id}."
    try:
        refuse_departures(agreement, header)
    except EnvelopeRefusedError as error:
        return error.error_code, error.reason
    return None


def _clinic(net: Helsenett, party: DirectoryParty, unit: str) -> _Side:
    own = [net.register.get(unit), *net.register.below(unit, PartyType.SERVICE)]
    her_ids = {one.her_id for one in own if one is not None} | {party.her_id}
    return _Side(
        party.parent_name or party.name,
        tuple(sorted(her_ids)),
        party.organisation_number,
        party.endpoint or mailto(party.edi_address),
        party.signing_certificate,
        party.encryption_certificate,
    )


def _nav(net: Helsenett) -> _Side:
    nav = named("nav")
    assert nav is not None
    entry = net.register.get(nav.organisation.her_id)
    assert entry is not None
    own = net.keys[nav.name]
    return _Side(
        entry.name,
        (entry.her_id,),
        entry.organisation_number,
        entry.endpoint or mailto(entry.edi_address),
        own.signing.certificate.public_bytes(Encoding.DER),
        own.decryption[0].certificate.public_bytes(Encoding.DER),
    )


def _write(cpa_id: str, begins: datetime, clinic: _Side, nav: _Side) -> bytes:
    root = etree.Element(_cppa("CollaborationProtocolAgreement"), nsmap={"cpa": CPPA, "ds": DS})
    root.set(_cppa("cpaid"), cpa_id)
    root.set(_cppa("version"), "2_0b")
    _add(root, "Status", value="agreed")
    _add(root, "Start", clock.envelope_text(begins))
    _add(root, "End", clock.envelope_text(begins + _VALID))
    _write_side(root, clinic, ours=True)
    _write_side(root, nav, ours=False)
    packaging = _add(root, "Packaging", id=_PACKAGE)
    enclosed = _add(
        _add(packaging, "CompositeList"), "Encapsulation", id="encrypted", mimetype="application/pkcs7-mime"
    )
    _add(enclosed, "Constituent", idref="document")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _write_side(root: etree._Element, side: _Side, *, ours: bool) -> None:
    element = _add(root, "PartyInfo", partyName=side.name, defaultMshChannelId=_CHANNEL)
    for her_id in side.her_ids:
        _add(element, "PartyId", her_id, type="HER")
    _add(element, "PartyId", side.organisation_number, type="ENH")
    for process in _PROCESSES:
        _write_process(element, process, ours=ours)
    for name, der in ((_CRYPT, side.encryption), (_SIGN, side.signing)):
        certificate = _add(element, "Certificate", certId=name)
        data = etree.SubElement(etree.SubElement(certificate, f"{{{DS}}}KeyInfo"), f"{{{DS}}}X509Data")
        etree.SubElement(data, f"{{{DS}}}X509Certificate").text = base64.b64encode(der).decode()
    by_mail = side.endpoint.startswith("mailto:")
    channel = _add(element, "DeliveryChannel", channelId=_CHANNEL, transportId=_TRANSPORT, docExchangeId=_EXCHANGE)
    _add(
        channel,
        "MessagingCharacteristics",
        syncReplyMode="none" if by_mail else "mshSignalsOnly",
        ackRequested="always",
        ackSignatureRequested="always",
        duplicateElimination="always",
    )
    receiver = _add(_add(element, "Transport", transportId=_TRANSPORT), "TransportReceiver")
    protocol, version = ("SMTP", "1.0") if by_mail else ("HTTP", "1.1")
    _add(receiver, "TransportProtocol", protocol, version=version)
    _add(receiver, "Endpoint", uri=side.endpoint, type="allPurpose")
    _write_exchange(element)


def _write_process(side: etree._Element, process: _Process, *, ours: bool) -> None:
    role = _add(side, "CollaborationRole")
    _add(role, "ProcessSpecification", name=process.name, version="1.0")
    _add(role, "Role", name=process.role if ours else process.nav_role)
    _add(role, "ApplicationCertificateRef", certId=_CRYPT)
    bound = _add(role, "ServiceBinding")
    _add(bound, "Service", process.service, type="string")
    sends, receives = (process.sends, process.receives) if ours else (process.receives, process.sends)
    for direction, several in ((Direction.SEND, sends), (Direction.RECEIVE, receives)):
        for action in several:
            binding = _add(_add(bound, direction), "ThisPartyActionBinding", action=action, packageId=_PACKAGE)
            _add(binding, "ChannelId", _CHANNEL)


def _write_exchange(side: etree._Element) -> None:
    binding = _add(_add(side, "DocExchange", docExchangeId=_EXCHANGE), "ebXMLSenderBinding", version="2.0")
    reliable = _add(binding, "ReliableMessaging")
    _add(reliable, "Retries", "4")
    _add(reliable, "RetryInterval", "PT720M")
    _add(binding, "PersistDuration", "P4D")
    repudiation = _add(binding, "SenderNonRepudiation")
    _add(repudiation, "HashFunction", SHA256)
    _add(repudiation, "SignatureAlgorithm", RSA_SHA256, w3c=RSA_SHA256)
    _add(repudiation, "SigningCertificateRef", certId=_SIGN)


def _add(parent: etree._Element, element: str, text: str = "", **attributes: str) -> etree._Element:
    added = etree.SubElement(parent, _cppa(element))
    added.text = text or None
    for name, value in attributes.items():
        added.set(_cppa(name), value)
    return added


def _cppa(name: str) -> str:
    return f"{{{CPPA}}}{name}"
