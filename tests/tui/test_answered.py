"""What came can be read while one writes about it."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from elmeld_tui.office.clinic import Office
from elmeld_tui.office.patients import register_patient
from elmeld_tui.store import tables
from elmeld_tui.store.filters import Filter
from tests.tui.composing import search, to_search
from tests.tui.conftest import NARROW, WIDE, OpenApp, press, rest, shown, told, until, write

QUESTION = "acetylsalisylsyre"


def focused(pilot: Pilot[None]) -> object:
    assert pilot.app.focused is not None
    return pilot.app.focused


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_question_stands_beside_the_answer_and_writing_begins_at_once(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size) as pilot:
        await press(pilot, "down", "s")
        await until(pilot, "Svar på forespørsel")
        await write(pilot, "Nei, sluttet i vår.")
        assert QUESTION in shown(pilot)
        assert "Nei, sluttet i vår." in shown(pilot)


async def test_f6_looks_into_the_question_and_comes_back_to_the_word_one_was_writing(
    open_app: OpenApp,
) -> None:
    async with open_app() as pilot:
        await press(pilot, "down", "s")
        await until(pilot, "Svar på forespørsel")
        await write(pilot, "Nei, sluttet")
        writing = focused(pilot)
        await press(pilot, "f6", "end")
        assert focused(pilot) is not writing
        assert "21858230052" in shown(pilot), "whom it is about stands last"
        await press(pilot, "f6")
        await write(pilot, " i vår.")
        assert focused(pilot) is writing
        assert "Nei, sluttet i vår." in shown(pilot)


async def test_who_answers_what_is_answered_already_is_told_first(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await press(pilot, "down")
        for is_answered in (False, True):
            await press(pilot, "s")
            await until(pilot, "Forespørsel · Timeavtale")
            assert ("BESVART 22.11.2026" in shown(pilot)) is is_answered
            await write(pilot, "Nei.")
            await press(pilot, "f9")
            await until(pilot, "Send nå")
            assert "Gjelder Ørjan Åsen, født 21.05.1982." in shown(pilot)
            await press(pilot, "enter")
            await until(pilot, "lagt i kø")


async def test_an_answer_that_becomes_about_somebody_else_says_whom_the_question_is_about(
    open_app: OpenApp, office: Office
) -> None:
    register_patient(office, "13116900216", "Line", "Danser")
    async with open_app(NARROW) as pilot:
        await press(pilot, "down", "s")
        await until(pilot, "Forespørsel · Timeavtale")
        await to_search(pilot, "patient")
        await search(pilot, "danser")
        assert "Meldingen du skriver om, gjelder Ørjan Åsen." in told(pilot)


async def test_what_is_reported_as_faulty_stands_beside_the_report(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "a")
        await until(pilot, "Om mottatt melding · Avvik")
        assert "B-Hemoglobin" in shown(pilot)


async def test_where_there_is_no_room_the_form_has_all_of_it(open_app: OpenApp) -> None:
    async with open_app((40, 10)) as pilot:
        await press(pilot, "down", "s")
        await until(pilot, "Svar på forespørsel")
        await write(pilot, "Nei")
        assert "Mottatt melding" not in shown(pilot)
        await pilot.resize_terminal(200, 60)
        await rest(pilot)
        assert QUESTION in shown(pilot)
        assert "Nei" in shown(pilot)


async def test_who_may_no_longer_read_it_is_told_so_and_keeps_her_draft(open_app: OpenApp, office: Office) -> None:
    asked = office.reader.page(Filter(folder="inbox"), 0)[1].id
    async with open_app(WIDE) as pilot:
        await press(pilot, "down", "s")
        await until(pilot, "Svar på forespørsel")
        await write(pilot, "Nei")
        await press(pilot, "f8", "escape")
        with office.database.transaction() as connection:
            connection.execute(tables.message_part.delete().where(tables.message_part.c.message_id == asked))
        await press(pilot, "tab", "end", "up", "up", "enter", "enter")
        await until(pilot, "Svar på forespørsel")
        await rest(pilot)
        assert QUESTION not in shown(pilot)
        assert "er ikke lagret" in shown(pilot)
        assert "Nei" in shown(pilot)
