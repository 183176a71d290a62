"""Messages with hostile texts wherever their schema lets a text be."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from elmeld_tui.messages import document, schemas
from tests.fuzz.hostile import in_xml, texts

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
"""What is said to the schema's reader alone."""


class Put(NamedTuple):
    """A text that was put into a document, and in which attribute; empty for an element's own."""

    text: str
    attribute: str


class _Place(NamedTuple):
    """Where a document has a text."""

    element: etree._Element
    attribute: str

    @property
    def text(self) -> str:
        return (self.element.get(self.attribute) if self.attribute else self.element.text) or ""

    def put(self, text: str) -> None:
        if self.attribute:
            self.element.set(self.attribute, text)
        else:
            self.element.text = text

    @property
    def kind(self) -> tuple[str, ...]:
        """The names of the elements it stands in, and its own: what a schema goes by."""
        return (*(str(each.tag) for each in self.element.iterancestors()), str(self.element.tag), self.attribute)


_takes_any: dict[tuple[str, ...], bool] = {}
"""What is known by now of where schemas take any text: to ask them takes most of the time."""


def hostile(raw: bytes, chance: random.Random) -> tuple[bytes, list[Put]]:
    """Return a document with a hostile text in every place its schema lets have one, and those texts."""
    root = document.read(raw).root
    faults = len(schemas.validate(root))
    source = _short_texts(chance)
    put = []
    for place in list(_places(root)):
        was, text = place.text, f"a{next(source)}b"
        place.put(text)
        if place.kind not in _takes_any:
            _takes_any[place.kind] = len(schemas.validate(root)) <= faults
        if _takes_any[place.kind]:
            put.append(Put(text, place.attribute))
        else:
            place.put(was)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True), put


def _places(root: etree._Element) -> Iterator[_Place]:
    for element in root.iter("{*}*"):
        for name in ("", *element.attrib):
            place = _Place(element, str(name))
            if place.text.strip() and not place.attribute.startswith(_XSI):
                yield place


def _short_texts(chance: random.Random) -> Iterator[str]:
    for text in texts(10**6, seed=chance.randrange(10**9)):
        if 0 < len(made := " ".join(in_xml(text).split())) < 300:
            yield made
