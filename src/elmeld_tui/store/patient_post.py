"""One patient's post in plain SQL: how much there is, what awaits an answer, and the reports.

Driven from the index on the patient; whether something has an answer is looked up in the index on what refers to it.
Standard library only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import cache

from elmeld_tui.store.sql import Dialect


class Waiting(StrEnum):
    """What a message waits for; stable, since scripts read them."""

    REPORT = "report"
    DISCHARGE = "discharge_summary"
    ANSWER = "answer"
    OUR_ANSWER = "our_answer"


COUNTS = """SELECT communication_type, count(*) FROM message
    WHERE patient_id = ? AND kind <> 'apprec' GROUP BY communication_type"""

REPORTS = """SELECT id, document_id, sender_unit, sender_name, service_type, generated, created FROM message
    WHERE patient_id = ? AND {plan}kind = 'service_report' AND {plan}direction = 'in' AND {plan}state = 'imported'
        AND {plan}document_state = 'current' AND service_type <> 'C' ORDER BY id DESC"""
"""Of every report only the edition that counts, newest first; one that was withdrawn is none."""

_CAME = (
    "{plan}a.direction = 'in' AND {plan}a.state = 'imported' "
    "AND {plan}a.document_state <> 'cancelled' AND a.service_type <> 'C'"
)
_ORDERED = "a.order_id <> '' AND a.order_id IN"
_FOLLOWS = (
    # A message that is its own root may be named as its AppRec names it (HIS 80601 §4.1); a fault told is no answer.
    "a.conversation_parent <> '' AND a.conversation_parent IN (m.msg_id, m.original_id) "
    "AND {plan}a.type_code <> 'DIALOG_AVVIK'"
)
_QUESTION = "{plan}m.type_code = 'DIALOG_FORESPORSEL'"

# What waits, the direction it went, what it is, and which message ends the waiting.
_WAITS = (
    (Waiting.REPORT, "out", "m.kind = 'order'", f"{_ORDERED} (m.document_id) AND {_CAME}"),
    # A referral 2.0 is known by its message's id (HITS 1218 §3.2).
    (
        Waiting.DISCHARGE,
        "out",
        "m.kind = 'referral'",
        f"{_ORDERED} (m.document_id, m.msg_id) AND {{plan}}a.kind = 'discharge_summary' AND {_CAME}",
    ),
    (Waiting.ANSWER, "out", _QUESTION, f"{_FOLLOWS} AND {_CAME}"),
    (Waiting.OUR_ANSWER, "in", _QUESTION, f"{_FOLLOWS} AND {{plan}}a.direction = 'out'"),
)
_CASES = " ".join(
    f"WHEN m.direction = '{direction}' AND {what} AND NOT EXISTS (SELECT 1 FROM message a WHERE {ends}) "  # noqa: S608
    f"THEN '{waiting}'"
    for waiting, direction, what, ends in _WAITS
)


@cache
def unanswered(dialect: Dialect) -> str:
    """Return the question which of a patient's messages wait for an answer, newest first; ``?`` is the patient.

    It gives the message's id and a `Waiting`. What was replaced, withdrawn, made anew or never let in waits for
    nothing.
    """
    return f"""SELECT id, waits FROM (SELECT m.id AS id, CASE {_CASES} END AS waits FROM message m
        WHERE m.patient_id = ? AND {{plan}}m.document_state = 'current' AND m.service_type <> 'C'
            AND {{plan}}m.state NOT IN ('received', 'rejected', 'duplicate', 'not_for_us', 'quarantined')
            AND NOT EXISTS (SELECT 1 FROM message r WHERE r.recreates IS NOT NULL AND r.recreates = m.id)) AS asked
        WHERE waits IS NOT NULL ORDER BY id DESC""".format(plan=dialect.plan)  # noqa: S608 - our own words


def finding(dialect: Dialect, words: Sequence[str], born: str) -> tuple[str, list[object]]:
    """Return the condition, with its values, that a patient is meant by all of ``words`` and was born on a day.

    Args:
        dialect: of the database.
        words: each is part of the name, the beginning of the number, or a birth date in six or eight digits.
        born: ISO date; empty where none was typed.
    """
    conditions: list[str] = []
    values: list[object] = []
    for word in words:
        days = _days(word)
        also = f" OR birth_date IN ({', '.join('?' * len(days))})" if days else ""
        conditions.append(
            f"({dialect.place_of}(folded_name, ?) > 0 OR {dialect.place_of}(national_id, ?) = 1{also})"
        )
        values += [word.casefold(), word, *days]
    if born:
        conditions.append("birth_date = ?")
        values.append(born)
    return " AND ".join(conditions) or "1 = 1", values


def _days(word: str) -> list[str]:
    """Return the days that ``010250`` or ``01021950`` may mean, as ISO dates.

    A national number begins with its owner's birth date, but a D-number, an H-number and one made for tests do not.
    """
    if not (word.isascii() and word.isdigit() and len(word) in {6, 8}):
        return []
    years = [word[4:]] if len(word) == 8 else [f"19{word[4:]}", f"20{word[4:]}"]
    return [day for year in years if (day := _iso(f"{year}-{word[2:4]}-{word[:2]}"))]


def _iso(day: str) -> str:
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return ""
