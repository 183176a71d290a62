"""What a person does about a message from the command line: each command, what it says, and how it ends."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from elmeld_tui.cli import main
from elmeld_tui.messages import writing
from elmeld_tui.messages.composing.example import example
from elmeld_tui.model.clinic import Clinic, Service, User
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.directory import DirectoryParty, PartyType, UnknownPartyError
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.parties import Ident, Party, Patient, Professional, Unit
from elmeld_tui.model.states import State
from elmeld_tui.store import alerts, events, outbox
from elmeld_tui.store.database import open_database
from elmeld_tui.store.settings import write_clinic
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode

Run = Callable[..., tuple[int, Any, str]]

AT = "2026-11-22T08:00:00.000000Z"
NUMBER = "21858230052"
CLINIC = Clinic(
    "Fjellveien legesenter",
    "8094001",
    "310412368",
    (Service("8094002", "Allmennlege"),),
    users=(User("lege", "Åse Eksempel", "LE", "9900401", "55900401"),),
    test=True,
)


class Register:
    """A register with two clinics that can be written to."""

    def get(self, her_id: str) -> DirectoryParty:
        if her_id not in {"8200001", "8200002"}:
            raise UnknownPartyError(her_id)
        name = "Medisinsk poliklinikk" if her_id == "8200001" else "Kirurgisk poliklinikk"
        return DirectoryParty(
            her_id, name, PartyType.SERVICE, "8200000", "Fjord sykehus", encryption_certificate=b"certificate"
        )

    def close(self) -> None:
        pass


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "clinic"
    write_clinic(place, CLINIC)
    monkeypatch.setattr("elmeld_tui.registry.directory_of", lambda *_: Register())
    monkeypatch.setattr("elmeld_tui.office.clinic.login", lambda: "lege")
    return place


@pytest.fixture
def run(clinic: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command; return its code, its JSON lines or its text, and what it said on stderr."""

    def run(*arguments: object, text: bool = False) -> tuple[int, Any, str]:
        common = ["--data-dir", str(clinic), *([] if text else ["--json"])]
        try:
            code = main([*common, *map(str, arguments)])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, out if text else [json.loads(line) for line in out.splitlines()], err

    return run


@pytest.fixture
def sent(run: Run, tmp_path: Path) -> int:
    said = example(writing.forms()["referral"]) | {"receiver": {"her_id": "8200001"}, "copies": []}
    said = {name: value for name, value in said.items() if name not in {"sender", "attachments"}}
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(said), "utf-8")
    code, (told,), err = run("compose", "referral", "--answers", file, "--send")
    assert (code, err) == (0, "")
    return int(told["message"])


@pytest.fixture
def failed(sent: int, clinic: Path) -> int:
    """A message that every attempt at has been used up, with its alert."""
    database = open_database(clinic)
    with database.transaction() as connection:
        for row in outbox.of_message(connection, sent):
            outbox.finish_all(connection, {row.id: State.UNDELIVERED})
        events.move(connection, sent, State.QUEUED, State.UNDELIVERED, at=AT, name=EventName.UNDELIVERED)
        alerts.raise_alert(connection, AlertCode.UNDELIVERED, at=AT, message_id=sent)
    database.close()
    return sent


def _audited(clinic: Path) -> list[str]:
    store = sqlite3.connect(clinic / "elmeld.db")
    actions = [action for (action,) in store.execute("SELECT action FROM audit ORDER BY id")]
    store.close()
    return actions


def _about_messages(run: Run) -> list[dict[str, Any]]:
    """Return the alerts that are about messages; that no engine works here is one too."""
    return [one for one in run("alert", "list")[1] if one["message"]]


def test_what_is_owed_is_tried_now_and_what_is_not_is_refused_in_words(run: Run, sent: int, clinic: Path) -> None:
    assert run("retry", sent) == (0, [{"message": sent, "envelopes": 1}], "")
    assert _audited(clinic)[-1] == "retry"
    code, told, error = run("resend", sent)
    assert (code, told) == (1, [])
    assert "fortsatt på vei" in error
    assert error.count("\n") == 1
    for command in ("retry", "resend", "recreate", "handled"):
        code, _, error = run(command, 10**17)
        assert code == 1
        assert error.count("\n") == 1


def test_the_log_says_what_happened_and_what_now(run: Run, failed: int) -> None:
    _, text, _ = run("log", failed, text=True)
    assert "Hva skjedde" in text
    assert f"elmeld resend {failed}" in text
    _, lines, _ = run("log", failed)
    explained = [line for line in lines if "happened" in line]
    assert [(line["code"], line["acts"]) for line in explained] == [
        ("undelivered", ["resend", "recreate", "handled"])
    ]


def test_what_failed_is_sent_again(run: Run, failed: int, clinic: Path) -> None:
    assert run("resend", failed)[:2] == (0, [{"message": failed, "receivers": ["8200001"]}])
    assert _audited(clinic)[-1] == "resend"
    _, rows, _ = run("log")
    assert [row["state"] for row in rows] == ["queued"]


def test_a_draft_is_left_with_what_is_wrong_with_it_and_a_message_sent_to_somebody_else(
    run: Run, failed: int, tmp_path: Path, clinic: Path
) -> None:
    (tmp_path / "empty.json").write_text('{"reason": ""}', "utf-8")
    code, (told,), _ = run("recreate", failed, "--answers", tmp_path / "empty.json")
    assert code == 0
    assert [problem["path"] for problem in told["problems"]] == ["reason"]
    code, _, error = run("recreate", failed, "--answers", tmp_path / "empty.json", "--send")
    assert code == 1
    assert error.count("\n") == 1
    (tmp_path / "wrong.json").write_text('{"nosuch": "x"}', "utf-8")
    code, _, error = run("recreate", failed, "--answers", tmp_path / "wrong.json")
    assert code == 2
    assert error.startswith("answers.nosuch: ")
    (tmp_path / "answers.json").write_text('{"reason": "Rettet"}', "utf-8")
    code, (told,), _ = run(
        "recreate", failed, "--receiver", "8200002", "--answers", tmp_path / "answers.json", "--send"
    )
    assert code == 0
    new = told["message"]
    _, rows, _ = run("log")
    assert [row["links"] for row in rows] == [
        [{"id": new, "relation": "recreated"}],
        [{"id": failed, "relation": "recreates"}],
    ]
    assert rows[1]["party"] == "Fjord sykehus, Kirurgisk poliklinikk"
    code, _, error = run("recreate", failed)
    assert code == 1
    assert str(new) in error


def test_what_is_handled_can_be_taken_back(
    run: Run, failed: int, clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"Snakket med Kari")))
    assert run("handled", failed, "--reason", "phone", "--note", "-")[0] == 0
    assert _about_messages(run) == run("log", "--state", "failed")[1] == []
    _, lines, _ = run("log", failed)
    (event,) = (line for line in lines if line.get("name") == "handled")
    assert event["detail"] == {"user": "lege", "reason": "phone", "note": "Snakket med Kari"}
    assert run("handled", failed, "--undo")[0] == 0
    assert [alert["code"] for alert in _about_messages(run)] == ["undelivered"]
    assert run("handled", failed, "--undo", "--reason", "phone")[0] == 2
    assert _audited(clinic)[-2:] == ["handled", "undo_handled"]
    store = sqlite3.connect(clinic / "elmeld.db")
    assert "Kari" not in "".join(detail for (detail,) in store.execute("SELECT detail FROM audit"))
    store.close()


def test_an_alert_about_a_message_goes_with_it_and_says_how_it_was_dealt_with(
    run: Run, failed: int, clinic: Path
) -> None:
    (alert,) = _about_messages(run)
    assert (alert["code"], alert["what"]) == ("undelivered", "Henvisning")
    _, (shown,), _ = run("alert", "show", alert["id"])
    assert (shown["code"], shown["message"]) == ("undelivered", failed)
    assert shown["acts"][0] == "resend"
    assert "merkes som håndtert" in shown["cleared"]
    assert run("alert", "show", 99)[0] == 1
    assert run("alert", "handle", alert["id"], "--reason", "paper")[0] == 0
    assert _audited(clinic)[-1] == "handled"
    assert _about_messages(run) == []
    code, _, error = run("alert", "handle", alert["id"])
    assert code == 1
    assert "ikke noe åpent varsel" in error


def test_an_alert_that_goes_by_itself_says_when_and_one_that_somebody_must_see_to_is_cleared(
    run: Run, failed: int, clinic: Path
) -> None:
    database = open_database(clinic)
    with database.transaction() as connection:
        alerts.raise_alert(connection, AlertCode.DISK_LOW, at=AT)
        alerts.raise_alert(connection, AlertCode.ENVELOPE_REFUSED, at=AT)
    database.close()
    numbers = {one["code"]: one["id"] for one in run("alert", "list")[1]}
    code, _, error = run("alert", "handle", numbers["disk_low"])
    assert code == 1
    assert "når det er plass igjen" in error
    assert error.count("\n") == 1
    assert run("alert", "handle", numbers["envelope_refused"], "--reason", "checked")[0] == 0
    assert _audited(clinic)[-1] == "clear_alert"
    assert {one["code"] for one in run("alert", "list")[1]} == {"undelivered", "disk_low", "engine_down"}


def test_that_no_engine_works_is_an_alert_with_its_mend(run: Run, clinic: Path) -> None:
    assert run("alert", "list")[1] == [
        {"id": 0, "code": "engine_down", "message": None, "raised": "", "about": "", "what": ""}
    ]
    _, text, _ = run("alert", "show", 0, text=True)
    assert "elmeld engine" in text
    assert "livstegn" in text


def _letter(file: Path, number: str = NUMBER, now: datetime = datetime(2026, 11, 22, 8, tzinfo=UTC)) -> Path:
    def party(unit: str, unit_her: str, service: str, her: str) -> Party:
        her_ids = [(Ident(one, CodedValue("HER", "2.16.578.1.12.4.1.1.9051")),) for one in (unit_her, her)]
        return Party(Unit(unit, her_ids[0]), Unit(service, her_ids[1]))

    addressing = writing.Addressing(
        sender=replace(
            party("Fjord sykehus", "8200000", "Kirurgi", "8200001"), person=Professional("Vik", "", "Eli")
        ),
        receiver=party("Fjellveien legesenter", "8094001", "Allmennlege", "8094002"),
        patient=Patient("Åsen", "", "Ørjan", idents=(Ident(number, CodedValue("FNR")),)),
        msg_id=new_uuid(),
        now=now,
        test=True,
    )
    answers = {"theme": "6", "subject": "Blodtrykk", "text": "Se vedlagt.", "contact_profession": "LE"}
    file.write_bytes(writing.build("dialogue", answers, addressing))
    return file


@pytest.fixture
def waiting(run: Run, clinic: Path, tmp_path: Path) -> list[int]:
    """Two test messages in an ordinary clinic, which a human must decide."""
    write_clinic(clinic, replace(CLINIC, test=False))
    for name in ("1.xml", "2.xml"):
        assert run("receive", _letter(tmp_path / name))[1][0]["decision"] == "manual"
    return [row["id"] for row in run("log", "--direction", "in")[1]]


def test_what_waits_is_decided_once_and_its_sender_answered(run: Run, waiting: list[int], clinic: Path) -> None:
    first, second = waiting
    assert run("decide", first)[0] == 2
    assert run("decide", first, "--refuse", "E99")[0] == 1
    code, _, error = run("decide", first, "--refuse", "X99")
    assert code == 1
    assert "med ord" in error
    told = {"message": first, "state": "rejected", "apprecs": 1, "linked": False}
    assert run("decide", first, "--refuse", "E35", "--text", "Ikke vår pasient")[:2] == (0, [told])
    assert run("decide", second, "--accept")[1][0]["state"] == "imported"
    code, _, error = run("decide", second, "--accept")
    assert code == 1
    assert "venter ikke" in error
    assert _about_messages(run) == []
    assert _audited(clinic) == ["decide", "decide"]


def test_a_message_is_filed_under_the_patient_whose_number_is_on_standard_input(
    run: Run, failed: int, waiting: list[int], clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`failed` makes a patient known here; the letter is about another, whom nothing here is known of."""
    known = example(writing.forms()["referral"])["patient"]["national_id"]

    def say(number: str) -> None:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(number.encode())))

    say(known)
    code, (told,), _ = run("decide", waiting[0], "--accept", "--patient", "-")
    assert (code, told["linked"]) == (0, True)
    _, lines, _ = run("log", waiting[0])
    assert "patient_linked" in [line.get("name") for line in lines]
    assert known not in json.dumps(lines)
    say(known)
    code, _, error = run("decide", waiting[0], "--patient", "-")
    assert code == 1
    assert "fra før" in error
    say("01010112345")
    code, _, error = run("decide", waiting[0], "--patient", "-")
    assert code == 1
    assert "Registrer" in error
    say(known)
    assert run("decide", waiting[1], "--patient", "-")[0] == 1
    assert _audited(clinic)[-1] == "link_patient"


def test_the_log_gives_the_checks_and_the_thread_of_a_message_and_numbers_of_all(run: Run, failed: int) -> None:
    _, (told,), _ = run("log", failed, "--checks")
    assert (told["message"], told["schema_valid"], told["answers"]) == (failed, True, [])
    _, text, _ = run("log", failed, "--checks", text=True)
    assert "skjema: gyldig" in text
    assert [row["id"] for row in run("log", failed, "--thread")[1]] == [failed]
    _, numbers, _ = run("log", "--stats", "--days", "1")
    assert {(one["by"], one["out"], one["wrong"]) for one in numbers} == {
        ("day", 1, 1),
        ("type", 1, 1),
        ("partner", 1, 1),
    }
    for wrong in (("--checks",), ("--stats", "--days", "0"), (99, "--thread", "--checks")):
        assert run("log", *wrong)[0] == 2
    assert run("log", 99, "--thread")[0] == run("log", 99, "--checks")[0] == 1
    _, text, _ = run("show", failed, "--format", "xml", text=True)
    assert text.startswith("<?xml")
    assert "\n  <" in text
