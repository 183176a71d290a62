"""A support person is told that one message did not arrive, and finds it among very many."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.many_messages import fill
from sqlalchemy import insert, update

from benchmarks import million
from elmeld_tui.store import people, search, tables
from elmeld_tui.store.database import open_database
from elmeld_tui.store.reading import open_reader
from elmeld_tui.store.settings import write_clinic
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.session import Session
from tests.office.conftest import CLINIC
from tests.tui.conftest import NARROW, NOW, press, shown

MANY, LOST = 20_000, 4711
A_MILLION = "ELMELD_A_MILLION"
"""Variable that asks for a million messages instead (`make million`): too dear for every run of the suite."""
FEWEST = 10
"""Keys that the way may not need."""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ElmeldApp]:
    """A clinic with years of messages, hundreds of them in trouble, and one that somebody asks about."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    if os.environ.get(A_MILLION):
        with million.clinic() as made:
            # Others measure what is kept there: one asks about a message of a copy.
            shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    write_clinic(tmp_path, CLINIC)
    database = open_database(tmp_path)
    if not os.environ.get(A_MILLION):
        fill(database, MANY)
    fault = {"code": "E21", "text": "Mottaker finnes ikke", "detail": "Avdelingen er lagt ned"}
    told = {"direction": "out", "kind": "referral", "type_code": "HENVISNING", "communication_type": "referral"}
    told |= {"receiver_name": "Øvre Nordvik sykehus", "state": "delivered", "receipt": "rejected"}
    account = {"message_id": LOST, "her_id": "8200009", "name": "Øvre Nordvik sykehus", "receipt": "rejected"}
    with database.transaction() as connection:
        people.take_in(connection, CLINIC.users, at="2026-11-22T08:00:00.000Z")
        connection.execute(update(tables.message).where(tables.message.c.id == LOST).values(told))
        connection.execute(insert(tables.receiver).values(account | {"errors": [fault], "due": ""}))
        search.put(connection, LOST, search.Said(receiver="Øvre Nordvik sykehus", words="Henvisning"))
    database.close()
    session = Session(tmp_path, None, CLINIC, CLINIC.users[0], open_reader(tmp_path), lambda: NOW)
    yield ElmeldApp(session)
    session.close()


@pytest.mark.parametrize(
    "keys",
    [
        ("f4", "slash", *"nordv", "enter", "enter"),
        ("f4", "3", "slash", "space", *"nor", "enter", "enter"),
    ],
    ids=["by the name of the receiver", "among what receivers have refused"],
)
async def test_why_one_message_of_very_many_did_not_arrive_is_found_in_under_ten_keys(
    app: ElmeldApp, keys: tuple[str, ...]
) -> None:
    assert len(keys) < FEWEST
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await press(pilot, *keys)
        screen = " ".join(shown(pilot).replace("▐", " ").split())
        assert f"nr. {LOST}" in screen
        assert "finnes ikke hos mottakeren" in screen
        assert "«E21 – Mottaker finnes ikke – Avdelingen er lagt ned»" in screen
        assert "Hva nå" in screen
        assert "n opprett på nytt" in screen
