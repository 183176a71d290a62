"""What is typed on after a key that did nothing: none of it is a command, and that is told."""

from __future__ import annotations

import threading

import pytest
from textual import events

from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.filters import Filter
from elmeld_tui.tui import after_refusal
from elmeld_tui.tui.application import ElmeldApp
from tests.tui.conftest import WIDE, OpenApp, come_true, press, rest, shown, told, until, write

SENTENCE = "kommer mandag, vent pa svar"
"""What has among its letters those that sign off, forward, file, report and answer."""


async def test_a_sentence_after_a_refused_answer_does_nothing_and_that_is_told(
    open_app: OpenApp, office: Office
) -> None:
    async with open_app(WIDE) as pilot:
        # A laboratory result has no form to be answered in.
        await press(pilot, "s")
        await write(pilot, SENTENCE)
        assert "Det du skrev etterpå, er ikke brukt til noe." in shown(pilot)
        assert "svarskjema" in shown(pilot), "why is still told"
        assert len(pilot.app.screen_stack) == 1
        assert {row.unread for row in office.reader.page(Filter(folder="inbox"), 0)} == {True}
        # A key that is no letter was not meant for a text.
        await press(pilot, "ctrl+l", "u")
        assert "ingenting å angre" in shown(pilot)
        await press(pilot, "down", "s")
        await until(pilot, "Svar på forespørsel")


async def test_a_letter_is_a_command_again_when_one_has_rested(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "s", "k")
        assert "ikke brukt" in shown(pilot)
        monkeypatch.setattr(after_refusal, "REST", -1.0)
        await press(pilot, "k")
        await until(pilot, "Meldingen er ikke lest før.")


async def test_a_word_that_begins_with_no_command_is_a_word(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await write(pilot, "yrkesskade")
        assert "Her er bokstavene kommandoer." in shown(pilot)
        assert len(pilot.app.screen_stack) == 1
        assert {row.unread for row in office.reader.page(Filter(folder="inbox"), 0)} == {True}


async def test_every_key_that_has_nothing_to_do_says_so(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        while "Utkast · 0" not in shown(pilot):
            await press(pilot, "shift+tab", "down", "tab")
        for key in "skmvaexojnpgldzu":
            await press(pilot, "ctrl+l")
            assert not pilot.app._notifications
            await press(pilot, key)
            assert len(pilot.app._notifications) == 1, key


async def test_what_was_held_for_a_screen_that_did_not_open_is_told_to_be_dropped(
    open_app: OpenApp, app: ElmeldApp
) -> None:
    office_is_free = threading.Event()

    def in_vain(_: Office) -> Draft:
        office_is_free.wait()
        raise OfficeError("Utkastet er borte.")

    async with open_app(WIDE) as pilot:
        app.write(in_vain)
        await pilot.press("k", "x")
        office_is_free.set()
        await until(pilot, "Det du skrev etterpå, er ikke brukt til noe.")
        assert "Utkastet er borte." in shown(pilot)
        await rest(pilot)


async def test_what_is_pasted_where_nobody_can_write_is_told_to_go_nowhere(
    open_app: OpenApp, office: Office
) -> None:
    async with open_app(WIDE) as pilot:
        pilot.app.post_message(events.Paste("kvx"))
        await come_true(pilot, lambda: "Det du limte inn, er ikke brukt" in told(pilot), "that it is not used")
        assert {row.unread for row in office.reader.page(Filter(folder="inbox"), 0)} == {True}
        await press(pilot, "slash")
        pilot.app.post_message(events.Paste("fra:fjord"))
        await until(pilot, "fra:fjord")
        assert "limte inn" not in told(pilot)


async def test_a_sentence_typed_over_the_question_that_is_answered_is_told_to_go_nowhere(
    open_app: OpenApp,
) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "end", "s")
        await until(pilot, "Svar på forespørsel")
        await press(pilot, "f6")
        await write(pilot, SENTENCE)
        await come_true(pilot, lambda: "ikke brukt til noe." in told(pilot), "that it is not used")
        assert "bokstavene kommandoer" not in told(pilot)
