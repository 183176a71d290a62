"""What the retention policy removes goes, and nothing else does: whatever has happened, the store stays whole."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select, update
from sqlalchemy.exc import IntegrityError
from world import World

from elmeld_tui.engine.chores import CHORES
from elmeld_tui.messages.document import Document
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.retention import DUPLICATES, PARTS, Retention
from elmeld_tui.store import alerts, audit, messages, tables
from elmeld_tui.store.check import check
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.purge import Purged, affected, purge
from elmeld_tui.store.settings import read_clinic, write_clinic
from elmeld_tui.store.settings_edit import write_setting


def purged(world: World, **days: int) -> Purged:
    """Purge, where one part is not kept for ever; what it would take was told before."""
    told = {part: affected(world.database, part, days.get(part, 0), world.clock()) for part in PARTS}
    removed = purge(world.database, Retention(**{"envelopes": 0, **days}), world.clock(), batch=2)
    if len(days) == 1:
        (part,) = days
        # A whole message takes the receipts that answer it along.
        assert (
            (getattr(removed, part) >= told[part])
            if part == "messages"
            else (getattr(removed, part) == told[part])
        )
        assert bool(getattr(removed, part)) == bool(told[part])
    return removed


def roles(world: World, message_id: int) -> set[str]:
    return {part.role for part in world.reader.parts(message_id)}


def rows(world: World, table: Table) -> int:
    with world.database.snapshot() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def answered(world: World) -> int:
    """Send a message that the partner acknowledges and accepts; return its id."""
    document = world.write()
    message_id = world.enqueue(document)
    world.deliver()
    world.post(world.answer("1", document))
    world.take_in()
    assert world.receipt(message_id) == "accepted"
    return message_id


def test_the_envelope_goes_when_its_time_is_over_and_the_document_stays(world: World) -> None:
    message_id = answered(world)
    world.clock.forward(days=179)
    assert purged(world, envelopes=180) == Purged()
    world.clock.forward(days=2)
    removed = purged(world, envelopes=180)
    assert removed.envelopes == 2, "the message, and the receipt that answered it"
    assert removed.bytes > 0
    assert roles(world, message_id) == {"document", "apprec", "signal"}
    assert purged(world, envelopes=180) == Purged(), "what is gone is not looked for again"
    assert check(world.database) == []


def test_a_duplicate_is_known_and_answered_as_before_when_its_envelope_is_gone(world: World) -> None:
    packed = world.pack(world.letter())
    first = world.post(packed)
    world.take_in()
    while world.deliver():
        pass
    world.clock.forward(days=DUPLICATES - 1)
    assert purged(world, envelopes=1, signals=1).envelopes == 2, "the letter, and our receipt"
    again = world.post(packed)
    assert first is not None
    assert again is not None
    assert again.body == first.body
    assert [row.state for row in world.reader.page(Filter(direction="in"), 0)] == ["imported"]
    assert check(world.database) == []


def test_what_is_owed_or_awaited_or_waits_for_a_human_stays(world: World) -> None:
    waiting = answered(world)
    world.partner.behaviour = "down"
    owed = world.enqueue()
    world.deliver()
    with world.database.transaction() as connection:
        alerts.raise_alert(connection, alerts.AlertCode.MANUAL, at=to_text(world.clock()), message_id=waiting)
    world.post(world.pack(world.letter()))
    world.clock.forward(days=4000)
    kept = roles(world, owed), roles(world, waiting)
    assert kept == ({"document", "envelope"}, {"document", "apprec", "envelope", "signal"})
    purged(world, envelopes=1, signals=1, documents=1, search=1, messages=1, alerts=1)
    assert (roles(world, owed), roles(world, waiting)) == kept
    assert check(world.database) == []


def test_what_somebody_holds_stays_until_they_let_it_go(world: World) -> None:
    message_id = answered(world)
    with world.database.transaction() as connection:
        assert messages.hold(connection, message_id, held=True)
    world.clock.forward(days=400)
    purged(world, envelopes=1, documents=1, messages=1)
    assert roles(world, message_id) == {"document", "apprec", "envelope", "signal"}
    with world.database.transaction() as connection:
        messages.hold(connection, message_id, held=False)
    assert purged(world, messages=1).messages == 2
    assert world.reader.message(message_id) is None
    assert check(world.database) == []


def test_a_whole_message_leaves_only_the_audit_trail(world: World) -> None:
    message_id = answered(world)
    later = world.enqueue()
    at = to_text(world.clock())
    with world.database.transaction() as connection:
        audit.note(connection, at=at, user="kari", action="show", message_id=message_id)
        connection.execute(
            update(tables.message).where(tables.message.c.id == later).values(answers_message_id=message_id)
        )
    while world.deliver():
        pass
    world.clock.forward(days=DUPLICATES - 1)
    assert purged(world, messages=1).messages == 0, "a duplicate may still come"
    world.clock.forward(days=2)
    assert purged(world, messages=1).messages == 2
    assert world.reader.message(message_id) is None
    kept = world.reader.message(later)
    assert kept is not None
    assert kept.answers_message_id is None
    assert rows(world, tables.audit) == 1
    assert check(world.database) == []


def test_no_other_event_can_be_removed(world: World) -> None:
    message_id = world.enqueue()
    with pytest.raises(IntegrityError), world.database.transaction() as connection:
        connection.exec_driver_sql(f"DELETE FROM event WHERE message_id = {message_id}")


class Practice:
    """Things that happen at a practice, in whichever order chance has it."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.chance = world, random.Random(seed)
        self.written: list[Document] = []

    def write(self) -> None:
        self.written.append(self.world.write())
        self.world.enqueue(self.written[-1])

    def deliver(self) -> None:
        behaviours = ["acknowledge", "acknowledge", "silent", "refuse", "down"]
        self.world.partner.behaviour = self.chance.choice(behaviours)
        self.world.deliver()

    def answer(self) -> None:
        if self.written:
            document = self.chance.choice(self.written)
            self.world.post(self.world.answer(self.chance.choice("12"), document))

    def receive(self) -> None:
        packed = self.world.pack(self.world.letter())
        for _ in range(self.chance.choice([1, 1, 2])):
            self.world.post(packed)
        self.world.take_in()

    def clear(self) -> None:
        with self.world.database.transaction() as connection:
            for alert in self.world.reader.open_alerts():
                alerts.clear(connection, alert.id, at=to_text(self.world.clock()))

    def hold(self) -> None:
        with self.world.database.transaction() as connection:
            messages.hold(connection, self.chance.randint(1, 20), held=self.chance.random() < 0.5)

    def let_time_pass(self) -> None:
        self.world.clock.forward(days=self.chance.choice([0, 1, 20, 60]))

    def purge(self) -> None:
        world = self.world
        before = rows(world, tables.audit), owed(world), held(world)
        days = {name: self.chance.choice([0, 1, 30, 90]) for name in Retention.__dataclass_fields__}
        purge(world.database, Retention(**days), world.clock(), batch=self.chance.choice([1, 3, 50]))
        assert (rows(world, tables.audit), owed(world), held(world)) == before
        assert check(world.database) == []


@pytest.mark.parametrize("seed", range(2))
def test_whatever_has_happened_a_purge_leaves_the_store_whole_and_nothing_owed_behind(
    world: World, seed: int
) -> None:
    it = Practice(world, seed)
    things = [
        it.write,
        it.deliver,
        it.deliver,
        it.answer,
        it.receive,
        it.clear,
        it.hold,
        it.let_time_pass,
        it.purge,
    ]
    for _ in range(40):
        it.chance.choice(things)()
    it.clear()
    world.clock.forward(days=1000)
    it.purge()


def owed(world: World) -> list[int]:
    o = tables.outbox
    with world.database.snapshot() as connection:
        return list(connection.execute(select(o.c.id).where(o.c.done == 0).order_by(o.c.id)).scalars())


def held(world: World) -> list[tuple[int, str]]:
    m, part = tables.message, tables.message_part
    with world.database.snapshot() as connection:
        found = connection.execute(
            select(m.c.id, part.c.role)
            .join(part, part.c.message_id == m.c.id)
            .where(m.c.held == 1, part.c.payload_id.is_not(None))
            .order_by(part.c.id)
        )
        return [(row.id, row.role) for row in found]


def test_the_engine_purges_by_what_the_clinic_says_then_and_by_nothing_it_cannot_read(
    world: World, tmp_path: Path
) -> None:
    message_id = answered(world)
    clinic = tmp_path / "klinikk"
    write_clinic(clinic, world.equipment.clinic)
    equipment = replace(world.equipment, retention=lambda: read_clinic(clinic).retention)
    world.clock.forward(days=400)
    write_setting(clinic / "clinic.toml", "retention", "envelopes", 0)
    for chore in CHORES:
        chore.work(equipment, world.clock())
    assert "envelope" in roles(world, message_id)
    said = (clinic / "clinic.toml").read_text(encoding="utf-8")
    (clinic / "clinic.toml").write_text("[retention\n", encoding="utf-8")
    for chore in CHORES:
        chore.work(equipment, world.clock())
    assert "envelope" in roles(world, message_id)
    (clinic / "clinic.toml").write_text(said, encoding="utf-8")
    write_setting(clinic / "clinic.toml", "retention", "envelopes", 399)
    for chore in CHORES:
        chore.work(equipment, world.clock())
    assert "envelope" not in roles(world, message_id)
