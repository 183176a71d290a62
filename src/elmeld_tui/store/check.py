"""Whether the store agrees with itself: what must hold between its tables whatever has happened, or crashed.

Each rule is a question that finds the rows that break it; a whole store answers none of them.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import select, text

from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.store import tables
from elmeld_tui.store.database import Database

_RULES = {
    "state_without_event": """
        SELECT m.id FROM message m WHERE m.state IS NOT (
            SELECT e.state FROM event e WHERE e.message_id = m.id AND e.state IS NOT NULL ORDER BY e.id DESC LIMIT 1)""",
    "newest_event": """
        SELECT m.id FROM message m WHERE m.last_event IS NOT (
            SELECT e.name FROM event e WHERE e.message_id = m.id ORDER BY e.id DESC LIMIT 1)""",
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
        SELECT m.id FROM message m WHERE m.direction = 'out' AND m.receipt IS NOT coalesce((
            SELECT r.receipt FROM receiver r WHERE r.message_id = m.id ORDER BY CASE r.receipt
                WHEN 'rejected' THEN 0 WHEN 'overdue' THEN 1 WHEN 'accepted_with_faults' THEN 2
                WHEN 'awaited' THEN 3 ELSE 4 END LIMIT 1), 'none')""",
    "answered_by_nothing": """
        SELECT message_id FROM receiver WHERE receipt IN ('accepted', 'rejected', 'accepted_with_faults')
            AND (apprec_message_id IS NULL OR answered = '')""",
    "imported_but_not_in_post": """
        SELECT m.id FROM message m WHERE m.direction = 'in' AND m.kind <> 'apprec' AND m.state = 'imported'
            AND NOT EXISTS (SELECT 1 FROM post_item p WHERE p.message_id = m.id)""",
    "in_post_but_not_imported": """
        SELECT m.id FROM message m JOIN post_item p ON p.message_id = m.id
            WHERE m.direction = 'in' AND m.state <> 'imported'""",
    "answered_more_or_less_than_once": """
        SELECT e.message_id FROM event e WHERE e.name = 'apprec_queued' AND json_extract(e.detail, '$.count') <> (
            SELECT count(*) FROM message a
            WHERE a.answers_message_id = e.message_id AND a.kind = 'apprec' AND a.direction = 'out')""",
    "receipt_answered": """
        SELECT a.id FROM message a JOIN message m ON m.id = a.answers_message_id
            WHERE a.direction = 'out' AND a.kind = 'apprec' AND m.kind = 'apprec'""",
    "acknowledged_but_not_kept": """
        SELECT id FROM envelope WHERE state = 'acknowledged' AND (message_id IS NULL OR signal_payload_id IS NULL)""",
    "alert_raised_twice": """
        SELECT max(id) FROM alert WHERE cleared IS NULL
            GROUP BY code, coalesce(message_id, 0), subject HAVING count(*) > 1""",
    "folder_count": """
        SELECT c.rowid FROM post_count c WHERE (c.total, c.unread) IS NOT (
            SELECT count(*), coalesce(sum(p.unread), 0) FROM post_item p
            WHERE p.mailbox = c.mailbox AND p.folder = c.folder)""",
}


def check(database: Database) -> list[Finding]:
    """Return every breach of what must hold; ``where`` is the id of a message (of a row, where there is none)."""
    found = []
    with database.snapshot() as connection:
        for code, question in _RULES.items():
            found += [
                Finding(Severity.ERROR, code, str(row_id), code)
                for row_id in connection.execute(text(question)).scalars()
            ]
        kept = connection.execute(select(tables.payload.c.id, tables.payload.c.sha256, tables.payload.c.bytes))
        found += [
            Finding(Severity.ERROR, "bytes_changed", str(row.id), "bytes_changed")
            for row in kept
            if hashlib.sha256(row.bytes).hexdigest() != row.sha256
        ]
    return found
