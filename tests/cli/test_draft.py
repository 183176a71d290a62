"""``elmeld draft``: what is being written, as lines and as data."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.office.conftest import CLINIC

from elmeld_tui.cli import main
from elmeld_tui.login import login
from elmeld_tui.office.beginning import new_draft
from elmeld_tui.office.clinic import open_office
from elmeld_tui.office.drafts import save_draft
from elmeld_tui.office.terminals import new_opening
from elmeld_tui.store.settings import write_clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    place = tmp_path / "clinic"
    write_clinic(place, replace(CLINIC, users=(replace(CLINIC.users[0], name=login()),)))
    return place


def keep(clinic: Path, *, terminal: str, kept: bool) -> int:
    office = open_office(clinic)
    opening = new_opening("lege", office.clock()) if terminal == "alive" else terminal
    draft = replace(new_draft(office, "dialogue"), answers={"text": "æøå 中文"}, terminal=opening, kept=kept)
    number = save_draft(office, draft).id
    office.close()
    assert number is not None
    return number


def run(capsys: pytest.CaptureFixture[str], clinic: Path, *words: str) -> tuple[int, str, str]:
    code = main(["--data-dir", str(clinic), *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_what_a_terminal_left_is_listed_shown_and_put_among_the_drafts(
    clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = keep(clinic, terminal="gone", kept=False)
    _, told, _ = run(capsys, clinic, "draft", "list")
    assert "etterlatt" in told
    assert "Helsefaglig dialog" in told
    _, told, _ = run(capsys, clinic, "--json", "draft", "show", str(number))
    assert json.loads(told)["answers"] == {"text": "æøå 中文"}
    assert run(capsys, clinic, "draft", "recover", str(number))[0] == 0
    _, told, _ = run(capsys, clinic, "--json", "draft", "list")
    assert (json.loads(told)["kept"], json.loads(told)["open"]) == (True, False)
    assert run(capsys, clinic, "draft", "discard", str(number))[0] == 0
    code, told, error = run(capsys, clinic, "draft", "show", str(number))
    assert (code, told) == (1, "")
    assert "finnes ikke lenger" in error


def test_what_somebody_writes_now_is_thrown_away_only_where_that_is_said(
    clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = keep(clinic, terminal="alive", kept=True)
    code, _, error = run(capsys, clinic, "draft", "discard", str(number))
    assert code == 1
    assert "åpent i et annet vindu" in error
    assert run(capsys, clinic, "draft", "discard", str(number), "--take-over")[0] == 0
