"""What one process commits, every other sees at once; and two who write never undo each other."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from tests.waiting import assert_soon

from elmeld_tui.store import payloads, tables
from elmeld_tui.store.database import Database, open_database
from elmeld_tui.store.reading import Reader, open_reader

_COMMIT = """
import sys
from pathlib import Path
from sqlalchemy import insert
from elmeld_tui.store import tables
from elmeld_tui.store.database import open_database
database = open_database(Path(sys.argv[1]))
for line in sys.stdin:
    with database.transaction() as connection:
        if line.strip() == "write":
            connection.execute(insert(tables.party).values(her_id="1", data={}, fetched=""))
    print("done", flush=True)
database.close()
"""


def test_what_another_process_commits_shows_when_they_look_next(reader: Reader, data_dir: Path) -> None:
    other = open_reader(data_dir)
    with subprocess.Popen(
        [sys.executable, "-c", _COMMIT, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def told(word: str) -> None:
            process.stdin.write(f"{word}\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            assert process.stdout.readline() == "done\n"  # type: ignore[union-attr]

        told("look")
        seen = [reader.data_version(), other.data_version()]
        told("look")
        assert [reader.data_version(), other.data_version()] == seen, "nothing was written, so nobody wakes"
        told("write")
        for one, before in zip((reader, other), seen, strict=True):
            assert_soon(lambda one=one, before=before: one.data_version() != before)  # type: ignore[misc]
        process.stdin.close()
    other.close()


def test_a_transaction_that_ends_badly_wakes_nobody(reader: Reader, database: Database) -> None:
    seen = reader.data_version()
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(
            insert(tables.party), [{"her_id": one, "data": {}, "fetched": ""} for one in ("1", None)]
        )
    with database.snapshot() as connection:
        assert connection.execute(select(tables.party.c.her_id)).all() == []
    assert reader.data_version() == seen


def test_what_a_transaction_reads_does_not_change_before_it_writes(database: Database, data_dir: Path) -> None:
    """Two who read a number and add to it: each addition counts, as under BEGIN IMMEDIATE."""
    other = open_database(data_dir)
    p = tables.party
    with database.transaction() as connection:
        connection.execute(insert(p).values(her_id="1", name="0", data={}, fetched=""))

    def add(store: Database) -> None:
        for _ in range(20):
            with store.transaction() as connection:
                name = connection.execute(select(p.c.name)).scalar_one()
                connection.execute(update(p).values(name=str(int(name) + 1)))

    threads = [threading.Thread(target=add, args=(store,)) for store in (database, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.snapshot() as connection:
        assert connection.execute(select(p.c.name)).scalar_one() == "40"
    other.close()


def test_those_who_go_beside_are_not_held_up(database: Database) -> None:
    """A claim locks the rows it takes and waits for no one else's transaction, where the database can."""
    with database.snapshot() as connection:
        if connection.dialect.name == "sqlite":
            return
    with database.transaction() as holding:
        holding.execute(insert(tables.party).values(her_id="1", data={}, fetched=""))
        # Held up, it would be given up: the one it waits for does not end before it.
        with database.transaction(alone=False) as beside:
            beside.execute(insert(tables.party).values(her_id="2", data={}, fetched=""))


def test_a_reader_finds_a_server_that_was_away(postgres_server: object, postgres_url: str, tmp_path: Path) -> None:
    (tmp_path / "clinic.toml").write_text(f'[store]\nurl = "{postgres_url}"\n', encoding="utf-8")
    database = open_database(tmp_path)
    reader = open_reader(tmp_path)
    seen = reader.data_version()
    with database.snapshot() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert reader.counts() == {}
    assert reader.data_version() != seen, "what was said meanwhile was not heard, so it reads again"
    with database.transaction() as connection:
        payloads.keep(connection, b"x")
    database.close()
    reader.close()
