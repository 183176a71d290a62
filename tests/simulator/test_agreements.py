"""The simulated NAV makes an agreement with whoever asks, and from then on holds its sender to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select

from elmeld_tui.engine import agreements as engine_agreements
from elmeld_tui.engine import outbox, receipt
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.messages.document import read
from elmeld_tui.model import clinic as settings
from elmeld_tui.model.agreements import Agreement, Direction
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.model.directory import DirectoryParty, UnknownPartyError
from elmeld_tui.registry import revocations_of
from elmeld_tui.registry.local import KeptDirectory
from elmeld_tui.security.authority import create_authority, issue_person
from elmeld_tui.security.signer import ExerciseSigner
from elmeld_tui.simulator import agreements
from elmeld_tui.simulator.incoming import receive
from elmeld_tui.simulator.letters import send
from elmeld_tui.simulator.outgoing import deliver_due
from elmeld_tui.simulator.register import Register
from elmeld_tui.simulator.service import application
from elmeld_tui.simulator.store import Store
from elmeld_tui.store import tables
from elmeld_tui.store.database import open_database
from elmeld_tui.transport.agreement.reading import read_agreement
from elmeld_tui.transport.message import Acknowledgment, MessageError, Opened
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.port import Parcel, Reply
from elmeld_tui.transport.ways import Ways
from tests.engine.working import work_off
from tests.simulator.clinic import HER_ID, NOW, Clinic, new_keys, registration
from tests.simulator.conftest import ENDPOINT, Post
from tests.simulator.test_nav import NAV, NOTE, written

CPA_ID = "nav:sim:9200000"


def fetched(clinic: Clinic) -> Agreement:
    raw = agreements.offer(clinic.net, HER_ID)
    assert raw is not None
    return read_agreement(raw)


def posted(clinic: Clinic, **header: object) -> Opened:
    packed = clinic.pack(written(clinic, "sick-note", NOTE), NAV, **header)
    answer = receive(clinic.net, packed.content_type, packed.body)
    return unpack(answer.content_type, answer.body)


def test_the_agreement_has_what_a_clinic_and_nav_send_each_other(clinic: Clinic) -> None:
    agreement = fetched(clinic)
    assert agreement.cpa_id == CPA_ID
    assert agreement.holds(NOW)
    ours, navs = agreement.party(HER_ID), agreement.party(NAV)
    assert ours is not None
    assert navs is not None
    assert ours.certificates == {
        clinic.keys.signing.certificate.public_bytes(Encoding.DER),
        clinic.keys.decryption[0].certificate.public_bytes(Encoding.DER),
    }
    note = navs.may(Direction.RECEIVE, "Sykmelding", "Registrering", "Saksbehandler")
    assert note is not None
    assert note.channel is not None
    assert note.channel.endpoint("request") == ENDPOINT
    for binding in ours.bindings:
        other = Direction.RECEIVE if binding.direction is Direction.SEND else Direction.SEND
        assert navs.may(other, binding.service, binding.action), binding.action


def test_asked_again_it_is_the_same_until_the_clinic_has_changed(clinic: Clinic) -> None:
    first = agreements.offer(clinic.net, HER_ID)
    assert agreements.offer(clinic.net, HER_ID) == first
    clinic.net.register.put(HER_ID, registration(new_keys(), "http://moved/ebxml"))
    assert agreements.offer(clinic.net, HER_ID) != first


async def test_it_is_fetched_over_http(clinic: Clinic) -> None:
    transport = httpx.ASGITransport(app=application(clinic.net))
    async with httpx.AsyncClient(transport=transport, base_url="http://simulator/simulator") as web:
        answer = await web.get(f"/cpa/{HER_ID}")
        assert answer.status_code == 200
        assert read_agreement(answer.content).cpa_id == CPA_ID
        assert (await web.get("/cpa/1234")).status_code == 404
        assert (await web.get(f"/cpa/{NAV}")).status_code == 404


def test_nav_takes_messages_without_an_agreement_from_whoever_has_none(clinic: Clinic) -> None:
    assert isinstance(posted(clinic).signal, Acknowledgment)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"cpa_id": CPA_ID}, ""),
        ({}, "ValueNotRecognized"),
        ({"cpa_id": "nav:sim:1"}, "ValueNotRecognized"),
    ],
)
def test_nav_holds_a_clinic_to_its_agreement(clinic: Clinic, header: dict[str, object], code: str) -> None:
    fetched(clinic)
    signal = posted(clinic, **header).signal
    assert (signal.errors[0].code if isinstance(signal, MessageError) else "") == code


def test_nav_refuses_names_that_are_not_in_the_agreement(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.simulator import clinic as helper

    fetched(clinic)
    usual = helper.collaboration
    for changed, code in (({"action": "Annet"}, "ValueNotRecognized"), ({"to_role": "Nav"}, "Inconsistent")):
        monkeypatch.setattr(helper, "collaboration", lambda header, c=changed: replace(usual(header), **c))
        signal = posted(clinic, cpa_id=CPA_ID).signal
        assert isinstance(signal, MessageError)
        assert signal.errors[0].code == code


def test_what_nav_writes_and_answers_goes_under_the_agreement(clinic: Clinic, post: Post) -> None:
    fetched(clinic)
    card = issue_person(create_authority("kort", now=NOW), "Astrid Fjellvang", valid_from=NOW - timedelta(days=1))
    signed = read(ExerciseSigner(card).sign(written(clinic, "sick-note", NOTE).raw))
    packed = clinic.pack(signed, NAV, cpa_id=CPA_ID)
    receive(clinic.net, packed.content_type, packed.body)
    receiver = clinic.net.register.get(HER_ID)
    assert receiver is not None
    send(clinic.net, "nav_request", receiver)
    deliver_due(clinic.net)
    headers = [unpack(content_type, body).header for _, content_type, body in post.posted]
    assert [header.cpa_id for header in headers if header] == [CPA_ID, CPA_ID]


class Line:
    """The clinic's way to the simulated partners, in this process."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic

    def limit(self, endpoint: str) -> int | None:
        return None

    def send(self, parcel: Parcel) -> Reply | None:
        assert parcel.endpoint == ENDPOINT
        answer = receive(self._clinic.net, parcel.content_type, parcel.body)
        return Reply(answer.content_type, answer.body, answer.status)


class Directory:
    """The simulated register, asked without a network."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic

    def get(self, her_id: str) -> DirectoryParty:
        found = self._clinic.net.register.get(her_id)
        if found is None:
            raise UnknownPartyError(her_id)
        return found

    def search(self, words: str, *, limit: int = 50) -> list[DirectoryParty]:
        return []


@pytest.fixture
def of_today(clinic: Clinic, store: Store) -> Clinic:
    """The clinic where NAV has keys from the moment the clocks stand at."""
    keys = clinic.net.keys | {"nav": new_keys()}
    register = Register(store, keys)
    register.partners_at(ENDPOINT)
    return replace(clinic, net=replace(clinic.net, keys=keys, register=register))


@pytest.mark.parametrize("has_it", [True, False])
def test_a_clinic_that_has_taken_the_agreement_in_writes_to_nav_under_it(
    of_today: Clinic, post: Post, tmp_path: Path, has_it: bool
) -> None:
    clinic = of_today
    raw = agreements.offer(clinic.net, HER_ID)
    assert raw is not None
    database = open_database(tmp_path / "clinic")
    own = settings.Clinic(
        "Odden legesenter", "9200000", "310412368", (settings.Service(HER_ID, "Fastlege"),), test=True
    )
    equipment = Equipment(
        clinic=own,
        database=database,
        directory=KeptDirectory(Directory(clinic), database, lambda: NOW),
        keys=clinic.keys,
        anchors=None,
        revocations=revocations_of(own, None, database, lambda: NOW),
        ways=Ways({"http": Line(clinic)}),
        clock=lambda: NOW,
    )
    card = issue_person(create_authority("kort", now=NOW), "Astrid Fjellvang", valid_from=NOW - timedelta(days=1))
    signed = read(ExerciseSigner(card).sign(written(clinic, "sick-note", NOTE).raw))
    with database.transaction() as connection:
        if has_it:
            engine_agreements.keep(connection, raw, now=NOW, user="astrid")
        message_id = outbox.enqueue(connection, signed, now=NOW)
    work_off(equipment)
    deliver_due(clinic.net)
    for _, content_type, body in post.posted:
        receipt.receive(equipment, Arrival(content_type, body))
    work_off(equipment)
    with database.snapshot() as connection:
        row = connection.execute(select(tables.message).where(tables.message.c.id == message_id)).one()
    database.close()
    expected = ("delivered", "accepted") if has_it else ("transport_rejected", "awaited")
    assert (row.state, row.receipt) == expected
