"""Which messages and alerts the retention policy may remove something from: one query for each part.

Each asks for ids above ``:last``, in order, at most ``:batch``, of what has been at rest since before ``:before``.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import TextClause, text

from elmeld_tui.store import sql

# What nothing more is expected of: not held, not owed, not awaited, and nothing about it that a human must act on.
_AT_REST = """
    {m}.held = 0 AND {m}.updated < :before
    AND {m}.state NOT IN ('queued', 'sent', 'received', 'manual')
    AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = {m}.id AND o.done = 0)
    AND NOT EXISTS (SELECT 1 FROM receiver r WHERE r.message_id = {m}.id AND r.receipt IN ('awaited', 'overdue'))
    AND NOT EXISTS (SELECT 1 FROM alert w WHERE w.message_id = {m}.id AND w.cleared IS NULL)"""
_CHOSEN = f"""
    SELECT m.id FROM message m WHERE m.id > :last AND {_AT_REST.format(m="m")} AND ({{having}})
        ORDER BY m.id LIMIT :batch"""  # noqa: S608 - our own words only

# A message goes with the receipts that answer it, so that neither is left telling of the other.
WHOLE = _CHOSEN.format(
    having=f"""
        m.kind <> 'apprec' AND NOT EXISTS (
            SELECT 1 FROM message a WHERE a.answers_message_id = m.id AND a.kind = 'apprec'
                AND NOT ({_AT_REST.format(m="a")}))
        OR m.kind = 'apprec' AND m.answers_message_id IS NULL
            AND NOT EXISTS (SELECT 1 FROM receiver r WHERE r.apprec_message_id = m.id)"""  # noqa: S608
)
SEARCHED = _CHOSEN.format(having="EXISTS (SELECT 1 FROM message_search s WHERE :search_key = m.id)")
CLEARED = """
    SELECT a.id FROM alert a WHERE a.id > :last AND a.cleared < :before
        AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = a.message_id AND m.held = 1)
        ORDER BY a.id LIMIT :batch"""


def bytes_of(roles: Sequence[str], column: str | None) -> str:
    """Return the question for messages whose bytes may go. What may yet be sent again keeps its envelope.

    Args:
        roles: of the message's parts.
        column: of the message's envelopes; None where they have none of it.
    """
    named = ", ".join(f"'{role}'" for role in roles)
    having = f"""EXISTS (SELECT 1 FROM message_part p
        WHERE p.message_id = m.id AND p.role IN ({named}) AND p.payload_id IS NOT NULL)"""  # noqa: S608
    if column is None:
        return _CHOSEN.format(having=having)
    having += f" OR EXISTS (SELECT 1 FROM envelope e WHERE e.message_id = m.id AND e.{column} IS NOT NULL)"  # noqa: S608
    return _CHOSEN.format(having=f"m.state NOT IN ('undelivered', 'transport_rejected') AND ({having})")


def asked(question: str, dialect: str) -> TextClause:
    """Return a question as the database called ``dialect`` is asked it."""
    return text(question.replace(":search_key", sql.DIALECTS[dialect].search_key))
