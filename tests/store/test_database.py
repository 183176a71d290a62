"""The store: what it promises of bytes, times, versions and files."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from elmeld_tui.model.states import ImpossibleMoveError, State
from elmeld_tui.store import database as databases
from elmeld_tui.store import events, make_tables, messages, payloads, tables
from elmeld_tui.store.address import ServerAddress
from elmeld_tui.store.check import check
from elmeld_tui.store.database import Database, StoreError, at, open_database, open_memory
from elmeld_tui.store.events import StaleStateError
from elmeld_tui.store.places import database_file
from elmeld_tui.store.reading import open_reader
from elmeld_tui.store.timeline import EventName

AT = "2026-11-22T08:00:00.000Z"


def test_the_migrations_make_the_tables_that_the_program_declares(database: Database) -> None:
    def ours(thing: object, name: str | None, kind: str, *_: object) -> bool:
        return kind != "table" or not str(name).startswith("message_search")

    with database.snapshot() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, SQLModel.metadata) == []
    assert {"message", "person"} <= SQLModel.metadata.tables.keys()


@pytest.mark.parametrize("name", make_tables.PAGES)
def test_statements_are_built_on_what_the_models_declare(name: str) -> None:
    kept = Path(make_tables.__file__).with_name(name).read_text(encoding="utf-8")
    assert kept == make_tables.page(name), "make tables"


def test_the_newest_migration_is_the_one_that_is_looked_for() -> None:
    scripts = ScriptDirectory(str(Path(databases.__file__).parent / "migrations"))
    assert scripts.get_current_head() == databases.HEAD


def test_a_store_is_its_owners_alone(tmp_path: Path) -> None:
    place = tmp_path / "clinic"
    open_database(place).close()
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE(database_file(place).stat().st_mode) == 0o600


def test_a_store_of_a_newer_program_is_left_alone(database: Database, data_dir: Path) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="nyere"):
        open_database(data_dir)


def test_an_open_store_is_opened_again_without_alembic(database: Database, data_dir: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from elmeld_tui.store.database import open_database; "
        "open_database(Path(sys.argv[1])).close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(data_dir)], check=False).returncode == 0


def test_reading_imports_nothing_heavy() -> None:
    heavy = "{'sqlalchemy', 'sqlmodel', 'alembic', 'pydantic', 'psycopg', 'httpx', 'lxml', 'cryptography'}"
    program = (
        "import sys; import elmeld_tui.store.reading, elmeld_tui.store.settings, elmeld_tui.store.trouble; "
        f"sys.exit(' '.join({heavy} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_commit_is_on_the_disk(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    with database.snapshot() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    with database.transaction() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    with database.transaction(durable=False) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
    database.close()


def test_a_commit_is_on_the_servers_disk(postgres_url: str) -> None:
    database = at(ServerAddress(postgres_url))
    for durable, said in ((True, "on"), (False, "off")):
        with database.transaction(durable=durable) as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == said
            assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"
    with database.snapshot() as connection:
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "repeatable read"
        assert connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
    database.close()


def test_bytes_are_kept_once_and_never_changed(database: Database) -> None:
    with database.transaction() as connection:
        first = payloads.keep(connection, b"hei")
        assert payloads.keep(connection, b"hei") == first
        assert payloads.read(connection, first) == b"hei"
        _message(connection)
    for change in ("UPDATE payload SET size = 0", "UPDATE event SET name = 'x'", "DELETE FROM event"):
        with pytest.raises(IntegrityError), database.transaction() as connection:
            connection.exec_driver_sql(change)


def test_several_pieces_of_bytes_large_and_small_keep_their_order(database: Database) -> None:
    several = [b"a" * 300_000, b"hei", b"b" * 300_000, b"hei", b"c"]
    with database.transaction() as connection:
        kept = payloads.keep_all(connection, several)
        assert [payloads.read(connection, one) for one in kept] == several
    assert kept[1] == kept[3]


def test_bytes_in_use_cannot_be_removed(database: Database) -> None:
    with database.transaction() as connection:
        messages.add_part(connection, _message(connection), "document", "application/xml", b"<a/>")
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM payload")


def test_an_error_shows_nothing_of_what_was_written(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught, database.transaction() as connection:
        connection.execute(tables.patient.insert().values(national_id=None, name="Ørjan Åsen"))
    assert "Ørjan" not in str(caught.value)


def test_a_move_that_the_table_lacks_does_not_happen(database: Database) -> None:
    with database.transaction() as connection:
        message_id = _message(connection)
    with pytest.raises(ImpossibleMoveError), database.transaction() as connection:
        events.move(connection, message_id, State.QUEUED, State.IMPORTED, at=AT, name=EventName.IMPORTED)
    with pytest.raises(StaleStateError), database.transaction() as connection:
        events.move(connection, message_id, State.SENT, State.DELIVERED, at=AT, name=EventName.DELIVERED)
    with database.snapshot() as connection:
        assert messages.state_of(connection, message_id) is State.QUEUED


def test_a_store_that_disagrees_with_itself_is_found_out(database: Database) -> None:
    with database.transaction() as connection:
        message_id = _message(connection)
        connection.exec_driver_sql(f"UPDATE message SET state = 'delivered' WHERE id = {message_id}")
    assert {finding.code for finding in check(database)} == {"state_without_event", "delivered_but_owed"}


def test_a_store_in_memory_is_whole_and_leaves_nothing(tmp_path: Path) -> None:
    store = open_memory()
    with store.transaction() as connection:
        _message(connection)
    with store.snapshot() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM message").scalar() == 1
    store.close()
    assert list(tmp_path.iterdir()) == []


def _message(connection: object) -> int:
    message_id = messages.add(connection, direction="out", state=State.QUEUED, at=AT)  # type: ignore[arg-type]
    events.record(connection, message_id, at=AT, name=EventName.QUEUED, state=State.QUEUED)  # type: ignore[arg-type]
    from elmeld_tui.store import outbox

    owed = outbox.Owed(message_id, "1", "2", f"id-{message_id}", give_up_at=AT, interval=3600)
    outbox.add(connection, owed, now=AT)  # type: ignore[arg-type]
    return message_id


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ('url = "postgresql://elmeld:hemmelig@db/elmeld"', "passordet"),
        ('url = "postgresql://db/elmeld?password=hemmelig"', "passordet"),
        ('url = "mysql://db/elmeld"', "postgresql://"),
        ('url = "postgresql://db/elmeld"\npassword_env = "ELMELD_NOT_SET"', "ELMELD_NOT_SET"),
        ('url = "postgresql://127.0.0.1:1/elmeld"', "127.0.0.1"),
        ("url = [", "TOML"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_words_without_its_password(
    tmp_path: Path, store: str, said: str
) -> None:
    (tmp_path / "clinic.toml").write_text(f"[store]\n{store}\n", encoding="utf-8")
    for open_it in (open_database, open_reader):
        with pytest.raises(StoreError, match=re.escape(said)) as caught:
            open_it(tmp_path)
        assert "hemmelig" not in str(caught.value)
