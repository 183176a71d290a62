"""The doctor finds what keeps messages from leaving, and names the mend of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import event, text

from elmeld_tui.model.clinic import KeyFile, Operations, Service
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.mail import Mail, MailServer, Protection
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.health import Check, Verdict, examine_clinic
from elmeld_tui.office.health.operations import examine_operations
from elmeld_tui.office.health.register import examine_register
from elmeld_tui.security.authority import company_keys, create_authority, to_pkcs12
from elmeld_tui.store import alerts, beat, lines, payloads
from elmeld_tui.store.beat import Engine
from elmeld_tui.store.trouble import AlertCode
from tests.issuers import revocation_list
from tests.office.conftest import NOW, Register


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "signing.p12"
    keys = company_keys(create_authority(now=NOW), "Fjellveien legesenter", "310412368", now=NOW)
    path.write_bytes(to_pkcs12(keys.signing, b"hemmelig"))
    return path


def _checks(office: Office) -> dict[str, Check]:
    return {check.name: check for check in examine_clinic(office)}


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


@pytest.mark.parametrize(
    ("address", "verdict"), [("Ost@edi.test", Verdict.OK), ("", Verdict.OK), ("vest@edi.test", Verdict.FAULT)]
)
def test_mail_from_another_address_than_the_registers_is_a_fault(
    office: Office,
    register: Register,
    address: str,
    verdict: Verdict,
    nobodys_port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    get = register.get
    monkeypatch.setattr(register, "get", lambda her_id: replace(get(her_id), edi_address="ost@edi.test"))
    nowhere = Mail(address, MailServer("127.0.0.1", nobodys_port, Protection.NONE)) if address else None
    found = _checks(replace(office, clinic=replace(office.clinic, mail=nowhere)))
    assert found["edi_address"].verdict is verdict if address else "edi_address" not in found


def test_a_register_that_is_away_is_a_fault(office: Office, register: Register) -> None:
    register.away = True
    assert _checks(office)["register"].verdict is Verdict.FAULT


def test_an_engine_that_runs_is_well_and_one_that_fell_silent_is_not(office: Office) -> None:
    now = office.clock()
    with office.database.transaction() as connection:
        beat.go_on(connection, Engine("ås", 1, 8181, to_text(now)), at=to_text(now))
    assert _checks(office)["engine"].verdict is Verdict.OK
    later = replace(office, clock=lambda: now + timedelta(minutes=1))
    assert _checks(later)["engine"].verdict is Verdict.FAULT


def test_waiting_alerts_are_a_remark(office: Office) -> None:
    with office.database.transaction() as connection:
        alerts.raise_alert(connection, AlertCode.MANUAL, at="2026-11-22T08:00:00.000Z")
    assert _checks(office)["alerts"].verdict is Verdict.REMARK


def test_one_silent_engine_beside_one_that_runs_is_a_remark(office: Office) -> None:
    now = office.clock()
    with office.database.transaction() as connection:
        beat.go_on(connection, Engine("ås", 1, 8181, to_text(now)), at=to_text(now))
        beat.go_on(connection, Engine("bø", 1, 8182, to_text(now)), at=to_text(now - timedelta(minutes=5)))
    engines = [check for check in examine_clinic(office) if check.name == "engine"]
    assert [check.verdict for check in engines] == [Verdict.OK, Verdict.REMARK]
    assert "bø" in engines[1].told


def test_an_engine_that_was_killed_and_begun_again_is_not_asked_to_be_started(office: Office) -> None:
    killed, began = to_text(NOW - timedelta(minutes=2)), to_text(NOW - timedelta(minutes=1))
    with office.database.transaction() as connection:
        beat.go_on(connection, Engine("ås", 1, 8181, killed), at=killed)
        beat.go_on(connection, Engine("ås", 2, 8182, began), at=to_text(NOW))
    engines = [check for check in examine_clinic(office) if check.name == "engine"]
    assert [check.verdict for check in engines] == [Verdict.OK]


def test_files_that_others_can_reach_are_told(office: Office) -> None:
    office.data_dir.chmod(0o755)
    assert "chmod 700" in _checks(office)["data_dir"].mend
    office.data_dir.chmod(0o700)
    assert "data_dir" not in _checks(office)


def test_a_disk_with_too_little_room_is_a_fault(office: Office) -> None:
    assert _checks(office)["disk"].verdict is Verdict.OK
    greedy = replace(office, clinic=replace(office.clinic, operations=Operations(least_free_mb=10**9)))
    assert _checks(greedy)["disk"].verdict is Verdict.FAULT


def test_a_store_whose_bytes_have_changed_is_a_fault(office: Office) -> None:
    assert _checks(office)["store"].verdict is Verdict.OK
    with office.database.transaction() as connection:
        payload_id = payloads.keep(connection, b"<Melding/>")
        connection.execute(text("DROP TRIGGER payload_no_update"))
        connection.execute(text("UPDATE payload SET bytes = x'00' WHERE id = :id"), {"id": payload_id})
    found = _checks(office)["store"]
    assert found.verdict is Verdict.FAULT
    assert "elmeld db check" in found.mend


def test_a_store_that_can_only_be_read_is_a_fault(office: Office) -> None:
    event.listen(office.database._durable, "begin", lambda c: c.exec_driver_sql("PRAGMA query_only = ON"))
    found = _checks(office)["store"]
    assert found.verdict is Verdict.FAULT
    assert found.mend


def test_what_has_been_left_lying_is_a_fault(office: Office) -> None:
    assert _checks(office)["queue"].verdict is Verdict.OK
    with office.database.transaction() as connection:
        lines.call(connection, ["8200001"], at=to_text(office.clock() - timedelta(minutes=16)))
    assert _checks(office)["queue"].verdict is Verdict.FAULT


def test_what_the_program_failed_at_is_told_with_its_place(office: Office) -> None:
    assert _checks(office)["problems"].verdict is Verdict.OK
    with office.database.transaction() as connection:
        detail = {"error": "ZeroDivisionError", "place": "importing.py:77"}
        alerts.raise_alert(connection, AlertCode.PROGRAM_FAULT, at="2026-11-22T08:00:00.000Z", detail=detail)
    found = _checks(office)["problems"]
    assert found.verdict is Verdict.REMARK
    assert "ZeroDivisionError i importing.py:77" in found.told


def _asked_register(office: Office, answer: httpx.Response | None) -> dict[str, Check]:
    def handle(request: httpx.Request) -> httpx.Response:
        if answer is None:
            raise httpx.ConnectError("away", request=request)
        return answer

    clinic = replace(office.clinic, register_url="https://register.test")
    checks = examine_register(clinic, office.clock, httpx.MockTransport(handle))
    return {check.name: check for check in checks}


@pytest.mark.parametrize(
    ("minutes", "verdict", "said"),
    [(0, Verdict.OK, "rett"), (5, Verdict.FAULT, "for sent"), (-5, Verdict.FAULT, "for fort")],
)
def test_the_clock_is_held_against_the_registers(
    office: Office, minutes: int, verdict: Verdict, said: str
) -> None:
    date = format_datetime(office.clock() + timedelta(minutes=minutes), usegmt=True)
    found = _asked_register(office, httpx.Response(404, headers={"Date": date}))
    assert found["register_answers"].verdict is Verdict.OK
    assert found["clock"].verdict is verdict
    assert said in found["clock"].told


def test_a_register_that_does_not_answer_is_a_fault_whatever_was_kept_of_it(office: Office) -> None:
    found = _asked_register(office, None)
    assert found["register_answers"].verdict is Verdict.FAULT
    assert "clock" not in found


def test_a_clinic_without_a_register_is_told_so(office: Office) -> None:
    assert _checks(office)["register_answers"].verdict is Verdict.REMARK


@pytest.mark.parametrize(
    ("answer", "verdict", "said"),
    [
        (httpx.Response(200, json={"reasons": []}), Verdict.OK, "frisk"),
        (httpx.Response(503, json={"reasons": ["disk_low", "queue_late"]}), Verdict.FAULT, "disk_low, queue_late"),
        (httpx.Response(200, text="<html>"), Verdict.FAULT, "svarer ikke"),
        (httpx.Response(200, json=[]), Verdict.FAULT, "svarer ikke"),
    ],
)
def test_the_engine_is_asked_how_it_is(
    office: Office, answer: httpx.Response, verdict: Verdict, said: str
) -> None:
    clinic = replace(office.clinic, operations=Operations(port=9090))
    check = examine_operations(clinic, httpx.MockTransport(lambda _: answer))
    assert check.verdict is verdict
    assert said in check.told


def test_an_operations_port_that_others_could_reach_is_a_fault(office: Office) -> None:
    clinic = replace(office.clinic, operations=Operations("0.0.0.0", 9090))
    assert examine_operations(clinic).verdict is Verdict.FAULT


def test_a_list_that_should_have_been_renewed_is_told_before_what_waits_for_it(
    office: Office, tmp_path: Path
) -> None:
    authority, now = create_authority(now=office.clock()), office.clock()
    trust = tmp_path / "trust"
    trust.mkdir()
    (trust / "ca.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    with_trust = replace(office, clinic=replace(office.clinic, trust=trust))
    seen = [_checks(with_trust)["revocation"].verdict]
    for made in (now, now - timedelta(days=2)):
        crl = revocation_list(authority, {}, made).public_bytes(Encoding.DER)
        (trust / "ca.crl").write_bytes(crl)
        seen.append(_checks(with_trust)["revocation"].verdict)
    assert seen == [Verdict.REMARK, Verdict.OK, Verdict.FAULT]
