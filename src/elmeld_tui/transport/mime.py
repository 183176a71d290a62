"""MIME as ebXML uses it: multipart/related around a payload, plain text/xml for a signal (HITS 1172 §5.1, §5.5).

Parts are cut out byte for byte, since a signature covers the decoded bytes of each; nothing is parsed and written
anew. Both parts are sent base64, which survives every relay (R255-R260).
"""

from __future__ import annotations

import binascii
import quopri
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from email.utils import collapse_rfc2231_value
from functools import lru_cache
from io import BytesIO

from elmeld_tui.i18n import t

SOAP_TYPE = 'text/xml; charset="UTF-8"'
MAX_CONTENT_TYPE = 2000
"""Characters; one with boundary, start and type has some two hundred."""

_LINE = 76
_PIECE = _LINE // 4 * 3 * 1024
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_CONTROL = re.compile("[\x01-\x1f\x7f\ufffd]")
"""What no Content-ID may hold; the last stands for a null (`header_fields`)."""

_FOLD = re.compile(rb"\r?\n[ \t]+")
_DELIMITER_END = re.compile(rb"(--)?[ \t]*(?=\r?\n|\Z)")


MAX_PARTS = 100
"""National practice is two; the profile allows several documents in one envelope (HIS 1037 §3.1)."""

MAX_FIELDS = 64_000
"""Bytes of header fields of one part, or of a mail."""


class MimeError(Exception):
    """A body that is not MIME as ebXML uses it; the message says what is wrong.

    Attributes:
        code: stable name of the reason.
    """

    def __init__(self, reason: str, code: str = "mime") -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME part.

    Attributes:
        content_id: without angle brackets; empty where the part has none.
        content_type: as received, with parameters.
        data: after transfer decoding.
        transfer_encoding: that it came in, in lower case; empty where none was stated.
    """

    content_id: str
    content_type: str
    data: bytes
    transfer_encoding: str = field(default="", compare=False)

    @property
    def media_type(self) -> str:
        """Type and subtype in lower case, without parameters."""
        return self.content_type.partition(";")[0].strip().lower()


def build(root: Part, others: Sequence[Part]) -> tuple[str, bytes]:
    """Return Content-Type and body of a multipart/related message whose root is ``root``."""
    # "=_" cannot stand in base64, so the boundary cannot stand in a part.
    boundary = f"=_{secrets.token_hex(16)}"
    body = BytesIO()
    for part in (root, *others):
        body.write(
            f"--{boundary}\r\nContent-Type: {part.content_type}\r\n"
            f"Content-ID: <{part.content_id}>\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
        )
        _write_base64(body, part.data)
        body.write(b"\r\n")
    body.write(f"--{boundary}--\r\n".encode())
    content_type = f'multipart/related; type="text/xml"; boundary="{boundary}"; start="<{root.content_id}>"'
    return content_type, body.getvalue()


def encoded_size(length: int) -> int:
    """Return how many bytes ``length`` bytes take as base64 in lines."""
    encoded = (length + 2) // 3 * 4
    return encoded + 2 * (encoded // _LINE)


def _write_base64(body: BytesIO, data: bytes) -> None:
    """Write ``data`` as lines, a piece at a time: as one list, the lines of a large part take three times its size."""
    for start in range(0, len(data), _PIECE):
        encoded = binascii.b2a_base64(data[start : start + _PIECE], newline=False)
        body.write(b"\r\n" if start else b"")
        body.write(b"\r\n".join(encoded[line : line + _LINE] for line in range(0, len(encoded), _LINE)))


def parse(content_type: str, body: bytes) -> tuple[Part, ...]:
    """Return the parts of a message, the SOAP part first.

    Args:
        content_type: of the message: ``text/xml`` or ``multipart/related``.
        body: its body.

    Raises:
        MimeError: the type is another, the body is cut short, or a part cannot be decoded or told apart.
    """
    media_type, parameters = read_content_type(content_type)
    if media_type in {"text/xml", "application/xml"}:
        return (Part("", content_type, body),)
    boundary = parameters.get("boundary", "")
    if not media_type.startswith("multipart/") or not boundary:
        raise MimeError(
            t("Innholdstypen «{type}» er hverken multipart/related eller text/xml.", type=content_type)
        )
    parts = [parse_entity(body, *span) for span in _split(boundary.encode("latin-1", "replace"), body)]
    content_ids = [part.content_id for part in parts]
    if len(set(content_ids)) != len(content_ids):
        raise MimeError(t("To deler har samme Content-ID."), "mime_content_id")
    start = parameters.get("start", "").strip().strip("<>")
    if not start:
        return tuple(parts)
    if start not in content_ids:
        raise MimeError(t("Parameteren start viser til en del som ikke finnes: {cid}", cid=start))
    root = parts.pop(content_ids.index(start))
    return (root, *parts)


_NAME = r"[A-Za-z0-9!#$&^_.+-]+"
_PARAMETER = re.compile(rf'; ?({_NAME}) ?= ?(?:"([^"\\]*)"|([^ ;"\\(]+)) ?')
_USUAL = re.compile(rf"({_NAME}/{_NAME}) ?((?:{_PARAMETER.pattern})*);?")
"""A Content-Type without comments, escapes, or parameters that are continued or encoded (RFC 2231)."""


_IN_USE = ("boundary", "charset", "smime-type", "start", "type")


@lru_cache(maxsize=256)
def read_content_type(content_type: str) -> tuple[str, Mapping[str, str]]:
    """Return type and subtype in lower case, and the parameters by name in lower case; the first of each counts.

    Raises:
        MimeError: it is longer than any in use.
    """
    if len(content_type) > MAX_CONTENT_TYPE:
        raise MimeError(t("Innholdstypen er lengre enn noen som er i bruk."), "mime_fields")
    content_type = " ".join(content_type.split())
    usual = _USUAL.fullmatch(content_type)
    if usual is None:
        return _read_unusual(content_type)
    parameters: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(usual[2]):
        parameters.setdefault(name.lower(), quoted or bare)
    return usual[1].lower(), parameters


def _read_unusual(content_type: str) -> tuple[str, dict[str, str]]:
    message = Message()
    message["Content-Type"] = content_type
    parameters = {name: collapse_rfc2231_value(message.get_param(name, "")).rstrip() for name in _IN_USE}
    return message.get_content_type(), parameters


def _split(boundary: bytes, body: bytes) -> list[tuple[int, int]]:
    """Return where each part of ``body`` begins and ends.

    A delimiter line takes the line break before it along (RFC 2046 §5.1.1).
    """
    delimiter = b"--" + boundary
    parts: list[tuple[int, int]] = []
    start = None
    for found in _line_starts(delimiter, body):
        line = _DELIMITER_END.match(body, found + len(delimiter))
        if line is None:
            continue
        if start is not None:
            parts.append((start, found - (2 if body[found - 2 : found] == b"\r\n" else 1)))
            if len(parts) > MAX_PARTS:
                raise MimeError(t("Meldingen har flere enn {most} deler.", most=MAX_PARTS), "mime_parts")
        if line[1]:
            break
        start = line.end()
    else:
        raise MimeError(t("Meldingen er avkortet: avsluttende skillelinje mangler."), "mime_truncated")
    if not parts:
        raise MimeError(t("Meldingen har ingen deler."))
    return parts


def _line_starts(delimiter: bytes, body: bytes) -> Iterator[int]:
    if body.startswith(delimiter):
        yield 0
    found = body.find(b"\n" + delimiter)
    while found >= 0:
        yield found + 1
        found = body.find(b"\n" + delimiter, found + 1)


def parse_entity(raw: bytes, start: int = 0, end: int | None = None) -> Part:
    """Read header lines, an empty line and a body.

    Args:
        raw: what holds them.
        start: where they begin.
        end: where they end; None is the end of ``raw``.

    Raises:
        MimeError: the empty line is missing, or the body cannot be decoded.
    """
    end = len(raw) if end is None else end
    blank = _BLANK_LINE.search(raw, start, min(start + MAX_FIELDS, end))
    if blank is None:
        raise MimeError(t("En del mangler den tomme linjen mellom hode og innhold."), "mime_fields")
    fields = header_fields(raw[start : blank.start()])
    content_id = fields.get("content-id", "").strip("<> \t")
    if _CONTROL.search(content_id):
        raise MimeError(t("En Content-ID har styretegn."), "mime_content_id")
    # Some quote it, or add a comment (RFC 2045 §6.1).
    encoding = fields.get("content-transfer-encoding", "").partition("(")[0].strip(' "').lower()
    content_type = fields.get("content-type", "text/plain")
    if len(content_type) > MAX_CONTENT_TYPE:
        raise MimeError(t("Innholdstypen er lengre enn noen som er i bruk."), "mime_fields")
    return Part(content_id, content_type, _decode(raw[blank.end() : end], encoding or "8bit"), encoding)


def header_fields(lines: bytes) -> dict[str, str]:
    """Return header fields by name in lower case, folded lines joined; the first of a repeated field counts.

    A null, which no field may hold (RFC 5322 §4) and not every database keeps, is replaced (U+FFFD).
    """
    unfolded = _FOLD.sub(b" ", lines).decode("latin-1").replace("\0", "\ufffd")
    fields: dict[str, str] = {}
    # Not splitlines(), which also ends a line at characters that may stand in a value.
    for line in unfolded.split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _decode(data: bytes, encoding: str) -> bytes:
    if encoding in {"7bit", "8bit", "binary"}:
        return data
    if encoding == "quoted-printable":
        return quopri.decodestring(data)
    if encoding == "base64":
        # The name is used again so that a large part is not held both ways.
        data = data.translate(None, b" \t\r\n")
        try:
            return binascii.a2b_base64(data, strict_mode=True)
        except binascii.Error as error:
            raise MimeError(t("En del er ikke gyldig base64."), "mime_encoding") from error
    raise MimeError(t("Overføringskodingen «{encoding}» er ukjent.", encoding=encoding), "mime_encoding")
