"""Hostile texts wherever a message can have text: its view obeys none of them and loses no character."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from incoming_samples import KINDS
from message_samples import addressing
from nav_samples import to_nav
from tests.fuzz.documents import Put, hostile
from tests.fuzz.hostile import MANY, OBEYED, SEED, seen, squeezed

from elmeld_tui.messages import document, views, writing
from elmeld_tui.messages.composing.example import answers
from elmeld_tui.messages.xml import UnreadableError
from elmeld_tui.tui.layout import view_layout
from elmeld_tui.tui.transport_pages import xml_layout
from elmeld_tui.tui.widgets.paper import Layout

WIDE, NARROW = 4_000, 40
"""Cells in which nothing need be folded, and in which everything must."""


def our_own() -> list[bytes]:
    """Return a document of every form that is written, and of every kind and version that is received."""
    forms = writing.forms().values()
    return [
        *(writing.build(form.name, answers(form), to_nav() if form.to_nav else addressing()) for form in forms),
        *(make() for make in KINDS.values()),
    ]


def page(layout: Layout, width: int) -> str:
    return "\n".join("".join(span.text for span in spans) for spans in layout(width))


def lost(raw: bytes, put: list[Put]) -> list[str]:
    """Return which texts cannot be read by who opens a document; fails where one would be obeyed."""
    view = views.view(document.read(raw))
    pages = [page(view_layout(view), WIDE), page(view_layout(view), NARROW), page(xml_layout(raw), WIDE)]
    assert not [text for text in pages if OBEYED.search(text.replace("\n", ""))]
    told = squeezed(pages[0])
    # Which list a code is of is not on the page: only among the data.
    data = squeezed(" ".join(map(seen, _strings(asdict(view)))))
    missing = [text for text, name in put if squeezed(seen(text)) not in (data if name == "S" else told)]
    return [ascii(text) for text in missing]


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, (list, tuple, dict)):
        for each in data.values() if isinstance(data, dict) else data:
            yield from _strings(each)


def test_the_view_loses_no_character_of_what_the_schema_lets_through() -> None:
    put = 0
    documents = our_own()
    for turn in count():
        for number, raw in enumerate(documents):
            made, texts = hostile(raw, random.Random(f"{SEED}:{turn}:{number}"))
            assert not lost(made, texts)
            put += len(texts)
        if put >= MANY:
            break


def test_nor_of_what_others_send(shared: Path) -> None:
    for file in sorted((shared / "corpus").rglob("*.xml")):
        raw = file.read_bytes()
        try:
            document.read(raw)
        except UnreadableError:
            continue
        made, texts = hostile(raw, random.Random(f"{SEED}:{file.name}"))
        assert not lost(made, texts), file
