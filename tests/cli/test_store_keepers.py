"""Who may look after the store, and prove the trail: an administrator, and the account that owns the directory."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from elmeld_tui.cli import main
from elmeld_tui.model.clinic import Clinic, Service, User
from elmeld_tui.model.retention import Retention
from elmeld_tui.store import audit, people
from elmeld_tui.store.database import open_database
from elmeld_tui.store.places import database_file
from elmeld_tui.store.settings import read_clinic, write_clinic

Types = Callable[..., None]
CLINIC = Clinic(
    "Odden",
    "100",
    "999999993",
    (Service("101", "Fastlege"),),
    (User("adm", "Astrid", administrator=True), User("kari", "Kari")),
)


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    directory = tmp_path / "clinic"
    write_clinic(directory, CLINIC)
    database = open_database(directory)
    with database.transaction() as connection:
        people.take_in(connection, CLINIC.users, at="2026-11-22T08:00:00.000Z")
    database.close()
    return directory


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Types:
    """Let somebody sit at the machine, whose account owns the clinic's directory or does not."""

    def types(name: str, *, owner: bool = False) -> None:
        for module in ("cli.opening", "cli.db", "office.clinic"):
            monkeypatch.setattr(f"elmeld_tui.{module}.login", lambda: name)
        for module in ("cli.opening", "office.clinic"):
            monkeypatch.setattr(f"elmeld_tui.{module}.owns", lambda _directory: owner)

    return types


def in_the_trail(clinic: Path) -> list[tuple[str, str]]:
    database = open_database(clinic)
    with database.snapshot() as connection:
        found = [(row.user, row.action) for row in audit.entries(connection)]
    database.close()
    return found


def test_a_colleague_copies_and_clears_nothing_and_that_she_tried_is_in_the_trail(
    clinic: Path, types: Types, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    types("kari")
    copy = tmp_path / "copy"
    attempts = (
        ["db", "backup", str(copy)],
        ["db", "purge"],
        ["db", "check"],
        ["audit", "verify"],
        ["cpa", "import", __file__],
        ["code", "import", __file__],
    )
    for words in attempts:
        assert main(["--data-dir", str(clinic), *words]) == 1
        assert "administrator" in capsys.readouterr().err
    assert not copy.exists()
    assert in_the_trail(clinic) == [("kari", "refused")] * len(attempts)


def test_an_administrator_and_the_account_that_owns_the_directory_look_after_the_store(
    clinic: Path, types: Types, tmp_path: Path
) -> None:
    types("adm")
    assert main(["--data-dir", str(clinic), "db", "backup", str(tmp_path / "one")]) == 0
    types("service", owner=True)
    assert main(["--data-dir", str(clinic), "db", "backup", str(tmp_path / "two")]) == 0
    assert main(["--data-dir", str(clinic), "db", "purge"]) == 0
    assert main(["--data-dir", str(clinic), "audit", "verify"]) == 0
    assert in_the_trail(clinic) == [("adm", "backup"), ("service", "backup"), ("service", "purge")]


def test_the_account_that_owns_the_directory_reads_no_messages_by_it(
    clinic: Path, types: Types, capsys: pytest.CaptureFixture[str]
) -> None:
    types("service", owner=True)
    for words in (["log"], ["audit", "list"], ["user", "grant", "kari", "all-messages"]):
        assert main(["--data-dir", str(clinic), *words]) == 1
        assert "«service» er ikke bruker ved klinikken" in capsys.readouterr().err


def test_a_store_that_can_say_nothing_is_looked_after_by_its_owner_alone(
    clinic: Path, types: Types, capsys: pytest.CaptureFixture[str]
) -> None:
    database_file(clinic).write_bytes(b"no database at all" * 100)
    types("adm")
    assert main(["--data-dir", str(clinic), "db", "check"]) == 3
    refused = capsys.readouterr().err
    types("service", owner=True)
    assert main(["--data-dir", str(clinic), "db", "check"]) == 3
    assert "elmeld.db" in capsys.readouterr().err, "what is wrong with it"
    assert refused.count("\n") == 1


def test_how_long_things_are_kept_is_listed_tried_and_changed_by_who_may(
    clinic: Path, types: Types, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--data-dir", str(clinic), "retention"]
    types("kari")
    assert main([*command, "list"]) == 0
    assert "envelopes   Konvolutter             180 dager fra alt er besvart" in capsys.readouterr().out
    assert main([*command, "set", "alerts", "90"]) == 1
    assert "administrator" in capsys.readouterr().err
    types("adm")
    assert main([*command, "set", "signals", "7"]) == 1
    assert "minst 30 dager" in capsys.readouterr().err
    assert main([*command, "set", "alerts", "90", "--dry-run"]) == 0
    assert "Ingenting er endret." in capsys.readouterr().out
    assert read_clinic(clinic).retention == Retention()
    assert main(["--json", *command, "set", "alerts", "90"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "part": "alerts",
        "days": 90,
        "next_purge": 0,
        "changed": True,
    }
    assert read_clinic(clinic).retention == Retention(alerts=90)
    assert in_the_trail(clinic)[-2:] == [("kari", "refused"), ("adm", "change_retention")]


@pytest.mark.parametrize("command", [["cert", "list"], ["cert", "check", "101"], ["address", "odden"]])
def test_a_stranger_sees_neither_certificates_nor_addresses_and_the_trail_has_it(
    command: list[str], clinic: Path, types: Types, capsys: pytest.CaptureFixture[str]
) -> None:
    types("ukjent")
    assert main(["--data-dir", str(clinic), *command]) == 1
    assert "«ukjent» er ikke bruker ved klinikken" in capsys.readouterr().err
    assert in_the_trail(clinic)[-1] == ("ukjent", "refused")
    types("kari")
    main(["--data-dir", str(clinic), *command])
    assert "ikke bruker ved klinikken" not in capsys.readouterr().err
