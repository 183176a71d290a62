"""Formatted text (a small XHTML subset, HISD 1155) as plain text: lists, tables, headings and breaks are kept.

Nothing is interpreted beyond layout: an unknown element is its text, a link or an image is what it says of itself.
Plain text passes as it is, its line breaks kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from elmeld_tui.messages.reading import Element, local

_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol", "dl", "table", "hr"}
)
_LINES = frozenset({"div", "address", "li", "dt", "dd", "caption", "thead", "tbody", "tfoot", "tr", "br"})
_CELLS = frozenset({"td", "th"})
_SPACES = re.compile(r"[ \t\n\r]+")
_NEXT_CELL = " │ "

# Marks no XML can contain: the end of a line, and a blank line that is wanted.
_BREAK = "\x00"
_BLANK = "\x01"


def plain_text(element: Element) -> str:
    """Return the content of ``element`` as lines of plain text, without blank lines at its ends."""
    if not any(local(inner) in _PARAGRAPHS | _LINES for inner in element.iterdescendants()):
        return _clean_lines("".join(str(piece) for piece in element.itertext()))
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(_pieces(element)).split(_BREAK))
    wanted = [line.replace(_BLANK, "") for line in lines if line]
    return "\n".join(line for line, before in zip(wanted, ["", *wanted], strict=False) if line or before).strip()


def _clean_lines(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n ")


def _pieces(element: Element) -> Iterator[str]:
    yield _own(element.text)
    for number, inner in enumerate(element, start=1):
        name = local(inner)
        mark = _mark(name, inner)
        yield mark
        if name == "li":
            yield f"{number}. " if local(element) == "ol" else "• "
        elif name in _CELLS and number > 1:
            yield _NEXT_CELL
        yield from _pieces(inner)
        yield mark
        yield _own(inner.tail)


def _mark(name: str, element: Element) -> str:
    after = element.getnext()
    doubled = name == "br" and after is not None and local(after) == "br" and not (element.tail or "").strip()
    if name in _PARAGRAPHS or doubled:
        return f"{_BREAK}{_BLANK}{_BREAK}"
    return _BREAK if name in _LINES else ""


def _own(text: str | None) -> str:
    # A carriage return that survived the XML parser was written as &#13;: a forced break, also among tags.
    return (text or "").replace("\r\n", _BREAK).replace("\r", _BREAK)
