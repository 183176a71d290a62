"""The ebXML envelope as the national profile writes it (HIS 1037 §4.2 and §6.2, HITS 1171 §5.2, HITS 1172).

An envelope names only the communication parties (level 2) and carries no clinical content. It is read from the
octets that its signature covers, never from the message as it came.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, unquote

from lxml import etree

from elmeld_tui import __version__
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.identifiers import is_her_id, new_uuid
from elmeld_tui.security.profile import EB, SOAP

XLINK = "http://www.w3.org/1999/xlink"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SIGNAL_SERVICE = "urn:oasis:names:tc:ebxml-msg:service"
_TO_PARTY = "urn:oasis:names:tc:ebxml-msg:actor:toPartyMSH"


class EnvelopeRefusedError(Exception):
    """An envelope that is not accepted.

    Attributes:
        code: stable name of the reason.
        error_code: what a MessageError calls it (HIS 1037 §7.2.4), e.g. ``SecurityFailure``.
        reason: in the user's language.
        unverified: the header as far as it could be read, only good for addressing the MessageError; or None.
    """

    def __init__(self, code: str, error_code: str, reason: str, unverified: EnvelopeHeader | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.error_code = error_code
        self.reason = reason
        self.unverified = unverified


@dataclass(frozen=True, slots=True)
class EnvelopeHeader:
    """What an envelope says.

    Attributes:
        from_her: HER-id of the sending communication party (level 2).
        to_her: HER-id of the receiving one.
        service: e.g. ``S-DIALOG_SVAR``.
        action: e.g. ``DIALOG_SVAR`` or ``APPREC``.
        timestamp: aware, UTC.
        from_role: e.g. ``DIALOG_SVARsender``; empty in a signal.
        to_role: likewise.
        cpa_id: of the agreement; when empty, `write` puts what stands for «no agreement» (HIS 1037 §6.2.1).
        conversation_id: same through document, signal and AppRec.
        message_id: eb:MessageId, of this envelope and every retransmission of it.
        ref_to_message_id: eb:MessageId that is answered; empty where none is.
        service_type: attribute of eb:Service.
        duplicate_elimination: whether the element is there.
        ack_requested: whether a signed acknowledgment is asked for.
        sync_reply: whether the answer is wanted in the same HTTP exchange.
        time_to_live: aware, UTC, or None.
        description: of the sending system, as received.
    """

    from_her: str
    to_her: str
    service: str
    action: str
    timestamp: datetime
    from_role: str = ""
    to_role: str = ""
    cpa_id: str = ""
    conversation_id: str = field(default_factory=new_uuid)
    message_id: str = field(default_factory=new_uuid)
    ref_to_message_id: str = ""
    service_type: str = "string"
    duplicate_elimination: bool = True
    ack_requested: bool = True
    sync_reply: bool = False
    time_to_live: datetime | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """A payload that SOAP:Body lists, with the namespace and version of its document (HITS 1210 §5.3)."""

    content_id: str
    schema_location: str = ""
    schema_version: str = ""


def without_agreement(her_id: str, other_her_id: str) -> str:
    """Return the CPAId of two parties without an agreement: ``<lowest>_<highest>`` (HIS 1037 §6.2.1)."""
    low, high = sorted((her_id, other_her_id), key=int)
    return f"{low}_{high}"


def system_description() -> str:
    """Return the one-line JSON that tells receivers which system sent a message (HITS 1210 §5.3)."""
    return json.dumps({"MSH-system": "elmeld", "MSH-versjon": __version__}, ensure_ascii=False)


def write(
    header: EnvelopeHeader, *, manifest: Sequence[ManifestEntry] = (), signal: etree._Element | None = None
) -> bytes:
    """Return the unsigned SOAP envelope of a message with payloads, or of a signal.

    Args:
        header: what it says.
        manifest: the payloads; empty for a signal.
        signal: eb:Acknowledgment or eb:ErrorList; None for a message with payloads.
    """
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"SOAP": SOAP, "eb": EB, "xlink": XLINK})
    soap_header = etree.SubElement(envelope, f"{{{SOAP}}}Header")
    _write_message_header(soap_header, header)
    body = etree.SubElement(envelope, f"{{{SOAP}}}Body")
    if signal is not None:
        soap_header.append(signal)
    if header.ack_requested:
        ack = header_extension(soap_header, "AckRequested")
        ack.set(f"{{{SOAP}}}actor", _TO_PARTY)
        ack.set(eb("signed"), "true")
    if manifest:
        _write_manifest(body, manifest)
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


def header_extension(parent: etree._Element, name: str) -> etree._Element:
    """Add an eb element with the attributes every header extension has (HITS 1172 R4, R7, R8)."""
    element = etree.SubElement(parent, eb(name))
    element.set(eb("version"), "2.0")
    element.set(f"{{{SOAP}}}mustUnderstand", "1")
    return element


def _write_message_header(parent: etree._Element, header: EnvelopeHeader) -> None:
    element = header_extension(parent, "MessageHeader")
    for side, her_id, role in (("From", header.from_her, header.from_role), ("To", header.to_her, header.to_role)):
        party = etree.SubElement(element, eb(side))
        add(party, "PartyId", her_id).set(eb("type"), "HER")
        if role:
            add(party, "Role", role)
    add(element, "CPAId", header.cpa_id or without_agreement(header.from_her, header.to_her))
    add(element, "ConversationId", header.conversation_id)
    service = add(element, "Service", header.service)
    if header.service != SIGNAL_SERVICE:
        service.set(eb("type"), header.service_type)
    add(element, "Action", header.action)
    data = etree.SubElement(element, eb("MessageData"))
    add(data, "MessageId", header.message_id)
    add(data, "Timestamp", clock.envelope_text(header.timestamp))
    if header.ref_to_message_id:
        add(data, "RefToMessageId", header.ref_to_message_id)
    if header.time_to_live:
        add(data, "TimeToLive", clock.envelope_text(header.time_to_live))
    if header.duplicate_elimination:
        etree.SubElement(element, eb("DuplicateElimination"))
    if header.description:
        add(element, "Description", header.description).set(XML_LANG, "no")


def _write_manifest(body: etree._Element, entries: Sequence[ManifestEntry]) -> None:
    manifest = etree.SubElement(body, eb("Manifest"))
    manifest.set(eb("version"), "2.0")
    for entry in entries:
        reference = etree.SubElement(manifest, eb("Reference"))
        reference.set(f"{{{XLINK}}}type", "simple")
        reference.set(f"{{{XLINK}}}href", f"cid:{quote(entry.content_id, safe='@')}")
        if entry.schema_location:
            schema = etree.SubElement(reference, eb("Schema"))
            schema.set(eb("location"), entry.schema_location)
            schema.set(eb("version"), entry.schema_version)


def eb(name: str) -> str:
    """Return ``name`` in the namespace of ebXML messaging; its attributes are qualified too."""
    return f"{{{EB}}}{name}"


def add(parent: etree._Element, name: str, text: str) -> etree._Element:
    """Add an eb element that holds only text."""
    element = etree.SubElement(parent, eb(name))
    element.text = text
    return element


def parse_octets(octets: bytes) -> etree._Element:
    """Parse signed octets for reading values; processing instructions are left out, so that text is whole."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(octets, parser)


def read(envelope: etree._Element) -> EnvelopeHeader:
    """Read the header of an envelope from `parse_octets`.

    Raises:
        EnvelopeRefusedError: there is not exactly one MessageHeader, or what a reply depends on is missing.
    """
    headers = list(envelope.iter(eb("MessageHeader")))
    if len(headers) != 1 or headers[0].getparent() is not envelope.find(f"{{{SOAP}}}Header"):
        raise EnvelopeRefusedError(
            "message_header", "Inconsistent", t("Konvolutten skal ha nøyaktig én MessageHeader.")
        )
    header = headers[0]
    time_to_live = text_of(header, "MessageData/TimeToLive")
    return EnvelopeHeader(
        from_her=_her_id(header, "From"),
        to_her=_her_id(header, "To"),
        service=_required(header, "Service"),
        action=_required(header, "Action"),
        timestamp=read_time(_required(header, "MessageData/Timestamp")),
        from_role=text_of(header, "From/Role"),
        to_role=text_of(header, "To/Role"),
        cpa_id=_required(header, "CPAId"),
        conversation_id=_required(header, "ConversationId"),
        message_id=_required(header, "MessageData/MessageId"),
        ref_to_message_id=text_of(header, "MessageData/RefToMessageId"),
        service_type=attribute_of(header, "Service", "type"),
        duplicate_elimination=header.find(eb("DuplicateElimination")) is not None,
        ack_requested=envelope.find(f"{{{SOAP}}}Header/{eb('AckRequested')}") is not None,
        sync_reply=envelope.find(f"{{{SOAP}}}Header/{eb('SyncReply')}") is not None,
        time_to_live=read_time(time_to_live) if time_to_live else None,
        description=text_of(header, "Description"),
    )


def read_manifest(envelope: etree._Element) -> tuple[ManifestEntry, ...]:
    """Return the payloads that SOAP:Body lists, in order.

    Raises:
        EnvelopeRefusedError: one of them is not in this message.
    """
    entries = []
    for reference in envelope.iterfind(f"{{{SOAP}}}Body/{eb('Manifest')}/{eb('Reference')}"):
        href = reference.get(f"{{{XLINK}}}href", "")
        if not href.startswith("cid:"):
            raise EnvelopeRefusedError(
                "manifest_outside", "MimeProblem", t("Manifest viser til noe utenfor meldingen: {href}", href=href)
            )
        location, version = (attribute_of(reference, "Schema", name) for name in ("location", "version"))
        entries.append(ManifestEntry(unquote(href.removeprefix("cid:")), location, version))
    return tuple(entries)


def text_of(parent: etree._Element, path: str) -> str:
    """Return the text of the first eb element at ``path`` (local names), stripped; empty where it is not."""
    found = parent.find("/".join(eb(step) for step in path.split("/")))
    return (found.text or "").strip() if found is not None else ""


def attribute_of(parent: etree._Element, child: str, name: str) -> str:
    """Return the eb attribute ``name`` of the first eb child ``child``; empty where either is not."""
    found = parent.find(eb(child))
    return found.get(eb(name), "") if found is not None else ""


def read_time(text: str) -> datetime:
    """Read an eb:Timestamp.

    Raises:
        EnvelopeRefusedError: it is no time.
    """
    try:
        return clock.parse_envelope_time(text)
    except ValueError as error:
        raise EnvelopeRefusedError(
            "timestamp", "ValueNotRecognized", t("Tidspunktet «{text}» kan ikke leses.", text=text)
        ) from error


def _required(header: etree._Element, path: str) -> str:
    text = text_of(header, path)
    if not text:
        raise EnvelopeRefusedError(
            "element_missing", "ValueNotRecognized", t("Konvolutten mangler {path}.", path=path)
        )
    return text


def _her_id(header: etree._Element, side: str) -> str:
    """Return the one HER-id of a side; identifiers of other types may stand beside it (HITS 1171 §5.2.1.2)."""
    her_ids = [
        (party.text or "").strip()
        for party in header.iterfind(f"{eb(side)}/{eb('PartyId')}")
        if party.get(eb("type")) == "HER"
    ]
    if len(her_ids) != 1 or not is_her_id(her_ids[0]):
        raise EnvelopeRefusedError(
            "her_id", "ValueNotRecognized", t("{side} skal ha nøyaktig én HER-id, bare siffer.", side=side)
        )
    return her_ids[0]
