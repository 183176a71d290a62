"""The doctor finds what keeps messages from leaving, and names the mend of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from elmeld_tui.model.clinic import KeyFile, Service
from elmeld_tui.model.clock import to_text
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.health import Check, Verdict, data_dir_check, examine_clinic
from elmeld_tui.security.authority import company_keys, create_authority, to_pkcs12
from elmeld_tui.store import alerts, beat
from elmeld_tui.store.trouble import AlertCode
from tests.office.conftest import NOW, Register


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "signing.p12"
    keys = company_keys(create_authority(now=NOW), "Fjellveien legesenter", "310412368", now=NOW)
    path.write_bytes(to_pkcs12(keys.signing, b"hemmelig"))
    return path


def _checks(office: Office) -> dict[str, Check]:
    return {c.name: c for c in examine_clinic(office.clinic, office.reader, office.directory, office.clock)}


def test_a_clinic_without_keys_or_engine_is_told_both_and_how_to_mend_them(office: Office) -> None:
    found = _checks(office)
    for name in ("signing_key", "decryption_key", "engine"):
        assert found[name].verdict is Verdict.FAULT
        assert found[name].mend


def test_a_key_that_opens_is_told_with_its_last_day(
    office: Office, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PW", "hemmelig")
    with_key = replace(office, clinic=replace(office.clinic, signing=KeyFile(key_file, "PW")))
    assert _checks(with_key)["signing_key"].verdict is Verdict.OK


@pytest.mark.parametrize(("password", "verdict"), [("feil", Verdict.FAULT), (None, Verdict.REMARK)])
def test_a_key_that_does_not_open_is_told(
    office: Office, key_file: Path, monkeypatch: pytest.MonkeyPatch, password: str | None, verdict: Verdict
) -> None:
    monkeypatch.delenv("PW", raising=False)
    if password:
        monkeypatch.setenv("PW", password)
    with_key = replace(office, clinic=replace(office.clinic, signing=KeyFile(key_file, "PW")))
    check = _checks(with_key)["signing_key"]
    assert check.verdict is verdict
    assert check.mend


def test_a_service_the_register_does_not_know_is_a_fault(office: Office) -> None:
    unknown = replace(office, clinic=replace(office.clinic, services=(Service("77777", "Ukjent"),)))
    assert _checks(unknown)["register"].verdict is Verdict.FAULT


def test_a_register_that_is_away_is_a_fault(office: Office, register: Register) -> None:
    register.away = True
    assert _checks(office)["register"].verdict is Verdict.FAULT


def test_an_engine_that_runs_is_well_and_one_that_fell_silent_is_not(office: Office) -> None:
    now = office.clock()
    with office.database.transaction() as connection:
        beat.begin(connection, pid=1, host="127.0.0.1", port=8181, at=to_text(now))
    assert _checks(office)["engine"].verdict is Verdict.OK
    later = replace(office, clock=lambda: now + timedelta(minutes=1))
    assert _checks(later)["engine"].verdict is Verdict.FAULT


def test_waiting_alerts_are_a_remark(office: Office) -> None:
    with office.database.transaction() as connection:
        alerts.raise_alert(connection, AlertCode.MANUAL, at="2026-11-22T08:00:00.000Z")
    assert _checks(office)["alerts"].verdict is Verdict.REMARK


def test_files_that_others_can_reach_are_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    check = data_dir_check(tmp_path)
    assert check is not None
    assert "chmod 700" in check.mend
    tmp_path.chmod(0o700)
    assert data_dir_check(tmp_path) is None
