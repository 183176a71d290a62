"""How many results of a report lie outside their reference is told in the lists, from the moment it is taken in."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import pytest
from tests.tui.conftest import NOW, addressing
from tests.tui.conftest import office as office_fixture

from elmeld_tui.cli import main
from elmeld_tui.model.clinic import User
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.people import add_person
from elmeld_tui.simulator.lab_result import lab_result
from elmeld_tui.store import people

office = office_fixture


def test_the_lists_tell_what_a_report_that_is_received_has_outside(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = add_person(office, User(getpass.getuser(), "Marit Odden", "LE"))
    with office.database.transaction() as connection:
        people.change(connection, here.id, reads_all=True)
    report = tmp_path / "svar.xml"
    report.write_bytes(lab_result(addressing(office, 1, number=9, now=NOW)))

    def told(*arguments: str) -> list[str]:
        assert main(["--data-dir", str(tmp_path), *arguments]) == 0
        return capsys.readouterr().out.splitlines()

    told("receive", str(report))
    listed = [json.loads(line) for line in told("--json", "log", "--direction", "in")]
    assert [(row["kind"], row["outside_reference"]) for row in listed][-1] == ("service_report", 1)
    assert listed[0]["outside_reference"] == 0
    first, *_, newest = told("post")
    assert newest.endswith("Ørjan Åsen  * 1 utenfor referanse")
    assert "utenfor" not in first
