"""Which messages belong together, as the standards let them refer to each other (HITS 1218 §3, HIS 80601 §4.1).

Asked anew each time, so that it is the same whichever came first. Plain SQL, for readers and writers alike; the
message is ``:of``. Standard library only.
"""

from __future__ import annotations

from enum import StrEnum


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
    # The plus keeps the planner to the document id: of one kind there may be a million.
    "m.sender_unit <> '' AND m.sender_unit = o.sender_unit AND +m.kind = o.kind AND +m.direction = o.direction"
)

# Each ends in the key of the message that is looked at.
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


def _question() -> str:
    answered = "JOIN message m ON m.id = o.answers_message_id WHERE o.id = :of AND o.kind = 'apprec'"
    parts = [f"SELECT '{Relation.ANSWERED}', {_COLUMNS} FROM message o {answered}"]  # noqa: S608 - our own words
    for relation, key in ((Relation.RECREATES, "m.id = o.recreates"), (Relation.RECREATED, "m.recreates = o.id")):
        parts.append(f"SELECT '{relation}', {_COLUMNS} FROM message o JOIN message m ON {key} WHERE o.id = :of")  # noqa: S608
    for relation, condition in _JOINS:
        # Equality on an empty id would link everything that has none.
        key = condition.rpartition(" = ")[2]
        parts.append(
            f"SELECT '{relation}', {_COLUMNS} FROM message o JOIN message m ON {condition} "  # noqa: S608
            f"WHERE o.id = :of AND m.id <> o.id AND {key} <> '' AND {_SEEN}"
        )
    return " UNION ALL ".join(parts)


LINKS = _question()
"""Relation, id, kind, type, direction, moment of arrival, document state, title, and if it is about somebody else."""

_NEIGHBOURS = (
    "m.answers_message_id = o.id",
    "m.id = o.answers_message_id",
    "o.conversation_start <> '' AND m.conversation_start = o.conversation_start",
    "o.conversation_start <> '' AND m.msg_id = o.conversation_start",
    "o.conversation_parent <> '' AND m.msg_id = o.conversation_parent",
    "o.conversation_parent <> '' AND m.original_id = o.conversation_parent",
    "o.msg_id <> '' AND m.conversation_start = o.msg_id",
    "o.msg_id <> '' AND m.conversation_parent = o.msg_id",
    "o.original_id <> '' AND m.conversation_parent = o.original_id",
    "o.document_id <> '' AND m.document_id = o.document_id AND m.sender_unit = o.sender_unit",
)
_LONGEST = 500

THREAD = f"""
    WITH RECURSIVE thread (id) AS (
        SELECT :of
        UNION
        SELECT m.id FROM thread t JOIN message o ON o.id = t.id JOIN message first ON first.id = :of
            JOIN message m ON ({" OR ".join(f"({one})" for one in _NEIGHBOURS)})
            WHERE NOT ({_OTHER_PATIENT}) AND NOT (m.patient_id IS NOT NULL AND first.patient_id IS NOT NULL
                AND m.patient_id <> first.patient_id)
        LIMIT {_LONGEST})
    SELECT id FROM thread"""  # noqa: S608
"""Everything that belongs to a message's conversation, itself with it; never across patients."""
