"""Hostile texts wherever a message can have text: its view obeys none of them and loses no character."""

from __future__ import annotations

import random
from collections.abc import Callable

import incoming_samples
import pytest
from tests.fuzz.documents import hostile
from tests.fuzz.hostile import OBEYED, SEED, seen, squeezed

from elmeld_tui.messages import document, views
from elmeld_tui.tui.layout import view_layout

WIDE = 4_000
"""Cells in which nothing need be folded."""

SAMPLES: dict[str, Callable[[], bytes]] = {
    "report": incoming_samples.report,
    "order": incoming_samples.order,
    "referral": incoming_samples.referral,
    "dialogue": incoming_samples.dialogue,
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_view_loses_no_character_of_what_the_schema_lets_through(name: str) -> None:
    raw, put = hostile(SAMPLES[name](), random.Random(f"{SEED}{name}"))
    assert len(put) > 10
    lines = view_layout(views.view(document.read(raw)))(WIDE)
    page = "\n".join("".join(span.text for span in spans) for spans in lines)
    assert not OBEYED.search(page.replace("\n", ""))
    together = squeezed(page)
    assert not [ascii(text) for text in put if seen(text) not in together]
