"""The simulator's own paths: registering, leading an exercise, and seeing what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.service import application
from tests.simulator.clinic import HER_ID, REFERRAL, Clinic, registration


@pytest.fixture
async def client(net: Helsenett) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=application(net))
    async with httpx.AsyncClient(transport=transport, base_url="http://simulator") as client:
        yield client


async def test_a_clinic_registers_itself_and_is_found(client: httpx.AsyncClient, clinic_keys: CompanyKeys) -> None:
    answer = await client.put(f"/simulator/parties/{HER_ID}", json=registration(clinic_keys))
    assert answer.status_code == 200
    found = await client.get(f"/api/v1/communicationparty/{HER_ID}")
    assert found.json() == answer.json()
    assert found.json()["electronicAddresses"][0]["address"] == "http://clinic/ebxml"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "parties/x", {"name": "x"}),
        ("PUT", "parties/9200001", {"name": "x"}),
        ("PUT", "parties/9200001", ["x"]),
        ("PUT", "behaviour", {"partner": "hospital", "how": "dance"}),
        ("PUT", "behaviour", {"partner": "nobody", "how": "reject"}),
        ("PUT", "behaviour", {"partner": "hospital", "how": "reject", "code": "E35"}),
        ("POST", "send", {"what": "poetry", "to": "9101001"}),
        ("POST", "send", {"what": "request", "to": "1"}),
    ],
)
async def test_a_faulty_order_says_what_it_should_be(
    client: httpx.AsyncClient, method: str, path: str, body: object
) -> None:
    answer = await client.request(method, f"/simulator/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["title"]


async def test_a_body_that_is_no_json_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.put("/simulator/behaviour", content=b"\xff{")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("request", "dialogue"),
        ("lab_result", "service_report"),
        ("lab_history", "service_report"),
        ("dialogue", "dialogue"),
        ("order", "order"),
    ],
)
async def test_a_partner_writes_when_told_to(
    client: httpx.AsyncClient, clinic: Clinic, what: str, kind: str
) -> None:
    answer = await client.post("/simulator/send", json={"what": what, "to": HER_ID})
    assert answer.status_code == 202
    journal = (await client.get("/simulator/journal")).json()
    (letter,) = journal["letters"]
    assert (letter["message_id"], letter["msg_id"]) == (answer.json()["messageId"], answer.json()["msgId"])
    assert (letter["kind"], letter["state"]) == (kind, "waiting")


async def test_a_behaviour_reaches_the_endpoint_and_wears_off(client: httpx.AsyncClient, clinic: Clinic) -> None:
    order = {"partner": "hospital", "how": "unavailable", "times": 1}
    assert (await client.put("/simulator/behaviour", json=order)).status_code == 200
    assert (await client.get("/simulator/journal")).json()["behaviour"] == {
        "hospital": {"how": "unavailable", "times": 1}
    }
    packed = clinic.pack(clinic.write("referral", REFERRAL, "9101001"), "9101001")
    headers = {"content-type": packed.content_type}
    statuses = [(await client.post("/ebxml", content=packed.body, headers=headers)).status_code for _ in range(2)]
    assert statuses == [503, 200]
    journal = (await client.get("/simulator/journal")).json()
    assert journal["behaviour"] == {}
    assert [(d["partner"], d["kind"], d["outcome"]) for d in journal["documents"]] == [
        ("hospital", "referral", "1")
    ]
