"""`elmeld cpa`: agreements are taken in, listed, shown, checked and taken out again."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import insert
from tests.transport.agreements import AgreementPlan, ChannelPlan, PartyPlan, RolePlan

from elmeld_tui.cli import main
from elmeld_tui.model.clinic import Clinic, Service
from elmeld_tui.security.authority import company_keys, create_authority
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.store import tables
from elmeld_tui.store.database import open_database
from elmeld_tui.store.settings import write_clinic

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]
NOW = datetime.now(UTC)
CLINIC = Clinic("Odden legesenter", "9200000", "310412368", (Service("9200001", "Fastlege"),), test=True)
CPA_ID = "nav:prod:1"


@cache
def keys(name: str) -> CompanyKeys:
    return company_keys(create_authority(now=NOW), name, "310412368", now=NOW)


def der(name: str) -> tuple[bytes, bytes]:
    own = keys(name)
    pairs = (own.decryption[0], own.signing)
    encryption, signing = (pair.certificate.public_bytes(Encoding.DER) for pair in pairs)
    return encryption, signing


def plan(*, ours: str = "9200001", begins: int = -100, ends: int = 200, **nav: object) -> AgreementPlan:
    """An agreement with NAV that began and ends so many days from now."""
    channel = ChannelPlan(protocol="HTTP", endpoints=(("allPurpose", "https://nav.test/ebxml"),))
    clinic = PartyPlan(
        "Odden",
        (ours,),
        (RolePlan("Sykmelder", sends=("Registrering",), receives=("Svar",)),),
        (channel,),
        *der("Odden"),
    )
    other = PartyPlan(
        "NAV",
        ("79768",),
        (RolePlan("Saksbehandler", receives=("Registrering",), sends=("Svar",)),),
        (channel,),
        *der("NAV"),
    )
    return AgreementPlan(
        CPA_ID,
        (NOW + timedelta(days=begins)).isoformat(),
        (NOW + timedelta(days=ends, hours=1)).isoformat(),
        (clinic, replace(other, **nav)),  # type: ignore[arg-type]
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_clinic(tmp_path / "clinic", CLINIC)
    return tmp_path / "clinic"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], place: Path) -> Run:
    def run(*arguments: object) -> tuple[int, list[dict[str, Any]], str]:
        code = main(["--json", "--data-dir", str(place), "cpa", *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return run


@pytest.fixture
def taken_in(run: Run, tmp_path: Path) -> Callable[[AgreementPlan], dict[str, Any]]:
    def take_in(agreement: AgreementPlan) -> dict[str, Any]:
        file = tmp_path / "cpa.xml"
        file.write_bytes(agreement.raw)
        code, (told,), _ = run("import", file)
        assert code == 0
        return told

    return take_in


TakeIn = Callable[[AgreementPlan], dict[str, Any]]


def test_an_import_tells_with_whom_and_how_long(taken_in: TakeIn, run: Run) -> None:
    told = taken_in(plan())
    assert (told["cpa"], told["partner"], told["partner_her_ids"]) == (CPA_ID, "NAV", ["79768"])
    assert (told["valid"], told["days_left"], told["new"], told["counts"]) == (True, 200, True, True)
    assert taken_in(plan())["new"] is False
    assert [one["cpa"] for one in run("list")[1]] == [CPA_ID]


def test_the_version_that_has_begun_last_counts_whatever_is_imported_first(taken_in: TakeIn, run: Run) -> None:
    assert taken_in(plan(begins=-10, ends=400))["replaces_valid_to"] == ""
    assert taken_in(plan())["counts"] is False
    assert taken_in(plan(begins=10, ends=900))["counts"] is False
    ((listed,), (shown,)) = run("list")[1], run("show", CPA_ID)[1]
    assert listed["days_left"] == shown["days_left"] == 400
    assert shown["versions"] == 3
    assert taken_in(plan(begins=-9, ends=500))["replaces_valid_to"] == listed["valid_to"]


@pytest.mark.parametrize("raw", [b"no xml", b"<x/>", None])
def test_what_is_no_agreement_of_the_clinics_is_refused(run: Run, tmp_path: Path, raw: bytes | None) -> None:
    (tmp_path / "cpa.xml").write_bytes(plan(ours="9999999").raw if raw is None else raw)
    code, told, error = run("import", tmp_path / "cpa.xml")
    assert (code, told) == (1, [])
    assert error.count("\n") == 1
    assert run("list")[1] == []


def test_an_agreement_is_shown_with_what_goes_where_and_how_often(taken_in: TakeIn, run: Run) -> None:
    taken_in(plan())
    code, (told,), _ = run("show", CPA_ID)
    assert code == 0
    sent, received = told["actions"]
    assert (sent["direction"], sent["service"], sent["action"]) == ("send", "Sykmelding", "Registrering")
    assert (sent["role"], sent["partner_role"]) == ("Sykmelder", "Saksbehandler")
    assert (sent["endpoint"], sent["retries"], sent["interval_seconds"]) == ("https://nav.test/ebxml", 4, 43200)
    assert (sent["lifetime_seconds"], sent["sync_reply"], sent["compressed"]) == (216000, "none", False)
    assert (received["direction"], received["action"]) == ("receive", "Svar")
    assert [(one["party"], one["use"], one["registered"]) for one in told["certificates"]] == [
        ("Odden", "encryption", None),
        ("Odden", "signing", None),
        ("NAV", "encryption", None),
        ("NAV", "signing", None),
    ]
    assert all(one["days_left"] > 0 for one in told["certificates"])


def test_the_text_is_for_people(
    taken_in: TakeIn, place: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    taken_in(plan())
    for arguments, expected in (
        (["import", str(tmp_path / "cpa.xml")], "ingenting er endret"),
        (["list"], "200 dager igjen"),
        (["show", CPA_ID], "Sykmelding/Registrering"),
        (["check", CPA_ID], "Avtalen holder."),
    ):
        assert main(["--data-dir", str(place), "cpa", *arguments]) == 0
        assert expected in capsys.readouterr().out


def test_the_file_comes_out_as_it_came_in(
    place: Path, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    (tmp_path / "cpa.xml").write_bytes(plan().raw)
    assert main(["--data-dir", str(place), "cpa", "import", str(tmp_path / "cpa.xml")]) == 0
    capsysbinary.readouterr()
    assert main(["--data-dir", str(place), "cpa", "export", CPA_ID]) == 0
    assert capsysbinary.readouterr().out == plan().raw


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ends": -5}, "period"),
        ({"begins": 5}, "period"),
        ({"roles": (RolePlan("Saksbehandler", receives=("Annet",)),)}, "action"),
        ({"channels": (ChannelPlan(endpoints=()),)}, "channel"),
    ],
)
def test_what_stops_messages_is_said_and_the_answer_is_no(
    taken_in: TakeIn, run: Run, changed: dict[str, Any], code: str
) -> None:
    taken_in(plan(**changed))
    exit_code, (told,), _ = run("check", CPA_ID)
    assert (exit_code, told["holds"]) == (1, False)
    assert code in [finding["code"] for finding in told["findings"] if finding["severity"] == "error"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"roles": (RolePlan("Saksbehandler", receives=("Registrering",)),)}, "action"),
        ({"channels": (ChannelPlan(protocol="AMQP", endpoints=(("", "amqps://x.test"),)),)}, "protocol"),
        ({"encryption": b""}, "certificate"),
    ],
)
def test_what_may_become_trouble_is_said(taken_in: TakeIn, run: Run, changed: dict[str, Any], code: str) -> None:
    taken_in(plan(**changed))
    exit_code, (told,), _ = run("check", CPA_ID)
    assert (exit_code, told["holds"]) == (0, True)
    assert code in [finding["code"] for finding in told["findings"] if finding["severity"] == "warning"]


def test_a_certificate_that_the_register_has_another_of_is_told(taken_in: TakeIn, run: Run, place: Path) -> None:
    taken_in(plan())
    _, signing = der("NAV")
    other, _ = der("Noen andre")
    entry = {
        "her_id": "79768",
        "name": "NAV",
        "type": "Organization",
        "encryption_certificate": base64.b64encode(other).decode(),
        "signing_certificate": base64.b64encode(signing).decode(),
        "valid_from": "",
        "valid_to": "",
    }
    database = open_database(place)
    with database.transaction() as connection:
        new = {"her_id": "79768", "name": "NAV", "data": entry, "fetched": "2026-01-01T00:00:00.000Z"}
        connection.execute(insert(tables.party).values(new))
    database.close()
    registered = [one["registered"] for one in run("show", CPA_ID)[1][0]["certificates"]]
    assert registered == [None, None, False, True]
    code, (told,), _ = run("check", CPA_ID)
    assert code == 0
    assert [finding["code"] for finding in told["findings"]] == ["certificate_differs"]


@pytest.mark.parametrize("act", ["show", "check", "export"])
def test_an_agreement_the_clinic_does_not_have_is_told_in_one_line(run: Run, act: str) -> None:
    code, told, error = run(act, "nav:prod:2")
    assert (code, told) == (1, [])
    assert "nav:prod:2" in error
    assert error.count("\n") == 1
