"""The formats of attachments: recognised by content, never by name.

National profiles name PDF, JPEG and PNG; older agreements TIFF, GIF, RTF and plain text as well (HIS 1036:2011 §4.3,
HIS 1077 §5.2). The others are named so that the receiver is told what came, and why it is not opened.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from elmeld_tui.i18n import t
from elmeld_tui.messages.attached import charset


class Way(Enum):
    """How a terminal can show a format; NONE where it must be saved and opened elsewhere."""

    NONE = auto()
    TEXT = auto()
    RTF = auto()
    PDF = auto()
    PICTURE = auto()
    PACKED = auto()


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        mime: its media type; empty for what is not recognised.
        extension: what a saved file of it is called; one that no program runs, where the format is dangerous.
        label: what people call it.
        way: how it is shown.
        taken: whether a message may carry it; one that may not makes the receipt negative (HITS 1168:2016 §4.4).
    """

    mime: str
    extension: str
    label: Callable[[], str]
    way: Way = Way.NONE
    taken: bool = True


UNKNOWN = Format("", "bin", lambda: t("Ukjent format"), taken=False)
PROGRAM = Format("application/x-executable", "bin", lambda: t("Program"), taken=False)
MACROS = Format("application/vnd.ms-office.vbaproject", "bin", lambda: t("Dokument med makroer"), taken=False)
HTML = Format("text/html", "txt", lambda: t("Nettside"), Way.TEXT, taken=False)
VIDEO = Format("video/mp4", "bin", lambda: t("Video"), taken=False)
ZIP = Format("application/zip", "zip", lambda: t("Komprimert fil"), Way.PACKED, taken=False)
GZIP = Format("application/gzip", "gz", lambda: t("Komprimert fil"), Way.PACKED, taken=False)
PDF = Format("application/pdf", "pdf", lambda: t("PDF"), Way.PDF)
PNG = Format("image/png", "png", lambda: t("Bilde (PNG)"), Way.PICTURE)
JPEG = Format("image/jpeg", "jpg", lambda: t("Bilde (JPEG)"), Way.PICTURE)
GIF = Format("image/gif", "gif", lambda: t("Bilde (GIF)"), Way.PICTURE)
TIFF = Format("image/tiff", "tif", lambda: t("Bilde (TIFF)"), Way.PICTURE)
HEIC = Format("image/heic", "heic", lambda: t("Bilde (HEIC)"))
DICOM = Format("application/dicom", "dcm", lambda: t("Røntgenbilde (DICOM)"))
RTF = Format("application/rtf", "rtf", lambda: t("Formatert tekst (RTF)"), Way.RTF)
TEXT = Format("text/plain", "txt", lambda: t("Tekst"), Way.TEXT)
XML = Format("text/xml", "xml", lambda: t("XML"), Way.TEXT)
ODT = Format("application/vnd.oasis.opendocument.text", "odt", lambda: t("Dokument (ODT)"))
WORD = Format("application/msword", "doc", lambda: t("Dokument (Word)"))
DOCX = Format(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "docx",
    lambda: t("Dokument (Word)"),
)

_BEGINNINGS = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"{\\rtf", RTF),
    (b"\x1f\x8b", GZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", WORD),
    # Linux, macOS (three of them) and Java programs, scripts, and the test file of virus scanners.
    (b"\x7fELF", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xce\xfa\xed\xfe", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"#!", PROGRAM),
    (b"X5O!P%@AP", PROGRAM),
)
_BEFORE_PDF = b"\xef\xbb\xbf \t\r\n"
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_HTML_START = re.compile(rb"<(?:!doctype\s+html|html|svg|script|head|body|iframe)\b", re.IGNORECASE)
# What a browser would run, wherever in an XML file it stands.
_RUNS_IN_XML = (b"http://www.w3.org/1999/xhtml", b"http://www.w3.org/2000/svg", b"<?xml-stylesheet")

_SYNONYMS = {
    "image/jpg": JPEG.mime,
    "image/pjpeg": JPEG.mime,
    "image/tif": TIFF.mime,
    "text/rtf": RTF.mime,
    "application/xml": XML.mime,
    "application/x-pdf": PDF.mime,
    "application/x-zip-compressed": ZIP.mime,
    "application/x-gzip": GZIP.mime,
    "application/xhtml+xml": HTML.mime,
    "image/svg+xml": HTML.mime,
    "image/heif": HEIC.mime,
    "pdf": PDF.mime,
    "txt": TEXT.mime,
    "text": TEXT.mime,
    "jpg": JPEG.mime,
    "jpeg": JPEG.mime,
    "png": PNG.mime,
}
_SAYS_NOTHING = frozenset({"", "application/octet-stream", "binary/octet-stream"})


def normal(mime: str) -> str:
    """Return a declared media type without parameters, in its usual spelling."""
    plain = mime.partition(";")[0].strip().casefold()
    return _SYNONYMS.get(plain, plain)


def recognise(content: bytes, declared: str) -> Format:
    """Return the format of ``content``; of text, which has no mark of its own, the one it is ``declared`` to be."""
    if content.lstrip(_BEFORE_PDF)[:5] == b"%PDF-":
        return PDF
    found = next((kind for start, kind in _BEGINNINGS if content.startswith(start)), None)
    if found is WORD and b"_VBA_PROJECT" in content.replace(b"\x00", b""):
        return MACROS
    return found or _by_structure(content) or _by_text(content, normal(declared))


def _by_structure(content: bytes) -> Format | None:
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content)
    if content[4:8] == b"ftyp":
        return HEIC if content[8:12] in _HEIC_BRANDS else VIDEO
    if content[128:132] == b"DICM":
        return DICOM
    if content.startswith(b"MZ") and b"\x00" in content[:64]:
        return PROGRAM
    return None


def _zipped(content: bytes) -> Format:
    """Tell a zip file by the names in it; it is not unpacked for this, whatever it claims to hold."""
    if b"vbaProject.bin" in content:
        return MACROS
    if content[30:100].startswith(b"mimetype" + ODT.mime.encode()):
        return ODT
    return DOCX if b"[Content_Types].xml" in content and b"word/" in content else ZIP


def _by_text(content: bytes, declared: str) -> Format:
    if not content or not charset.is_text(content):
        return UNKNOWN
    start = content[:1024].lstrip(_BEFORE_PDF)
    if declared == HTML.mime or _HTML_START.match(start):
        return HTML
    if start.startswith(b"<?xml") or declared == XML.mime:
        return HTML if any(mark in content for mark in _RUNS_IN_XML) else XML
    if declared == TEXT.mime or (declared in _SAYS_NOTHING and charset.is_utf_8(content)):
        return TEXT
    return UNKNOWN
