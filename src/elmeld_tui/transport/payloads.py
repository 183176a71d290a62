"""What is inside a payload, found out by looking: declared types are not to be believed.

Partners label clear XML as CMS, send gzip unlabelled, and some wrap the document in a MIME entity inside the CMS
(HITS 1172 §5.15.1) while most do not.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from elmeld_tui.model.findings import Finding
from elmeld_tui.security import cms, cms_reading
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.transport import mime
from elmeld_tui.transport.mime import Part

MAX_DOCUMENT = 64 * 1024 * 1024
"""Bytes a compressed document may grow to, twice what is read; national messages are far smaller (HIS 1036 §3.2)."""

_GZIP = b"\x1f\x8b"
_XML = re.compile(rb"(\xef\xbb\xbf)?\s*<|\xff\xfe<\x00|\xfe\xff\x00<")
_MIME_ENTITY = re.compile(rb"(content-[a-z-]+|mime-version):", re.IGNORECASE)
_PADDING = b"\0\r\n"
_MOST_MEMBERS = 100
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class OpenedPart:
    """A payload, opened.

    Attributes:
        document: the innermost bytes.
        encrypted: whether it came as CMS.
        algorithm: of the content encryption; empty when it was not encrypted.
        recipient_serial: of the certificate whose key opened it, decimal; empty likewise.
        compressed: whether gzip was inside.
        findings: what is accepted but should be told.
    """

    document: bytes
    encrypted: bool
    algorithm: str
    recipient_serial: str
    compressed: bool
    findings: tuple[Finding, ...]


def open_part(part: Part, keys: Sequence[KeyPair]) -> OpenedPart:
    """Decrypt and decompress one payload, whatever its Content-Type says.

    Raises:
        DecryptionError: it cannot be opened with ``keys``, or what comes out is no document. A wrong key can give
            random bytes, and the sender is told no more than that it failed (HIS 1037 §4.3).
    """
    envelope = cms_reading.read(part.data)
    if envelope is None:
        document, compressed = _unwrap(part.data)
        return OpenedPart(document, False, "", "", compressed, ())  # noqa: FBT003 - named by the dataclass
    opened = cms.open_envelope(envelope, keys)
    document, compressed = _unwrap(opened.data)
    return OpenedPart(document, True, opened.algorithm, opened.recipient_serial, compressed, opened.findings)  # noqa: FBT003


def _unwrap(data: bytes) -> tuple[bytes, bool]:
    """Return the XML inside gzip and MIME, and whether gzip was met."""
    compressed = False
    for _ in range(_DEPTH):
        if _XML.match(data):
            return data, compressed
        if data.startswith(_GZIP):
            data, compressed = _gunzip(data), True
        elif _MIME_ENTITY.match(data):
            try:
                data = mime.parse_entity(data).data
            except mime.MimeError as error:
                raise cms.DecryptionError from error
        else:
            break
    if _XML.match(data):
        return data, compressed
    raise cms.DecryptionError


def _gunzip(data: bytes) -> bytes:
    """Return what all members of ``data`` hold (RFC 1952 §2.2); a line break or padding may follow the last."""
    members: list[bytes] = []
    left = MAX_DOCUMENT
    while data.strip(_PADDING):
        inflater = zlib.decompressobj(wbits=31)
        try:
            members.append(inflater.decompress(data, left + 1))
        except zlib.error as error:
            raise cms.DecryptionError from error
        left -= len(members[-1])
        if not inflater.eof or left < 0 or len(members) > _MOST_MEMBERS:
            raise cms.DecryptionError
        data = inflater.unused_data
    return b"".join(members)
