"""Issuers are asked about certificates, seldom and carefully, and what they said last stands in for them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.model.clinic import RevocationCheck
from elmeld_tui.registry.fetching import Fetcher, NotFetchedError
from elmeld_tui.registry.issuers import Issuers
from elmeld_tui.registry.lists_beside import ListsBeside
from elmeld_tui.registry.revocation import Revocations
from elmeld_tui.security.authority import create_authority, issue
from elmeld_tui.security.certificates import Anchors, Use, fingerprint
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.security.revocation import Outcome
from elmeld_tui.store import revocations as kept
from elmeld_tui.store.database import Database, open_memory
from tests.issuers import DAY, START, Issuer, issuer_at_work, revocation_list

HOUR = timedelta(hours=1)
FETCHER = Fetcher()


@dataclass
class Net:
    """An issuer that can be asked, and a clinic that asks it.

    Attributes:
        issuer: at work on loopback.
        company: whom it has certified.
        database: the clinic's.
        now: the clinic's time.
    """

    issuer: Issuer
    company: x509.Certificate
    database: Database
    now: datetime = START
    lists: list[x509.CertificateRevocationList] = field(default_factory=list)

    @property
    def anchors(self) -> Anchors:
        return Anchors((self.issuer.authority.certificate,))

    def clinic(self, check: RevocationCheck = RevocationCheck.ONLINE) -> Revocations:
        return Revocations(
            check,
            self.anchors,
            self.database,
            lambda: self.now,
            lists=lambda: self.lists,
            issuers=Issuers(FETCHER),
        )

    def forward(self, span: timedelta) -> None:
        self.now += span
        self.issuer.now += span


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[Issuer, KeyPair]]:
    with issuer_at_work(create_authority(now=START)) as issuer:
        urls = {"responder_url": issuer.responder_url, "list_url": issuer.list_url}
        start = START - DAY
        yield (
            issuer,
            issue(issuer.authority, "Fjellbygda", "999999993", Use.ENCRYPTION, valid_from=start, **urls),
        )


@pytest.fixture
def net(made: tuple[Issuer, KeyPair]) -> Iterator[Net]:
    issuer, company = made
    vars(issuer).update(vars(Issuer(issuer.authority, issuer.responder_url, issuer.list_url)))
    database = open_memory()
    yield Net(issuer, company.certificate, database)
    database.close()


def test_the_responder_is_asked_once_an_hour(net: Net) -> None:
    clinic = net.clinic()
    for _ in range(3):
        assert clinic.status(net.company).outcome is Outcome.GOOD
    assert net.issuer.asked == ["ocsp"]
    # Another process of the same clinic finds the answer in the store.
    assert net.clinic().status(net.company).outcome is Outcome.GOOD
    assert net.issuer.asked == ["ocsp"]
    net.forward(HOUR)
    net.issuer.revoked[net.company.serial_number] = net.now
    assert clinic.status(net.company).revoked_at == net.now
    assert net.issuer.asked == ["ocsp", "ocsp"]


def test_the_list_answers_where_the_responder_does_not(net: Net) -> None:
    net.issuer.down.add("ocsp")
    assert net.clinic().status(net.company).source == net.issuer.list_url
    net.issuer.down.clear()
    net.issuer.known = False
    net.forward(HOUR)
    net.issuer.revoked[net.company.serial_number] = net.now
    assert net.clinic().status(net.company).outcome is Outcome.REVOKED
    assert net.issuer.asked == ["ocsp", "crl"] * 2


def test_nobody_who_answers_is_offline_and_nobody_who_knows_is_unknown(net: Net) -> None:
    net.issuer.down |= {"ocsp", "crl"}
    silent = net.clinic().status(net.company)
    assert (silent.outcome, bool(silent.reason)) == (Outcome.OFFLINE, True)
    with net.database.snapshot() as connection:
        assert getattr(kept.get(connection, fingerprint(net.company)), "outcome", None) is Outcome.OFFLINE
    net.issuer.down -= {"ocsp"}
    net.issuer.known = False
    assert net.clinic().status(net.company).outcome is Outcome.UNKNOWN


def test_what_was_said_last_stands_as_long_as_the_issuer_said(net: Net) -> None:
    clinic = net.clinic()
    clinic.status(net.company)
    net.issuer.down |= {"ocsp", "crl"}
    net.forward(23 * HOUR)
    assert clinic.status(net.company).outcome is Outcome.GOOD
    net.forward(2 * HOUR)
    assert clinic.status(net.company).outcome is Outcome.OFFLINE
    net.issuer.down.clear()
    net.forward(HOUR)
    assert clinic.status(net.company).outcome is Outcome.GOOD


def test_a_revocation_is_not_forgotten_while_the_issuer_is_away(net: Net) -> None:
    clinic = net.clinic()
    net.issuer.revoked[net.company.serial_number] = START
    clinic.status(net.company)
    net.issuer.down |= {"ocsp", "crl"}
    net.forward(100 * DAY)
    assert clinic.status(net.company).outcome is Outcome.REVOKED


def test_who_does_not_answer_is_left_alone_for_a_minute(net: Net) -> None:
    clinic = net.clinic()
    net.issuer.down |= {"ocsp", "crl"}
    for _ in range(5):
        clinic.status(net.company)
    assert net.issuer.asked == ["ocsp", "crl"]
    net.forward(timedelta(minutes=1))
    clinic.status(net.company)
    assert net.issuer.asked == ["ocsp", "crl"] * 2


def test_a_clock_that_was_set_back_makes_no_old_answer_fresh(net: Net) -> None:
    clinic = net.clinic()
    net.now += 100 * DAY
    net.issuer.now += 100 * DAY
    clinic.status(net.company)
    net.now, net.issuer.now = START, START
    clinic.status(net.company)
    assert net.issuer.asked == ["ocsp", "ocsp"]


@pytest.mark.parametrize("check", [RevocationCheck.LISTS, RevocationCheck.OFF])
def test_nothing_is_fetched_unless_the_clinic_says_so(net: Net, check: RevocationCheck) -> None:
    assert net.clinic(check).status(net.company).outcome is Outcome.NOT_ASKED
    assert net.issuer.asked == []


def test_a_stranger_cannot_have_us_call_on_anyone(net: Net) -> None:
    impostor = create_authority(now=START)
    urls = {"responder_url": net.issuer.responder_url, "list_url": net.issuer.list_url}
    forged = issue(impostor, "Fjellbygda", "999999993", Use.SIGNING, **urls).certificate
    assert net.clinic().status(forged).outcome is Outcome.NOT_ASKED
    trusting_nobody = Revocations(RevocationCheck.ONLINE, None, net.database, lambda: net.now)
    assert trusting_nobody.status(net.company).outcome is Outcome.NOT_ASKED
    assert net.issuer.asked == []


def test_a_list_that_lies_here_counts_in_every_way_of_asking(net: Net) -> None:
    net.lists = [
        revocation_list(net.issuer.authority, {}, START - HOUR),
        revocation_list(net.issuer.authority, {net.company.serial_number: START}, START),
    ]
    for check in RevocationCheck:
        assert net.clinic(check).status(net.company).outcome is Outcome.REVOKED
    assert net.issuer.asked == []


def test_a_list_that_lies_here_stands_in_for_an_issuer_that_is_away(net: Net) -> None:
    net.lists = [revocation_list(net.issuer.authority, {}, START)]
    net.issuer.down |= {"ocsp", "crl"}
    assert net.clinic().status(net.company).outcome is Outcome.GOOD
    assert net.clinic(RevocationCheck.LISTS).status(net.company).outcome is Outcome.GOOD
    net.now += 2 * DAY
    assert net.clinic().status(net.company).outcome is Outcome.OFFLINE
    assert net.clinic(RevocationCheck.LISTS).status(net.company).outcome is Outcome.OFFLINE
    assert net.clinic(RevocationCheck.OFF).status(net.company).outcome is Outcome.NOT_ASKED


@pytest.mark.parametrize("service", ["ocsp", "crl"])
@pytest.mark.parametrize("body", [b"", b"<html>502</html>", b"0" * 1000])
def test_nonsense_is_no_answer(net: Net, service: str, body: bytes) -> None:
    net.issuer.instead[service] = body
    net.issuer.down.add("crl" if service == "ocsp" else "ocsp")
    assert net.clinic().status(net.company).outcome is Outcome.OFFLINE


def test_a_redirect_is_not_followed_and_an_answer_has_its_size(net: Net) -> None:
    net.issuer.moved["crl"] = net.issuer.responder_url
    with pytest.raises(NotFetchedError, match="302"):
        FETCHER.get(net.issuer.list_url, largest=1000)
    assert net.issuer.asked == ["crl"]
    net.issuer.moved.clear()
    net.issuer.instead["crl"] = b"0" * 1001
    with pytest.raises(NotFetchedError, match="size"):
        FETCHER.get(net.issuer.list_url, largest=1000)
    with pytest.raises(NotFetchedError, match="address"):
        FETCHER.get("file:///etc/hostname", largest=1000)


def test_no_proxy_of_the_environment_sees_the_question(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:9")
    clinic = Revocations(RevocationCheck.ONLINE, net.anchors, net.database, lambda: net.now)
    assert clinic.status(net.company).outcome is Outcome.GOOD


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
def test_a_line_that_fails_is_offline(net: Net, error: Callable[[str], httpx.HTTPError]) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error("x")

    fetcher = Fetcher(httpx.MockTransport(fail))
    clinic = Revocations(
        RevocationCheck.ONLINE, net.anchors, net.database, lambda: net.now, issuers=Issuers(fetcher)
    )
    assert clinic.status(net.company).outcome is Outcome.OFFLINE


def test_newer_lists_are_read_without_a_new_start(net: Net, tmp_path: Path) -> None:
    file = tmp_path / "issuer.crl"
    lists = ListsBeside(tmp_path)
    assert lists() == ()
    first, second = (
        revocation_list(net.issuer.authority, revoked, START)
        for revoked in ({}, {net.company.serial_number: START})
    )
    file.write_bytes(first.public_bytes(Encoding.DER))
    assert lists() == (first,)
    file.write_bytes(b"half of")
    assert lists() == (first,)
    file.write_bytes(second.public_bytes(Encoding.PEM))
    assert lists() == (second,)
