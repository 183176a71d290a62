"""`elmeld address` and `elmeld shortcut`: what the composer finds, from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.office.conftest import CLINIC, SURGERY

from elmeld_tui.cli import main
from elmeld_tui.registry.local import KeptDirectory
from elmeld_tui.store.database import open_database
from elmeld_tui.store.settings import write_clinic

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command at a clinic that has no register, and knows one hospital ward."""
    monkeypatch.setattr("elmeld_tui.office.clinic.login", lambda: CLINIC.users[0].name)
    write_clinic(tmp_path, CLINIC)
    database = open_database(tmp_path)
    directory = KeptDirectory(None, database, lambda: datetime(2026, 11, 22, tzinfo=UTC))
    directory.keep(SURGERY)
    directory.keep(replace(SURGERY, her_id="8200003", name="Medisinsk avdeling", service_code=""))
    database.close()

    def run(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
        try:
            code = main(["--json", "--data-dir", str(tmp_path), *arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capfd.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return run


def test_an_address_is_found_with_what_it_is_and_where(run: Run) -> None:
    code, found, _ = run("address", "kirurgisk", "--type", "tjeneste")
    assert (code, [one["her_id"] for one in found]) == (0, ["8200001"])
    assert (found[0]["type"], found[0]["parent"], found[0]["refused"]) == ("tjeneste", "Fjord sykehus", "")


def test_nobody_who_can_be_written_to_is_a_no(run: Run) -> None:
    code, found, _ = run("address", "medisinsk")
    assert code == 1
    assert "Tjenestebasert" in found[0]["refused"]
    assert run("address", "nowhere")[2].startswith("elmeld: Ingen treff")


def test_a_favourite_is_chosen_shown_without_a_word_and_let_go(run: Run) -> None:
    assert run("address", "--favourite", "8200001")[1][0]["favourite"]
    assert [(one["her_id"], one["favourite"]) for one in run("address")[1]] == [("8200001", True)]
    assert run("address", "--unfavourite", "8200001")[0] == 0
    assert run("address")[:2] == (1, [])


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--favourite", "999999"), 1, "Ingen i adresseregisteret"),
        (("ord", "--favourite", "8200001"), 2, "ikke begge deler"),
        (("ord", "--kind", "brev"), 2, "referral-2.0"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    run: Run, arguments: tuple[str, ...], code: int, said: str
) -> None:
    got, _, err = run("address", *arguments)
    assert got == code
    assert said in err
    assert err.count("\n") == 1


def test_shortcuts_are_added_listed_taken_in_and_removed(run: Run, tmp_path: Path) -> None:
    assert run("shortcut", "add", "bt", "Blodtrykk ___")[1] == [{"name": "bt", "new": True}]
    file = tmp_path / "shortcuts.json"
    file.write_text('{"bt": "Felles", "hilsen": "Med hilsen {meg}"}')
    assert run("shortcut", "import", str(file), "--all")[1] == [{"new": 2, "changed": 0}]
    listed = {one["name"]: (one["text"], one["for_all"]) for one in run("shortcut", "list")[1]}
    assert listed == {"bt": ("Blodtrykk ___", False), "hilsen": ("Med hilsen {meg}", True)}
    assert run("shortcut", "remove", "bt")[0] == 0
    code, _, err = run("shortcut", "remove", "bt")
    assert (code, err.count("\n")) == (1, 1)


def test_all_that_is_known_of_an_address_is_shown(run: Run) -> None:
    code, (page,), _ = run("address", "--show", "8200001")
    facts = {field["label"]: field["value"] for field in page["sections"][0]["fields"]}
    assert code == 0
    assert (page["title"], facts["HER-id"]) == ("Fjord sykehus, Kirurgisk poliklinikk", "8200001")
    assert facts["Hentet fra registeret"].startswith("22.11.2026")
    assert ["Henvisning", "✓"] in page["sections"][1]["tables"][0]["rows"]


def test_an_address_that_nobody_has_is_a_no_with_the_number(run: Run) -> None:
    code, found, err = run("address", "--show", "123")
    assert (code, found) == (1, [])
    assert "123" in err
