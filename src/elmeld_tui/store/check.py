"""Whether the store is consistent: what must hold between its tables whatever has happened, crashes included.

Each rule is a query that finds the rows that break it; in a sound store, none finds any. Rules and bytes are checked
one after the other, each in a snapshot of its own, so that a check in production holds up nothing and takes no more
memory than one batch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import select, text

from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.store import audit, sql, tables
from elmeld_tui.store.database import Database
from elmeld_tui.store.traffic import RECOUNT

_RULES = {
    "state_without_event": """
        SELECT m.id FROM message m WHERE m.state <> coalesce((
            SELECT e.state FROM event e WHERE e.message_id = m.id AND e.state IS NOT NULL
            ORDER BY e.id DESC LIMIT 1), '')""",
    "newest_event": """
        SELECT m.id FROM message m WHERE m.last_event <> coalesce((
            SELECT e.name FROM event e WHERE e.message_id = m.id ORDER BY e.id DESC LIMIT 1), '')""",
    "on_the_way_but_not_owed": """
        SELECT m.id FROM message m WHERE m.direction = 'out' AND m.state IN ('queued', 'sent')
            AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id AND o.done = 0)""",
    "delivered_but_owed": """
        SELECT m.id FROM message m WHERE m.state = 'delivered'
            AND EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id AND o.done = 0)""",
    "delivered_but_failed": """
        SELECT DISTINCT m.id FROM message m JOIN outbox o ON o.message_id = m.id
            WHERE m.state = 'delivered' AND o.outcome IN ('transport_rejected', 'undelivered')""",
    "failed_but_delivered": """
        SELECT m.id FROM message m WHERE m.state IN ('transport_rejected', 'undelivered')
            AND NOT EXISTS (SELECT 1 FROM outbox o
                WHERE o.message_id = m.id AND o.outcome IN ('transport_rejected', 'undelivered'))""",
    "recreated_twice": """
        SELECT recreates FROM message WHERE recreates IS NOT NULL GROUP BY recreates HAVING count(*) > 1""",
    "owed_but_forgotten": """
        SELECT o.message_id FROM outbox o WHERE o.done = 0
            AND NOT EXISTS (SELECT 1 FROM line l WHERE l.key = o.line AND l.next_at IS NOT NULL)""",
    "ended_without_outcome": "SELECT message_id FROM outbox WHERE done = 1 AND outcome = ''",
    "tried_but_not_kept": """
        SELECT o.message_id FROM outbox o WHERE o.attempts > 0 AND NOT EXISTS (
            SELECT 1 FROM envelope e WHERE e.direction = 'out' AND e.eb_message_id = o.eb_message_id)""",
    "receipt_is_not_the_ledgers": """
        SELECT m.id FROM message m WHERE m.direction = 'out' AND m.receipt <> coalesce((
            SELECT r.receipt FROM receiver r WHERE r.message_id = m.id ORDER BY CASE r.receipt
                WHEN 'rejected' THEN 0 WHEN 'overdue' THEN 1 WHEN 'accepted_with_faults' THEN 2
                WHEN 'awaited' THEN 3 ELSE 4 END LIMIT 1), 'none')""",
    "answered_by_nothing": """
        SELECT message_id FROM receiver WHERE receipt IN ('accepted', 'rejected', 'accepted_with_faults')
            AND (apprec_message_id IS NULL OR answered = '')""",
    "imported_but_not_in_post": """
        SELECT m.id FROM message m WHERE m.direction = 'in' AND m.kind <> 'apprec' AND m.state = 'imported'
            AND NOT EXISTS (SELECT 1 FROM post_item p WHERE p.message_id = m.id AND p.mailbox = 'clinic')""",
    "signed_off_for_some": """
        SELECT message_id FROM post_item WHERE folder IN ('inbox', 'archive') GROUP BY message_id
            HAVING count(DISTINCT folder || '/' || signed_off_by || '/' || signed_off_at) > 1""",
    "in_post_as_another_type": """
        SELECT m.id FROM message m JOIN post_item p ON p.message_id = m.id
            WHERE p.communication_type <> m.communication_type OR p.direction <> m.direction""",
    "in_post_but_not_imported": """
        SELECT m.id FROM message m JOIN post_item p ON p.message_id = m.id
            WHERE m.direction = 'in' AND m.state <> 'imported'""",
    "answered_more_or_less_than_once": """
        SELECT e.message_id FROM event e WHERE e.name = 'apprec_queued'
            AND CAST(e.detail ->> 'count' AS INTEGER) <> (
                SELECT count(*) FROM message a
                WHERE a.answers_message_id = e.message_id AND a.kind = 'apprec' AND a.direction = 'out')""",
    "receipt_answered": """
        SELECT a.id FROM message a JOIN message m ON m.id = a.answers_message_id
            WHERE a.direction = 'out' AND a.kind = 'apprec' AND m.kind = 'apprec'""",
    "acknowledged_but_not_kept": """
        SELECT id FROM envelope WHERE state = 'acknowledged'
            AND (message_id IS NULL OR (signal_payload_id IS NULL AND purged = ''))""",
    "envelope_without_bytes": "SELECT id FROM envelope WHERE payload_id IS NULL AND purged = ''",
    "part_without_bytes": "SELECT message_id FROM message_part WHERE payload_id IS NULL AND purged = ''",
    "search_without_message": """
        SELECT :search_key FROM message_search s
            WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.id = :search_key)""",
    "purge_not_ended": "SELECT message_id FROM purging",
    "alert_raised_twice": """
        SELECT max(id) FROM alert WHERE cleared IS NULL
            GROUP BY code, coalesce(message_id, 0), subject HAVING count(*) > 1""",
    "folder_count": """
        SELECT c.mailbox || '/' || c.folder FROM post_count c WHERE c.total <> (
                SELECT count(*) FROM post_item p WHERE p.mailbox = c.mailbox AND p.folder = c.folder)
            OR c.unread <> (SELECT coalesce(sum(p.unread), 0) FROM post_item p
                WHERE p.mailbox = c.mailbox AND p.folder = c.folder)""",
    "folder_not_counted": """
        SELECT p.message_id FROM post_item p WHERE NOT EXISTS (
            SELECT 1 FROM post_count c WHERE c.mailbox = p.mailbox AND c.folder = p.folder)""",
    "traffic_count": f"""
        SELECT DISTINCT period FROM (
            SELECT * FROM traffic EXCEPT SELECT * FROM ({RECOUNT}) AS recounted) AS differs""",  # noqa: S608
    "traffic_not_counted": f"""
        SELECT DISTINCT period FROM ({RECOUNT} EXCEPT SELECT * FROM traffic) AS differs""",  # noqa: S608
}
_MANY = 1000
_BATCH = 16_000_000
"""Bytes hashed at a time; one larger payload is a batch of its own."""


def check(database: Database) -> list[Finding]:
    """Return every breach of what must hold; see `breaches`."""
    return list(breaches(database))


def breaches(database: Database) -> Iterator[Finding]:
    """Yield every breach of what must hold; ``where`` is the id of a message (of a row, where there is none).

    Raises:
        StoreError: the store cannot be read.
    """
    with database.snapshot() as connection:
        dialect = sql.DIALECTS[connection.dialect.name]
    for question in dialect.integrity:
        with database.snapshot() as connection:
            for said in connection.execute(text(question)).scalars():
                if said != "ok":
                    yield Finding(Severity.ERROR, "database_damaged", str(said), "database_damaged")
    for code, question in _RULES.items():
        with database.snapshot() as connection:
            asked = text(question.replace(":search_key", dialect.search_key))
            broken = [str(found) for found in connection.execute(asked).scalars()]
        yield from (Finding(Severity.ERROR, code, where, code) for where in broken)
    with database.snapshot() as connection:
        yield from audit.breaches(connection)
    for payload_id in _changed(database):
        yield Finding(Severity.ERROR, "bytes_changed", str(payload_id), "bytes_changed")


def _changed(database: Database) -> Iterator[int]:
    """Yield payloads whose bytes are not those that their hash was taken of."""
    p = tables.payload
    for first, last in _batches(database):
        with database.snapshot() as connection:
            kept = connection.execute(select(p.c.id, p.c.sha256, p.c.bytes).where(p.c.id.between(first, last)))
            changed = [row.id for row in kept if hashlib.sha256(row.bytes).hexdigest() != row.sha256]
        yield from changed


def _batches(database: Database) -> Iterator[tuple[int, int]]:
    """Yield ranges of payload ids, each of so many bytes as are read at once."""
    p = tables.payload
    last = 0
    while True:
        with database.snapshot() as connection:
            sizes = connection.execute(
                select(p.c.id, p.c.size).where(p.c.id > last).order_by(p.c.id).limit(_MANY)
            ).all()
        if not sizes:
            return
        first, room = sizes[0].id, _BATCH
        for row in sizes:
            if row.size > room and row.id != first:
                yield first, last
                first, room = row.id, _BATCH
            last, room = row.id, room - row.size
        yield first, last
