"""A clinic to work in, with a register that needs no network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from elmeld_tui.model.clinic import Clinic, Service, User
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.directory import DirectoryParty, DirectoryUnavailableError, PartyType, UnknownPartyError
from elmeld_tui.model.states import State
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.patients import register_patient
from elmeld_tui.office.terminals import new_opening
from elmeld_tui.store import messages, people, post
from elmeld_tui.store.database import open_database
from elmeld_tui.store.reading import open_reader
from elmeld_tui.store.rows import Patient
from tests.engine import world as worlds
from tests.engine.world import World, open_world

CLINIC = Clinic(
    name="Fjellveien legesenter",
    her_id="8094001",
    organisation_number="310412368",
    services=(Service("8094002", "Allmennlege"),),
    users=(User("lege", "Kari Prøve", "LE", "9144889", "tel:55512345"), User("sekr", "Ola Prøve", "HE")),
    test=True,
)
SURGERY = DirectoryParty(
    her_id="8200001",
    name="Kirurgisk poliklinikk",
    type=PartyType.SERVICE,
    parent_her_id="8200000",
    parent_name="Fjord sykehus",
    organisation_number="874716782",
    endpoint="http://127.0.0.1:1/ebxml",
    service_oid="8655",
    service_code="S02",
    encryption_certificate=b"certificate",
)
PARTIES = (
    SURGERY,
    replace(SURGERY, her_id="8200000", name="Fjord sykehus", type=PartyType.ORGANIZATION, parent_her_id=""),
    replace(SURGERY, her_id="8200002", name="Stengt poliklinikk", encryption_certificate=b""),
    replace(SURGERY, her_id="8094002", name="Allmennlege", parent_name="Fjellveien legesenter"),
)


class Register:
    """A register that answers from a list, and can be away."""

    away = False

    def get(self, her_id: str) -> DirectoryParty:
        self._answer()
        for party in PARTIES:
            if party.her_id == her_id:
                return party
        raise UnknownPartyError(her_id)

    def search(self, words: str, *, limit: int = 50) -> list[DirectoryParty]:
        self._answer()
        return [p for p in PARTIES if all(w in p.full_name.casefold() for w in words.casefold().split())][:limit]

    def close(self) -> None:
        pass

    def _answer(self) -> None:
        if self.away:
            raise DirectoryUnavailableError("Adresseregisteret svarer ikke.")


NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def office(tmp_path: Path, register: Register) -> Iterator[Office]:
    database = open_database(tmp_path)
    with database.transaction() as connection:
        people.take_in(connection, CLINIC.users, at=to_text(NOW))
    opened = Office(CLINIC, tmp_path, database, open_reader(tmp_path), register, CLINIC.users[0], Clock())
    yield opened
    opened.close()


@pytest.fixture
def patient(office: Office) -> Patient:
    return register_patient(office, "21858230052", "Ørjan", "Åsen")


def take_in(office: Office, raw: bytes) -> int:
    """Put a document into the inbox as the engine does when nothing is wrong with it."""
    from elmeld_tui.engine import search_words
    from elmeld_tui.messages import document

    read = document.read(raw)
    header = read.header
    at = to_text(office.clock())
    with office.database.transaction() as connection:
        message_id = messages.add(
            connection,
            direction="in",
            state=State.IMPORTED,
            at=at,
            **messages.header_columns(header),
            patient_id=messages.patient_id(connection, header.patient),
            attachments=search_words.attachments(read),
        )
        messages.add_part(connection, message_id, "document", "application/xml", raw)
        post.put(connection, message_id, folder="inbox", unread=True, at=at)
    return message_id


def another_opening(office: Office) -> str:
    """Open a draft in another terminal of the user's; return how the draft tells of it."""
    return new_opening(office.user.name, office.clock())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A clinic whose engine and partner are at hand, for what the office tells of their work."""
    opened = open_world(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def engine_office(world: World) -> Office:
    """The office of that clinic."""
    user = User("kari", "Kari Prøve")
    with world.database.transaction() as connection:
        people.take_in(connection, [user], at="2026-11-22T08:00:00.000Z")
    return Office(
        worlds.CLINIC, world.data_dir, world.database, world.reader, world.equipment.directory, user, world.clock
    )
