"""What arrives, is answered or fails shows in every open terminal by itself, without moving what one looks at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from elmeld_tui.messages import writing
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.patients import register_patient
from elmeld_tui.store import people, tables
from elmeld_tui.store.database import open_database
from elmeld_tui.store.reading import open_reader
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.screens import place
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.window_list import WindowList
from tests.office.conftest import CLINIC, Register
from tests.tui.conftest import NARROW, NOW, addressing, come_true, press, rest, sent, shown, take_in, until


@pytest.fixture
def clinic(data_dir: Path) -> Iterator[Office]:
    """A clinic with twenty-five messages in the inbox and one on its way, on either database."""
    database = open_database(data_dir)
    with database.transaction() as connection:
        people.take_in(connection, CLINIC.users, at=to_text(NOW))
    office = Office(CLINIC, data_dir, database, open_reader(data_dir), Register(), CLINIC.users[0], lambda: NOW)
    patient = register_patient(office, "21858230052", "Ørjan", "Åsen")
    for number in range(1, 26):
        arrive(office, patient.id, number)
    sent(office, state=State.DELIVERED, receipt=Receipt.AWAITED, at=NOW, errors=[])
    yield office
    office.reader.close()
    database.close()


def arrive(office: Office, patient: int, number: int) -> int:
    """Let a request come in."""
    frame = addressing(office, patient, number=number, now=NOW)
    request = writing.build("request", {"type": "7", "question": f"Spørsmål {number}?"}, frame)
    return take_in(office, request, NOW + timedelta(minutes=number))


def test_a_terminal_looks_more_than_twice_a_second() -> None:
    assert place.LOOK_EVERY < 0.5


async def test_every_terminal_shows_it_soon_and_moves_nothing(clinic: Office, data_dir: Path) -> None:
    sessions = [
        Session(data_dir, None, CLINIC, clinic.user, open_reader(data_dir), clinic.clock, clinic) for _ in range(2)
    ]
    async with AsyncExitStack() as stack:
        pilots = [await stack.enter_async_context(ElmeldApp(each).run_test(size=NARROW)) for each in sessions]
        for pilot in pilots:
            await rest(pilot)
        first, second = pilots
        await press(first, "end")
        await press(second, "f4")
        lists = [pilot.app.screen.query_one("#messages", WindowList) for pilot in pilots]
        looked_at = lists[0].current
        above = lists[0].cursor - lists[0].scroll_offset.y

        arrive(clinic, 1, 26)
        await until(first, "Innboks · 26")
        await until(second, "Meldingslogg · 27")
        assert lists[0].current == looked_at
        assert lists[0].cursor - lists[0].scroll_offset.y == above

        for receipt, word in ((Receipt.ACCEPTED, "godtatt"), (Receipt.REJECTED, "avvist")):
            with clinic.database.transaction() as connection:
                outgoing = tables.message.c.direction == "out"
                connection.execute(tables.message.update().where(outgoing).values(receipt=receipt))
            await come_true(second, lambda word=word: word in shown(second).casefold(), word)
    for each in sessions:
        each.reader.close()
