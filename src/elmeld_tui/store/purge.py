"""Removing what the retention policy no longer keeps: a little at a time, so that nobody waits.

What is owed or awaited, what waits for a human, what is on hold and the audit trail stay, whatever the policy says. A
part or an envelope whose bytes were removed records when. The identity of an envelope outlives its bytes for as long
as a duplicate of it may come (HIS 1037 §5.6).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, exists, func, insert, select
from sqlalchemy import update as change

from elmeld_tui.model.clock import to_text
from elmeld_tui.model.retention import DUPLICATES, Retention
from elmeld_tui.store import purgeable, search, sql, tables
from elmeld_tui.store.database import Database

BATCH = 200
"""Messages in one transaction: some hundredths of a second, which is how long a writer may wait for us."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge removed.

    Attributes:
        envelopes: messages whose envelopes lost their bytes.
        signals: messages whose signals did.
        documents: messages whose documents did.
        alerts: alerts that are gone.
        search: messages that are no longer found by their words.
        messages: messages that are gone.
        bytes: of payloads that are gone.
    """

    envelopes: int = 0
    signals: int = 0
    documents: int = 0
    alerts: int = 0
    search: int = 0
    messages: int = 0
    bytes: int = 0

    def __add__(self, other: Purged) -> Purged:
        """Return both together."""
        return Purged(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def purge(
    database: Database,
    policy: Retention,
    now: datetime,
    *,
    batch: int = BATCH,
    persisted: timedelta = timedelta(0),
) -> Purged:
    """Remove what ``policy`` no longer keeps, in transactions of at most ``batch`` messages each.

    Args:
        database: the store.
        policy: days each part is kept.
        now: the present.
        batch: most messages in a transaction.
        persisted: longest time for which an agreement wants duplicates known (eb:PersistDuration).

    Raises:
        StoreError: the store does not answer; what was removed so far stays removed, and the next purge goes on.
    """
    at, removed = to_text(now), Purged()
    for part in _parts():
        if days := getattr(policy, part.name):
            before = _before(part, days, now, persisted)
            removed += _each(database, part.chosen, before, at, batch, part.remove)
    _give_back(database)
    return removed


def affected(
    database: Database, name: str, days: int, now: datetime, *, persisted: timedelta = timedelta(0)
) -> int:
    """Return how many messages, or cleared alerts, a purge would take something from; nothing is removed.

    Args:
        database: the store.
        name: of the part, as in `Retention`.
        days: it would be kept; 0 keeps it for ever.
        now: the present.
        persisted: as in `purge`.

    Raises:
        StoreError: the store does not answer.
    """
    if not days:
        return 0
    part = next(one for one in _parts() if one.name == name)
    with database.snapshot() as connection:
        question = purgeable.asked(f"SELECT count(*) FROM ({part.chosen}) chosen", connection.dialect.name)  # noqa: S608 - our own words only
        given = {"before": _before(part, days, now, persisted), "last": 0, "batch": _ALL}
        return int(connection.execute(question, given).scalar_one())


_ALL = 2**62


Remove = Callable[[Connection, Sequence[int], str], Purged]


def _each(database: Database, chosen: str, before: str, at: str, batch: int, remove: Remove) -> Purged:
    """Remove what ``chosen`` finds, batch by batch along its key."""
    removed, last = Purged(), 0
    while True:
        # Looked for without a lock, and once more with it: something may have happened to it meanwhile.
        with database.snapshot() as connection:
            found = _ids(connection, chosen, before, last, batch)
        if not found:
            return removed
        with database.transaction(durable=False) as connection:
            still = [one for one in _ids(connection, chosen, before, last, batch) if one <= found[-1]]
            if still:
                removed += remove(connection, still, at)
        last = found[-1]


def _ids(connection: Connection, chosen: str, before: str, last: int, batch: int) -> Sequence[int]:
    question = purgeable.asked(chosen, connection.dialect.name)
    return connection.execute(question, {"before": before, "last": last, "batch": batch}).scalars().all()


_m, _part, _e, _p = tables.message, tables.message_part, tables.envelope, tables.payload


@dataclass(frozen=True, slots=True)
class _Bytes:
    """A part of messages that is bytes.

    Attributes:
        name: of the count in `Purged`.
        roles: of the message's parts.
        column: of the message's envelopes; None where they have none of it.
    """

    name: str
    roles: tuple[str, ...]
    column: str | None

    @property
    def chosen(self) -> str:
        """Whose bytes may go."""
        return purgeable.bytes_of(self.roles, self.column)

    def remove(self, connection: Connection, ids: Sequence[int], at: str) -> Purged:
        """Remove the bytes, unless something else still has them, and say when."""
        parts = [_part.c.message_id.in_(ids), _part.c.role.in_(self.roles), _part.c.payload_id.is_not(None)]
        loose = _emptied(connection, _part, _part.c.payload_id, parts, at)
        if self.column is not None:
            column = _e.c[self.column]
            loose |= _emptied(connection, _e, column, [_e.c.message_id.in_(ids), column.is_not(None)], at)
        return Purged(**{self.name: len(ids)}, bytes=_remove_payloads(connection, loose))


_ENVELOPES = _Bytes("envelopes", ("envelope",), "payload_id")
_SIGNALS = _Bytes("signals", ("signal",), "signal_payload_id")
_DOCUMENTS = _Bytes("documents", ("document", "apprec"), None)


def _emptied(
    connection: Connection, table: Table, column: Column[int], chosen: Sequence[object], at: str
) -> set[int]:
    """Empty a reference to bytes where it is ``chosen``; return the bytes it was to."""
    loose = set(connection.execute(select(column).where(*chosen)).scalars())  # type: ignore[arg-type]
    connection.execute(change(table).where(*chosen).values({column: None, table.c.purged: at}))  # type: ignore[arg-type]
    return loose


def _references(target: Column[int]) -> list[Column[int]]:
    """Return every column that refers to ``target``, in whichever table."""
    return [
        key.parent for table in tables.metadata.sorted_tables for key in table.foreign_keys if key.column is target
    ]


_TO_PAYLOAD = _references(_p.c.id)
_TO_MESSAGE = _references(_m.c.id)


def _remove_payloads(connection: Connection, ids: set[int]) -> int:
    """Remove bytes that nothing refers to any more; return how many."""
    if not ids:
        return 0
    unused = [_p.c.id.in_(ids), *(~exists().where(column == _p.c.id) for column in _TO_PAYLOAD)]
    size = connection.execute(select(func.coalesce(func.sum(_p.c.size), 0)).where(*unused)).scalar_one()
    connection.execute(delete(_p).where(*unused))
    return int(size)


def _remove_messages(connection: Connection, ids: Sequence[int], _at: str) -> Purged:
    """Remove messages and what belongs to them; what only refers to one of them refers to nothing."""
    receipts = select(_m.c.id).where(_m.c.answers_message_id.in_(ids), _m.c.kind == "apprec")
    gone = sorted({*ids, *connection.execute(receipts).scalars()})
    loose: set[int] = set()
    connection.execute(insert(tables.purging), [{"message_id": one} for one in gone])
    for column in _TO_MESSAGE:
        if column.name != "message_id":
            connection.execute(change(column.table).where(column.in_(gone)).values({column: None}))
            continue
        theirs = column.in_(gone)
        for reference in _TO_PAYLOAD:
            if reference.table is column.table:
                loose |= set(connection.execute(select(reference).where(theirs)).scalars()) - {None}
        connection.execute(delete(column.table).where(theirs))
    search.remove(connection, gone)
    connection.execute(delete(_m).where(_m.c.id.in_(gone)))
    connection.execute(delete(tables.purging))
    return Purged(messages=len(gone), bytes=_remove_payloads(connection, loose))


def _remove_words(connection: Connection, ids: Sequence[int], _at: str) -> Purged:
    search.remove(connection, ids)
    return Purged(search=len(ids))


def _remove_alerts(connection: Connection, ids: Sequence[int], _at: str) -> Purged:
    connection.execute(delete(tables.alert).where(tables.alert.c.id.in_(ids)))
    return Purged(alerts=len(ids))


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of messages that is kept for a time of its own.

    Attributes:
        name: of it in `Retention`, and of the count in `Purged`.
        chosen: the question that finds where it may go.
        remove: takes it away there.
        tells_duplicates: whether a duplicate is known or answered by it.
    """

    name: str
    chosen: str
    remove: Remove
    tells_duplicates: bool = False


def _parts() -> Sequence[_Part]:
    """Return the parts. Whole messages come first: what is in them need not go twice."""
    return (
        _Part("messages", purgeable.WHOLE, _remove_messages, tells_duplicates=True),
        _Part(_ENVELOPES.name, _ENVELOPES.chosen, _ENVELOPES.remove),
        _Part(_SIGNALS.name, _SIGNALS.chosen, _SIGNALS.remove, tells_duplicates=True),
        _Part(_DOCUMENTS.name, _DOCUMENTS.chosen, _DOCUMENTS.remove),
        _Part("search", purgeable.SEARCHED, _remove_words),
        _Part("alerts", purgeable.CLEARED, _remove_alerts),
    )


def _before(part: _Part, days: int, now: datetime, persisted: timedelta) -> str:
    """Return the moment before which a message must have come to rest for the part to go."""
    least = max(timedelta(days=DUPLICATES), persisted) if part.tells_duplicates else timedelta(0)
    return to_text(now - max(timedelta(days=days), least))


_PAGES = 1000
"""Pages given back at a time: four megabytes."""


def _give_back(database: Database) -> None:
    """Give the room to the disk again, where the database does not see to it itself."""
    while True:
        with database.transaction(durable=False) as connection:
            if connection.dialect.name != sql.SQLITE.name:
                return
            if not connection.exec_driver_sql("PRAGMA freelist_count").scalar():
                return
            before = connection.exec_driver_sql("PRAGMA page_count").scalar()
            # It gives a page back with each row of no columns, which only the driver itself can read.
            driver: Any = connection.connection.driver_connection
            driver.execute(f"PRAGMA incremental_vacuum({_PAGES})").fetchall()
            if connection.exec_driver_sql("PRAGMA page_count").scalar() == before:
                return
