"""Where a received message departs from the profile without being refused for it.

A live MSH takes what it can (HITS 1172 §1.1): legitimate traffic breaks many of these rules, and a partner's
support staff wants to know which.
"""

from __future__ import annotations

from collections.abc import Iterator

from elmeld_tui.i18n import t
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.identifiers import is_uuid
from elmeld_tui.transport.envelope import EnvelopeHeader
from elmeld_tui.transport.message import MessageKind, Opened
from elmeld_tui.transport.mime import Part


def remarks(soap: Part, opened: Opened) -> Iterator[Finding]:
    """Yield a note for each rule of the profile that a message breaks.

    Args:
        soap: the SOAP part.
        opened: the message.
    """
    yield from _of_the_soap_part(soap)
    if opened.kind is MessageKind.PAYLOAD and opened.header is not None:
        yield from _of_the_header(opened.header)
        yield from _of_the_payloads(opened)


def _of_the_soap_part(soap: Part) -> Iterator[Finding]:
    if "charset" not in soap.content_type.lower():
        yield _note("soap_charset", "Content-Type", t("SOAP-delen oppgir ikke tegnsett (HITS 1172 R255)."))
    if not soap.data.lstrip().startswith(b"<?xml"):
        yield _note("xml_declaration", "Envelope", t("SOAP-delen mangler XML-deklarasjon (HITS 1172 R78)."))


def _of_the_header(header: EnvelopeHeader) -> Iterator[Finding]:
    if not is_uuid(header.conversation_id):
        yield _note("conversation_id", "eb:ConversationId", t("ConversationId er ikke en UUID (HIS 1037 §6.2.1)."))
    if not header.duplicate_elimination:
        yield _note(
            "duplicate_elimination", "eb:MessageHeader", t("DuplicateElimination mangler (HITS 1172 R74).")
        )
    if not header.ack_requested and not header.sync_reply:
        yield _note("ack_requested", "eb:AckRequested", t("AckRequested mangler (HITS 1172 R75)."))
    if "MSH-system" not in header.description:
        yield _note("msh_system", "eb:Description", t("Avsendersystem er ikke oppgitt (HITS 1210 §5.3)."))


def _of_the_payloads(opened: Opened) -> Iterator[Finding]:
    for entry in opened.manifest:
        if not entry.schema_location or not entry.schema_version:
            yield _note("schema_version", "eb:Manifest", t("Meldingsversjon er ikke oppgitt (HITS 1210 §5.3)."))
    for part in opened.payloads:
        if part.media_type != "application/pkcs7-mime":
            yield _note("payload_type", part.content_id, t("Innholdet er merket {type}.", type=part.media_type))


def _note(code: str, where: str, text: str) -> Finding:
    return Finding(Severity.NOTE, code, where, text)
