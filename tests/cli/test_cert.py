"""`elmeld cert`: whose certificates there are and how long they last, and every check of one, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.issuers import Issuer, issuer_at_work

from elmeld_tui.cli import main
from elmeld_tui.model.clinic import Clinic, KeyFile, RevocationCheck, Service
from elmeld_tui.model.directory import DirectoryParty, PartyType
from elmeld_tui.registry.local import KeptDirectory
from elmeld_tui.security.authority import create_authority, issue, to_pkcs12
from elmeld_tui.security.certificates import Use
from elmeld_tui.store.database import open_database
from elmeld_tui.store.settings import write_clinic

OURS, THEIRS, EMPTY = "9200001", "9300001", "9300009"
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


@dataclass(frozen=True)
class Place:
    """A clinic with one partner, and the issuer of both.

    Attributes:
        clinic: its directory.
        issuer: at work on loopback.
        partner: the partner's certificate.
    """

    clinic: Path
    issuer: Issuer
    partner: x509.Certificate


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    clinic = tmp_path_factory.mktemp("clinic")
    with issuer_at_work(create_authority()) as issuer:
        urls = {"responder_url": issuer.responder_url, "list_url": issuer.list_url}
        own = issue(issuer.authority, "Odden legesenter", "310412368", Use.SIGNING, valid_to=NOW + 20.5 * DAY)
        partner = issue(issuer.authority, "Storbyen sykehus", "888888880", Use.ENCRYPTION, **urls)
        (clinic / "trust").mkdir()
        (clinic / "trust" / "ca.pem").write_bytes(issuer.authority.certificate.public_bytes(Encoding.PEM))
        (clinic / "key.p12").write_bytes(to_pkcs12(own, b"hemmelig"))
        key = KeyFile(clinic / "key.p12", "CERT_TEST_PASSWORD")
        write_clinic(
            clinic,
            Clinic(
                name="Odden legesenter",
                her_id="9200000",
                organisation_number="310412368",
                services=(Service(OURS, "Fastlegetjenesten"),),
                signing=key,
                decryption=(key,),
                trust=clinic / "trust",
            ),
        )
        database = open_database(clinic)
        directory = KeptDirectory(None, database, lambda: NOW)
        party = DirectoryParty(THEIRS, "Kirurgi", PartyType.SERVICE, organisation_number="999999993")
        directory.keep(replace(party, encryption_certificate=partner.certificate.public_bytes(Encoding.DER)))
        directory.keep(replace(party, her_id=EMPTY, name="Uten"))
        database.close()
        yield Place(clinic, issuer, partner.certificate)


@pytest.fixture
def run(place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CERT_TEST_PASSWORD", "hemmelig")
    place.issuer.now = datetime.now(UTC)
    place.issuer.asked.clear()
    place.issuer.revoked.clear()
    place.issuer.down.clear()

    def run(*arguments: object) -> tuple[int, list[dict[str, Any]], str]:
        try:
            code = main(["--json", "--data-dir", str(place.clinic), "cert", *map(str, arguments)])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return run


def verdicts(checks: list[dict[str, Any]], use: str = "encryption") -> dict[str, str]:
    return {check["check"]: check["verdict"] for check in checks if check["use"] == use}


def mend_of(checks: list[dict[str, Any]], name: str) -> str:
    return next(check["mend"] for check in checks if check["check"] == name)


def test_everybodys_certificates_are_listed_with_what_is_left_of_them(run: Run, place: Place) -> None:
    code, held, _ = run("list")
    assert code == 0
    assert [(one["owner"], one["use"]) for one in held] == [
        ("ours", "signing"),
        ("ours", "encryption"),
        ("partner", "encryption"),
        ("authority", ""),
    ]
    assert held[0]["days_left"] == 20
    assert held[2]["name"] == f"Kirurgi ({THEIRS})"
    assert held[2]["serial"] == str(place.partner.serial_number)
    assert place.issuer.asked == []


def test_a_list_for_people_has_a_line_for_each(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data-dir", str(place.clinic), "cert", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("Kirurgi (9300001)" in line and "kryptering" in line for line in lines)


def test_a_partner_is_checked_in_every_way_and_its_issuer_only_when_told_to(run: Run, place: Place) -> None:
    code, checks, _ = run("check", THEIRS)
    assert code == 1
    assert verdicts(checks, "signing") == {"certificate": "fault"}
    assert verdicts(checks) == {
        "subject": "ok",
        "usage": "ok",
        "validity": "ok",
        "issuer": "ok",
        "revocation": "remark",
        "identity": "remark",
    }
    assert place.issuer.asked == []
    assert verdicts(run("check", THEIRS, "--online")[1])["revocation"] == "ok"
    assert place.issuer.asked == ["ocsp"]


def test_an_issuer_that_a_certificate_does_not_name_is_not_asked_later_either(
    run: Run, place: Place, tmp_path: Path
) -> None:
    file = tmp_path / "other.cer"
    other = issue(place.issuer.authority, "Brygga", "999999993", Use.SIGNING).certificate
    file.write_bytes(other.public_bytes(Encoding.DER))
    _, checks, _ = run("check", file, "--online")
    assert mend_of(checks, "revocation") == "Legg utstederens tilbaketrekkingsliste i mappen «trust»."


def test_a_file_is_checked_for_what_it_is_issued_for(run: Run, place: Place, tmp_path: Path) -> None:
    file = tmp_path / "partner.pem"
    file.write_bytes(place.partner.public_bytes(Encoding.PEM))
    code, checks, _ = run("check", file)
    assert (code, verdicts(checks, "signing")) == (0, {})
    stranger = issue(create_authority("Andre"), "Fjern", "999999993", Use.SIGNING, valid_to=NOW - DAY / 2)
    file.write_bytes(stranger.certificate.public_bytes(Encoding.DER))
    code, checks, _ = run("check", file, "--online")
    assert code == 1
    found = verdicts(checks, "signing")
    assert (found["usage"], found["validity"], found["issuer"]) == ("ok", "fault", "fault")
    assert place.issuer.asked == []


def test_a_revoked_certificate_is_a_fault_and_a_silent_issuer_is_not(
    run: Run, place: Place, tmp_path: Path
) -> None:
    urls = {"responder_url": place.issuer.responder_url, "list_url": place.issuer.list_url}
    other = issue(place.issuer.authority, "Brygga", "999999993", Use.SIGNING, **urls).certificate
    file = tmp_path / "other.cer"
    file.write_bytes(other.public_bytes(Encoding.DER))
    place.issuer.down |= {"ocsp", "crl"}
    code, checks, _ = run("check", file, "--online")
    assert (code, verdicts(checks, "signing")["revocation"]) == (0, "remark")
    assert mend_of(checks, "revocation") == "Prøv igjen senere."
    place.issuer.down.clear()
    place.issuer.revoked[other.serial_number] = NOW - timedelta(hours=1)
    code, checks, _ = run("check", file, "--online")
    assert (code, verdicts(checks, "signing")["revocation"]) == (1, "fault")


@pytest.mark.parametrize(
    ("of", "code"), [("finnes-ikke.pem", 2), ("77777", 1), (EMPTY, 1)], ids=["no file", "unknown", "without"]
)
def test_what_cannot_be_checked_is_told(run: Run, of: str, code: int) -> None:
    found, checks, err = run("check", of)
    assert found == code
    assert bool(checks) != (err.count("\n") == 1)


def test_a_file_that_is_no_certificate_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("hei")
    code, checks, err = run("check", tmp_path / "x.pem")
    assert (code, checks, err.count("\n")) == (1, [], 1)


def test_the_doctor_tells_whether_the_issuer_can_be_asked(
    run: Run, place: Place, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from elmeld_tui.store.settings import read_clinic

    database = open_database(place.clinic)
    urls = {"responder_url": place.issuer.responder_url}
    own = issue(place.issuer.authority, "Odden legesenter", "310412368", Use.SIGNING, **urls).certificate
    party = DirectoryParty(OURS, "Odden", PartyType.SERVICE, signing_certificate=own.public_bytes(Encoding.DER))
    KeptDirectory(None, database, lambda: NOW).keep(party)
    database.close()
    online = replace(read_clinic(place.clinic), revocation=RevocationCheck.ONLINE)
    write_clinic(tmp_path, online)

    def doctor() -> dict[str, str]:
        main(["--json", "--data-dir", str(place.clinic), "--config", str(tmp_path / "clinic.toml"), "doctor"])
        checks = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return {check["check"]: check["verdict"] for check in checks}

    found = doctor()
    assert found["revocation"] == "ok"
    assert found["signing_key"] == "remark"
    place.issuer.down.add("ocsp")
    assert doctor()["revocation"] == "fault"
