"""A clinic with many messages, made of invented people, for anything that measures lists."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from elmeld_tui.model.clinic import Clinic, Service, User
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.communication_types import communication_type
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.store import people, tables
from elmeld_tui.store.database import open_database
from elmeld_tui.store.settings import read_clinic, read_store, write_clinic

_START = datetime(2026, 1, 1, tzinfo=UTC)
_GIVEN = ("Ada", "Bård", "Cæcilie", "Dagfinn", "Eir", "Frøydis", "Gøran", "Hege", "Ivár", "Jorunn")
_FAMILY = ("Ås", "Bø", "Dahl", "Enger", "Fjære", "Gran", "Hægstad", "Li", "Moe", "Nygård", "Østby")
_PARTIES = ("Sykehuset, medisin", "Sykehuset, kirurgi", "Laboratoriet", "Fjord legekontor", "NAV")
_TYPES = (
    ("in", Kind.SERVICE_REPORT, "SVAR_LAB", State.IMPORTED, Receipt.ACCEPTED),
    ("in", Kind.DISCHARGE_SUMMARY, "EPIKRISE", State.IMPORTED, Receipt.ACCEPTED),
    ("in", Kind.DIALOGUE, "DIALOG_FORESPORSEL", State.IMPORTED, Receipt.ACCEPTED),
    ("out", Kind.REFERRAL, "HENVISNING", State.DELIVERED, Receipt.ACCEPTED),
    ("out", Kind.DIALOGUE, "DIALOG_HELSEFAGLIG", State.DELIVERED, Receipt.AWAITED),
    ("out", Kind.ORDER, "REQ_LAB", State.UNDELIVERED, Receipt.REJECTED),
)
_BATCH = 5000
_NEXT = "SELECT setval(pg_get_serial_sequence('message', 'id'), :last)"


def fill(data_dir: Path, messages: int, *, seed: int = 1) -> None:
    """Make a clinic in ``data_dir`` whose postbox holds ``messages`` messages, most of them in the inbox.

    What is in the directory already of where it keeps them stands.
    """
    write_clinic(
        data_dir,
        Clinic(
            name="Fjellveien legesenter",
            her_id="8094001",
            organisation_number="889640782",
            services=(Service("8094002", "Allmennlege"),),
            users=(User("lege", "Kari Prøve", "LE"),),
            test=True,
            store=read_store(data_dir),
        ),
    )
    chance = random.Random(seed)
    database = open_database(data_dir)
    with database.transaction() as connection:
        people.take_in(connection, read_clinic(data_dir).users, at=to_text(_START))
    for first in range(1, messages + 1, _BATCH):
        rows = [_message(chance, number, messages) for number in range(first, min(first + _BATCH, messages + 1))]
        with database.transaction() as connection:
            connection.execute(tables.message.insert(), rows)
            connection.execute(tables.post_item.insert(), [_post_item(chance, row) for row in rows])
            if connection.dialect.name == "postgresql":
                # The rows were numbered here and not by the sequence.
                connection.execute(text(_NEXT), {"last": rows[-1]["id"]})
    database.close()


def _message(chance: random.Random, number: int, total: int) -> dict[str, Any]:
    direction, kind, type_code, state, receipt = chance.choice(_TYPES)
    at = to_text(_START + timedelta(days=300) * (number / total))
    party = chance.choice(_PARTIES)
    year = chance.randint(1930, 2020)
    return {
        "id": number,
        "direction": direction,
        "kind": kind,
        "type_code": type_code,
        "msg_id": f"00000000-0000-4000-8000-{number:012}",
        "generated": at,
        "sender_name": party if direction == "in" else "Fjellveien legesenter",
        "receiver_name": party if direction == "out" else "Fjellveien legesenter",
        "patient_name": f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}",
        "patient_birth": f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        "state": state,
        "receipt": receipt,
        "created": at,
        "updated": at,
        "last_event": state,
    }


def _post_item(chance: random.Random, message: dict[str, Any]) -> dict[str, Any]:
    incoming = message["direction"] == "in"
    return {
        "message_id": message["id"],
        "mailbox": "clinic",
        "folder": "inbox" if incoming else "sent",
        "unread": incoming and chance.random() < 0.05,
        "moved": message["created"],
        "direction": message["direction"],
        "communication_type": communication_type(message["kind"], message["type_code"]),
    }
