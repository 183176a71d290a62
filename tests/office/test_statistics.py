"""The message log in numbers: each message is counted once, on the Norwegian day it came, whatever way it went."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from benchmarks.many_messages import fill
from sqlalchemy import insert

from elmeld_tui.model.clock import from_text, oslo
from elmeld_tui.office.statistics import Amount, statistics
from elmeld_tui.store import tables
from elmeld_tui.store.database import Database, open_database
from elmeld_tui.store.reading import Reader, open_reader

NOW = from_text("2026-11-22T08:00:00.000Z")


def message(database: Database, **columns: object) -> None:
    usual = {
        "direction": "in",
        "kind": "dialogue",
        "communication_type": "dialogue",
        "sender_name": "Fjord sykehus",
        "receiver_name": "Oss",
        "state": "imported",
        "receipt": "none",
        "created": "2026-11-22T07:00:00.000Z",
        "updated": "",
    }
    with database.transaction() as connection:
        connection.execute(insert(tables.message), usual | columns)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(tmp_path)


@pytest.fixture
def reader(database: Database, tmp_path: Path) -> Reader:
    return open_reader(tmp_path)


def test_a_day_begins_at_midnight_in_oslo(database: Database, reader: Reader) -> None:
    message(database, created="2026-11-21T22:59:59.000Z")
    message(database, created="2026-11-21T23:00:00.000Z")
    found = statistics(reader, 2, lambda: NOW)
    assert found.since == date(2026, 11, 21)
    assert [(one.name, one.label, one.total) for one in found.days] == [
        ("2026-11-22", "22.11.2026", 1),
        ("2026-11-21", "21.11.2026", 1),
    ]


def test_each_way_and_what_failed_is_told_apart_and_receipts_are_not_counted(
    database: Database, reader: Reader
) -> None:
    message(database)
    out = {"direction": "out", "sender_name": "Oss", "receiver_name": "NAV", "communication_type": "sick_note"}
    message(database, **out, state="delivered", receipt="rejected", handled="2026-11-22T07:30:00.000Z")
    message(database, **out, state="delivered", receipt="accepted")
    message(database, kind="apprec", communication_type="receipt")
    found = statistics(reader, 1, lambda: NOW)
    assert found.partners == (Amount("NAV", "NAV", 0, 2, 1), Amount("Fjord sykehus", "Fjord sykehus", 1, 0, 0))
    assert [(one.name, one.total) for one in found.types] == [("sick_note", 2), ("dialogue", 1)]


def test_the_tables_agree_with_each_other_and_with_the_log(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    fill(database, 5000)
    database.close()
    reader = open_reader(tmp_path)
    last = reader.ask("SELECT created FROM message WHERE id = 5000")[0][0]
    now = from_text(last)
    found = statistics(reader, 366, lambda: now)
    begin = (now.astimezone(oslo()) - timedelta(days=365)).date()
    rows = reader.ask("SELECT created, direction, state, receipt FROM message")
    within = [row for row in rows if from_text(row[0]).astimezone(oslo()).date() >= begin]
    wrong = [row for row in within if row[2] == "undelivered" or row[3] == "rejected"]
    for amounts in (found.days, found.types, found.partners):
        assert sum(one.total for one in amounts) == len(within)
        assert sum(one.sent for one in amounts) == len([row for row in within if row[1] == "out"])
        assert sum(one.wrong for one in amounts) == len(wrong)
    reader.close()
