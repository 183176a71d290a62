"""Formatted text (a small XHTML subset, HISD 1155) as plain text: lists, tables, headings and breaks are kept.

Only layout is interpreted: an unknown element is reduced to its text, a link or image to its description. Plain text
is passed through with its line breaks, and the columns of a plain table are aligned.
"""

from __future__ import annotations

import re

from elmeld_tui.messages import nodes
from elmeld_tui.messages.nodes import Node
from elmeld_tui.messages.reading import MaybeElement, raw_text

_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol", "dl", "table", "hr"}
)
_LINES = frozenset({"div", "address", "li", "dt", "dd", "caption", "thead", "tbody", "tfoot", "tr", "br"})
_LAID_OUT = _PARAGRAPHS | _LINES
_CELLS = frozenset({"td", "th"})
_SPACES = re.compile(r"[ \t\n\r]+")
_NEXT_CELL = " │ "
_WIDEST_CELL = 40

# Marks no XML can contain: the end of a line, a blank line that is wanted, and the spaces that fill a cell.
_BREAK = "\x00"
_BLANK = "\x01"
_FILL = "\x02"


def plain_text(element: MaybeElement) -> str:
    """Return the content of ``element`` as lines of plain text, without blank lines at its ends; empty for None."""
    if element is None:
        return ""
    if not len(element):
        return clean_lines(raw_text(element))
    return text_of(nodes.Tree(element).nodes[0])


def text_of(node: Node) -> str:
    """Return the content of ``node`` as lines of plain text, without blank lines at its ends."""
    if not node.children:
        return clean_lines(node.text)
    if not any(nodes.named(child, *_LAID_OUT) for child in node.children):
        return clean_lines(nodes.raw_text(node))
    pieces: list[str] = []
    _add(node, pieces)
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(pieces).split(_BREAK))
    wanted = [line.replace(_BLANK, "").replace(_FILL, " ").rstrip() for line in lines if line]
    return "\n".join(line for line, before in zip(wanted, ["", *wanted], strict=False) if line or before).strip()


def clean_lines(text: str) -> str:
    """Return text without tags as lines, without spaces at the ends of lines or blank lines at its ends."""
    if "\n" not in text and "\r" not in text:
        return text.rstrip().lstrip(" ")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n ")


def _add(node: Node, pieces: list[str], widths: list[int] | None = None) -> None:
    """Add what is inside ``node`` to ``pieces``; ``widths`` are those of the columns of the table it stands in."""
    pieces.append(_own(node.text))
    if node.name == "table" and widths is None:
        widths = _widths(node)
    children = node.children
    for number, inner in enumerate(children, start=1):
        name = inner.name
        mark = _mark(inner, children[number] if number < len(children) else None)
        pieces.append(mark)
        if name == "li":
            pieces.append(f"{number}. " if node.name == "ol" else "• ")
        elif name in _CELLS and number > 1:
            pieces.append(_NEXT_CELL)
        _add(inner, pieces, widths)
        if widths and name in _CELLS and number <= len(widths):
            pieces.append(_FILL * (widths[number - 1] - len(_cell(inner))))
        pieces.append(mark)
        pieces.append(_own(inner.tail))


def _widths(table: Node) -> list[int]:
    """Return how wide each column is; nothing for a table with more in it than short words, which flows."""
    widths: list[int] = []
    for row in nodes.named(table, "tr"):
        for number, cell in enumerate(row.children):
            width = len(_cell(cell))
            if width > _WIDEST_CELL or nodes.named(cell, *_LAID_OUT):
                return []
            if number == len(widths):
                widths.append(width)
            widths[number] = max(widths[number], width)
    return widths


def _cell(node: Node) -> str:
    return _SPACES.sub(" ", nodes.raw_text(node)).strip()


def _mark(node: Node, after: Node | None) -> str:
    name = node.name
    doubled = name == "br" and after is not None and after.name == "br" and not node.tail.strip()
    if name in _PARAGRAPHS or doubled:
        return f"{_BREAK}{_BLANK}{_BREAK}"
    return _BREAK if name in _LINES else ""


def _own(text: str) -> str:
    # A carriage return that survived the XML parser was written as &#13;: a forced break, also among tags.
    return text.replace("\r\n", _BREAK).replace("\r", _BREAK) if "\r" in text else text
