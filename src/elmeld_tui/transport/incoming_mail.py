"""A whole mail as it lay in a mailbox: what of it is ebXML, whom it may be answered to, and what it speaks of.

Lenient, since real partners are (HITS 1172 §1.1): a mail without MIME-Version, with folded fields, 8bit,
quoted-printable or base64 is read. Only what looks like ebXML can be answered with a SOAP Fault; to people, lists,
automata and bounces nothing is ever sent.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr

from elmeld_tui.model.arrival import Arrival, Way
from elmeld_tui.transport import mime
from elmeld_tui.transport.bounces import Bounce, read_bounce
from elmeld_tui.transport.inspection import captured
from elmeld_tui.transport.letterhead import mailto, ours_in

WHOLE = "message/rfc822"
"""What something is kept as that is no ebXML: whole, as it came."""

_XML = frozenset({"text/xml", "application/xml"})
_LISTS = frozenset({"bulk", "list", "junk", "auto_reply"})
_FIRST_PART = 4096
"""Bytes in which the header fields of the first part stand."""

_HEAD_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """One mail, read.

    Attributes:
        arrival: to be received; a mail that is no ebXML is in it whole, as ``message/rfc822``.
        bounce: what a mail server says of a mail of ours; None where it says nothing.
    """

    arrival: Arrival
    bounce: Bounce | None = None


def read_mail(raw: bytes, way: Way = Way.MAIL, *, own: str = "") -> IncomingMail:
    """Read a mail, or a file with header fields on top.

    Args:
        raw: as fetched.
        way: how it came.
        own: our own address, which is never answered.
    """
    head = _HEAD_END.search(raw)
    fields = mime.header_fields(raw[: head.start()]) if head else {}
    found = _ebxml(raw, fields)
    if found is None:
        return IncomingMail(Arrival(WHOLE, raw, way), read_bounce(raw, fields) if way is Way.MAIL else None)
    content_type, body = found
    refers_to = ours_in((fields.get("in-reply-to", ""), fields.get("references", "")))
    reply_to = _reply_to(fields, own) if way is Way.MAIL else ""
    return IncomingMail(Arrival(content_type, body, way, reply_to, refers_to))


def _ebxml(raw: bytes, fields: Mapping[str, str]) -> tuple[str, bytes] | None:
    """Return content type and body, without a transfer encoding of the whole; None where it is no ebXML."""
    try:
        content_type, body = captured(raw)
    except mime.MimeError:
        return None
    content_type = re.sub(r"\s+", " ", content_type).strip()
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type in _XML:
        return content_type, body
    if media_type not in {"multipart/related", "multipart/mixed"}:
        return None
    body = _decoded(body, fields)
    # Letters with pictures are multipart/related too; and what a relay has passed on may be called multipart/mixed.
    looks_like_soap = "xml" in content_type.lower() or b"text/xml" in body[:_FIRST_PART].lower()
    is_soap = "soapaction" in fields or (media_type == "multipart/related" and looks_like_soap)
    return (content_type, body) if is_soap else None


def _decoded(body: bytes, fields: Mapping[str, str]) -> bytes:
    """Take off the transfer encoding that a multipart must not have (RFC 2045 §6.4), and some relays give it."""
    encoding = fields.get("content-transfer-encoding", "").lower()
    if encoding == "quoted-printable" and b"=3D" in body:
        return quopri.decodestring(body)
    if encoding == "base64" and not body.lstrip().startswith(b"--"):
        try:
            return binascii.a2b_base64(body)
        except binascii.Error:
            return body
    return body


def _reply_to(fields: Mapping[str, str], own: str) -> str:
    """Return where a Fault may go (HITS 1172 §4.2.2.3); empty where something automatic wrote, or we ourselves."""
    if is_automatic(fields):
        return ""
    _, address = parseaddr(fields.get("reply-to") or fields.get("from", ""))
    if "@" not in address or address.casefold() == own.casefold():
        return ""
    return mailto(address, fields.get("message-id", ""))


def is_automatic(fields: Mapping[str, str]) -> bool:
    """Return whether a mail says that nobody wrote it, or that nobody wants an answer (RFC 3834 §2)."""
    return (
        fields.get("auto-submitted", "no").partition(";")[0].strip().lower() != "no"
        or fields.get("precedence", "").strip().lower() in _LISTS
        or fields.get("return-path", "").strip() == "<>"
        or "list-id" in fields
    )
