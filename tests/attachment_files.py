"""Files of every format, made here byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image

RTF = rb"{\rtf1\ansi\ansicpg1252 Bl\'e5b\'e6rturen\par {\b andre} linje}"


def pdf(*pages: str, objects: tuple[bytes, ...] = ()) -> bytes:
    """Return a PDF of ``pages``; or of ``objects``, numbered from 1, the first its catalogue."""
    if pages:
        kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
        objects = (
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
            *(part for number, text in enumerate(pages) for part in _page(5 + 2 * number, text)),
        )
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        written
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (
            len(objects) + 1,
            table,
            len(objects) + 1,
            len(written),
        )
    )


def _page(content: int, text: str) -> tuple[bytes, bytes]:
    drawn = b"BT /F1 12 Tf 50 700 Td (%s) Tj ET" % text.encode("cp1252")
    return (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
        % content,
        stream(drawn),
    )


def stream(data: bytes, about: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), about, data)


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that claims to be this large and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(100)))
        + chunk(b"IEND", b"")
    )


def picture(width: int = 40, height: int = 20, kind: str = "PNG") -> bytes:
    """Return a picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (width, height), (255, 0, 0))
    image.paste((0, 0, 255), (width // 2, 0, width, height))
    written = io.BytesIO()
    image.save(written, kind)
    return written.getvalue()


def zipped(*members: tuple[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members:
            packed.writestr(name, content)
    return written.getvalue()


SAMPLES: dict[str, bytes] = {
    "application/pdf": pdf("Hemoglobin 13,2"),
    "image/png": picture(),
    "image/jpeg": picture(kind="JPEG"),
    "image/gif": picture(kind="GIF"),
    "image/tiff": picture(kind="TIFF"),
    "application/rtf": RTF,
    "text/plain": "Blåbærturen".encode("latin-1"),
    "text/xml": b'<?xml version="1.0"?><a/>',
    "application/zip": zipped(("svar.txt", b"Svar")),
    "application/gzip": b"\x1f\x8b\x08" + bytes(20),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": zipped(
        ("[Content_Types].xml", b"<a/>"), ("word/document.xml", b"<a/>")
    ),
    "application/vnd.oasis.opendocument.text": zipped(("mimetype", b"")).replace(
        b"mimetype", b"mimetypeapplication/vnd.oasis.opendocument.text", 1
    ),
    "application/msword": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "image/heic": b"\x00\x00\x00\x18ftypheic" + bytes(20),
    "video/mp4": b"\x00\x00\x00\x18ftypisom" + bytes(20),
    "application/dicom": bytes(128) + b"DICM" + bytes(20),
    "text/html": b"<!DOCTYPE html><p>Hei",
}
"""A small one of each format, by its media type."""

PROGRAMS = (
    b"\x7fELF" + bytes(60),
    b"MZ\x90\x00" + bytes(60),
    b"#!/bin/sh\nrm -rf /\n",
    # In two pieces, so that no scanner takes this file for it.
    rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*",
)
