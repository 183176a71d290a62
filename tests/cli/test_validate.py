"""`elmeld validate`, by its command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from request_sample import REQUEST

from elmeld_tui.cli import main


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "god.xml"
    file.write_text(REQUEST, encoding="utf-8")
    return file


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    file = tmp_path / "feil.xml"
    file.write_text(REQUEST.replace("<Sporsmal>", "<Uventet/><Sporsmal>"), encoding="utf-8")
    return file


def reports(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[dict[str, Any]]]:
    code = main(["validate", "--json", *map(str, arguments)])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_sound_document(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, [report] = reports(capsys, good)
    assert code == 0
    assert (report["file"], report["kind"], report["version"]) == (str(good), "dialogue", "1.0")
    assert report["type"] == "DIALOG_FORESPORSEL"
    assert report["well_formed"] is True
    assert report["schema_valid"] is True
    assert report["apprec"] == {"version": "1.0", "status": "1", "errors": []}


def test_one_that_breaks_its_schema(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, [report] = reports(capsys, bad)
    assert code == 1
    assert (report["well_formed"], report["schema_valid"]) == (True, False)
    assert [f["code"] for f in report["findings"] if f["severity"] == "error"] == ["T02"]
    assert report["apprec"]["status"] == "2"
    assert report["apprec"]["errors"][0]["code"] == "T02"
    assert "Uventet" in report["apprec"]["errors"][0]["detail"]


def test_one_that_is_not_xml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(b"<a>\n<b></a>")
    code, [report] = reports(capsys, file)
    assert code == 1
    assert (report["well_formed"], report["schema_valid"], report["kind"]) == (False, False, "unknown")
    assert (report["findings"][0]["code"], report["apprec"]) == ("T01", None)
    assert report["findings"][0]["where"].startswith("linje 2")


def test_a_kind_without_schema_here(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "plo.xml"
    file.write_text(REQUEST.replace("dialog/2006-10-11", "ukjent/2099-01-01"), encoding="utf-8")
    code, [report] = reports(capsys, file)
    assert code == 1
    assert (report["kind"], report["schema_valid"]) == ("unknown", None)
    assert report["apprec"]["errors"][0]["code"] == "T10"


def test_several_files_give_a_line_each_and_the_worst_answer(
    good: Path, bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = reports(capsys, bad, good)
    assert code == 1
    assert [report["file"] for report in found] == [str(bad), str(good)]


def test_people_are_answered_in_words(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(bad)]) == 1
    shown = capsys.readouterr().out
    assert "Forespørsel 1.0" in shown
    assert "skjema: ugyldig" in shown
    assert "applikasjonskvittering 1.0: avvist, T02 XML validerer ikke" in shown


@pytest.mark.parametrize("name", ["", "finnes-ikke.xml"])
def test_what_is_no_file_is_told_in_one_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(tmp_path / name)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert told.err.startswith("elmeld: «")


def test_standard_input_is_a_file_too() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from elmeld_tui.cli import main; sys.exit(main())", "validate", "-"],
        input=REQUEST.encode(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_control_characters_of_a_message_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.xml"
    file.write_text(REQUEST.replace("DIALOG_FORESPORSEL", "&#x9b;31m"), encoding="utf-8")
    main(["validate", str(file)])
    main(["validate", "--json", str(file)])
    assert "\x9b" not in capsys.readouterr().out


def test_the_corpus_verdicts_are_those_of_the_reference(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [line.split("\t") for line in (shared / "corpus" / "manifest.tsv").read_text().splitlines()[1:]]
    verdicts = {str(shared / "corpus" / row[0]): row[4] == "valid" for row in rows}
    _, found = reports(capsys, *verdicts)
    compared = [report for report in found if report["schema_valid"] is not None]
    assert len(compared) > 50
    assert [r["file"] for r in compared if r["schema_valid"] is not verdicts[r["file"]]] == []
