"""What a list shows: a choice of messages, and the query that reads it.

The query is driven from the narrowest table the choice names: the search index, else the mailbox, else the
messages themselves; every one of them is read newest first along the message id, which keyset paging holds on to.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

MAIN_MAILBOX = "clinic"
"""The mailbox «Klinikken»."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages; what is empty or None does not restrict, and everything else must hold together.

    Attributes:
        mailbox: whose post; also decides which post item's folder and unread mark a row shows.
        folder: ``inbox``, ``archive``, ``sent`` …; empty for every message, in a folder or not.
        unread: only unread, or only read, post.
        states: values of `model.states.State`.
        receipts: values of `model.states.Receipt`.
        kinds: values of `model.kinds.Kind`.
        type_codes: message types (8279).
        direction: ``in`` or ``out``.
        since: earliest moment of arrival in the store, as `model.clock.to_text` writes it.
        until: moment before which it arrived.
        text: words that must all begin a word of the names, ids or text of the message.
        patient_id: of one patient.
        trouble: only those that did not go as they should, on either axis, and that nobody has said are dealt with.
        current: only what its sender has neither replaced nor withdrawn.
    """

    mailbox: str = MAIN_MAILBOX
    folder: str = ""
    unread: bool | None = None
    states: frozenset[str] = frozenset()
    receipts: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    type_codes: frozenset[str] = frozenset()
    direction: str = ""
    since: str = ""
    until: str = ""
    text: str = ""
    patient_id: int | None = None
    trouble: bool = False
    current: bool = False


_TROUBLE = (
    "m.id IN (SELECT id FROM message WHERE state IN ('transport_rejected', 'undelivered', 'quarantined') "
    "UNION SELECT id FROM message WHERE receipt IN ('rejected', 'accepted_with_faults', 'overdue')) "
    "AND m.handled = ''"
)
"""Two indexed questions: one condition with OR would be answered by reading every message."""

_CURRENT = "+m.document_state = 'current'"


@dataclass(slots=True)
class Query:
    """A SELECT of messages without its columns.

    Attributes:
        key: the column that holds the message id in the driving table; rows are ordered by it.
        driver: the table the query is driven from, with its alias, which is also the key's.
        joins: the other tables, with ``join_values`` for their marks.
        conditions: what must hold, each beginning with the alias it is about, with ``values`` for their marks.
    """

    key: str
    driver: str
    joins: str
    join_values: tuple[object, ...] = ()
    conditions: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        """Let only rows count for which ``condition`` holds."""
        self.conditions.append(condition)
        self.values += values

    def rows(self, columns: str, condition: str = "1", *values: object) -> tuple[str, list[object]]:
        """Return SQL reading ``columns`` where ``condition`` holds too, of any table, and its values."""
        where = " AND ".join([*self.conditions, condition])
        sql = f"SELECT {columns} FROM {self.driver} {self.joins} WHERE {where}"  # noqa: S608 - our own words only
        return sql, [*self.join_values, *self.values, *values]

    def keys(self, column: str, condition: str = "1", *values: object) -> tuple[str, list[object]]:
        """Return SQL like `rows` for a column made of the key alone, joining nothing that decides nothing."""
        alias = self.key.partition(".")[0]
        if any(not c.lstrip("+").startswith(f"{alias}.") for c in self.conditions):
            return self.rows(column, condition, *values)
        where = " AND ".join([*self.conditions, condition])
        return f"SELECT {column} FROM {self.driver} WHERE {where}", [*self.values, *values]  # noqa: S608


MULTIPLE = {"m.state": "states", "m.receipt": "receipts", "m.kind": "kinds", "m.type_code": "type_codes"}
"""Columns that a filter may give several values, and the filter's attribute."""


def query(chosen: Filter, common: Collection[str] = ()) -> Query:
    """Return the query for ``chosen``; ``m`` is the message, ``p`` its post item in the mailbox, maybe NULL.

    Args:
        chosen: what to read.
        common: columns of `MULTIPLE` whose several values are so common that walking newest first finds a page
            sooner than gathering all of them from the index and sorting them.
    """
    built = _driven(chosen)
    if chosen.folder:
        built.add("p.folder = ?", chosen.folder)
    if chosen.unread is not None:
        # Written as the partial index has it; a bound value would not match its predicate.
        built.add("p.unread = 1" if chosen.unread else "p.unread = 0")
    for column, attribute in MULTIPLE.items():
        wanted = getattr(chosen, attribute)
        if wanted:
            plan = "+" if column in common else ""
            built.add(f"{plan}{column} IN ({marks(wanted)})", *sorted(wanted))
    if chosen.direction:
        built.add("m.direction = ?", chosen.direction)
    if chosen.patient_id is not None:
        built.add("m.patient_id = ?", chosen.patient_id)
    # A period is a range of ids, as far as the clock has only gone forward; where it has not, time decides.
    if chosen.since:
        built.add("m.id >= (SELECT min(id) FROM message WHERE created >= ?)", chosen.since)
        built.add("+m.created >= ?", chosen.since)
    if chosen.until:
        built.add("m.id <= (SELECT max(id) FROM message WHERE created < ?)", chosen.until)
        built.add("+m.created < ?", chosen.until)
    built.conditions += [one for holds, one in ((chosen.current, _CURRENT), (chosen.trouble, _TROUBLE)) if holds]
    return built


def _driven(chosen: Filter) -> Query:
    words = search_expression(chosen.text)
    in_post = bool(chosen.folder) or chosen.unread is not None
    post = f"{'JOIN' if in_post else 'LEFT JOIN'} post_item p ON p.message_id = m.id AND p.mailbox = ?"
    if words:
        # CROSS JOIN keeps SQLite from turning the order round: the search index yields newest first by itself.
        joins = f"CROSS JOIN message m ON m.id = s.rowid {post}"
        built = Query("s.rowid", "message_search s", joins, (chosen.mailbox,))
        built.add("s.message_search MATCH ?", words)
        return built
    if in_post:
        built = Query("p.message_id", "post_item p", "CROSS JOIN message m ON m.id = p.message_id")
        built.add("p.mailbox = ?", chosen.mailbox)
    else:
        built = Query("m.id", "message m", post, (chosen.mailbox,))
    if chosen.text:
        # Only signs, which no word begins with: nothing is found.
        built.add(f"{built.key} IS NULL")
    return built


def search_expression(text: str) -> str:
    """Return ``text`` as an FTS5 expression: each word as a prefix, all of them; empty when it has no words."""
    return " ".join(f'"{word}"*' for word in _WORD.findall(text))


def marks(values: Collection[object]) -> str:
    """Return as many parameter marks as there are values."""
    return ", ".join("?" * len(values))
