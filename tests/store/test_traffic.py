"""What is counted as it happens is what counting every message again would give, whatever has become of each since."""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import insert, text

from elmeld_tui.store import tables
from elmeld_tui.store.database import Database
from elmeld_tui.store.reading import Reader
from elmeld_tui.store.traffic import RECOUNT, By

STATES = ("received", "queued", "delivered", "undelivered", "imported", "quarantined")
RECEIPTS = ("none", "awaited", "accepted", "rejected", "overdue")
HOURS = ("00", "12", "21", "22", "23")


def message(chance: random.Random) -> dict[str, Any]:
    kind, sort = chance.choice((("dialogue", "dialogue"), ("referral", "referral"), ("apprec", "receipt")))
    return {
        "direction": chance.choice(("in", "out")),
        "kind": kind,
        "communication_type": sort,
        "sender_name": chance.choice(("Fjord sykehus", "NAV", "")),
        "receiver_name": chance.choice(("Oss", "Ås legekontor")),
        "state": chance.choice(STATES),
        "receipt": chance.choice(RECEIPTS),
        "created": f"2026-0{chance.randint(1, 2)}-01T{chance.choice(HOURS)}:30:00.000Z",
    }


def counted(database: Database) -> set[tuple[Any, ...]]:
    with database.snapshot() as connection:
        return set(map(tuple, connection.execute(text("SELECT * FROM traffic"))))


def recounted(database: Database) -> set[tuple[Any, ...]]:
    with database.snapshot() as connection:
        return set(map(tuple, connection.execute(text(RECOUNT))))


def test_counts_follow_whatever_changes(database: Database) -> None:
    chance = random.Random(5)
    with database.transaction() as connection:
        for _ in range(60):
            connection.execute(insert(tables.message), message(chance) | {"updated": ""})
    assert counted(database) == recounted(database)
    for _ in range(60):
        changes = {name: value for name, value in message(chance).items() if chance.random() < 0.3}
        chosen = tables.message.c.id == chance.randint(1, 60)
        with database.transaction() as connection:
            if changes:
                connection.execute(tables.message.update().where(chosen).values(changes))
            else:
                connection.execute(tables.message.delete().where(chosen))
        assert counted(database) == recounted(database)
    with database.transaction() as connection:
        connection.execute(tables.message.delete())
    assert not counted(database)


def test_each_way_of_counting_counts_the_same(database: Database, reader: Reader) -> None:
    chance = random.Random(6)
    since = "2026-01-01T22:00:00.000Z"
    with database.transaction() as connection:
        for _ in range(60):
            connection.execute(insert(tables.message), message(chance) | {"updated": ""})
    wanted = sum(row[4] for row in recounted(database) if row[0] >= since[:13])
    assert wanted
    assert [sum(flow.amount for flow in reader.traffic(since, by)) for by in By] == [wanted] * len(By)
