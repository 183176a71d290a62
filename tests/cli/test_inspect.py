"""`elmeld inspect` as support staff run it: what it prints and how it ends."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.cli import inspect
from elmeld_tui.cli.errors import CommandError
from elmeld_tui.login import login
from elmeld_tui.model.clinic import Clinic, KeyFile, Service, User
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.states import State
from elmeld_tui.security.authority import company_keys, create_authority, to_pkcs12
from elmeld_tui.store import messages, people
from elmeld_tui.store.database import open_database
from elmeld_tui.store.settings import write_clinic
from elmeld_tui.transport.envelope import EnvelopeHeader
from elmeld_tui.transport.packing import pack

Run = Callable[..., int]


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a captured message, the receiver's key file and a trust directory."""
    directory = tmp_path_factory.mktemp("evidence")
    now = datetime.now(UTC)
    authority = create_authority()
    sender = company_keys(authority, "Fjellbygda legekontor", "999999993")
    receiver = company_keys(authority, "Storbyen sykehus", "888888880")
    header = EnvelopeHeader("8141253", "79768", "S-DIALOG_SVAR", "DIALOG_SVAR", now, "a", "b")
    packed = pack(
        b"<a/>",
        header,
        schema_location="x",
        schema_version="1.0",
        keys=sender,
        recipient_certificate=receiver.decryption[0].certificate,
    )
    (directory / "captured.msg").write_bytes(f"Content-Type: {packed.content_type}\r\n\r\n".encode() + packed.body)
    (directory / "receiver.p12").write_bytes(to_pkcs12(receiver.decryption[0], b"secret"))
    (directory / "trust").mkdir()
    (directory / "trust" / "root.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    return directory


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("KEY_PASSWORD", "secret")
    parser = argparse.ArgumentParser()
    inspect.add(parser.add_subparsers())

    def run(*arguments: object, json: bool = False, data_dir: Path | None = None) -> int:
        args = parser.parse_args(["inspect", *map(str, arguments)])
        args.json, args.data_dir, args.config = json, data_dir, None
        return inspect.run(args)

    return run


def test_json_is_one_object_and_a_sound_message_ends_well(
    run: Run, evidence: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--key", evidence / "receiver.p12", "--password-env", "KEY_PASSWORD", "--trust", evidence / "trust")
    assert run(evidence / "captured.msg", *options, json=True) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["signature"]["valid"]
    assert report["signature"]["trusted"]
    assert report["payload"]["decrypted"]


def test_the_text_says_the_same_in_lines(run: Run, evidence: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(evidence / "captured.msg", "--trust", evidence / "trust") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "Signatur" in lines
    assert any(line.split() == ["trusted", "ja"] for line in lines)
    assert any("8141253" in line and "from" in line for line in lines)


def test_a_time_outside_the_certificates_shows(
    run: Run, evidence: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = (datetime.now(UTC) + timedelta(days=9000)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert run(evidence / "captured.msg", "--trust", evidence / "trust", "--at", later, json=True) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["signature"]["code"] == "validity"
    assert [finding["code"] for finding in report["findings"]] == ["certificate_validity"]


def test_a_changed_message_ends_with_no(
    run: Run, evidence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = tmp_path / "changed.msg"
    changed.write_bytes((evidence / "captured.msg").read_bytes()[:-40])
    assert run(changed, json=True) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["code"] == "mime_truncated"


def test_message_text_cannot_drive_the_terminal(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = tmp_path / "hostile.msg"
    hostile.write_bytes(
        b"--b\r\nContent-Type: text/xml; x=\x1b]0;owned\x07\r\nContent-ID: \x9b2J\r\n\r\n<x/>\r\n--b--"
    )
    assert run(hostile) == 1
    printed = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\x9b"} & set(printed)
    assert "owned" in printed


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [
        (("absent.msg",), 2),
        (("17",), 2),
        (("captured.msg", "--at", "yesterday"), 2),
        (("captured.msg", "--key", "receiver.p12"), 2),
        (("captured.msg", "--key", "receiver.p12", "--password-env", "NOT_SET"), 2),
        (("captured.msg", "--key", "captured.msg", "--password-env", "KEY_PASSWORD"), 1),
        (("captured.msg", "--trust", "absent"), 1),
        (("captured.msg", "--cpa", "captured.msg"), 1),
    ],
)
def test_what_cannot_be_done_is_one_line_and_an_exit_code(
    arguments: tuple[str, ...], exit_code: int, run: Run, evidence: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(evidence)
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert refused.value.exit_code == exit_code
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_an_unknown_store_is_told(run: Run, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        run("17", data_dir=tmp_path)


@pytest.fixture
def clinic(evidence: Path, tmp_path: Path) -> Path:
    """Make a clinic that has received the captured message, as number 1."""
    write_clinic(
        tmp_path,
        Clinic(
            "Storbyen sykehus",
            "79768",
            "888888880",
            (Service("79768", "Mottak"),),
            signing=KeyFile(evidence / "receiver.p12", "CLINIC_PASSWORD"),
            decryption=(KeyFile(evidence / "receiver.p12", "CLINIC_PASSWORD"),),
            trust=evidence / "trust",
        ),
    )
    head, body = (evidence / "captured.msg").read_bytes().split(b"\r\n\r\n", 1)
    database = open_database(tmp_path)
    with database.transaction() as connection:
        number = messages.add(connection, direction="in", state=State.RECEIVED, at=to_text(datetime.now(UTC)))
        messages.add_part(connection, number, "envelope", head.decode().removeprefix("Content-Type: "), body)
    database.close()
    return tmp_path


def test_a_stored_message_is_seen_with_the_clinics_own_trust_and_keys(
    run: Run, clinic: Path, evidence: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLINIC_PASSWORD", "secret")
    assert run("1", data_dir=clinic, json=True) == 0
    opened = json.loads(capsys.readouterr().out)
    assert opened["signature"]["trusted"]
    assert opened["payload"]["decrypted"]

    monkeypatch.delenv("CLINIC_PASSWORD")
    run("1", data_dir=clinic, json=True)
    closed = json.loads(capsys.readouterr().out)
    assert closed["signature"]["trusted"]
    assert not closed["payload"]["decrypted"]

    (clinic / "nobody").mkdir()
    run("1", "--trust", clinic / "nobody", data_dir=clinic, json=True)
    assert not json.loads(capsys.readouterr().out)["signature"]["trusted"]


def test_how_a_message_travelled_is_shown_to_who_may_see_the_log(run: Run, clinic: Path) -> None:
    database = open_database(clinic)
    with database.transaction() as connection:
        for number, name in enumerate(("kari", "ola"), start=1):
            people.add(connection, User(name, name.title()), at="2026-11-22T08:00:00.000Z", reads_all=number == 1)
    database.close()
    with pytest.raises(CommandError, match="ikke bruker"):
        run("1", data_dir=clinic)
    database = open_database(clinic)
    with database.transaction() as connection:
        people.change(connection, 1, login=login())
    database.close()
    run("1", data_dir=clinic)
