"""The place Pasient from the command line."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.lab_history import history
from tests.office.conftest import CLINIC
from tests.tui.conftest import office as office_fixture

from elmeld_tui.cli import main
from elmeld_tui.model.clinic import User
from elmeld_tui.model.clock import now, oslo
from elmeld_tui.office.clinic import Office
from elmeld_tui.store import audit
from elmeld_tui.store.settings import write_clinic

Lines = Callable[..., list[str]]
office = office_fixture


@pytest.fixture
def lines(office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    history(office)
    here = User(getpass.getuser(), "Kari Prøve", "LE")
    write_clinic(tmp_path, replace(CLINIC, users=(replace(here, reads_all=True), *CLINIC.users)))

    def run(*arguments: str, code: int = 0) -> list[str]:
        assert main(["--data-dir", str(tmp_path), "patient", *arguments]) == code
        captured = capsys.readouterr()
        return (captured.out or captured.err).splitlines()

    return run


def test_a_patient_is_found_and_shown(lines: Lines) -> None:
    (found,) = lines("list", "21.05.1982", "åsen")
    number = found.split()[0]
    told = lines("show", number)
    today = now().astimezone(oslo())
    age = today.year - 1982 - ((today.month, today.day) < (5, 21))
    assert f"Ørjan Åsen, {age} år" in told[0]
    assert "      3  Ubesvart (unanswered)" in told
    assert json.loads(lines("--json", "show", number)[0])["post"]["lab_result"] == 6
    assert lines("list", "finnesikke", code=1) == []
    assert lines("show", "99", code=1) == ["elmeld: Det finnes ingen pasient med nummer 99. Søk på nytt."]


def test_the_tabs_are_read_by_their_names(lines: Lines, office: Office) -> None:
    assert len(lines("post", "1")) == 10
    assert len(lines("post", "1", "lab-resultat")) == len(lines("post", "1", "lab_result")) == 6
    waits = [json.loads(line)["waits_for"] for line in lines("--json", "post", "1", "ubesvart")]
    assert sorted(waits) == ["discharge_summary", "our_answer", "report"]
    assert "velg blant all, care" in lines("post", "1", "røntgen", code=2)[0]
    with office.database.transaction() as connection:
        assert {row.action for row in audit.entries(connection)} == {"open_patient"}


def test_results_are_a_line_an_analysis_with_every_flag_in_a_word(lines: Lines) -> None:
    (told,) = lines("results", "1", "--analysis", "hemoglobin")
    assert told == (
        "B-Hemoglobin (g/dL), referanse 11,7 – 15,3: 21.11.26 10,2 ↓ under; 08.09.26 10,8 ↓ under; "
        "25.06.26 11,3 ↓ under; 11.04.26 12,4; 26.01.26 13,9; 12.11.25 14,6 ▇▅▂↓↓↓"
    )
    data = [json.loads(line) for line in lines("--json", "results", "1")]
    assert [one["results"][0]["number"] for one in data if one["analysis"] == "B-HbA1c"] == ["39"]
