"""A page of text as a PDF, for partners who enclose something."""

from __future__ import annotations

from collections.abc import Sequence

_TOP, _LEFT, _STEP = 780, 60, 16


def one_page(lines: Sequence[str]) -> bytes:
    """Return a PDF of one A4 page with ``lines`` on it.

    Args:
        lines: of letters that Windows-1252 has.
    """
    drawn = " ".join(f"({_escaped(line)}) Tj 0 -{_STEP} Td" for line in lines)
    content = f"BT /F1 11 Tf {_LEFT} {_TOP} Td {drawn} ET".encode("cp1252")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(written))
    )


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
