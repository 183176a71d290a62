"""Signs of life: one row an engine, whoever else works on the same store."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from elmeld_tui.store import beat
from elmeld_tui.store.beat import Engine
from elmeld_tui.store.database import Database
from elmeld_tui.store.reading import Reader

FIRST = Engine("ås", 4711, 8181, "2026-11-22T08:00:00.000Z")
SECOND = Engine("bø", 4711, 8181, "2026-11-22T08:00:02.000Z")


def test_two_engines_live_side_by_side_and_end_one_by_one(database: Database, reader: Reader) -> None:
    with database.transaction() as connection:
        beat.go_on(connection, FIRST, at="2026-11-22T08:00:00.000Z")
        beat.go_on(connection, SECOND, at="2026-11-22T08:00:02.000Z")
        beat.go_on(connection, FIRST, at="2026-11-22T08:00:05.000Z")
    assert [(e.host, e.beat[-6:]) for e in reader.engines()] == [("ås", "5.000Z"), ("bø", "2.000Z")]
    newest = reader.engine()
    assert newest is not None
    assert newest.host == "ås"
    with database.transaction() as connection:
        beat.end(connection, FIRST)
    assert [e.host for e in reader.engines()] == ["bø"]


def test_an_engine_that_was_killed_is_forgotten_and_one_that_only_slept_comes_back(
    database: Database, reader: Reader
) -> None:
    with database.transaction() as connection:
        beat.go_on(connection, FIRST, at="2026-11-22T08:00:00.000Z")
        beat.go_on(connection, SECOND, at="2026-11-22T08:20:00.000Z")
        beat.forget_silent(connection, before="2026-11-22T08:10:00.000Z")
    assert [e.host for e in reader.engines()] == ["bø"]
    with database.transaction() as connection:
        beat.go_on(connection, FIRST, at="2026-11-22T08:20:05.000Z")
    (awake, _) = reader.engines()
    assert (awake.host, awake.port, awake.started) == ("ås", 8181, FIRST.started)


@pytest.mark.parametrize(("second", "alive"), [(0, True), (30, True), (31, False)])
def test_half_a_minute_of_silence_is_death(database: Database, reader: Reader, second: int, alive: bool) -> None:
    with database.transaction() as connection:
        beat.go_on(connection, FIRST, at="2026-11-22T08:00:00.000Z")
    (engine,) = reader.engines()
    assert engine.is_alive(datetime(2026, 11, 22, 8, second // 60, second % 60, tzinfo=UTC)) is alive
