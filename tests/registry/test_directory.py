"""The register by its REST interface, and the copy that stands in for it."""

from __future__ import annotations

import base64
import hashlib
import os
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from elmeld_tui.model.directory import (
    DirectoryParty,
    DirectoryUnavailableError,
    PartyType,
    UnknownPartyError,
)
from elmeld_tui.registry.local import KeptDirectory, copies_of, find_copies
from elmeld_tui.registry.rest import RestDirectory
from elmeld_tui.store.database import open_memory
from tests.waiting import PATIENCE

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
RECORD = {
    "herId": 9300001,
    "name": "Kirurgi",
    "displayName": "Kirurgisk avdeling",
    "type": "Service",
    "serviceDetails": {
        "serviceType": {"codeListId": "8655", "value": "S01"},
        "parentOrganization": {"herId": 9300000, "name": "Storbyen sykehus", "organizationNumber": "888888880"},
    },
    "electronicAddresses": [{"type": "E_EDI_HTTP_ASYNC", "address": "https://storbyen.example/ebxml"}],
    "ediAddress": "storbyen@edi.example",
    "postalAddress": {"city": "Storbyen"},
    "validFrom": "2020-01-01T00:00:00+00:00",
}


def certificate(der: bytes) -> dict[str, str]:
    digest = hashlib.sha1(der).hexdigest().upper()
    return {"thumbprint": digest, "certificateValue": base64.b64encode(der).decode()}


def register(answer: Callable[[httpx.Request], httpx.Response]) -> RestDirectory:
    return RestDirectory("https://register.example", httpx.MockTransport(answer))


def known(request: httpx.Request) -> httpx.Response:
    answers = {
        "/api/v1/communicationparty/9300001": RECORD,
        "/api/v1/certificate/9300001/signing": certificate(b"signing"),
        "/api/v1/certificate/9300001/encryption": certificate(b"encryption"),
        "/api/v1/communicationparty/search": {"communicationParties": [RECORD]},
    }
    found = answers.get(request.url.path)
    return httpx.Response(200, json=found) if found else httpx.Response(404)


def test_a_party_is_read_with_its_certificates() -> None:
    party = register(known).get("9300001")
    assert party == DirectoryParty(
        her_id="9300001",
        name="Kirurgisk avdeling",
        type=PartyType.SERVICE,
        parent_her_id="9300000",
        parent_name="Storbyen sykehus",
        organisation_number="888888880",
        service_code="S01",
        service_oid="8655",
        edi_address="storbyen@edi.example",
        endpoint="https://storbyen.example/ebxml",
        city="Storbyen",
        signing_certificate=b"signing",
        encryption_certificate=b"encryption",
        valid_from=datetime(2020, 1, 1, tzinfo=UTC),
    )


def test_a_search_goes_by_name_or_by_her_id() -> None:
    directory = register(known)
    assert [party.her_id for party in directory.search("kirurgi")] == ["9300001"]
    assert [party.her_id for party in directory.search(" 9300001 ")] == ["9300001"]
    assert directory.search("42") == []


@pytest.mark.parametrize("called", ["", "../organization/9300001", "9300001?x=", "9300001/../1", "٩٣"])
def test_what_is_no_her_id_is_nobodys_and_never_asked_for(called: str) -> None:
    def asked(_: httpx.Request) -> httpx.Response:
        raise AssertionError("a place in the register that a document chose")

    with pytest.raises(UnknownPartyError):
        register(asked).get(called)


def _nobody_there(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


def test_an_unknown_party_is_told_from_a_register_that_is_down() -> None:
    with pytest.raises(UnknownPartyError):
        register(known).get("1")
    with pytest.raises(DirectoryUnavailableError, match="svarer ikke som det skal"):
        register(lambda _: httpx.Response(503)).get("9300001")
    with pytest.raises(DirectoryUnavailableError, match="Får ikke kontakt"):
        register(_nobody_there).get("9300001")


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"herId": 1}),
        httpx.Response(200, json=RECORD | {"type": "Spaceship"}),
    ],
)
def test_a_register_that_talks_nonsense_is_as_good_as_down(response: httpx.Response) -> None:
    with pytest.raises(DirectoryUnavailableError):
        register(lambda _: response).get("9300001")


def test_a_certificate_that_does_not_match_its_thumbprint_is_not_used() -> None:
    def swapped(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/signing"):
            return httpx.Response(200, json=certificate(b"signing") | {"thumbprint": "00"})
        return known(request)

    with pytest.raises(DirectoryUnavailableError):
        register(swapped).get("9300001")


class Held:
    def __init__(self) -> None:
        self.now, self.down, self.asked = NOW, False, 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        return httpx.Response(500) if self.down else known(request)

    def clock(self) -> datetime:
        return self.now


def test_what_was_learnt_is_kept_for_an_hour_and_longer_when_the_register_is_down() -> None:
    held = Held()
    database = open_memory()
    kept = KeptDirectory(register(held), database, held.clock)
    party = kept.get("9300001")
    asked = held.asked
    assert kept.get("9300001") == party
    assert held.asked == asked

    held.now += timedelta(hours=2)
    held.down = True
    assert kept.get("9300001") == party
    assert held.asked > asked
    assert find_copies(database, "STORBYEN kirurgisk", 5) == [(party, NOW)]
    assert find_copies(database, "nowhere", 5) == []
    assert copies_of(database, ["9300001", "9300002"]) == {"9300001": (party, NOW)}
    with pytest.raises(DirectoryUnavailableError):
        kept.get("9300002")
    database.close()


def test_a_register_that_is_down_is_not_asked_again_at_every_letter() -> None:
    held = Held()
    database = open_memory()
    kept = KeptDirectory(register(held), database, held.clock)
    held.down = True
    for letters in ("k", "ki", "kir"):
        with pytest.raises(DirectoryUnavailableError):
            kept.search(letters)
    assert held.asked == 1
    held.down = False
    held.now += timedelta(minutes=1)
    assert [found.her_id for found in kept.search("kir")] == ["9300001"]
    database.close()


def test_without_a_register_only_what_is_kept_is_known() -> None:
    database = open_memory()
    kept = KeptDirectory(None, database, lambda: NOW)
    with pytest.raises(UnknownPartyError):
        kept.get("9300001")
    kept.keep(register(known).get("9300001"))
    assert kept.get("9300001").name == "Kirurgisk avdeling"
    database.close()


class _KnowsNobodyServer(HTTPServer):
    timeout = PATIENCE


class _KnowsNobody(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        pass


def test_no_proxy_of_the_environment_sees_whom_we_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:9")
    with _KnowsNobodyServer(("127.0.0.1", 0), _KnowsNobody) as server:
        answering = threading.Thread(target=server.handle_request)
        answering.start()
        register = RestDirectory(f"http://127.0.0.1:{server.server_port}")
        with closing(register), pytest.raises(UnknownPartyError):
            register.get("9300001")
        answering.join()
