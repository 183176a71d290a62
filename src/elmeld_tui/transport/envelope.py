"""What an ebXML envelope says (HIS 1037 §4.2 and §6.2, HITS 1171 §5.2), and reading it.

An envelope names only the communication parties (level 2) and carries no clinical content. It is read from what its
signature covers, never from the message as it came.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from lxml import etree

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.identifiers import compared_id, is_her_id, new_uuid, register_number
from elmeld_tui.security.profile import EB, SOAP, XLINK

SIGNAL_SERVICE = "urn:oasis:names:tc:ebxml-msg:service"
MAX_TEXT = 500
"""Characters of an identifier or a name in an envelope, which is logged, searched for and sent back."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_IN_EB = f"{{{EB}}}"
_SOAP_CHILDREN = [f"{{{SOAP}}}Header", f"{{{SOAP}}}Body"]
_REFERENCES = f"{{{SOAP}}}Body/{{{EB}}}Manifest/{{{EB}}}Reference"


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


def eb(name: str) -> str:
    """Return ``name`` in the namespace of ebXML messaging; its attributes are qualified too."""
    return f"{{{EB}}}{name}"


def attribute_of(element: etree._Element, name: str) -> str:
    """Return an attribute that should be in eb's namespace; some partners write it without one."""
    return element.get(eb(name), element.get(name, ""))


def read(envelope: etree._Element) -> EnvelopeHeader:
    """Read the header of an envelope.

    Args:
        envelope: from `canonical.parse`, and `xmldsig.verify_parsed` where its values are to be believed.

    Raises:
        EnvelopeRefusedError: there is not exactly one MessageHeader, or what a reply depends on is missing.
    """
    soap_header = _soap_header(envelope)
    headers = list(envelope.iter(eb("MessageHeader")))
    if len(headers) != 1 or headers[0].getparent() is not soap_header:
        raise EnvelopeRefusedError(
            "message_header", "Inconsistent", t("Konvolutten skal ha nøyaktig én MessageHeader.")
        )
    header = headers[0]
    said = _texts(header)
    extensions = {child.tag for child in soap_header}
    time_to_live = said.get("MessageData/TimeToLive", "")
    return EnvelopeHeader(
        from_her=_her_id(header, "From"),
        to_her=_her_id(header, "To"),
        service=_required(said, "Service"),
        action=_required(said, "Action"),
        timestamp=read_time(_required(said, "MessageData/Timestamp")),
        from_role=said.get("From/Role", ""),
        to_role=said.get("To/Role", ""),
        cpa_id=_required(said, "CPAId"),
        conversation_id=_required(said, "ConversationId"),
        message_id=_required(said, "MessageData/MessageId"),
        ref_to_message_id=compared_id(said.get("MessageData/RefToMessageId", "")),
        service_type=attribute_of(next(header.iterchildren(eb("Service"))), "type"),
        duplicate_elimination="DuplicateElimination" in said,
        ack_requested=eb("AckRequested") in extensions,
        sync_reply=eb("SyncReply") in extensions,
        time_to_live=read_time(time_to_live) if time_to_live else None,
        description=said.get("Description", ""),
    )


def _soap_header(envelope: etree._Element) -> etree._Element:
    """Return the SOAP:Header of an envelope that is one header and one body (SOAP 1.1 §4)."""
    if envelope.tag != f"{{{SOAP}}}Envelope" or [child.tag for child in envelope] != _SOAP_CHILDREN:
        raise EnvelopeRefusedError(
            "soap_form", "OtherXml", t("SOAP-delen er ikke en konvolutt med ett Header og ett Body.")
        )
    return envelope[0]


def _texts(header: etree._Element) -> dict[str, str]:
    """Return the texts of the eb elements two levels down, stripped, by path; the first of a repeated one counts."""
    found: dict[str, str] = {}
    for child in header:
        name = child.tag.removeprefix(_IN_EB)
        found.setdefault(name, (child.text or "").strip())
        for grandchild in child:
            found.setdefault(f"{name}/{grandchild.tag.removeprefix(_IN_EB)}", (grandchild.text or "").strip())
    return found


def read_manifest(envelope: etree._Element) -> tuple[ManifestEntry, ...]:
    """Return the payloads that SOAP:Body lists, in order.

    Raises:
        EnvelopeRefusedError: one of them is not in this message.
    """
    entries = []
    for reference in envelope.iterfind(_REFERENCES):
        href = reference.get(f"{{{XLINK}}}href", "")
        if not href.startswith("cid:"):
            raise EnvelopeRefusedError(
                "manifest_outside", "MimeProblem", t("Manifest viser til noe utenfor meldingen: {href}", href=href)
            )
        schema = next(reference.iterchildren(eb("Schema")), None)
        location, version = (
            ("", "") if schema is None else (attribute_of(schema, name) for name in ("location", "version"))
        )
        entries.append(ManifestEntry(unquote(href.removeprefix("cid:")), location, version))
    return tuple(entries)


def text_of(parent: etree._Element, path: str) -> str:
    """Return the text of the first eb element at ``path`` (local names), stripped; empty where it is not."""
    found = parent.find("/".join(eb(step) for step in path.split("/")))
    return (found.text or "").strip() if found is not None else ""


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


def _required(said: Mapping[str, str], path: str) -> str:
    text = said.get(path, "")
    if not text:
        raise EnvelopeRefusedError(
            "element_missing", "ValueNotRecognized", t("Konvolutten mangler {path}.", path=path)
        )
    if len(text) > MAX_TEXT or _CONTROL.search(text):
        raise EnvelopeRefusedError(
            "element_form", "ValueNotRecognized", t("{path} er for lang, eller har styretegn.", path=path)
        )
    return text


def _her_id(header: etree._Element, side: str) -> str:
    """Return the one HER-id of a side; identifiers of other types may stand beside it (HITS 1171 §5.2.1.2)."""
    her_ids = {
        register_number((party.text or "").strip())
        for element in header.iterchildren(eb(side))
        for party in element.iterchildren(eb("PartyId"))
        if attribute_of(party, "type").strip().upper() == "HER"
    }
    her_id = her_ids.pop() if len(her_ids) == 1 else ""
    if not is_her_id(her_id):
        raise EnvelopeRefusedError(
            "her_id", "ValueNotRecognized", t("{side} skal ha nøyaktig én HER-id, bare siffer.", side=side)
        )
    return her_id
