"""What an operator does with the store: check, back up while others write, restore, measure, hold, encrypt."""

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from elmeld_tui.cli import main
from elmeld_tui.model.clinic import Clinic, Service, StoreSettings
from elmeld_tui.model.clock import from_text
from elmeld_tui.model.retention import Retention
from elmeld_tui.model.states import State
from elmeld_tui.store import copies, events, files, messages, search, tables
from elmeld_tui.store.address import FileAddress
from elmeld_tui.store.database import Database, open_database
from elmeld_tui.store.places import database_file
from elmeld_tui.store.reading import Filter, open_reader
from elmeld_tui.store.settings import write_clinic
from elmeld_tui.store.timeline import EventName

AT = "2026-11-22T08:00:00.000Z"
CLINIC = Clinic("Odden", "100", "999999993", (Service("101", "Fastlege"),), retention=Retention(messages=31))


def add(database: Database, name: str = "Ørjan Åsen", *, at: str = AT) -> int:
    with database.transaction() as connection:
        new = messages.add(connection, direction="in", state=State.DUPLICATE, at=at, patient_name=name)
        messages.add_part(connection, new, "document", "application/xml", f"<a>{name} {new}</a>".encode())
        events.record(connection, new, at=at, name=EventName.DUPLICATE, state=State.DUPLICATE)
        search.put(connection, new, search.Said(patient=name, ids=str(new), words="tilbakefall"))
    return new


@pytest.fixture
def clinic(data_dir: Path) -> Iterator[Path]:
    """A clinic with three messages, in the one database and then the other."""
    database = open_database(data_dir)
    for _ in range(3):
        add(database)
    database.close()
    return data_dir


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    code = main([str(one) for one in arguments])
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def db(capsys: pytest.CaptureFixture[str], clinic: Path, *arguments: str | Path) -> tuple[int, str]:
    return told(capsys, "--data-dir", clinic, "db", *arguments)


def test_a_whole_store_is_told_to_be_and_a_broken_one_line_by_line(
    clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert db(capsys, clinic, "check") == (0, "Meldingslageret er helt.\n")
    database = open_database(clinic)
    with database.transaction() as connection:
        connection.execute(text("UPDATE message SET state = 'imported' WHERE id = 2"))
        connection.execute(
            text("INSERT INTO payload (sha256, size, bytes) VALUES ('0', 1, :bytes)"), {"bytes": b"x"}
        )
    database.close()
    code, said = db(capsys, clinic, "check", "--json")
    assert code == 1
    assert [json.loads(line)["code"] for line in said.splitlines()] == [
        "state_without_event",
        "imported_but_not_in_post",
        "bytes_changed",
    ]


def test_a_backup_taken_while_others_write_is_whole_and_can_be_restored(
    clinic: Path, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    if (clinic / "clinic.toml").exists() and shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    database = open_database(clinic)
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.002):
            add(database, "Kari Nes")

    writer = threading.Thread(target=write)
    writer.start()
    copy = tmp_path_factory.mktemp("backup") / "elmeld.backup"
    code, said = db(capsys, clinic, "backup", copy)
    stop.set()
    writer.join()
    database.close()
    assert code == 0, said
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [path.name for path in copy.parent.iterdir()] == ["elmeld.backup"]
    assert db(capsys, clinic, "backup", copy)[0] == 2, "nothing is overwritten"


def test_a_restored_file_is_the_store_and_the_old_one_is_kept_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = open_database(tmp_path)
    first = add(database)
    copy = tmp_path / "copy.db"
    assert db(capsys, tmp_path, "backup", copy)[0] == 0
    add(database)
    code, said = db(capsys, tmp_path, "restore", copy)
    assert (code, "i bruk" in said) == (3, True), "somebody has it open"
    database.close()
    code, said = db(capsys, tmp_path, "restore", copy)
    assert code == 0, said
    assert "elmeld.db.replaced-1" in said
    assert "1 meldinger der er nyere enn kopien" in said
    reader = open_reader(tmp_path)
    assert [row.id for row in reader.page(Filter(), 0)] == [first]
    reader.close()
    with sqlite3.connect(tmp_path / "elmeld.db.replaced-1") as kept:
        assert kept.execute("SELECT count(*) FROM message").fetchone() == (2,)
    kept.close()
    assert db(capsys, tmp_path, "check")[0] == 0


def test_a_restore_that_is_cut_short_leaves_a_store_in_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(tmp_path)
    add(database)
    copy = tmp_path / "copy.db"
    assert db(capsys, tmp_path, "backup", copy)[0] == 0
    last = add(database)
    database.close()

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", cut)
        with pytest.raises(KeyboardInterrupt):
            copies.restore(FileAddress(database_file(tmp_path)), copy)
    reader = open_reader(tmp_path)
    assert reader.message(last) is not None, "no engine would begin an empty store"
    reader.close()
    assert db(capsys, tmp_path, "restore", copy)[0] == 0


def test_a_disk_without_room_for_a_copy_is_told_of_as_that(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_database(tmp_path).close()

    class OnFullDisk(sqlite3.Connection):
        def backup(self, *_: object, **__: object) -> None:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

    monkeypatch.setattr(
        files, "connect", lambda address, *_, **__: sqlite3.connect(address.path, factory=OnFullDisk)
    )
    code, said = db(capsys, tmp_path, "backup", tmp_path / "copy.db")
    assert (code, "ikke plass til kopien" in said) == (3, True), said
    assert not (tmp_path / "copy.db").exists()


def test_a_copy_that_is_not_whole_replaces_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = open_database(tmp_path)
    add(database)
    database.close()
    broken = tmp_path / "broken.db"
    assert db(capsys, tmp_path, "backup", broken)[0] == 0
    with sqlite3.connect(broken) as copy:
        copy.execute("UPDATE message SET state = 'imported'")
    copy.close()
    before = database_file(tmp_path).read_bytes()
    code, said = db(capsys, tmp_path, "restore", broken)
    assert (code, "ikke hel" in said) == (1, True)
    broken.write_bytes(b"not a store, but long enough to be looked at" * 100)
    assert db(capsys, tmp_path, "restore", broken)[0] == 3
    assert database_file(tmp_path).read_bytes() == before
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".part"]


def test_a_dump_is_read_into_an_empty_database_and_no_other(
    postgres_server: object, postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    (tmp_path / "clinic.toml").write_text(f'[store]\nurl = "{postgres_url}"\n', encoding="utf-8")
    database = open_database(tmp_path)
    add(database)
    dump = tmp_path / "dump"
    assert db(capsys, tmp_path, "backup", dump)[0] == 0
    assert db(capsys, tmp_path, "restore", dump)[0] == 3, "there is a store"
    empty = postgres_server.make(template="template0")  # type: ignore[attr-defined]
    url = postgres_server.url(empty)  # type: ignore[attr-defined]
    (tmp_path / "clinic.toml").write_text(f'[store]\nurl = "{url}"\n', encoding="utf-8")
    assert db(capsys, tmp_path, "check")[0] == 1, "there is no store yet"
    code, said = db(capsys, tmp_path, "restore", dump)
    assert code == 0, said
    assert db(capsys, tmp_path, "check")[0] == 0
    reader = open_reader(tmp_path)
    assert reader.count(Filter(text="åsen")) == 1
    reader.close()
    database.close()
    postgres_server.drop(empty)  # type: ignore[attr-defined]


def test_what_is_there_is_measured(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = db(capsys, clinic, "stat", "--json")
    found = json.loads(said)
    assert code == 0
    assert found["rows"]["message"] == 3
    assert found["parts"] == {"document": found["payloads"]}
    assert found["size"] > found["per_message"] > 0


def test_a_purge_goes_by_the_clinics_policy_and_spares_what_is_held(
    clinic: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from elmeld_tui.store.settings import read_store

    monkeypatch.setattr("elmeld_tui.model.clock.now", lambda: from_text(AT))
    write_clinic(clinic, Clinic(**{**as_arguments(CLINIC), "store": read_store(clinic)}))
    database = open_database(clinic)
    old = [add(database, at="2020-01-01T00:00:00.000Z") for _ in range(2)]
    assert db(capsys, clinic, "hold", str(old[0])) == (0, f"Ingenting av melding {old[0]} blir fjernet.\n")
    assert db(capsys, clinic, "hold", "4711")[0] == 1
    code, said = db(capsys, clinic, "purge", "--json")
    assert (code, json.loads(said)["messages"]) == (0, 1)
    with database.snapshot() as connection:
        kept = set(connection.execute(tables.message.select()).scalars())
        noted = connection.execute(text("SELECT action, message_id FROM audit ORDER BY id")).all()
    assert noted == [("hold", old[0]), ("purge", None)]
    assert old[0] in kept
    assert old[1] not in kept
    database.close()
    assert db(capsys, clinic, "check")[0] == 0


def as_arguments(clinic: Clinic) -> dict[str, object]:
    return {name: getattr(clinic, name) for name in clinic.__slots__}


def test_a_store_at_the_newest_schema_stays_there(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = db(capsys, clinic, "migrate", "--json")
    assert (code, json.loads(said)) == (0, {"from": "0001", "to": "0001"})


@pytest.mark.parametrize("what", ["check", "stat", "purge", "migrate"])
def test_where_there_is_no_store_none_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    write_clinic(tmp_path, CLINIC)
    code, said = db(capsys, tmp_path, what)
    assert (code, "meldingslager" in said) == (1, True)
    assert not database_file(tmp_path).exists()


class TestEncryption:
    """A store that nobody reads without its key."""

    @pytest.fixture
    def key(self, tmp_path: Path) -> Path:
        pytest.importorskip("sqlcipher3")
        path = tmp_path / "keyring"
        path.write_text(secrets.token_hex(32) + "\n", encoding="utf-8")
        return path

    def test_an_encrypted_store_shows_nothing_and_works(
        self, tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        database = open_database(tmp_path)
        add(database)
        database.close()
        assert b"tilbakefall" in everything(tmp_path)
        assert db(capsys, tmp_path, "encrypt")[0] == 2, "there is no key_command yet"
        write_clinic(tmp_path, with_key(key))
        code, said = db(capsys, tmp_path, "check")
        assert (code, "key_command passer ikke" in said) == (3, True)
        assert db(capsys, tmp_path, "encrypt")[0] == 0
        database = open_database(tmp_path)
        add(database, "Kari Nes")
        reader = open_reader(tmp_path)
        assert reader.count(Filter(text="tilbakefall")) == 2
        reader.close()
        seen = everything(tmp_path)
        assert "elmeld.db-wal" in {path.name for path in tmp_path.iterdir()}
        for word in ("tilbakefall", "Åsen", "Kari Nes", "SQLite format"):
            assert word.encode() not in seen
        copy = tmp_path / "copy.db"
        assert db(capsys, tmp_path, "backup", copy)[0] == 0
        assert b"tilbakefall" not in copy.read_bytes()
        database.close()
        assert db(capsys, tmp_path, "restore", copy)[0] == 0
        assert db(capsys, tmp_path, "check")[0] == 0
        assert db(capsys, tmp_path, "encrypt")[0] == 3, "it is encrypted already"

    def test_a_wrong_key_or_none_is_told(
        self, tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write_clinic(tmp_path, with_key(key))
        open_database(tmp_path).close()
        other = tmp_path / "other"
        other.write_text("en setning til å huske\n", encoding="utf-8")
        for settings, said in (
            (with_key(other), "passer ikke"),
            (with_key(tmp_path / "nowhere"), "ga ingen nøkkel"),
            (CLINIC, "kryptert"),
        ):
            write_clinic(tmp_path, settings)
            for command in (("db", "check"), ("log",)):
                code, printed = told(capsys, "--data-dir", tmp_path, *command)
                assert (code, said in printed) == (3, True), printed


def with_key(path: Path) -> Clinic:
    store = StoreSettings(key_command=("cat", str(path)))
    return Clinic(**{**as_arguments(CLINIC), "store": store})  # type: ignore[arg-type]


def everything(place: Path) -> bytes:
    """Return every byte of the database and what lies beside it."""
    return b"".join(path.read_bytes() for path in place.glob("elmeld.db*"))
