"""The simulator as a process sees it: over HTTP, with everything it keeps in its own directory."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import httpx
import pytest

from elmeld_tui.simulator import service
from elmeld_tui.simulator.keys import TRUST_FILE, keys_of_partners
from elmeld_tui.transport.http import HttpTransport
from elmeld_tui.transport.port import NotDeliveredError, Parcel
from tests.simulator.clinic import HER_ID, REFERRAL, Clinic, new_keys, registration
from tests.waiting import PATIENCE


@contextmanager
def running(directory: Path) -> Iterator[str]:
    announced: Queue[service.Places] = Queue()
    stop = threading.Event()
    thread = threading.Thread(target=service.run, args=(directory, 0, announced.put, stop))
    thread.start()
    try:
        yield announced.get(timeout=PATIENCE).url
    finally:
        stop.set()
        thread.join()


def test_keys_and_registrations_outlive_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as url:
        body = registration(new_keys())
        httpx.put(f"{url}/simulator/parties/{HER_ID}", json=body, timeout=PATIENCE).raise_for_status()
        hospital = httpx.get(f"{url}/api/v1/communicationparty/9101001", timeout=PATIENCE).json()
        trust = (tmp_path / TRUST_FILE).read_bytes()
    with running(tmp_path) as url:
        again = httpx.get(f"{url}/api/v1/communicationparty/9101001", timeout=PATIENCE).json()
        assert again["currentSigningCertificate"] == hospital["currentSigningCertificate"]
        assert again["electronicAddresses"][0]["address"] == f"{url}/ebxml"
        assert httpx.get(f"{url}/api/v1/communicationparty/{HER_ID}", timeout=PATIENCE).status_code == 200
    assert (tmp_path / TRUST_FILE).read_bytes() == trust


def test_the_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    keys_of_partners(tmp_path)
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "keys").iterdir()} == {0}
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0


def test_a_cut_connection_leaves_the_clinic_not_knowing(tmp_path: Path, clinic: Clinic) -> None:
    with running(tmp_path / "simulator") as url, HttpTransport(timeout=PATIENCE) as transport:
        httpx.put(
            f"{url}/simulator/parties/{HER_ID}", json=registration(clinic.keys), timeout=PATIENCE
        ).raise_for_status()
        order = {"partner": "hospital", "how": "cut"}
        httpx.put(f"{url}/simulator/behaviour", json=order, timeout=PATIENCE).raise_for_status()
        hospital = keys_of_partners(tmp_path / "simulator")["hospital"]
        packed = clinic.pack(clinic.write("referral", REFERRAL, "9101001"), "9101001", recipient=hospital)
        with pytest.raises(NotDeliveredError) as caught:
            transport.send(Parcel(f"{url}/ebxml", packed.content_type, packed.body))
        assert caught.value.retry
        assert caught.value.unknown
        reply = transport.send(Parcel(f"{url}/ebxml", packed.content_type, packed.body))
        assert reply is not None
        assert b"Acknowledgment" in reply.body
        assert len(httpx.get(f"{url}/simulator/journal", timeout=PATIENCE).json()["documents"]) == 1


def command(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "elmeld_tui", "simulator", *arguments],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_when_told_and_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    with command("--json", TMPDIR=str(tmp_path)) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert Path(told["trust"]).is_file()
        assert httpx.get(f"{told['url']}/api/v1/communicationparty/9101001", timeout=PATIENCE).status_code == 200
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
    assert list(tmp_path.iterdir()) == []


def test_the_command_keeps_out_of_a_clinics_directory(tmp_path: Path) -> None:
    (tmp_path / "clinic.toml").write_text("")
    with command(ELMELD_DATA_DIR=str(tmp_path)) as process:
        _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert str(tmp_path) in error
    assert [path.name for path in tmp_path.iterdir()] == ["clinic.toml"]


def test_a_faulty_scenario_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "uvær.toml").write_text('[[step]]\nhow = "dance"\n', encoding="utf-8")
    with command("--scenario", str(tmp_path / "uvær.toml")) as process:
        _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert error.count("\n") == 1
    assert "step 1: how is one of" in error


def test_partners_are_reached_as_was_asked_and_play_what_they_were_given(tmp_path: Path) -> None:
    scenario = tmp_path / "uvær.toml"
    scenario.write_text('[[step]]\nhow = "no_ack"\n', encoding="utf-8")
    with command("--json", "--way", "mail", "--scenario", str(scenario), TMPDIR=str(tmp_path)) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        party = httpx.get(f"{told['url']}/api/v1/communicationparty/9101001", timeout=PATIENCE).json()
        assert party["ediAddress"] == "hospital@helsenett.example"
        assert [address["type"] for address in party["electronicAddresses"]] == ["E_EDI"]
        assert [
            step["how"]
            for step in httpx.get(f"{told['url']}/simulator/journal", timeout=PATIENCE).json()["scenario"]
        ] == ["no_ack"]
        with smtplib.SMTP("127.0.0.1", told["smtp"]) as line:
            assert line.noop()[0] == 250
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
