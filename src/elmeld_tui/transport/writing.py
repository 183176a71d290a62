"""Writing the ebXML envelope as the national profile has it (HIS 1037 §4.2 and §6.2, HITS 1171 §5.2, HITS 1172).

What is written is canonical XML already, attributes in their order and every element with its end tag, so that the
octets of the signature are the envelope itself and no tree is built (`xmldsig.sign`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from urllib.parse import quote

from elmeld_tui import __version__
from elmeld_tui.model import clock
from elmeld_tui.model.agreements import pair
from elmeld_tui.security.canonical import attribute, namespaces, text
from elmeld_tui.security.profile import ENVELOPE_SCOPE
from elmeld_tui.transport.envelope import SIGNAL_SERVICE, EnvelopeHeader, ManifestEntry

DECLARED = namespaces(ENVELOPE_SCOPE)
"""What the root declares, and every element below has in scope."""

_ACK_REQUESTED = (
    '<eb:AckRequested SOAP:actor="urn:oasis:names:tc:ebxml-msg:actor:toPartyMSH" SOAP:mustUnderstand="1"'
    ' eb:signed="true" eb:version="2.0"></eb:AckRequested>'
)


@cache
def system_description() -> str:
    """Return the one-line JSON that tells receivers which system sent a message (HITS 1210 §5.3)."""
    return json.dumps({"MSH-system": "elmeld", "MSH-versjon": __version__}, ensure_ascii=False)


def write(header: EnvelopeHeader, *, manifest: Sequence[ManifestEntry] = (), signal: str = "") -> bytes:
    """Return the unsigned SOAP envelope of a message with payloads, or of a signal, as canonical XML.

    Args:
        header: what it says.
        manifest: the payloads; empty for a signal.
        signal: eb:Acknowledgment or eb:ErrorList, canonical; empty for a message with payloads.
    """
    ack_requested = _ACK_REQUESTED if header.ack_requested else ""
    return (
        f"<SOAP:Envelope{DECLARED}><SOAP:Header>{_message_header(header)}{signal}{ack_requested}</SOAP:Header>"
        f"<SOAP:Body>{_manifest(manifest)}</SOAP:Body></SOAP:Envelope>"
    ).encode()


def extension(name: str, content: str, more: str = "") -> str:
    """Return an eb header extension with what each must have (HITS 1172 R4, R7, R8).

    Args:
        name: of the element.
        content: canonical XML.
        more: eb attributes that sort before ``eb:version``, canonical, with a space before each.
    """
    return f'<eb:{name} SOAP:mustUnderstand="1"{more} eb:version="2.0">{content}</eb:{name}>'


def element(name: str, value: str) -> str:
    """Return an eb element that holds only text."""
    return f"<eb:{name}>{text(value)}</eb:{name}>"


def description(value: str) -> str:
    """Return an eb:Description, which must tell its language."""
    return f'<eb:Description xml:lang="no">{text(value)}</eb:Description>'


def _message_header(header: EnvelopeHeader) -> str:
    service_type = "" if header.service == SIGNAL_SERVICE else f' eb:type="{attribute(header.service_type)}"'
    return extension(
        "MessageHeader",
        _party("From", header.from_her, header.from_role)
        + _party("To", header.to_her, header.to_role)
        + element("CPAId", header.cpa_id or pair(header.from_her, header.to_her))
        + element("ConversationId", header.conversation_id)
        + f"<eb:Service{service_type}>{text(header.service)}</eb:Service>"
        + element("Action", header.action)
        + _message_data(header)
        + ("<eb:DuplicateElimination></eb:DuplicateElimination>" if header.duplicate_elimination else "")
        + (description(header.description) if header.description else ""),
    )


def _party(side: str, her_id: str, role: str) -> str:
    return (
        f'<eb:{side}><eb:PartyId eb:type="HER">{text(her_id)}</eb:PartyId>'
        f"{element('Role', role) if role else ''}</eb:{side}>"
    )


def _message_data(header: EnvelopeHeader) -> str:
    reference = element("RefToMessageId", header.ref_to_message_id) if header.ref_to_message_id else ""
    time_to_live = element("TimeToLive", clock.envelope_text(header.time_to_live)) if header.time_to_live else ""
    return (
        f"<eb:MessageData>{element('MessageId', header.message_id)}"
        f"{element('Timestamp', clock.envelope_text(header.timestamp))}{reference}{time_to_live}</eb:MessageData>"
    )


def _manifest(entries: Sequence[ManifestEntry]) -> str:
    if not entries:
        return ""
    return f'<eb:Manifest eb:version="2.0">{"".join(map(_reference, entries))}</eb:Manifest>'


def _reference(entry: ManifestEntry) -> str:
    version = f' eb:version="{attribute(entry.schema_version)}"' if entry.schema_version else ""
    schema = f'<eb:Schema eb:location="{attribute(entry.schema_location)}"{version}></eb:Schema>'
    schema = schema if entry.schema_location else ""
    href = attribute(f"cid:{quote(entry.content_id, safe='@')}")
    return f'<eb:Reference xlink:href="{href}" xlink:type="simple">{schema}</eb:Reference>'
