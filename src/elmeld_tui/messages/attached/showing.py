"""What of an attachment can be shown as text or in colours. Parses hostile content: run it through `apart` only."""

from __future__ import annotations

import base64
import io
import re
import time
import warnings
import zipfile
import zlib
from collections.abc import Callable
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from elmeld_tui.messages.attached import charset, formats
from elmeld_tui.messages.attached.formats import Way

if TYPE_CHECKING:
    from pypdf import PageObject

MOST_CHARACTERS = 1_000_000
MOST_PAGES = 200
MOST_PIXELS = 60_000_000
"""Of one picture: a scanned A3 sheet has half as many."""

MOST_UNPACKED = 30_000_000
"""Bytes that a packed attachment may become: as large as a whole document may be."""

PDF_SECONDS = 6.0
"""Of computing, as long as pages are read before what has been found is shown; a busy machine shows no less."""

THUMBNAIL = (240, 480)
"""Pixels across and down: as many as a wide terminal has half cells."""

_WIDEST_GAP = 16
_WIDE_GAP = re.compile(f" {{{_WIDEST_GAP},}}")
_EMPTY_LINES = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")

Answer = dict[str, Any]


class CannotShowError(Exception):
    """Why not, as a word that `opening` has a sentence for."""


def show(content: bytes, declared: str) -> Answer:
    """Return what of ``content`` can be shown: ``pages`` of text, or a ``picture``, as plain data.

    Raises:
        CannotShowError: nothing of it can.
        Exception: the parser of its format gave up.
    """
    kind = formats.recognise(content, declared)
    if kind.way is Way.PACKED:
        content = _unpacked(content, kind)
        kind = formats.recognise(content, "")
        if kind.way is Way.PACKED:
            raise CannotShowError("packed_twice")
    way = _WAYS.get(kind.way)
    if way is None:
        raise CannotShowError("not_taken" if not kind.taken else "elsewhere")
    return way(content, declared)


def _text(content: bytes, declared: str) -> Answer:
    return _pages([charset.decoded(content, declared)])


def _pages(pages: list[str], total: int = 1) -> Answer:
    kept: list[str] = []
    room = MOST_CHARACTERS
    for page in pages:
        kept.append(page[:room])
        room -= len(page)
        if room < 0:
            break
    return {"pages": kept, "total": total, "cut": room < 0}


def _rtf(content: bytes, _declared: str) -> Answer:
    from striprtf.striprtf import rtf_to_text

    # Its own characters are Windows-1252 unless it says otherwise; the library annotates nothing.
    text = rtf_to_text(content.decode("cp1252", errors="replace"), errors="replace").strip()  # type: ignore[no-untyped-call]
    if not text:
        raise CannotShowError("no_text")
    return _pages([text])


def _pdf(content: bytes, _declared: str) -> Answer:
    from pypdf import PdfReader

    end = time.process_time() + PDF_SECONDS
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise CannotShowError("locked")
    total = len(reader.pages)
    pages: list[str] = []
    while len(pages) < min(total, MOST_PAGES) and time.process_time() < end:
        pages.append(_page(reader.pages[len(pages)]))
    if not any(pages):
        raise CannotShowError("no_text" if len(pages) == total else "too_much")
    return _pages(pages, total)


def _page(page: PageObject) -> str:
    """Return the text of a page with its columns side by side, unless that way of reading loses something of it."""
    plain = page.extract_text()
    try:
        placed = page.extract_text(extraction_mode="layout", layout_mode_strip_rotated=False)
    except Exception:  # noqa: BLE001 - the plain text is there, whatever the other reader stumbles on
        return plain.strip()
    if len("".join(placed.split())) < len("".join(plain.split())):
        return plain.strip()
    return dedent(_EMPTY_LINES.sub("\n\n", _WIDE_GAP.sub(" " * _WIDEST_GAP, placed))).strip()


def _picture(content: bytes, _declared: str) -> Answer:
    from PIL import Image, ImageOps

    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        opened = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "GIF", "TIFF"))
    except Image.DecompressionBombError as error:
        raise CannotShowError("pixels") from error
    size = opened.size
    if size[0] * size[1] > MOST_PIXELS:
        raise CannotShowError("pixels")
    frames = getattr(opened, "n_frames", 1)
    opened.draft("RGB", THUMBNAIL)
    image = ImageOps.exif_transpose(opened)
    if image.size != opened.size:
        size = (size[1], size[0])
    image.thumbnail(THUMBNAIL)
    # What is transparent lies on white, as on paper.
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    pixels = base64.b64encode(paper.convert("RGB").tobytes()).decode("ascii")
    return {
        "picture": {"width": image.width, "height": image.height, "pixels": pixels, "size": list(size)},
        "frames": frames,
    }


def _unpacked(content: bytes, kind: formats.Format) -> bytes:
    """Return what is in a gzip file, or in a zip file of one member, as long as there is not too much of it."""
    if kind is formats.GZIP:
        return _bounded(zlib.decompressobj(wbits=31).decompress(content, MOST_UNPACKED + 1))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        members = [member for member in packed.infolist() if not member.is_dir()]
        if len(members) != 1:
            raise CannotShowError("several")
        with packed.open(members[0]) as member:
            return _bounded(member.read(MOST_UNPACKED + 1))


def _bounded(content: bytes) -> bytes:
    if len(content) > MOST_UNPACKED:
        raise CannotShowError("bomb")
    return content


_WAYS: dict[Way, Callable[[bytes, str], Answer]] = {
    Way.TEXT: _text,
    Way.RTF: _rtf,
    Way.PDF: _pdf,
    Way.PICTURE: _picture,
}
