"""Reading a CPA as its makers write it, which is not always as CPPA 2.0 has it.

What cannot be used is left out and never guessed: a placeholder where a certificate will be, an unknown mode. The
attribute ``timeToPerform`` is not read; agreements in use say months and mean minutes.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.agreements import AgreedParty, Agreement, Binding, Channel, Direction, SyncReply, Wish
from elmeld_tui.model.identifiers import is_her_id
from elmeld_tui.security.canonical import UnsafeXmlError, parse
from elmeld_tui.security.certificates import read_certificate
from elmeld_tui.security.profile import DS

CPPA = "http://www.oasis-open.org/committees/ebxml-cppa/schema/cpp-cpa-2_0.xsd"

MAX_BYTES = 4 * 1024 * 1024
"""Of a file; NAV's have a sixth of a megabyte, and those with every process one."""

_GZIP = frozenset({"application/x-gzip", "application/gzip"})
_ENVELOPED = "application/pkcs7-mime"

_Choice = TypeVar("_Choice", bound=StrEnum)


class AgreementError(Exception):
    """A file that is not a CPA; the message says so."""


def read_agreement(raw: bytes) -> Agreement:
    """Read a CPA; its status is not asked for, since agreements in use say «proposed».

    Raises:
        AgreementError: ``raw`` is no CPA, or larger than `MAX_BYTES`.
    """
    if len(raw) > MAX_BYTES:
        raise AgreementError(t("Filen er for stor til å være en avtale."))
    try:
        root = parse(raw, bounded=False)
    except UnsafeXmlError as error:
        raise AgreementError(t("Avtalen er ikke lesbar XML.")) from error
    if root.tag != _cppa("CollaborationProtocolAgreement"):
        raise AgreementError(t("Filen er ikke en CPA (CollaborationProtocolAgreement)."))
    # A comment within a value must not cut it short.
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    try:
        start, end = _time(root, "Start"), _time(root, "End")
    except ValueError as error:
        raise AgreementError(t("Avtalens gyldighetstid kan ikke leses.")) from error
    cpa_id = _attribute(root, "cpaid")
    if not cpa_id:
        raise AgreementError(t("Avtalen har ingen id (cpaid)."))
    compressed = {_attribute(package, "id"): _compresses(package) for package in root.iterfind(_cppa("Packaging"))}
    parties = tuple(_party(element, compressed) for element in root.iterfind(_cppa("PartyInfo")))
    return Agreement(cpa_id, start, end, parties)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the bindings of one party refer to, each by its id; ids count within the party alone."""

    certificates: Mapping[str, bytes]
    channels: Mapping[str, Channel]
    compressed: Mapping[str, bool]


def _party(element: etree._Element, compressed: Mapping[str, bool]) -> AgreedParty:
    her_ids = frozenset(
        _text(party) for party in element.iterfind(_cppa("PartyId")) if _attribute(party, "type") == "HER"
    )
    certificates = {
        _attribute(certificate, "certId"): der
        for certificate in element.iterfind(_cppa("Certificate"))
        if (der := _certificate(certificate))
    }
    channels = {channel.id: channel for channel in _channels(element, certificates)}
    parts = _Parts(certificates, channels, compressed)
    return AgreedParty(
        name=_attribute(element, "partyName"),
        her_ids=frozenset(filter(is_her_id, her_ids)),
        bindings=tuple(_bindings(element, parts)),
        certificates=frozenset(certificates.values()),
        signal_channels=tuple(_signal_channels(element, channels)),
    )


def _signal_channels(party: etree._Element, channels: Mapping[str, Channel]) -> Iterator[tuple[str, Channel]]:
    overrides = (
        (_attribute(override, "action"), _attribute(override, "channelId"))
        for override in party.iterfind(_cppa("OverrideMshActionBinding"))
    )
    for action, channel_id in (("", _attribute(party, "defaultMshChannelId")), *overrides):
        if channel_id in channels:
            yield action, channels[channel_id]


def _bindings(party: etree._Element, parts: _Parts) -> Iterator[Binding]:
    for element in party.iterfind(_cppa("CollaborationRole")):
        process = element.find(_cppa("ProcessSpecification"))
        role = element.find(_cppa("Role"))
        reference = element.find(_cppa("ApplicationCertificateRef"))
        for bound in element.iterfind(_cppa("ServiceBinding")):
            service = bound.find(_cppa("Service"))
            for direction in Direction:
                # A synchronous reply is nested: CanReceive inside the CanSend it answers.
                for ability in bound.iter(_cppa(direction)):
                    for action in ability.iterfind(_cppa("ThisPartyActionBinding")):
                        yield Binding(
                            direction=direction,
                            process=f"{_attribute(process, 'name')} {_attribute(process, 'version')}".strip(),
                            role=_attribute(role, "name"),
                            service=_text(service),
                            service_type=_attribute(service, "type") or "string",
                            action=_attribute(action, "action"),
                            channel=parts.channels.get(_text(action.find(_cppa("ChannelId")))),
                            compressed=parts.compressed.get(_attribute(action, "packageId")),
                            encryption_certificate=parts.certificates.get(_attribute(reference, "certId"), b""),
                        )


def _channels(party: etree._Element, certificates: Mapping[str, bytes]) -> Iterator[Channel]:
    transports = {_attribute(one, "transportId"): one for one in party.iterfind(_cppa("Transport"))}
    exchanges = {_attribute(one, "docExchangeId"): one for one in party.iterfind(_cppa("DocExchange"))}
    for element in party.iterfind(_cppa("DeliveryChannel")):
        wishes = element.find(_cppa("MessagingCharacteristics"))
        receiver = _below(transports.get(_attribute(element, "transportId")), "TransportReceiver")
        sender = _below(exchanges.get(_attribute(element, "docExchangeId")), "ebXMLSenderBinding")
        reliable = _below(sender, "ReliableMessaging")
        repudiation = _below(sender, "SenderNonRepudiation")
        signed_with = _attribute(_below(repudiation, "SigningCertificateRef"), "certId")
        yield Channel(
            id=_attribute(element, "channelId"),
            protocol=_text(_below(receiver, "TransportProtocol")).upper(),
            endpoints=tuple(_endpoints(receiver)),
            sync_reply=_choice(SyncReply, wishes, "syncReplyMode", SyncReply.NONE),
            ack_requested=_choice(Wish, wishes, "ackRequested", Wish.PER_MESSAGE),
            ack_signed=_choice(Wish, wishes, "ackSignatureRequested", Wish.PER_MESSAGE),
            duplicate_elimination=_choice(Wish, wishes, "duplicateElimination", Wish.PER_MESSAGE),
            retries=_number(_below(reliable, "Retries")),
            interval=_duration(_below(reliable, "RetryInterval")),
            persist=_duration(_below(sender, "PersistDuration")),
            digest_method=_text(_below(repudiation, "HashFunction")),
            signature_method=_signature_method(_below(repudiation, "SignatureAlgorithm")),
            signing_certificate=certificates.get(signed_with, b""),
        )


def _signature_method(algorithm: etree._Element | None) -> str:
    # The attribute ``oid`` names SHA-1 in agreements that mean, and use, SHA-256.
    return _attribute(algorithm, "w3c") or _text(algorithm)


def _endpoints(receiver: etree._Element | None) -> Iterator[tuple[str, str]]:
    if receiver is None:
        return
    for endpoint in receiver.iterfind(_cppa("Endpoint")):
        uri = re.sub(r"^mailto:/*", "mailto:", _attribute(endpoint, "uri"), flags=re.IGNORECASE)
        if uri:
            yield _attribute(endpoint, "type") or "allPurpose", uri


def _compresses(package: etree._Element) -> bool:
    """Return whether what is encrypted has been compressed first: an encapsulation within an encapsulation."""
    encapsulations = {_attribute(one, "id"): one for one in package.iter(_cppa("Encapsulation"))}
    zipped = {name for name, one in encapsulations.items() if _attribute(one, "mimetype") in _GZIP}
    return any(
        _attribute(constituent, "idref") in zipped
        for one in encapsulations.values()
        if _attribute(one, "mimetype") == _ENVELOPED
        for constituent in one.iterfind(_cppa("Constituent"))
    )


def _certificate(element: etree._Element) -> bytes:
    text = _text(next(element.iter(f"{{{DS}}}X509Certificate"), None))
    try:
        der = base64.b64decode("".join(text.split()), validate=True)
        return read_certificate(der).public_bytes(Encoding.DER)
    except ValueError:
        # Templates carry placeholders where certificates will be.
        return b""


def _choice(kind: type[_Choice], element: etree._Element | None, name: str, otherwise: _Choice) -> _Choice:
    value = _attribute(element, name)
    return kind(value) if value in set(kind) else otherwise


def _number(element: etree._Element | None) -> int | None:
    text = _text(element)
    return int(text) if text.isdecimal() and len(text) < 4 else None


def _duration(element: etree._Element | None) -> timedelta | None:
    try:
        return clock.parse_duration(_text(element))
    except ValueError:
        return None


def _time(root: etree._Element, name: str) -> datetime | None:
    text = _text(root.find(_cppa(name)))
    return clock.parse_envelope_time(text) if text else None


def _below(element: etree._Element | None, name: str) -> etree._Element | None:
    return None if element is None else element.find(_cppa(name))


def _attribute(element: etree._Element | None, name: str) -> str:
    """Return an attribute, qualified as CPPA 2.0 wants it or not, without stray white space."""
    if element is None:
        return ""
    return (element.get(_cppa(name)) or element.get(name) or "").strip()


def _text(element: etree._Element | None) -> str:
    return "" if element is None else (element.text or "").strip()


def _cppa(name: str) -> str:
    return f"{{{CPPA}}}{name}"
