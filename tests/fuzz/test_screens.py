"""Screens of a clinic where everything that is kept is hostile: what a terminal is sent, and what is then seen there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle, islice
from unicodedata import category

import pytest

from elmeld_tui.office.clinic import Office
from elmeld_tui.tui.application import ElmeldApp
from tests.fuzz.clinic import make_hostile
from tests.fuzz.hostile import MANY, spaced, texts
from tests.fuzz.wire import Wire, pieces
from tests.snapshots.screens import SCREENS, way_to
from tests.tmux import Glass, needs_tmux
from tests.tui.conftest import WIDE, rest, shown

_DISPUTED = re.compile("[\u0300-\u036f\u0489]{4}|\U0001f468\u200d|[\U0001f3fb-\U0001f3ff]")
"""More signs on one letter, or people in one family, than a cell of the judge can hold; and a tint of its own."""


def is_undisputed(text: str) -> bool:
    """Whether the judge takes the program's word for how many cells a text needs: where it does not, it shows less."""
    foreign_signs = any(category(char)[0] == "M" and not "\u0300" <= char <= "\u036f" for char in text)
    return not foreign_signs and not _DISPUTED.search(text)


STORABLE = [
    text
    for text in texts()
    if len(text) < 80 and text.encode(errors="ignore").decode() == text and is_undisputed(text)
]

EVERY_TIME = (
    "attachments",
    "clinic_people",
    "filter_dialog",
    "log_open",
    "patient_post",
    "patient_results",
    "post_forward",
    "post_open",
    "post_thread",
)
"""Those that between them show everything that is kept; a long run (``make fuzz``) has all."""


@pytest.fixture
def glass(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Glass]:
    opened = Glass(tmp_path_factory.mktemp("t"))
    yield opened
    opened.end()


@needs_tmux
@pytest.mark.parametrize("name", EVERY_TIME if MANY <= 10_000 else SCREENS)
async def test_a_terminal_shows_what_the_program_means(
    name: str, office: Office, app: ElmeldApp, wire: Wire, glass: Glass
) -> None:
    first, acts = way_to(name)
    first.arrange(office)
    begin = len(STORABLE) * list(SCREENS.values()).index(first) // len(SCREENS)
    make_hostile(office, islice(cycle(STORABLE), begin, None))
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await rest(pilot)
        for act in acts:
            await act(pilot)
        await wire.settle()
        meant = shown(pilot).split("\n")
        written = wire.take()
        assert any(pieces(written, *WIDE))
        # As the driver does when it opens a terminal: what is too long for a line ends there.
        seen = glass.show("\x1b[?7l" + written, *WIDE)
        assert not [(s, m) for s, m in zip(map(spaced, seen), map(spaced, meant), strict=True) if s != m]
