"""Formatted text (a small XHTML subset, HISD 1155) as plain text: lists, tables, headings and breaks are kept.

Nothing is interpreted beyond layout: an unknown element is its text, a link or an image is what it says of itself.
Plain text passes as it is, its line breaks kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from elmeld_tui.messages.reading import Element, local

_BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "address", "hr"}
    | {"ul", "ol", "li", "dl", "dt", "dd"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr"}
)
_CELLS = frozenset({"td", "th"})
_SPACES = re.compile(r"[ \t\n\r]+")
_BREAK = "\x00"
_NEXT_CELL = " │ "


def plain_text(element: Element) -> str:
    """Return the content of ``element`` as lines of plain text, without blank lines at its ends."""
    if not len(element):
        return _clean_lines(element.text or "")
    formatted = any(local(inner) in _BLOCKS | {"br"} for inner in element.iterdescendants())
    pieces = "".join(_pieces(element, keep_lines=not formatted))
    if not formatted:
        return _clean_lines(pieces)
    lines = [_SPACES.sub(" ", line).strip() for line in pieces.split(_BREAK)]
    return "\n".join(line for line, before in zip(lines, ["", *lines], strict=False) if line or before).strip()


def _clean_lines(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n ")


def _pieces(element: Element, *, keep_lines: bool) -> Iterator[str]:
    yield _own(element.text, keep_lines=keep_lines)
    for number, inner in enumerate(element, start=1):
        name = local(inner)
        yield from _opening(name, inner, number, keep_lines=keep_lines)
        yield from _pieces(inner, keep_lines=keep_lines)
        if name in _BLOCKS and not keep_lines:
            yield _BREAK
        yield _own(inner.tail, keep_lines=keep_lines)


def _own(text: str | None, *, keep_lines: bool) -> str:
    # A carriage return that survived the XML parser was written as &#13;: a forced break, also among tags.
    return text or "" if keep_lines or not text else text.replace("\r\n", _BREAK).replace("\r", _BREAK)


def _opening(name: str, inner: Element, number: int, *, keep_lines: bool) -> Iterator[str]:
    if keep_lines:
        return
    if name in _BLOCKS or name == "br":
        yield _BREAK
    if name == "li":
        yield f"{number}. " if local(_parent(inner)) == "ol" else "• "
    elif name in _CELLS and inner.getprevious() is not None:
        yield _NEXT_CELL


def _parent(element: Element) -> Element:
    parent = element.getparent()
    assert parent is not None
    return parent
