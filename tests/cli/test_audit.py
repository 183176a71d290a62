"""``elmeld audit``: who did what, and whether the trail is as it was written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.office.conftest import CLINIC

from elmeld_tui.cli import main
from elmeld_tui.office.clinic import Office, open_office
from elmeld_tui.store import audit
from elmeld_tui.store.settings import write_clinic

AT = "2026-11-22T08:00:00.000Z"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr("elmeld_tui.office.clinic.login", lambda: "lege")
    write_clinic(tmp_path, CLINIC)
    opened = open_office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def clinic(office: Office) -> Path:
    with office.database.transaction() as connection:
        for user, action in (("kari", "open"), ("ola", "open"), ("kari", "send\x1b[2J")):
            audit.note(connection, at=AT, user=user, action=action, message_id=7, detail={"code": "E10"})
    return office.data_dir


def run(capsys: pytest.CaptureFixture[str], clinic: Path, *words: str) -> tuple[int, str, str]:
    json_first = ["--json"] if "--json" in words else []
    code = main([*json_first, "--data-dir", str(clinic), "audit", *(w for w in words if w != "--json")])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_an_auditor_sees_who_opened_a_message(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = run(capsys, clinic, "list", "--message", "7", "--action", "open")
    assert code == 0
    assert [line.split()[3] for line in said.splitlines()] == ["kari", "ola"]
    assert "E10" in said
    code, said, _ = run(capsys, clinic, "list", "--user", "kari", "--json")
    assert [json.loads(line)["id"] for line in said.splitlines()] == [1, 3]


def test_who_is_no_administrator_does_not_see_it_and_that_she_tried_is_in_it(
    clinic: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("elmeld_tui.office.clinic.login", lambda: "sekr")
    code, said, error = run(capsys, clinic, "list")
    assert (code, said) == (1, "")
    assert "administrator" in error
    monkeypatch.setattr("elmeld_tui.office.clinic.login", lambda: "lege")
    _, said, _ = run(capsys, clinic, "list", "--action", "refused", "--json")
    assert json.loads(said)["user"] == "sekr"


def test_nothing_in_the_trail_drives_the_terminal(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, said, _ = run(capsys, clinic, "list")
    assert "send" in said
    assert "\x1b" not in said


def test_a_whole_trail_is_told_to_be_and_a_broken_one_line_by_line(
    clinic: Path, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, clinic, "verify") == (0, "Sporet er helt: 3 linjer.\n", "")
    _, head, _ = run(capsys, clinic, "head")
    assert run(capsys, clinic, "verify", "--known", head)[0] == 0
    with office.database.transaction() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("UPDATE audit SET action = 'sign_off' WHERE id = 2"))
    code, said, _ = run(capsys, clinic, "verify")
    assert (code, said.split()[0]) == (1, "2")
    code, said, _ = run(capsys, clinic, "verify", "--json")
    assert json.loads(said) == {"code": "audit_altered", "number": 2}


@pytest.mark.parametrize("known", ["", "3", "3:abc", "x:" + "0" * 64])
def test_what_is_known_must_be_written_as_head_says_it(
    clinic: Path, capsys: pytest.CaptureFixture[str], known: str
) -> None:
    code, said, told = run(capsys, clinic, "verify", "--known", known)
    assert (code, said) == (2, "")
    assert "audit head" in told


def test_a_moment_that_is_none_is_refused(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, told = run(capsys, clinic, "list", "--since", "31.31")
    assert code == 2
    assert "31.31" in told
