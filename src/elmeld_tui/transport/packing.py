"""A business document into an envelope and out again: gzip, CMS, ebXML, signature, MIME (HIS 1037 §5.1, §5.5).

The bytes are made once: a retry sends the same body with the same eb:MessageId (HITS 1171 §9.4).
"""

from __future__ import annotations

import gzip
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from cryptography import x509

from elmeld_tui.i18n import t
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.security import cms, xmldsig
from elmeld_tui.security.canonical import UnsafeXmlError, parse
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.security.signature import DEFAULT_ALGORITHMS, Algorithms
from elmeld_tui.transport import mime
from elmeld_tui.transport.envelope import (
    EnvelopeHeader,
    EnvelopeRefusedError,
    ManifestEntry,
    read,
    read_manifest,
)
from elmeld_tui.transport.message import Acknowledgment, MessageError, MessageKind, Opened, Packed, Signal
from elmeld_tui.transport.mime import SOAP_TYPE, Part
from elmeld_tui.transport.payloads import MAX_DOCUMENT, open_part
from elmeld_tui.transport.signals import read_fault, read_signal
from elmeld_tui.transport.soap_encoding import check_encoding
from elmeld_tui.transport.writing import system_description, write

PAYLOAD_TYPE = 'application/pkcs7-mime; smime-type="enveloped-data"; name="smime.p7m"'

_ERROR_CODES = {"attachment_missing": "MimeProblem"}
"""What a MessageError calls a refused signature, where it is not SecurityFailure (HIS 1037 §7.2.4)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agreement may say of packing that the profile leaves open; what it says of the header is in the header.

    Attributes:
        algorithms: of the signature.
        compress: whether the document is compressed before encryption (HITS 1171 §6).
        inner_entity: whether what is encrypted is a MIME entity (HITS 1172 §5.15.1), not the document itself.
    """

    algorithms: Algorithms = DEFAULT_ALGORITHMS
    compress: bool = True
    inner_entity: bool = False


DEFAULT_TERMS = Terms()


def pack(
    document: bytes,
    header: EnvelopeHeader,
    *,
    schema_location: str,
    schema_version: str,
    keys: CompanyKeys,
    recipient_certificate: x509.Certificate,
    terms: Terms = DEFAULT_TERMS,
) -> Packed:
    """Compress, encrypt, wrap and sign one business document.

    Args:
        document: the XML, as it is to arrive.
        header: what the envelope says; the sending system's description is filled in when it is empty.
        schema_location: namespace of the document, for MsgHead of its first content (HITS 1210 §5.3).
        schema_version: its published version.
        keys: of the sender, who signs.
        recipient_certificate: for encryption, of the receiving organisation.
        terms: of the agreement.
    """
    enveloped = cms.encrypt(_content(document, terms), [recipient_certificate])
    stem = new_uuid()
    payload = Part(f"payload.{stem}@elmeld", PAYLOAD_TYPE, enveloped)
    if not header.description:
        header = replace(header, description=system_description())
    entry = ManifestEntry(payload.content_id, schema_location, schema_version)
    signed = xmldsig.sign(
        write(header, manifest=[entry]), {payload.content_id: payload.data}, keys.signing, terms.algorithms
    )
    content_type, body = mime.build(Part(f"soap.{stem}@elmeld", SOAP_TYPE, signed.soap), [payload])
    return Packed(content_type, body, header.message_id, signed.digests)


def packed_size(document: bytes, terms: Terms = DEFAULT_TERMS) -> int:
    """Return how many bytes the body of a packed message will have at the most, without encrypting or signing.

    It is for limits that must be known before anything is sent; NHN's is ten megabytes a mail (HIS 1036 §3.2).
    """
    enveloped = len(_content(document, terms)) + _MOST_AROUND_CONTENT
    return mime.encoded_size(enveloped) + mime.encoded_size(_MOST_OF_SOAP) + _MOST_AROUND_PARTS


_MOST_AROUND_CONTENT = 1200
"""CMS: the recipient's issuer name, a content key under RSA-4096, padding."""

_MOST_OF_SOAP = 10_000
"""A header with names as long as any in use, a signature by RSA-4096 and its certificate."""

_MOST_AROUND_PARTS = 1000


def _content(document: bytes, terms: Terms) -> bytes:
    """Return what is encrypted."""
    content, media_type = document, "text/xml"
    if terms.compress:
        content, media_type = gzip.compress(document, compresslevel=6, mtime=0), "application/x-gzip"
    if not terms.inner_entity:
        return content
    return f"Content-Type: {media_type}\r\nContent-Transfer-Encoding: binary\r\n\r\n".encode() + content


def unpack(content_type: str, body: bytes) -> Opened:
    """Take a message apart and check everything that needs no key and no register.

    Args:
        content_type: of the message, as received.
        body: its bytes.

    Raises:
        EnvelopeRefusedError: it is not MIME or SOAP as ebXML uses it, or its signature does not cover it.
    """
    try:
        soap, *others = mime.parse(content_type, body)
    except mime.MimeError as error:
        raise EnvelopeRefusedError(error.code, "MimeProblem", str(error)) from error
    parts = {part.content_id: part for part in others}
    try:
        root = parse(soap.data)
        encoding = check_encoding(soap, root)
        fault = read_fault(root)
        if fault is not None:
            return Opened(MessageKind.FAULT, None, None, signal=fault, soap=soap)
        verified = xmldsig.verify_parsed(root, {content_id: part.data for content_id, part in parts.items()})
    except UnsafeXmlError as error:
        raise EnvelopeRefusedError("xml", "OtherXml", t("SOAP-delen er ikke lesbar XML.")) from error
    except EnvelopeRefusedError as error:
        error.unverified = unverified_header(soap.data)
        raise
    except xmldsig.SignatureRefusedError as error:
        error_code = _ERROR_CODES.get(error.code, "SecurityFailure")
        raise EnvelopeRefusedError(error.code, error_code, error.reason, unverified_header(soap.data)) from error
    header = read(root)
    try:
        manifest = read_manifest(root)
        signal = read_signal(root, header)
        _check_manifest(manifest, parts.keys(), signal)
    except EnvelopeRefusedError as error:
        error.unverified = header
        raise
    payloads = tuple(parts[entry.content_id] for entry in manifest)
    findings = (*verified.findings, *encoding, *_not_asked_for_an_answer(header, signal))
    return Opened(_kind(signal), header, verified, payloads, manifest, signal, findings, soap)


def unverified_header(soap: bytes) -> EnvelopeHeader | None:
    """Read the header of an envelope whose signature does not hold: only good for addressing a MessageError.

    HITS 1172 §5.7.2: stop at a bad signature, but read on far enough to answer. An acknowledgment names what it is
    about in its own element; here that is in the header too.
    """
    try:
        root = parse(soap)
        header = read(root)
    except (UnsafeXmlError, EnvelopeRefusedError):
        return None
    try:
        signal = read_signal(root, header)
    except EnvelopeRefusedError:
        return header
    if isinstance(signal, Acknowledgment):
        return replace(header, ref_to_message_id=signal.ref_to_message_id)
    return header


def _not_asked_for_an_answer(header: EnvelopeHeader, signal: Signal | None) -> tuple[Finding, ...]:
    if signal is not None or header.ack_requested or header.sync_reply:
        return ()
    text = t("AckRequested mangler (HITS 1172 R75).")
    return (Finding(Severity.WARNING, "R75", "eb:AckRequested", text),)


def _kind(signal: Signal | None) -> MessageKind:
    if isinstance(signal, Acknowledgment):
        return MessageKind.ACK
    return MessageKind.ERROR if isinstance(signal, MessageError) else MessageKind.PAYLOAD


def _check_manifest(
    manifest: Sequence[ManifestEntry], content_ids: Collection[str], signal: Signal | None
) -> None:
    """Every part is listed and every listed part is there; a signal has none (HITS 1172 R5, R6, R23)."""
    listed = [entry.content_id for entry in manifest]
    for content_id in listed:
        if content_id not in content_ids:
            raise EnvelopeRefusedError(
                "part_missing", "MimeProblem", t("Manifest lister delen {cid}, som mangler.", cid=content_id)
            )
    for content_id in content_ids:
        if listed.count(content_id) != 1:
            raise EnvelopeRefusedError(
                "part_unlisted",
                "MimeProblem",
                t("Delen {cid} er ikke ført opp én gang i Manifest.", cid=content_id),
            )
    if (signal is None) != bool(listed):
        raise EnvelopeRefusedError(
            "payload_count", "Inconsistent", t("En melding skal ha innhold, og et signal skal ikke ha det.")
        )


def open_payload(opened: Opened, keys: CompanyKeys) -> bytes:
    """Return the one business document of a message; see `open_payloads`.

    Raises:
        EnvelopeRefusedError: there are several.
        cms.DecryptionError: it cannot be opened with our keys.
    """
    if len(opened.payloads) != 1:
        raise _too_many(
            opened, t("Konvolutten har {count} dokumenter; send ett om gangen.", count=len(opened.payloads))
        )
    return open_part(opened.payloads[0], keys.decryption).document


def open_payloads(opened: Opened, keys: CompanyKeys) -> tuple[bytes, ...]:
    """Return the business documents of a message, decrypted and decompressed: one, by national practice.

    Several may travel in one envelope, and then without attachments beside them (HIS 1037 §3.1).

    Raises:
        EnvelopeRefusedError: there are several, and not all are documents; or together they are larger than one may be.
        cms.DecryptionError: the only one cannot be opened with our keys.
    """
    if len(opened.payloads) == 1:
        return (open_payload(opened, keys),)
    documents: list[bytes] = []
    try:
        for part in opened.payloads:
            documents.append(open_part(part, keys.decryption).document)
            if sum(map(len, documents)) > MAX_DOCUMENT:
                raise _too_many(
                    opened, t("Dokumentene i konvolutten er for store til sammen; send ett om gangen.")
                )
    except cms.DecryptionError as error:
        text = t("Ikke alle de {count} delene i konvolutten kan åpnes som dokumenter.", count=len(opened.payloads))
        raise _too_many(opened, text) from error
    return tuple(documents)


def _too_many(opened: Opened, reason: str) -> EnvelopeRefusedError:
    return EnvelopeRefusedError("payload_count", "NotSupported", reason, opened.header)
