"""`elmeld show`, by its command line."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from request_sample import REQUEST

from elmeld_tui.cli import main
from elmeld_tui.model.states import State
from elmeld_tui.store import messages
from elmeld_tui.store.database import open_database
from elmeld_tui.store.places import database_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "melding.xml"
    written.write_text(REQUEST, encoding="utf-8")
    return written


def test_it_is_shown_as_one_reads_it(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(file)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Forespørsel · Annen henvendelse\n")
    assert "Hva nå?" in shown


@pytest.mark.parametrize("arguments", [["--format", "json"], ["--json"]])
def test_it_is_given_as_data(arguments: list[str], file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", *arguments, str(file), str(file)]) == 0
    views = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(views) == 2
    assert views[0].keys() == {"title", "kind", "version", "banner", "sections", "attachments"}
    fields = [field for section in views[0]["sections"] for field in section["fields"]]
    asked = next(field for field in fields if field["label"] == "Gjelder")
    assert (asked["value"], asked["code"], asked["codelist"]) == (
        "Annen henvendelse",
        "99",
        "Type forespørsel (9152)",
    )


def test_what_cannot_be_read_is_told_and_the_others_are_shown(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "x.xml"
    broken.write_bytes(b"<a>")
    assert main(["show", str(broken), str(file)]) == 1
    told = capsys.readouterr()
    assert len(told.err.splitlines()) == 1
    assert "ikke velformet" in told.err
    assert "Hva nå?" in told.out


def test_every_corpus_file_is_shown(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(map(str, (shared / "corpus").glob("*/*/*.xml")))
    assert main(["show", *files]) == 0
    assert capsys.readouterr().err == ""


def test_a_folder_is_refused_kindly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(tmp_path)]) == 2
    assert "er en mappe" in capsys.readouterr().err


def test_a_number_without_a_clinic_is_a_file_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "42"]) == 2
    assert "«42» finnes ikke" in capsys.readouterr().err


def test_a_number_nobody_has_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_database(tmp_path).close()
    assert main(["show", "--data-dir", str(tmp_path), "42"]) == 1
    assert "melding 42" in capsys.readouterr().err


def test_a_kept_message_is_shown_by_its_number_and_that_is_noted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = open_database(tmp_path)
    with database.transaction() as connection:
        number = messages.add(connection, direction="in", state=State.IMPORTED, at="2026-11-22T08:12:00.000Z")
        messages.add_part(connection, number, "document", "text/xml", REQUEST.encode())
    database.close()
    assert main(["show", "--data-dir", str(tmp_path), str(number)]) == 0
    assert "Hva nå?" in capsys.readouterr().out
    with sqlite3.connect(database_file(tmp_path)) as kept:
        assert kept.execute("SELECT action, message_id, detail FROM audit").fetchall() == [("show", number, "{}")]
    kept.close()


@pytest.mark.parametrize("digits", [19, 20, 30])
def test_a_number_larger_than_any_is_not_found(
    digits: int, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_database(data_dir).close()
    number = "9" * digits
    for command in (["show", number], ["inspect", number], ["log", number], ["log", "--thread", number]):
        assert main(["--data-dir", str(data_dir), *command]) == 1
        (told,) = capsys.readouterr().err.splitlines()
        assert number in told


def test_digits_without_end_are_no_number(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_database(data_dir).close()
    for command in ("show", "inspect"):
        assert main(["--data-dir", str(data_dir), command, "9" * 5000]) == 2
        (told,) = capsys.readouterr().err.splitlines()
        assert told.startswith("elmeld: «999")
