"""Running text in fields that may be formatted (anyType): plain words, with a line break as an XHTML br.

Acceptance criterion S34; the subset is that of HISD 1155.
"""

from __future__ import annotations

import re

from elmeld_tui.messages import building
from elmeld_tui.messages.reading import Element, MaybeElement, local
from elmeld_tui.messages.xhtml import plain_text

_LINE_ENDS = re.compile("\r\n|\r|\n")


def write(parent: Element, name: str, words: str) -> None:
    """Append a text element whose line breaks any receiver shows; nothing where there is no text."""
    if not words:
        return
    element = building.section(parent, name)
    first, *rest = _LINE_ENDS.split(words)
    element.text = first
    for line in rest:
        building.section(element, "br", building.XHTML).tail = line


def read(element: MaybeElement) -> str:
    """Return formatted or plain text as lines; what `write` wrote comes back exactly."""
    if element is None:
        return ""
    pieces = [element.text or "", *(inner.tail or "" for inner in element)]
    only_breaks = all(local(inner) == "br" for inner in element)
    # A sender who lays out the XML itself, with line ends beside the breaks, means the breaks alone.
    if len(element) and only_breaks and not any(_LINE_ENDS.search(piece) for piece in pieces):
        return "\n".join(pieces).strip()
    return plain_text(element)
