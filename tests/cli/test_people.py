"""Users, groups, positions and forwarding from the command line: what is done, what is refused and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from elmeld_tui.cli import main
from elmeld_tui.model.clinic import Clinic, Service, User
from elmeld_tui.model.states import State
from elmeld_tui.store import audit, messages, post
from elmeld_tui.store.database import open_database
from elmeld_tui.store.settings import write_clinic
from elmeld_tui.store.timeline import EventName

Run = Callable[..., tuple[int, Any, str]]

AT = "2026-11-22T08:00:00.000000Z"
CLINIC = Clinic(
    "Fjellveien legesenter",
    "8094001",
    "310412368",
    (Service("8094002", "Allmennlege"), Service("8094003", "Laboratorium")),
    users=(User("lege", "Åse Eksempel", "LE", "9900401"),),
    test=True,
)


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    write_clinic(tmp_path, CLINIC)
    return tmp_path


@pytest.fixture
def sit(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the operating system say who is at the keyboard."""

    def sit(login: str) -> None:
        monkeypatch.setattr("elmeld_tui.office.clinic.login", lambda: login)
        monkeypatch.setattr("elmeld_tui.office.people.operating_system_login", lambda: login)
        monkeypatch.setattr("elmeld_tui.cli.show.login", lambda: login)
        monkeypatch.setattr("elmeld_tui.cli.opening.login", lambda: login)

    return sit


@pytest.fixture
def run(clinic: Path, capsys: pytest.CaptureFixture[str], sit: Callable[[str], None]) -> Run:
    """Run a command as the doctor, if nobody else sits down; return its code, its JSON lines, and its error."""
    sit("lege")

    def run(*arguments: object) -> tuple[int, Any, str]:
        try:
            code = main(["--data-dir", str(clinic), "--json", *map(str, arguments)])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return run


@pytest.fixture
def staffed(run: Run) -> Run:
    """A clinic with a secretary and a nurse, a group with a function, and positions."""
    for words in (
        ("user", "add", "sekr", "--name", "Ola Prøve", "--profession", "HE"),
        ("user", "add", "pleier", "--name", "Eli Prøve", "--profession", "SP", "--hpr", "9900402"),
        ("group", "add", "Laboratoriet", "--her-id", "8094003"),
        ("group", "member", "Laboratoriet", "pleier", "--function", "Bioingeniør"),
        ("position", "add", "Kontorleder", "--holder", "sekr"),
        ("position", "add", "Vikar"),
    ):
        code, _, error = run(*words)
        assert (code, error) == (0, "")
    return run


def arrived(clinic: Path, *mailboxes: str) -> int:
    database = open_database(clinic)
    with database.transaction() as connection:
        new = messages.begin(
            connection, direction="in", state=State.IMPORTED, name=EventName.IMPORTED, at=AT, kind="dialogue"
        )
        post.put_all(connection, new, folder="inbox", unread=True, at=AT, mailboxes=mailboxes)
    database.close()
    return new


def refused(run: Run, *words: object) -> str:
    code, told, error = run(*words)
    assert (code, told) == (1, []), words
    assert error.count("\n") == 1
    return error


def test_the_first_of_the_settings_is_the_administrator_and_takes_in_the_others(
    staffed: Run, clinic: Path
) -> None:
    _, told, _ = staffed("user", "list")
    assert {one["login"]: (one["administrator"], one["all_messages"], one["active"]) for one in told} == {
        "lege": (True, True, True),
        "pleier": (False, False, True),
        "sekr": (False, False, True),
    }
    _, groups, _ = staffed("group", "list")
    assert groups == [
        {
            "name": "Laboratoriet",
            "her_id": "8094003",
            "active": True,
            "members": [{"login": "pleier", "name": "Eli Prøve", "functions": ["Bioingeniør"]}],
        }
    ]
    _, positions, _ = staffed("position", "list")
    assert positions == [{"name": "Kontorleder", "holder": "sekr"}, {"name": "Vikar", "holder": ""}]
    database = open_database(clinic)
    with database.snapshot() as connection:
        noted = [(row.user, row.action, row.detail) for row in audit.entries(connection)]
    database.close()
    assert noted[0] == ("lege", "add_person", {"person": 2})
    assert [action for _, action, _ in noted[2:]] == ["add_group", "set_member", "add_position", "add_position"]


def test_nobody_else_changes_people_or_access(staffed: Run, sit: Callable[[str], None], clinic: Path) -> None:
    sit("sekr")
    for words in (
        ("user", "add", "ny", "--name", "Ny Ansatt"),
        ("user", "change", "sekr", "--name", "Sjefen"),
        ("user", "grant", "sekr", "all-messages"),
        ("user", "revoke", "lege", "administrator"),
        ("user", "deactivate", "lege"),
        ("group", "member", "Laboratoriet", "sekr"),
        ("group", "close", "Laboratoriet"),
        ("position", "hold", "Vikar", "sekr"),
    ):
        assert "administrator" in refused(staffed, *words)
    sit("fremmed")
    assert "ikke bruker ved klinikken" in refused(staffed, "user", "grant", "fremmed", "administrator")
    database = open_database(clinic)
    with database.snapshot() as connection:
        tried = audit.entries(connection, action="refused")
    database.close()
    assert {row.user for row in tried} == {"sekr", "fremmed"}


def test_the_last_administrator_and_the_last_who_reads_all_stay(staffed: Run) -> None:
    assert "siste administratoren" in refused(staffed, "user", "revoke", "lege", "administrator")
    assert "siste" in refused(staffed, "user", "revoke", "lege", "all-messages")
    assert "siste" in refused(staffed, "user", "deactivate", "lege")
    for access in ("administrator", "all-messages"):
        assert staffed("user", "grant", "sekr", access)[0] == 0
    assert staffed("user", "deactivate", "lege")[0] == 0
    assert "ikke bruker" in refused(staffed, "user", "add", "ny", "--name", "Ny")


def test_who_leaves_is_told_of_by_what_she_leaves(staffed: Run, clinic: Path, sit: Callable[[str], None]) -> None:
    arrived(clinic, "person:2")
    assert staffed("user", "deactivate", "sekr")[1] == [{"login": "sekr", "active": False, "unsigned": 1}]
    assert staffed("position", "list")[1][0] == {"name": "Kontorleder", "holder": ""}
    assert "meldt ut" in refused(staffed, "position", "hold", "Kontorleder", "sekr")
    assert "user activate" in refused(staffed, "user", "add", "sekr", "--name", "Ola igjen")
    assert staffed("user", "activate", "sekr")[0] == 0


IMPOSSIBLE = [
    (("user", "add", "ny kollega", "--name", "Ny"), "brukernavn"),
    (("user", "add", "ny", "--name", " "), "navn"),
    (("user", "add", "ny", "--name", "N\x1b[2Jy"), "navn"),
    (("user", "add", "ny", "--name", "Ny", "--profession", "ZZ"), "LE"),
    (("user", "add", "ny", "--name", "Ny", "--hpr", "12"), "HPR"),
    (("user", "add", "ny", "--name", "Ny", "--hpr", "9900402"), "Eli Prøve"),
    (("user", "add", "ny", "--name", "Ny", "--her-id", "abc"), "HER-id"),
    (("user", "add", "ny", "--name", "Ny", "--her-id", "8888888"), "clinic.toml"),
    (("user", "add", "ny", "--name", "Ny", "--her-id", "8094003"), "Laboratoriet"),
    (("user", "add", "lege", "--name", "Ny"), "Åse Eksempel"),
    (("user", "change", "ukjent", "--name", "Ny"), "user list"),
    (("group", "add", "LABORATORIET"), "finnes fra før"),
    (("group", "add", "Lab/Blod"), "/"),
    (("group", "change", "Laboratoriet", "--her-id", "1"), "clinic.toml"),
    (("group", "member", "Røntgen", "sekr"), "group list"),
    (("group", "member", "Laboratoriet", "sekr", "--remove"), "ikke i gruppen"),
    (("group", "open", "Laboratoriet"), "ikke lagt ned"),
    (("position", "add", "vikar"), "finnes fra før"),
    (("position", "vacate", "Sjef"), "position list"),
]


def test_what_cannot_be_is_said_in_words(staffed: Run) -> None:
    for words, reason in IMPOSSIBLE:
        error = refused(staffed, *words)
        assert reason in error
        assert "\x1b" not in error


def test_a_clinic_of_one_whose_login_is_another_is_not_locked_out(run: Run, sit: Callable[[str], None]) -> None:
    sit("root")
    assert "--login root" in refused(run, "user", "add", "sekr", "--name", "Ola Prøve")
    assert run("user", "change", "lege", "--login", "root")[0] == 0
    assert run("user", "add", "sekr", "--name", "Ola Prøve")[0] == 0
    assert run("user", "grant", "sekr", "all-messages")[0] == 0


def test_a_national_id_comes_from_a_file_and_is_not_shown(staffed: Run, tmp_path: Path) -> None:
    file = tmp_path / "number"
    file.write_text("21867842265\n")
    assert staffed("user", "change", "pleier", "--national-id", file)[0] == 0
    assert "21867842265" not in json.dumps(staffed("user", "list")[1])
    file.write_text("12345678901")
    assert "elleve" in refused(staffed, "user", "change", "pleier", "--national-id", file)


def test_what_is_not_hers_somebody_does_not_read_from_the_command_line_either(
    staffed: Run, clinic: Path, sit: Callable[[str], None]
) -> None:
    received = arrived(clinic, "person:2")
    database = open_database(clinic)
    with database.transaction() as connection:
        messages.add_part(connection, received, "document", "application/xml", b"<secret/>")
    sit("pleier")
    assert "mottakeren" in refused(staffed, "show", received)
    sit("sekr")
    staffed("show", received)
    with database.snapshot() as connection:
        seen = [(row.user, row.action) for row in audit.entries(connection, message_id=received)]
    database.close()
    assert seen == [("pleier", "refused"), ("sekr", "show")]


def test_forwarding_shows_whom_one_can_choose_and_hands_over(
    staffed: Run, clinic: Path, sit: Callable[[str], None]
) -> None:
    received = arrived(clinic, "person:1")
    _, targets, _ = staffed("forward")
    assert [(one["to"], one["people"], bool(one["refusal"])) for one in targets] == [
        ("position:Kontorleder", ["Ola Prøve"], False),
        ("position:Vikar", [], True),
        ("group:Laboratoriet", ["Eli Prøve"], False),
        ("function:Laboratoriet/Bioingeniør", ["Eli Prøve"], False),
    ]
    assert "ubesatt" in refused(staffed, "forward", received, "--to", "position:Vikar")
    assert staffed("forward", received, "--to", "group:Laboratoriet")[1] == [
        {"message": received, "to": "group:Laboratoriet", "people": ["Eli Prøve"]}
    ]
    sit("sekr")
    assert "mottakeren" in refused(staffed, "forward", received, "--to", "position:Kontorleder")
    sit("pleier")
    words = ("forward", received, "--to", "position:Kontorleder", "--from-group", "laboratoriet")
    assert staffed(*words)[0] == 0
    assert "mottakeren" in refused(staffed, *words), "she has it no longer"
    assert staffed("forward", "--to", "group:Laboratoriet")[0] == 2


def test_the_log_is_read_by_those_who_may_and_a_refusal_is_in_the_audit_trail(
    staffed: Run, sit: Callable[[str], None], clinic: Path
) -> None:
    assert staffed("log")[0] == 0
    sit("sekr")
    assert "tilgang til alle meldinger" in refused(staffed, "log")
    assert "tilgang til alle meldinger" in refused(staffed, "log", 1)
    sit("fremmed")
    assert "ikke bruker ved klinikken" in refused(staffed, "log", "status:avvist")
    database = open_database(clinic)
    with database.snapshot() as connection:
        tried = [(row.user, row.detail) for row in audit.entries(connection, action="refused")]
    database.close()
    assert tried[-3:] == [(user, {"action": "see_log"}) for user in ("sekr", "sekr", "fremmed")]


@pytest.mark.parametrize(
    "command",
    [("user", "list"), ("group", "list"), ("position", "list"), ("ssh-keys", "list"), ("forward",)],
)
def test_a_stranger_is_not_shown_who_works_here(
    command: tuple[str, ...], run: Run, sit: Callable[[str], None]
) -> None:
    assert run("user", "add", "kari", "--name", "Kari Nes")[0] == 0
    sit("gjest")
    code, shown, told = run(*command)
    assert (code, shown) == (1, [])
    assert "«gjest» er ikke bruker ved klinikken" in told
    sit("kari")
    assert run(*command)[0] == 0
