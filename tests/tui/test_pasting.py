"""What is pasted is what one sees; what cannot be seen is left out, and that is said."""

from __future__ import annotations

import pytest
from textual import events

from elmeld_tui.tui.widgets.fields import LineField, TextField
from tests.tui.conftest import WIDE, OpenApp, press, rest, shown


@pytest.mark.parametrize(
    ("given", "kept", "told"),
    [
        ("blå\tbær\r\nog\u2028mer", "blå\tbær\nog\nmer", ""),
        ("12\u202e34\u202c", "1234", "2 tegn som ikke kan vises, ble ikke limt inn."),
        ("\ufeffHb 14,2", "Hb 14,2", "1 tegn som ikke kan vises, ble ikke limt inn."),
        ("a\uffff\U0005fae1\x1b\x9b", "a", "4 tegn som ikke kan vises, ble ikke limt inn."),
        ("👩‍⚕️ på vakt", "👩‍⚕️ på vakt", ""),
    ],
)
async def test_what_cannot_be_seen_is_not_pasted(open_app: OpenApp, given: str, kept: str, told: str) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "ctrl+n", "enter")
        field = pilot.app.screen.query(TextField).first()
        field.focus()
        pilot.app.post_message(events.Paste(given))
        await rest(pilot)
        assert field.answer == kept
        field.fill(field.answer)
        assert field.answer == kept
        assert told in " ".join(shown(pilot).split())
        assert ("limt inn" in shown(pilot)) == bool(told)


async def test_a_line_says_all_of_an_answer_of_several(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        field = LineField("dose")
        await pilot.app.screen.mount(field)
        field.fill("10\n5 mg")
        await rest(pilot)
        assert field.answer == "10 5 mg"
        assert "10 5 mg" in shown(pilot)
