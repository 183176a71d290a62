"""Messages with hostile texts wherever their schema lets a text be."""

from __future__ import annotations

import random
from collections.abc import Iterator

from lxml import etree

from elmeld_tui.messages import document, schemas
from tests.fuzz.hostile import in_xml, texts


def hostile(raw: bytes, chance: random.Random) -> tuple[bytes, list[str]]:
    """Return a document with a hostile text in every place its schema lets have one, and those texts."""
    root = document.read(raw).root
    put: list[str] = []
    faults = len(schemas.validate(root))
    source = _short_texts(chance)
    for element in list(root.iter("{*}*")):
        for name in (None, *element.attrib):
            was = element.text if name is None else element.get(name)
            if not (was or "").strip():
                continue
            text = f"a{next(source)}b"
            _put(element, name, text)
            if len(schemas.validate(root)) > faults:
                _put(element, name, was)
            else:
                put.append(text)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True), put


def _put(element: etree._Element, name: str | None, text: str | None) -> None:
    if name is None:
        element.text = text
    else:
        element.set(name, text or "")


def _short_texts(chance: random.Random) -> Iterator[str]:
    for text in texts(10**6, seed=chance.randrange(10**9)):
        if 0 < len(made := " ".join(in_xml(text).split())) < 300:
            yield made
