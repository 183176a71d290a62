"""A question with a few answers: by what one types the right one is found, and no other is taken for it."""

from __future__ import annotations

import pytest

from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen
from elmeld_tui.tui.widgets.window_list import WindowList
from tests.tui.conftest import NARROW, OpenApp, press, rest, shown, until, write

KINDS = [
    Choice("referral", "Henvisning"),
    Choice("old", "Henvisning 1.1 (eldre form)"),
    Choice("dialogue", "Helsefaglig dialog"),
    Choice("laboratory", "Laboratorierekvisisjon"),
    Choice("summary", "Epikrise"),
]


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("h", "referral"),
        ("helse", "dialogue"),
        ("dialog", "dialogue"),
        ("rekvi", "laboratory"),
        ("henvisning 1.1", "old"),
        ("EPI", "summary"),
    ],
)
async def test_an_answer_is_found_by_its_beginning_by_a_word_or_by_a_part_of_one(
    open_app: OpenApp, typed: str, chosen: str
) -> None:
    async with open_app(NARROW) as pilot:
        answers: list[str | None] = []
        await pilot.app.push_screen(ChoiceScreen("Ny melding", "", KINDS), answers.append)
        await write(pilot, typed)
        await press(pilot, "enter")
        await rest(pilot)
        assert answers == [chosen]


async def test_what_no_answer_is_called_is_said_and_enter_takes_no_other_for_it(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        answers: list[str | None] = []
        await pilot.app.push_screen(ChoiceScreen("Ny melding", "", KINDS), answers.append)
        await write(pilot, "sykm")
        await press(pilot, "enter")
        await until(pilot, "Ingenting her heter «sykm».")
        assert not answers
        assert pilot.app.screen.query_one("#choices", WindowList).current.value == "referral"
        await press(pilot, "down")
        await rest(pilot)
        assert "Ingenting her heter" not in shown(pilot)
        await press(pilot, "enter")
        await rest(pilot)
        assert answers == ["old"]
