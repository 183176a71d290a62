"""`elmeld compose` and `elmeld send` as a script uses them: what is written where, what is said, how it ends."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from elmeld_tui.cli import main
from elmeld_tui.messages import writing
from elmeld_tui.messages.composing.example import example
from elmeld_tui.messages.document import read
from elmeld_tui.model.clinic import Clinic, Service, User
from elmeld_tui.model.directory import DirectoryParty, PartyType, UnknownPartyError
from elmeld_tui.store.settings import write_clinic

Run = Callable[..., tuple[int, str, str]]

CLINIC = Clinic(
    "Fjellveien legesenter",
    "8094001",
    "310412368",
    (Service("8094002", "Allmennlege"), Service("8094003", "Legevakt")),
    users=(User("lege", "Åse Eksempel", "LE", "9900401", "55900401"),),
    test=True,
)


class Register:
    """A register with one clinic that can be written to, and one that cannot."""

    def get(self, her_id: str) -> DirectoryParty:
        if her_id not in {"8200001", "8200002"}:
            raise UnknownPartyError(her_id)
        return DirectoryParty(
            her_id,
            "Medisinsk poliklinikk",
            PartyType.SERVICE,
            "8200000",
            "Fjord sykehus",
            encryption_certificate=b"certificate" if her_id == "8200001" else b"",
        )

    def close(self) -> None:
        pass


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capfd.readouterr()
        return code, out, err

    return run


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "clinic"
    write_clinic(place, CLINIC)
    monkeypatch.setattr("elmeld_tui.registry.directory_of", lambda *_: Register())
    return place


def answers(place: Path, **changes: Any) -> Path:
    said = example(writing.forms()["referral"]) | {"receiver": {"her_id": "8200001"}, "copies": []}
    said |= changes
    file = place / "answers.json"
    file.write_text(json.dumps({name: value for name, value in said.items() if value is not None}), "utf-8")
    return file


def whole(place: Path) -> Path:
    return answers(place, receiver=example(writing.forms()["referral"])["receiver"])


def test_a_kind_that_does_not_exist_is_answered_with_those_that_do(run: Run) -> None:
    code, _, err = run("compose", "letter", "--example")
    assert code == 2
    assert all(form.family in err for form in writing.forms().values())
    assert err.count("\n") == 1


def test_the_schema_and_the_example_are_json(run: Run) -> None:
    for what in ("--schema", "--example"):
        code, out, _ = run("compose", "order", what)
        assert code == 0
        assert json.loads(out) == json.loads(run("compose", "order", what, "--json")[1])


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b'"x"', b"\xff\xfe\x00", b'{"answers": {}, "answers": {}}', b'{"receivr": {}}', b"[" * 100_000],
)
def test_an_object_that_cannot_be_read_is_wrong_use(run: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(content)
    code, out, err = run("compose", "referral", "--answers", file)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_every_problem_has_a_line_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    said = example(writing.forms()["order-laboratory"])
    said["answers"]["samples"] = [{"taken": "9"}]
    said["sender"]["service"]["her_id"] = "x"
    file, out_file = tmp_path / "a.json", tmp_path / "out.xml"
    file.write_text(json.dumps(said))
    code, out, err = run("compose", "order", "--answers", file, "--out", out_file)
    assert (code, out) == (1, "")
    assert [line.partition(": ")[0] for line in err.splitlines()] == [
        "sender.service.her_id",
        "answers.samples.0.taken",
    ]
    assert not out_file.exists()
    _, out, _ = run("compose", "order", "--answers", file, "--json")
    assert [one["path"] for one in json.loads(out)["problems"]] == [
        line.partition(": ")[0] for line in err.splitlines()
    ]


def test_what_is_written_is_the_writers_alone_and_is_not_written_over(run: Run, tmp_path: Path) -> None:
    file, out_file = whole(tmp_path), tmp_path / "out.xml"
    assert run("compose", "referral", "--profile", "1.1", "--answers", file, "--out", out_file)[0] == 0
    first = out_file.read_bytes()
    assert stat.S_IMODE(out_file.stat().st_mode) == 0o600
    code, _, err = run("compose", "referral", "--answers", file, "--out", out_file)
    assert (code, out_file.read_bytes()) == (2, first)
    assert "out.xml" in err
    assert run("compose", "referral", "--answers", file, "--out", out_file, "--force")[0] == 0
    assert read(out_file.read_bytes()).header.msg_id != read(first).header.msg_id
    assert stat.S_IMODE(out_file.stat().st_mode) == 0o600
    assert sorted(one.name for one in tmp_path.iterdir()) == ["answers.json", "out.xml"]


def test_a_profile_cannot_be_two_things(run: Run, tmp_path: Path) -> None:
    code, _, err = run("compose", "referral", "--profile", "2.0", "--answers", whole(tmp_path))
    assert code == 2
    assert "profile" in err
    assert run("compose", "referral", "--profile", "3.0", "--example")[0] == 2


def test_an_attachment_lies_beside_the_answers(run: Run, tmp_path: Path) -> None:
    (tmp_path / "svar.txt").write_text("Hb 10,2")
    enclosed = [{"description": "Svar", "mime": "text/plain", "file": "svar.txt"}]
    file = answers(tmp_path, receiver=example(writing.forms()["referral"])["receiver"], attachments=enclosed)
    code, out, _ = run("compose", "referral", "--answers", file)
    assert code == 0
    assert "SGIgMTAsMg==" in out
    (tmp_path / "svar.txt").unlink()
    code, out, err = run("compose", "referral", "--answers", file)
    assert (code, out) == (1, "")
    assert err.startswith("attachments.0.file: ")


def test_a_clinic_fills_in_itself_and_looks_up_the_receiver(run: Run, tmp_path: Path, clinic: Path) -> None:
    code, out, err = run("--data-dir", clinic, "compose", "referral", "--answers", answers(tmp_path, sender=None))
    assert (code, err) == (0, "")
    header = read(out.strip().encode()).header
    assert header.sender is not None
    assert (header.sender.her_id, header.sender.organisation.her_id) == ("8094002", "8094001")
    assert header.receivers[0].name == "Fjord sykehus, Medisinsk poliklinikk"
    file = answers(tmp_path, sender={"her_id": "8094003"}, receiver={"her_id": "1"})
    code, out, err = run("--data-dir", clinic, "compose", "referral", "--answers", file)
    assert (code, out) == (1, "")
    assert err.startswith("receiver: ")


def test_s2_a_message_is_queued_with_its_schema_noted_and_its_patient_known_afterwards(
    run: Run, tmp_path: Path, clinic: Path
) -> None:
    file = answers(tmp_path, sender=None)
    code, out, err = run("--data-dir", clinic, "--json", "compose", "referral", "--answers", file, "--send")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["schemas"] == ["referral-1.1.xsd"]
    assert "document" not in told
    with sqlite3.connect(clinic / "elmeld.db") as store:
        (detail,) = store.execute("SELECT detail FROM audit WHERE action = 'send'").fetchone()
    store.close()
    assert json.loads(detail)["schemas"] == told["schemas"]
    assert json.loads(detail)["tool"].startswith("libxml2 ")
    _, out, _ = run("--data-dir", clinic, "--json", "log")
    row = json.loads(out)
    assert (row["id"], row["kind"], row["state"], row["direction"]) == (
        told["message"],
        "referral",
        "queued",
        "out",
    )
    number = example(writing.forms()["referral"])["patient"]["national_id"]
    file = answers(tmp_path, sender=None, patient={"national_id": number})
    code, out, _ = run("--data-dir", clinic, "compose", "referral", "--answers", file)
    assert code == 0
    assert read(out.strip().encode()).header.patient.name == "Kari Eksempel"  # type: ignore[union-attr]
    file = answers(tmp_path, sender=None, patient={"national_id": "21858230052"})
    code, _, err = run("--data-dir", clinic, "compose", "referral", "--answers", file)
    assert code == 1
    assert err.startswith("patient.national_id: ")


@pytest.mark.parametrize("family", ["referral", "order"])
def test_an_example_of_a_clinics_own_is_sent_as_it_is(run: Run, tmp_path: Path, clinic: Path, family: str) -> None:
    services = (Service("8095002", "Allmennlege"),)
    write_clinic(clinic, replace(CLINIC, her_id="8095001", services=services))
    code, out, err = run("--data-dir", clinic, "compose", family, "--example")
    assert (code, err) == (0, "")
    file = tmp_path / "answers.json"
    file.write_text(out, "utf-8")
    code, _, err = run("--data-dir", clinic, "compose", family, "--answers", file, "--send")
    assert (code, err) == (0, "")


def test_sending_needs_a_clinic(run: Run, tmp_path: Path) -> None:
    assert run("compose", "referral", "--answers", whole(tmp_path), "--send")[0] == 2
    assert run("send", whole(tmp_path))[0] == 2


def test_a_ready_document_is_sent_once(run: Run, tmp_path: Path, clinic: Path) -> None:
    ready = tmp_path / "ready.xml"
    run("compose", "referral", "--answers", whole(tmp_path), "--out", ready)
    code, out, err = run("--data-dir", clinic, "--json", "send", ready)
    assert (code, err) == (0, "")
    assert json.loads(out)["msg_id"] == read(ready.read_bytes()).header.msg_id
    code, _, err = run("--data-dir", clinic, "send", ready)
    assert code == 1
    assert "MsgId" in err
    assert len(run("--data-dir", clinic, "--json", "log")[1].splitlines()) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("8094002", "9999999"),
        ("8200001", "8200002"),
        ("8200001", "8200003"),
        ("<MsgId>", "<MsgIdd>"),
        ("<Sex ", "<Kjonn "),
        ('TypeOffId V="FNR"', 'TypeOffId V="XXX" X="1"'),
    ],
)
def test_s2_a_document_that_is_wrong_stays(
    run: Run, tmp_path: Path, clinic: Path, before: str, after: str
) -> None:
    ready = tmp_path / "ready.xml"
    run("compose", "referral", "--answers", whole(tmp_path), "--out", ready)
    text = ready.read_text("utf-8")
    assert before in text
    ready.write_text(text.replace(before, after), "utf-8")
    code, out, err = run("--data-dir", clinic, "send", ready)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert run("--data-dir", clinic, "--json", "log")[1] == ""


def test_s15_a_ready_document_with_a_wrong_number_stays(run: Run, tmp_path: Path, clinic: Path) -> None:
    ready = tmp_path / "ready.xml"
    said = example(writing.forms()["referral"])
    run("compose", "referral", "--answers", whole(tmp_path), "--out", ready)
    text = ready.read_text("utf-8").replace(said["patient"]["national_id"], "02118200388")
    ready.write_text(text, "utf-8")
    code, _, err = run("--data-dir", clinic, "send", ready)
    assert code == 1
    assert "Kontrollsifrene" in err


def test_what_goes_to_nav_is_not_sent_without_a_signature(run: Run, tmp_path: Path, clinic: Path) -> None:
    file, ready = tmp_path / "a.json", tmp_path / "ready.xml"
    file.write_text(json.dumps(example(writing.forms()["sick-note"])))
    assert run("compose", "sick-note", "--answers", file, "--out", ready)[0] == 0
    code, _, err = run("--data-dir", clinic, "send", ready)
    assert code == 1
    assert "signert" in err
    code, _, err = run("--data-dir", clinic, "compose", "sick-note", "--answers", file, "--send")
    assert code == 1
    assert run("--data-dir", clinic, "--json", "log")[1] == ""


def test_an_answer_to_a_stored_message_leaves_its_mark_in_the_audit_trail(
    run: Run, tmp_path: Path, clinic: Path
) -> None:
    run("--data-dir", clinic, "compose", "referral", "--answers", answers(tmp_path, sender=None), "--send")
    file = tmp_path / "reply.json"
    file.write_text(json.dumps({"profile": "answer", "answers": {"text": "Alt vel"}}))
    code, out, err = run("--data-dir", clinic, "compose", "dialogue", "--answers", file, "--reply-to", "1")
    assert (code, err) == (0, "")
    assert read(out.strip().encode()).header.conversation is not None
    with sqlite3.connect(clinic / "elmeld.db") as store:
        noted = store.execute("SELECT action, message_id FROM audit ORDER BY id").fetchall()
    store.close()
    assert noted == [("send", 1), ("reply", 1)]
    assert run("--data-dir", clinic, "compose", "dialogue", "--answers", file, "--reply-to", "99")[0] == 1
