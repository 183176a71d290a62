"""The simulated register answers in the shape of the national one, so a client made for that one works here."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.simulator.register import NotARegistrationError, Register
from elmeld_tui.simulator.rest import ROUTES
from elmeld_tui.simulator.store import Store
from tests.simulator.clinic import registration


@pytest.fixture
async def client(register: Register) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=list(ROUTES))
    app.state.register = register
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://register") as client:
        yield client


async def test_a_service_is_given_with_type_parent_and_address(client: httpx.AsyncClient) -> None:
    party = (await client.get("/api/v1/communicationparty/9101001")).json()
    assert party["herId"] == 9101001
    assert party["type"] == "Service"
    assert party["serviceDetails"]["serviceType"] == {"codeListId": "8655", "value": "S02"}
    assert party["serviceDetails"]["parentOrganization"] == {
        "herId": 9101000,
        "name": "Vikefjord sykehus",
        "organizationNumber": "310412007",
    }
    assert party["electronicAddresses"] == [{"type": "E_EDI_HTTP_ASYNC", "address": "http://127.0.0.1:9/ebxml"}]


async def test_an_organisation_lists_who_is_below_it(client: httpx.AsyncClient) -> None:
    details = (await client.get("/api/v1/organization/310412279")).json()["organizationDetails"]
    below = {"services": [9103001], "persons": [9103002]}
    assert details.items() >= {"organizationNumber": "310412279", **below}.items()


@pytest.mark.parametrize(
    "path", ["communicationparty/1", "certificate/1", "certificate/1/signing", "organization/310412996"]
)
async def test_what_does_not_exist_is_a_404_with_a_reason(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/api/v1/{path}")
    assert answer.status_code == 404
    assert answer.json()["status"] == 404


async def test_fields_have_the_names_of_the_national_register(client: httpx.AsyncClient, shared: Path) -> None:
    real = json.loads((shared / "registry" / "ar-rest" / "NavCommunicationParty.json").read_text())
    ours = (await client.get("/api/v1/communicationparty/9101000")).json()
    assert ours.keys() - real.keys() == {"electronicAddresses"}
    assert ours["currentSigningCertificate"].keys() == real["currentSigningCertificate"].keys()
    assert ours["organizationDetails"].keys() <= real["organizationDetails"].keys()


async def test_thumbprints_are_sha1_of_the_certificate(client: httpx.AsyncClient) -> None:
    for use in ("signing", "encryption"):
        answer = (await client.get(f"/api/v1/certificate/9101001/{use}")).json()
        der = base64.b64decode(answer["certificateValue"])
        assert answer["thumbprint"] == hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()
        (both,) = (await client.get("/api/v1/certificate/9101001")).json()
        assert both[f"{use}Certificate"]["thumbprint"] == answer["thumbprint"]


async def test_a_party_has_one_certificate_for_each_use(client: httpx.AsyncClient) -> None:
    party = (await client.get("/api/v1/communicationparty/9101001")).json()
    assert party["currentSigningCertificate"]["thumbprint"] != party["currentEncryptionCertificate"]["thumbprint"]


async def search(client: httpx.AsyncClient, query: str = "", **body: object) -> list[int]:
    answer = await client.post(f"/api/v1/communicationparty/search?{query}", json=body)
    assert answer.status_code == 200
    return [party["herId"] for party in answer.json()["communicationParties"]]


async def test_search_by_words_by_service_type_and_by_person(client: httpx.AsyncClient) -> None:
    assert await search(client, name="vikefjord kirurg") == [9101001]
    service = {"serviceTypeCodeListId": "8655", "serviceTypeCodeValue": "S03"}
    assert await search(client, serviceSearchParameters=service) == [9101002]
    assert await search(client, personSearchParameters={"hprNumber": "9900301"}) == [9103002]
    assert await search(client, name="finnes ikke") == []


async def test_pages_do_not_overlap_and_end_with_a_short_one(client: httpx.AsyncClient) -> None:
    everyone = await search(client)
    pages = [await search(client, f"Page={page}&Size=5") for page in range(1, 5)]
    assert [her_id for page in pages for her_id in page] == everyone
    assert len(pages[-1]) < 5


@pytest.mark.parametrize("query", ["Page=0", "Size=101", "Size=x"])
async def test_a_page_outside_the_limits_is_refused(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.post(f"/api/v1/communicationparty/search?{query}", json={})
    assert answer.status_code == 400


async def test_bulk_leaves_out_the_unknown(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/communicationparty", json={"herIds": [9101001, 1, 9103001]})
    assert [party["herId"] for party in answer.json()["communicationParties"]] == [9101001, 9103001]


def test_a_clinic_that_registered_is_still_there_after_a_restart(
    store: Store, register: Register, simulator_keys: dict[str, CompanyKeys]
) -> None:
    register.put("9200001", registration(simulator_keys["gp"]))
    party = Register(store, simulator_keys).get("9200001")
    assert party is not None
    assert (party.full_name, party.endpoint) == ("Odden legesenter, Allmennlege", "http://clinic/ebxml")


@pytest.mark.parametrize(
    "fault", [{"type": "Nonsense"}, {"signingCertificate": "AAAA"}, {"signingCertificate": "?"}, {"name": None}]
)
def test_a_faulty_registration_is_refused_and_not_kept(
    store: Store, register: Register, simulator_keys: dict[str, CompanyKeys], fault: dict[str, object]
) -> None:
    record = registration(simulator_keys["gp"]) | fault
    if fault.get("name", "") is None:
        del record["name"]
    with pytest.raises(NotARegistrationError):
        register.put("9200001", record)
    assert store.party_records() == []
    assert register.get("9200001") is None
