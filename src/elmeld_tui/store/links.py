"""Which messages belong together, as the standards let them refer to each other (HITS 1218 §3, HIS 80601 §4.1).

Computed on each request, so that the result does not depend on which came first. Plain SQL, for readers and writers
alike; the message is ``:of``. Standard library only.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from elmeld_tui.store.sql import Dialect


class Relation(StrEnum):
    """What another message is to the one that is looked at; stable, since scripts read them."""

    ORDER = "order"
    REPORT = "report"
    REFERRAL = "referral"
    DISCHARGE = "discharge"
    PARENT = "parent"
    CHILD = "child"
    START = "start"
    EDITION = "edition"
    ANSWERED = "answered"
    RECREATES = "recreates"
    RECREATED = "recreated"


# What was never let in is not shown beside what was.
_SEEN = "m.kind <> 'apprec' AND m.state NOT IN ('received', 'rejected', 'duplicate', 'not_for_us', 'quarantined')"
_OTHER_PATIENT = "m.patient_id IS NOT NULL AND o.patient_id IS NOT NULL AND m.patient_id <> o.patient_id"
_SAME_SOURCE = (
    # The planner is kept to the document id: of one kind there may be a million.
    "m.sender_unit <> '' AND m.sender_unit = o.sender_unit "
    "AND {plan}m.kind = o.kind AND {plan}m.direction = o.direction"
)

# Each ends in the key that the one has of the other.
_JOINS = (
    (Relation.ORDER, "o.kind = 'service_report' AND m.kind = 'order' AND m.document_id = o.order_id"),
    (Relation.REPORT, "o.kind = 'order' AND m.kind = 'service_report' AND m.order_id = o.document_id"),
    (Relation.REFERRAL, "o.kind = 'discharge_summary' AND m.kind = 'referral' AND m.document_id = o.order_id"),
    # A referral 2.0 is known by its message's id (HITS 1218 §3.2).
    (Relation.REFERRAL, "o.kind = 'discharge_summary' AND m.kind = 'referral' AND m.msg_id = o.order_id"),
    (Relation.DISCHARGE, "o.kind = 'referral' AND m.kind = 'discharge_summary' AND m.order_id = o.document_id"),
    (Relation.DISCHARGE, "o.kind = 'referral' AND m.kind = 'discharge_summary' AND m.order_id = o.msg_id"),
    (Relation.PARENT, "m.msg_id = o.conversation_parent"),
    # A message that is its own root may be named as its AppRec names it (HIS 80601 §4.1).
    (Relation.PARENT, "m.original_id = o.conversation_parent"),
    (Relation.CHILD, "m.conversation_parent = o.msg_id"),
    (Relation.CHILD, "m.conversation_parent = o.original_id"),
    (Relation.START, "m.msg_id = o.conversation_start"),
    (Relation.EDITION, f"{_SAME_SOURCE} AND m.document_id = o.document_id"),
)

_COLUMNS = f"m.id, m.kind, m.type_code, m.direction, m.created, m.document_state, m.title, {_OTHER_PATIENT}"


@cache
def links(dialect: Dialect) -> str:
    """Return the question what belongs with a message.

    It gives relation, id, kind, type, direction, moment of arrival, document state, title, and if it is about
    somebody else.
    """
    answered = "JOIN message m ON m.id = o.answers_message_id WHERE o.id = :of AND o.kind = 'apprec'"
    parts = [f"SELECT '{Relation.ANSWERED}', {_COLUMNS} FROM message o {answered}"]  # noqa: S608 - our own words
    for relation, key in ((Relation.RECREATES, "m.id = o.recreates"), (Relation.RECREATED, "m.recreates = o.id")):
        parts.append(f"SELECT '{relation}', {_COLUMNS} FROM message o JOIN message m ON {key} WHERE o.id = :of")  # noqa: S608
    for relation, condition in _JOINS:
        parts.append(
            f"SELECT '{relation}', {_COLUMNS} FROM message o JOIN message m ON {_keyed(condition)} "  # noqa: S608
            f"WHERE o.id = :of AND m.id <> o.id AND {_SEEN}"
        )
    return " UNION ALL ".join(parts).format(plan=dialect.plan)


def _keyed(condition: str) -> str:
    """Return a condition that ends in an equality of ids, where both are some: many messages have none."""
    here, _, there = condition.rpartition("AND ")[2].partition(" = ")
    return f"{condition} AND {here} <> '' AND {there} <> ''"


_NEIGHBOURS = (
    "m.answers_message_id = o.id",
    "m.id = o.answers_message_id",
    "m.recreates = o.id",
    "m.id = o.recreates",
    *map(
        _keyed,
        (
            "m.conversation_start = o.conversation_start",
            "m.msg_id = o.conversation_start",
            "m.msg_id = o.conversation_parent",
            "m.original_id = o.conversation_parent",
            "m.conversation_start = o.msg_id",
            "m.conversation_parent = o.msg_id",
            "m.conversation_parent = o.original_id",
            "m.sender_unit = o.sender_unit AND m.document_id = o.document_id",
        ),
    ),
)
_LONGEST = 500

THREAD = f"""
    WITH RECURSIVE first (patient_id) AS (SELECT patient_id FROM message WHERE id = :of), thread (id) AS (
        SELECT id FROM message WHERE id = :of
        UNION
        SELECT m.id FROM thread t JOIN message o ON o.id = t.id
            JOIN message m ON ({" OR ".join(f"({one})" for one in _NEIGHBOURS)})
            WHERE NOT ({_OTHER_PATIENT})
                AND coalesce(m.patient_id = (SELECT patient_id FROM first), 1 = 1))
    SELECT id FROM thread LIMIT {_LONGEST}"""  # noqa: S608
"""Everything that belongs to a message's conversation, itself with it; never across patients."""
