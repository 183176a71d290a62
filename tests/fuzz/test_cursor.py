"""Beside characters whose width terminals dispute, the cursor of a terminal stands where one writes."""

from __future__ import annotations

import pytest
from textual.screen import Screen

from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.widgets.fields import LineField, TextField
from tests.fuzz.wire import Wire
from tests.tmux import Glass, needs_tmux
from tests.tui.conftest import press, rest

SIZE = (120, 12)

UNCERTAIN = (
    "👩‍⚕️ 👨‍👩‍👧‍👦 👍🏽 🇳🇴 🏴\U000e0067",  # joined, tinted, flags
    "❤️ ☺︎ 1️⃣ ✓️ ™️",  # pictures that are text, and text that is a picture
    "e\u0301 a\u0308\u0323 Z\u0489\u0334 \u0301x \u20e3",  # what takes no cell of its own
    "각 \u1112\u1161\u11ab क्षि กำ ﷽ ﾊﾝ ｗｉ 中文",  # put together of several, or as wide as two
    "a\tb\t\tc \u200b\u200d\u2060\u00ad\u034f\u180e",  # tabs, and what may take no place at all
    "\ue000\uf8ff\U000f0000 ⓐ ½ ‖ … —",  # a font's own, and what is wide in Asia alone
)


@needs_tmux
@pytest.mark.parametrize("kind", [LineField, TextField])
async def test_one_writes_where_the_cursor_stands(
    kind: type[LineField | TextField], app: ElmeldApp, wire: Wire, glass: Glass
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await rest(pilot)
        await app.push_screen(Screen[None]())
        field = kind("field")
        await app.screen.mount(field)
        field.focus()
        for uncertain in UNCERTAIN:
            field.fill(f"{uncertain} slutt")
            app.action_redraw()
            await press(pilot, "end", "left", "left")
            await wire.settle()
            # What the terminal itself writes next shows where its cursor is.
            (row,) = [row for row in glass.show(wire.take() + "\x1b[7m#", *SIZE) if "#" in row]
            assert row.endswith("slu#t"), ascii(row)
