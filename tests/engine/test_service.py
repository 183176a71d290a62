"""The engine as a service: it listens, wakes by itself, and stops in good order."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from running import running
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from tests.waiting import PATIENCE, assert_soon
from world import CLINIC, World, keys, open_world

from elmeld_tui.engine import importing, receipt, service
from elmeld_tui.engine.arriving import Arriving
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.model.clinic import KeyFile
from elmeld_tui.security.authority import to_pkcs12
from elmeld_tui.store import messages
from elmeld_tui.store.check import check
from elmeld_tui.store.settings import write_clinic
from elmeld_tui.transport.port import Reply


def test_what_is_committed_by_another_process_is_sent_at_once(world: World) -> None:
    other = open_world(world.data_dir)
    with running(world):
        message_id = other.enqueue()
        assert_soon(lambda: other.state(message_id) == "delivered")
    other.close()


def test_what_is_posted_is_acknowledged_taken_in_and_answered(world: World) -> None:
    packed = world.pack(world.letter())
    with running(world) as port:
        response = httpx.post(
            f"http://127.0.0.1:{port}/ebxml",
            content=packed.body,
            headers={"Content-Type": packed.content_type},
            timeout=PATIENCE,
        )
        assert response.status_code == 200
        assert b"Acknowledgment" in response.content
        assert_soon(lambda: len(world.partner.receipts()) == 1)
    assert world.reader.counts()["inbox"] == (1, 1)


def test_the_engine_says_that_it_lives_and_when_it_ends(world: World) -> None:
    with running(world) as port:
        beat = world.reader.engine()
        assert beat is not None
        assert (beat.pid, beat.port) == (os.getpid(), port)
    assert world.reader.engine() is None


def test_an_engine_whose_worker_ends_takes_in_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(work: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(service, "_round", fail)
    with pytest.raises(ZeroDivisionError):
        service.operate(world.equipment, world.data_dir, stop=threading.Event())
    assert world.reader.engine() is None


def test_a_message_the_program_fails_at_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.post(world.pack(world.letter("gift")))
    world.post(world.pack(world.letter("mat")))
    whole = importing.import_message

    def fail_at_the_first(database: object, clinic: object, clock: object, message_id: int) -> object:
        if message_id == 1:
            raise ZeroDivisionError
        return whole(database, clinic, clock, message_id)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "import_message", fail_at_the_first)
    with running(world):
        assert_soon(lambda: world.state(2) == "imported")
        assert_soon(lambda: world.alerts() == ["program_fault"])
    assert world.state(1) == "received"


def test_an_envelope_the_program_fails_at_stops_neither_others_nor_deadlines(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = receipt._treat, True

    def fail_at_the_first(equipment: Equipment, arriving: Arriving) -> Reply | None:
        if broken or (arriving.row is not None and arriving.row.id == 1):
            raise ZeroDivisionError
        return whole(equipment, arriving)

    monkeypatch.setattr(receipt, "_treat", fail_at_the_first)
    for text in ("gift", "mat"):
        with pytest.raises(ZeroDivisionError):
            world.post(world.pack(world.letter(text)))
    owed = world.enqueue()
    world.deliver()
    broken = False
    world.clock.forward(hours=97)
    with running(world):
        assert_soon(lambda: world.reader.counts().get("inbox") == (1, 1))
        assert_soon(lambda: world.receipt(owed) == "overdue")


def test_a_store_that_is_held_for_a_while_stops_nothing_for_good(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()
    whole = messages.received

    def busy(connection: Connection) -> Sequence[int]:
        if not held.is_set():
            held.set()
            raise OperationalError("SELECT", {}, sqlite3.OperationalError("database is locked"))
        return whole(connection)

    monkeypatch.setattr(service, "_PATIENCE", 0.01)
    monkeypatch.setattr(messages, "received", busy)
    world.post(world.pack(world.letter()))
    with running(world):
        assert_soon(lambda: world.reader.counts().get("inbox") == (1, 1))
    assert held.is_set()


def test_a_post_the_program_fails_at_is_told_to_come_again_and_its_content_to_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(equipment: object, content_type: str, body: bytes) -> None:
        raise ValueError("Ørjan Åsen 21858230052")

    monkeypatch.setattr(receipt, "receive", fail)
    with running(world) as port:
        response = httpx.post(
            f"http://127.0.0.1:{port}/ebxml", content=b"x", headers={"Content-Type": "text/xml"}, timeout=PATIENCE
        )
    assert response.status_code == 500
    assert world.alerts() == ["program_fault"]
    assert "21858230052" not in "".join(capfd.readouterr())


def test_the_command_listens_and_stops_when_told(tmp_path: Path) -> None:
    clinic = CLINIC
    for name, pair in (("signing", keys().ours.signing), ("opening", keys().ours.decryption[0])):
        (tmp_path / f"{name}.p12").write_bytes(to_pkcs12(pair, b"hemmelig"))
    clinic = replace(
        clinic,
        signing=KeyFile(tmp_path / "signing.p12", "ELMELD_TEST_PASSWORD"),
        decryption=(KeyFile(tmp_path / "opening.p12", "ELMELD_TEST_PASSWORD"),),
    )
    write_clinic(tmp_path, clinic)
    command = [sys.executable, "-m", "elmeld_tui", "engine", "--json", "--data-dir", str(tmp_path)]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        environment = {
            **os.environ,
            "ELMELD_TEST_PASSWORD": "hemmelig",
            "NOTIFY_SOCKET": str(tmp_path / "notify"),
        }
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            port = json.loads(process.stdout.readline())["listening"]
            assert manager.recv(1000).startswith(b"READY=1\n")
            assert httpx.get(f"http://127.0.0.1:{port}/ebxml", timeout=PATIENCE).status_code == 405
            process.send_signal(signal.SIGTERM)
            assert manager.recv(1000) == b"STOPPING=1"
            assert process.wait(PATIENCE) == 0
            told = [json.loads(line)["event"] for line in process.stderr]
    assert told == ["engine_started", "engine_stopping", "engine_stopped"]


def test_what_the_policy_no_longer_keeps_is_removed_by_the_engine_itself(world: World) -> None:
    document = world.write()
    message_id = world.enqueue(document)
    world.deliver()
    world.post(world.answer("1", document))
    world.take_in()
    world.clock.forward(days=200)
    with running(world):
        assert_soon(lambda: world.reader.part(message_id, "envelope") is None)
    assert world.reader.part(message_id, "document") is not None
    assert check(world.database) == []
