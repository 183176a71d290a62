"""Everything a captured message says of its transport, for support staff, however broken the message is."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from lxml import etree

from elmeld_tui.i18n import t
from elmeld_tui.messages import document as documents
from elmeld_tui.messages.xml import UnreadableError
from elmeld_tui.model import clock
from elmeld_tui.model.agreements import Agreement
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.kinds import Kind
from elmeld_tui.security import certificates, cms, xmldsig
from elmeld_tui.security.canonical import UnsafeXmlError, parse
from elmeld_tui.security.certificates import Anchors, Use
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.security.profile import DS
from elmeld_tui.transport import mime, payloads
from elmeld_tui.transport.agreement.checking import check
from elmeld_tui.transport.agreement.reading import read_agreement
from elmeld_tui.transport.envelope import EnvelopeHeader, EnvelopeRefusedError
from elmeld_tui.transport.message import Opened
from elmeld_tui.transport.mime import Part
from elmeld_tui.transport.packing import unpack, unverified_header
from elmeld_tui.transport.remarks import remarks


def inspect(
    raw: bytes,
    *,
    keys: Sequence[KeyPair] = (),
    anchors: Anchors | None = None,
    cpa: bytes | None = None,
    cpa_named: Callable[[str], bytes | None] = lambda _: None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """Report on a captured message.

    Args:
        raw: a message with its header fields on top, or a multipart body, or a bare SOAP envelope.
        keys: that may open the payload.
        anchors: whom to trust; without any, no certificate is.
        cpa: a CPA file to check the message against.
        cpa_named: gives the file of the agreement that a message names, where ``cpa`` is not given.
        at: aware; the time certificates and agreement must be valid. Default is the message's own time: most
            captured messages outlive their certificates.

    Returns:
        ``parts, header, signature, payload, cpa, findings`` as the command line prints them.

    Raises:
        AgreementError: ``cpa`` is no CPA.
    """
    given = read_agreement(cpa) if cpa is not None else None
    report: dict[str, Any] = {"parts": [], "header": None, "signature": None, "payload": None, "cpa": None}
    try:
        content_type, body = captured(raw)
        parts = mime.parse(content_type, body)
    except mime.MimeError as error:
        return report | {"findings": [_as_data(Finding(Severity.ERROR, error.code, "", str(error)))]}
    report["parts"] = [
        {"content_id": part.content_id, "content_type": part.content_type, "bytes": len(part.data)}
        for part in parts
    ]
    opened, findings = _unpack(content_type, body)
    header = opened.header if opened else unverified_header(parts[0].data)
    moment = at or (header.timestamp if header else datetime.now(UTC))
    signature, certificate = _signature(parts, anchors or Anchors(), moment)
    if header:
        report["header"] = _header(header) | {"verified": opened is not None}
    report["signature"] = signature
    if anchors and signature and signature["valid"] and not signature["trusted"]:
        code = f"certificate_{signature['code']}"
        findings.append(Finding(Severity.ERROR, code, "ds:X509Certificate", signature["reason"]))
    if opened:
        findings += [*opened.findings, *remarks(opened, _mail_fields(raw))]
    if len(parts) > 1:
        report["payload"], found = _payload(parts[1], keys)
        findings += found
    named = cpa_named(header.cpa_id) if header and given is None else None
    agreed = read_agreement(named) if named is not None else given
    if agreed and header:
        departures = check(agreed, header, moment, certificate)
        report["cpa"] = _agreement(agreed, departures)
        findings += departures
    return report | {"findings": [_as_data(finding) for finding in findings]}


def captured(raw: bytes) -> tuple[str, bytes]:
    """Return Content-Type and body of a captured message, however much of its header fields was kept.

    Raises:
        MimeError: there is no Content-Type to go by, or the body cannot be decoded.
    """
    raw = raw.lstrip(b"\r\n\t ")
    if raw.startswith(b"--"):
        boundary = raw.split(b"\n", 1)[0].strip()[2:].decode("latin-1")
        return f'multipart/related; type="text/xml"; boundary="{boundary}"', raw
    if raw.removeprefix(b"\xef\xbb\xbf").startswith(b"<"):
        return "text/xml", raw
    # Some tools drop the empty line between header fields and the first delimiter.
    end = re.search(rb"\r?\n(\r?\n|(?=--))", raw[: mime.MAX_FIELDS])
    content_type = mime.header_fields(raw[: end.start()]).get("content-type", "") if end else ""
    if end is None or not content_type:
        raise mime.MimeError(t("Meldingen har ingen Content-Type."))
    if content_type.lower().startswith("multipart/"):
        return content_type, raw[end.end() :]
    # A signal that came by mail may be base64 as a whole.
    return content_type, mime.parse_entity(raw).data


def _mail_fields(raw: bytes) -> dict[str, str] | None:
    """Return the header fields of a message that came by mail; None of one that did not."""
    fields = mime.header_fields(raw.lstrip(b"\r\n\t ").partition(b"\n--")[0][: mime.MAX_FIELDS])
    return fields if fields.keys() & {"received", "return-path", "message-id"} else None


def _unpack(content_type: str, body: bytes) -> tuple[Opened | None, list[Finding]]:
    try:
        return unpack(content_type, body), []
    except EnvelopeRefusedError as error:
        return None, [Finding(Severity.ERROR, error.code, "", error.reason)]


def _signature(
    parts: Sequence[Part], anchors: Anchors, at: datetime
) -> tuple[dict[str, Any] | None, x509.Certificate | None]:
    """Return the report on the signature, and the certificate; both None where there is no signature."""
    soap = parts[0]
    report: dict[str, Any] = {"valid": False, "trusted": False, "code": "", "reason": "", "chain": []}
    try:
        verified = xmldsig.verify(soap.data, {part.content_id: part.data for part in parts[1:]})
        report |= {"valid": True, "algorithm": verified.algorithm}
        certificate: x509.Certificate | None = verified.certificate
    except xmldsig.SignatureRefusedError as error:
        claimed = _claimed(soap.data)
        if claimed is None:
            return None, None
        algorithm, certificate = claimed
        report |= {"code": error.code, "reason": error.reason, "algorithm": algorithm}
    if certificate is None:
        return report | {"signer": None}, None
    examined = certificates.examine(certificate, at=at, anchors=anchors, use=Use.SIGNING)
    report["trusted"] = examined.trusted
    if not report["reason"]:
        report |= {"code": examined.code, "reason": examined.reason}
    report["signer"] = {
        "subject": examined.subject,
        "serial": examined.serial,
        "org_number": examined.org_number,
        "valid_from": clock.to_text(examined.valid_from),
        "valid_to": clock.to_text(examined.valid_to),
        "examined_at": clock.to_text(at),
    }
    report["chain"] = _chain(certificate, _enclosed(soap.data), anchors)
    return report, certificate


def _chain(
    certificate: x509.Certificate, enclosed: Sequence[x509.Certificate], anchors: Anchors
) -> list[dict[str, Any]]:
    """Return the signer's certificate and those above it, as far as the message or the clinic has them."""
    return [
        {
            "subject": one.subject.rfc4514_string(),
            "issuer": one.issuer.rfc4514_string(),
            "serial": str(one.serial_number),
            "valid_from": clock.to_text(one.not_valid_before_utc),
            "valid_to": clock.to_text(one.not_valid_after_utc),
            "fingerprint": certificates.fingerprint(one),
            "anchor": one in anchors.certificates,
        }
        for one in certificates.chain(certificate, [*anchors.certificates, *enclosed])
    ]


def _enclosed(soap: bytes) -> list[x509.Certificate]:
    """Return the certificates that the signature carries with it; what cannot be read is no part of a chain."""
    signature = _signature_element(soap)
    texts = signature.iter(f"{{{DS}}}X509Certificate") if signature is not None else ()
    return [one for element in texts if (one := _certificate(element.text or "")) is not None]


def _signature_element(soap: bytes) -> etree._Element | None:
    try:
        return next(parse(soap).iter(f"{{{DS}}}Signature"), None)
    except UnsafeXmlError:
        return None


def _claimed(soap: bytes) -> tuple[str, x509.Certificate | None] | None:
    """Return algorithm and certificate that a refused signature names; None where there is no signature at all."""
    signature = _signature_element(soap)
    if signature is None:
        return None
    method = signature.find(f"{{{DS}}}SignedInfo/{{{DS}}}SignatureMethod")
    return method.get("Algorithm", "") if method is not None else "", _claimed_certificate(signature)


def _claimed_certificate(signature: etree._Element) -> x509.Certificate | None:
    return _certificate(next((element.text or "" for element in signature.iter(f"{{{DS}}}X509Certificate")), ""))


def _certificate(text: str) -> x509.Certificate | None:
    try:
        return certificates.read_certificate(base64.b64decode("".join(text.split())))
    except ValueError:
        return None


def _header(header: EnvelopeHeader) -> dict[str, Any]:
    return {
        "from": header.from_her,
        "to": header.to_her,
        "from_role": header.from_role,
        "to_role": header.to_role,
        "cpa_id": header.cpa_id,
        "conversation_id": header.conversation_id,
        "service": header.service,
        "service_type": header.service_type,
        "action": header.action,
        "message_id": header.message_id,
        "ref_to": header.ref_to_message_id,
        "timestamp": clock.to_text(header.timestamp),
        "time_to_live": clock.to_text(header.time_to_live) if header.time_to_live else "",
        "duplicate_elimination": header.duplicate_elimination,
        "ack_requested": header.ack_requested,
        "description": header.description,
    }


def _payload(part: Part, keys: Sequence[KeyPair]) -> tuple[dict[str, Any], list[Finding]]:
    described = cms.describe(part.data)
    report: dict[str, Any] = {
        "encrypted": described is not None,
        "algorithm": described.algorithm if described else "",
        "recipient_serial": described.recipient_serials[0] if described and described.recipient_serials else "",
        "decrypted": False,
        "reason": "",
        "compressed": False,
        "kind": "",
    }
    try:
        opened = payloads.open_part(part, keys)
    except cms.DecryptionError as error:
        serials = {str(pair.certificate.serial_number) for pair in keys}
        known = described is None or serials.intersection(described.recipient_serials)
        reason = str(error) if known else t("Ingen av nøklene hører til sertifikatet innholdet er kryptert for.")
        return report | {"reason": reason if keys or known else t("Ingen nøkkel er oppgitt.")}, []
    return report | {
        "decrypted": opened.encrypted,
        "recipient_serial": opened.recipient_serial,
        "compressed": opened.compressed,
        "kind": _kind(opened.document).value,
    }, list(opened.findings)


def _kind(document: bytes) -> Kind:
    try:
        return documents.read(document).header.kind
    except UnreadableError:
        return Kind.UNKNOWN


def _agreement(agreed: Agreement, departures: Sequence[Finding]) -> dict[str, Any]:
    return {
        "id": agreed.cpa_id,
        "valid_from": clock.to_text(agreed.start) if agreed.start else "",
        "valid_to": clock.to_text(agreed.end) if agreed.end else "",
        "covers": not departures,
        "problems": [finding.message for finding in departures],
    }


def _as_data(finding: Finding) -> dict[str, str]:
    return {key: str(value) for key, value in asdict(finding).items()}
