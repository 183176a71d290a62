"""What is enclosed in a document: decoded strictly, compared with what it says it is, and named safely.

An attachment is a RefDoc whose content is a Base64Container, or one that only points elsewhere (HIS 1036:2011).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import unicodedata

from elmeld_tui.i18n import t
from elmeld_tui.messages.reading import Element, find, find_all, raw_text, text, value
from elmeld_tui.model.view import Attachment

_WHITESPACE = re.compile(r"[ \t\r\n]+")
_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_LONGEST_NAME = 60

# What content begins with, its media type, and the extension that opens it.
_SIGNATURES = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"GIF87a", "image/gif", "gif"),
    (b"GIF89a", "image/gif", "gif"),
    (b"II*\x00", "image/tiff", "tif"),
    (b"MM\x00*", "image/tiff", "tif"),
    (b"{\\rtf", "application/rtf", "rtf"),
    (b"PK\x03\x04", "application/zip", "zip"),
    (b"<?xml", "text/xml", "xml"),
)
_SYNONYMS = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/tif": "image/tiff",
    "text/rtf": "application/rtf",
    "application/xml": "text/xml",
    "application/x-pdf": "application/pdf",
    "pdf": "application/pdf",
}
_TEXT_TYPES = frozenset({"text/plain", "text/xml"})


def references(root: Element) -> list[Element]:
    """Return every RefDoc of the document that encloses or points to an attachment, in document order."""
    return [reference for reference in root.iter("{*}RefDoc") if _container(reference) or _pointer(reference)]


def _container(reference: Element) -> bool:
    return find(reference, "Content/Base64Container") is not None


def _pointer(reference: Element) -> bool:
    return find(reference, "FileReference") is not None


def read(found: list[Element]) -> tuple[Attachment, ...]:
    """Read the attachments of these references."""
    return tuple(_read(reference, number) for number, reference in enumerate(found, start=1))


def _read(reference: Element, number: int) -> Attachment:
    description, mime = text(reference, "Description"), text(reference, "MimeType")
    containers = find_all(reference, "Content/Base64Container")
    if not containers:
        pointer = value(reference, "FileReference")
        problem = t("Vist til, ikke vedlagt: {pointer}", pointer=pointer)
        return Attachment(_name(number, description, "txt"), mime, 0, description, "", problem)
    content, problem = _decode(raw_text(containers[0]))
    if compression := text(reference, "Compression") or _coded_text(reference, "Compression"):
        problem = problem or t("Vedlegget er komprimert ({kind}) og åpnes ikke her.", kind=compression)
    kind, extension = _sniff(content, mime)
    return Attachment(
        name=_name(number, description, extension),
        mime=mime,
        size=len(content),
        description=description,
        sha256=hashlib.sha256(content).hexdigest() if content else "",
        problem=problem or _mismatch(mime, kind),
        content=content,
    )


def _coded_text(element: Element, path: str) -> str:
    found = find(element, path)
    return "" if found is None else (found.get("DN") or found.get("V") or "")


def _decode(written: str) -> tuple[bytes, str]:
    """Return the content, and why there is none: base64 with anything else in it is not guessed at."""
    packed = _WHITESPACE.sub("", written)
    if not packed:
        return b"", t("Vedlegget er tomt.")
    try:
        return base64.b64decode(packed, validate=True), ""
    except (binascii.Error, ValueError):
        return b"", t("Vedlegget kan ikke leses: innholdet er ikke gyldig base64. Be avsender sende det på nytt.")


def _sniff(content: bytes, declared: str) -> tuple[str, str]:
    """Return (media type, extension) of what the content is; of text, what it is declared to be."""
    for start, kind, extension in _SIGNATURES:
        if content.startswith(start):
            return kind, extension
    if _normal(declared) in _TEXT_TYPES and b"\x00" not in content:
        return _normal(declared), "txt"
    return "", "bin"


def _normal(mime: str) -> str:
    plain = mime.partition(";")[0].strip().casefold()
    return _SYNONYMS.get(plain, plain)


def _mismatch(declared: str, found: str) -> str:
    if not declared:
        return t("Formatet er ikke oppgitt.")
    if _normal(declared) == found:
        return ""
    if found:
        return t("Oppgitt som {declared}, men innholdet er {found}.", declared=declared, found=found)
    return t("Oppgitt som {declared}, men innholdet er ikke gjenkjent som det.", declared=declared)


def _name(number: int, description: str, extension: str) -> str:
    """Return a file name that is safe on every system: letters, digits, hyphen and underscore alone."""
    words = (
        _NOT_IN_NAMES.sub("-", unicodedata.normalize("NFC", description)).strip("-_")[:_LONGEST_NAME].rstrip("-_")
    )
    return f"{number:02d}-{words or 'vedlegg'}.{extension}"
