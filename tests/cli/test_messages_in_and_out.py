"""`elmeld receive`, `elmeld log` and `elmeld engine` as a script and a support person run them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from elmeld_tui.cli import main
from elmeld_tui.messages import writing
from elmeld_tui.messages.apprec import read_apprec
from elmeld_tui.messages.document import read
from elmeld_tui.model.clinic import Clinic, Service
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.identifiers import new_uuid, with_check_digits
from elmeld_tui.model.parties import Ident, Party, Patient, Professional, Unit
from elmeld_tui.store.settings import write_clinic

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]

CLINIC = Clinic("Odden legesenter", "9200000", "310412368", (Service("9200001", "Fastlege"),), test=True)
ANSWERS = {"theme": "6", "subject": "Blodtrykk", "text": "Se vedlagt.", "contact_profession": "LE"}


def letter(place: Path, name: str = "brev.xml", **replaced: str) -> Path:
    """Write a document from a hospital to the clinic into a file."""

    def party(unit: str, unit_her: str, service: str, her: str) -> Party:
        her_ids = [(Ident(number, CodedValue("HER", "2.16.578.1.12.4.1.1.9051")),) for number in (unit_her, her)]
        return Party(Unit(unit, her_ids[0]), Unit(service, her_ids[1]))

    number = next(n for n in (with_check_digits(f"218582{i}") for i in range(300, 400)) if n)
    addressing = writing.Addressing(
        sender=replace(
            party("Storbyen sykehus", "9300000", "Kirurgi", "9300001"),
            person=Professional("Fjellvang", "", "Astrid"),
        ),
        receiver=party("Odden legesenter", "9200000", "Fastlege", "9200001"),
        patient=Patient("Åsen", "", "Ørjan", idents=(Ident(number, CodedValue("FNR")),)),
        msg_id=new_uuid(),
        now=datetime.now(UTC),
    )
    raw = writing.build("dialogue", ANSWERS, addressing)
    for old, new in replaced.items():
        raw = raw.replace(old.encode(), new.encode())
    file = place / name
    file.write_bytes(raw)
    return file


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, list[dict[str, Any]], str]:
        try:
            code = main([str(argument) for argument in ("--json", *arguments)])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return run


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    place = tmp_path / "clinic"
    write_clinic(place, CLINIC)
    return place


def test_a_document_is_received_as_its_addressee_and_answered(run: Run, tmp_path: Path) -> None:
    file = letter(tmp_path)
    code, (told,), _ = run("receive", file, "--as-receiver", "--apprec-dir", tmp_path / "svar")
    assert code == 0
    assert (told["decision"], told["kind"], told["well_formed"], told["schema_valid"]) == (
        "imported",
        "dialogue",
        True,
        True,
    )
    assert told["apprec"] == {"version": "1.1", "status": "1", "errors": []}
    document = read(file.read_bytes())
    receipt = read_apprec(read(Path(told["apprec_file"]).read_bytes()))
    assert receipt.original_id == document.header.msg_id == told["msg_id"]
    assert receipt.sender.her_id == "9200001"


def test_what_is_not_kept_is_said_not_to_be(
    run: Run, tmp_path: Path, clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = letter(tmp_path)
    _, (told,), _ = run("receive", file)
    assert told["message_id"] is None
    main(["receive", str(file)])
    alone = capsys.readouterr().out
    main(["--data-dir", str(clinic), "receive", str(file)])
    kept = capsys.readouterr().out
    assert "applikasjonskvittering 1.1: OK" in alone
    assert "Ingenting er lagret" in alone
    assert "Ingenting er lagret" not in kept


def test_the_same_document_twice_in_a_run_is_a_duplicate(run: Run, tmp_path: Path) -> None:
    file = letter(tmp_path)
    code, told, _ = run("receive", file, file)
    assert code == 0
    assert [line["decision"] for line in told] == ["imported", "duplicate"]
    assert told[1]["apprec"] is None


def test_what_is_wrong_is_answered_with_its_codes(run: Run, tmp_path: Path) -> None:
    code, (told,), _ = run("receive", letter(tmp_path, **{"<MsgId>": "<MsgId>x"}))
    assert code == 1
    assert told["decision"] == "rejected"
    assert told["apprec"]["status"] == "2"
    assert [error["code"] for error in told["apprec"]["errors"]] == ["E10"]


def test_what_is_not_a_document_is_quarantined(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_bytes(b"\x1b[31mnot xml")
    code, (told,), _ = run("receive", tmp_path / "x.xml")
    assert code == 1
    assert (told["decision"], told["well_formed"], told["apprec"]) == ("quarantined", False, None)


def test_a_clinic_receives_only_what_is_its_own(run: Run, tmp_path: Path, clinic: Path) -> None:
    _, (own,), _ = run("--data-dir", clinic, "receive", letter(tmp_path))
    code, (other,), _ = run("--data-dir", clinic, "receive", letter(tmp_path, **{"920000": "977000"}))
    assert own["decision"] == "imported"
    assert (code, other["decision"], other["apprec"]) == (1, "not_for_us", None)


def test_a_file_that_is_not_there_is_wrong_use(run: Run, tmp_path: Path) -> None:
    code, told, error = run("receive", tmp_path / "nowhere.xml")
    assert (code, told) == (2, [])
    assert error.count("\n") == 1


def test_the_log_shows_what_was_received_and_what_is_owed(run: Run, tmp_path: Path, clinic: Path) -> None:
    run("--data-dir", clinic, "receive", letter(tmp_path))
    _, rows, _ = run("--data-dir", clinic, "log")
    assert [(row["direction"], row["kind"], row["state"]) for row in rows] == [
        ("in", "dialogue", "imported"),
        ("out", "apprec", "queued"),
    ]
    assert set(rows[0]) == {
        "id",
        "direction",
        "kind",
        "type",
        "communication_type",
        "folder",
        "unread",
        "attachments",
        "outside_reference",
        "party",
        "patient_present",
        "state",
        "apprec_state",
        "created",
        "updated",
        "attempts",
        "last_event",
        "document_state",
        "superseded_by",
        "links",
    }
    assert rows[0]["patient_present"] is True
    assert "Åsen" not in json.dumps(rows, ensure_ascii=False)


@pytest.mark.parametrize(
    ("choice", "kinds"),
    [
        (("--direction", "in"), ["dialogue"]),
        (("--state", "queued"), ["apprec"]),
        (("--state", "queued", "--state", "imported"), ["dialogue", "apprec"]),
        (("--kind", "apprec"), ["apprec"]),
        (("--text", "åse"), ["dialogue"]),
        (("--state", "failed"), []),
        (("--since", "2099-01-01"), []),
        (("--until", "2020-01-01"), []),
        (("--limit", "1"), ["apprec"]),
    ],
)
def test_the_log_is_searched(
    run: Run, tmp_path: Path, clinic: Path, choice: tuple[str, ...], kinds: list[str]
) -> None:
    run("--data-dir", clinic, "receive", letter(tmp_path))
    code, rows, _ = run("--data-dir", clinic, "log", *choice)
    assert code == 0
    assert [row["kind"] for row in rows] == kinds


def test_one_message_has_its_timeline(run: Run, tmp_path: Path, clinic: Path) -> None:
    run("--data-dir", clinic, "receive", letter(tmp_path))
    _, events, _ = run("--data-dir", clinic, "log", "1")
    assert [event["name"] for event in events] == ["received", "imported", "apprec_queued"]
    code, _, error = run("--data-dir", clinic, "log", "99")
    assert code == 1
    assert "99" in error


@pytest.mark.parametrize("wrong", [("--state", "lost"), ("--kind", "letter"), ("--since", "i går")])
def test_a_choice_that_does_not_exist_is_answered_with_those_that_do(
    run: Run, clinic: Path, wrong: tuple[str, str]
) -> None:
    code, _, error = run("--data-dir", clinic, "log", *wrong)
    assert code == 2
    assert wrong[1] in error
    assert error.count("\n") == 1


def test_a_clinic_without_a_store_has_no_log(run: Run, clinic: Path) -> None:
    code, _, error = run("--data-dir", clinic, "log")
    assert code == 1
    assert str(clinic) in error


def test_the_log_can_be_followed(tmp_path: Path, clinic: Path, run: Run) -> None:
    run("--data-dir", clinic, "receive", letter(tmp_path))
    command = [sys.executable, "-c", "import sys; from elmeld_tui.cli import main; sys.exit(main(sys.argv[1:]))"]
    arguments = ["--json", "--data-dir", str(clinic), "log", "--follow", "--direction", "in"]
    with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        clock = threading.Timer(30, process.kill)
        clock.start()
        assert json.loads(process.stdout.readline())["id"] == 1
        run("--data-dir", clinic, "receive", letter(tmp_path, "to.xml"))
        assert json.loads(process.stdout.readline())["id"] == 3
        clock.cancel()
        process.kill()


def test_an_engine_without_keys_says_what_is_missing(run: Run, clinic: Path) -> None:
    code, _, error = run("--data-dir", clinic, "engine")
    assert code == 3
    assert "clinic.toml" in error
    assert error.count("\n") == 1


def test_control_characters_in_a_message_do_not_reach_the_terminal(
    tmp_path: Path, clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letter(tmp_path, Kirurgi="Kir\u009burgi")
    main(["--data-dir", str(clinic), "receive", str(tmp_path / "brev.xml")])
    main(["--data-dir", str(clinic), "log"])
    out = capsys.readouterr().out
    assert "Kir" in out
    assert "\u009b" not in out
