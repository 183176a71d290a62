"""What a list shows: a choice of messages, and the query that reads it.

The query is driven from the narrowest table the choice names: the search index, else the mailbox, else the
messages themselves; every one of them is read newest first along the message id, which keyset paging holds on to.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from elmeld_tui.model.people import CLINIC_MAILBOX
from elmeld_tui.store.sql import Dialect

_ALWAYS = "1 = 1"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages; what is empty or None does not restrict, and everything else must hold together.

    Attributes:
        mailbox: whose post; also decides which post item's folder and unread mark a row shows.
        folder: ``inbox``, ``archive``, ``sent`` …; empty for every message, in a folder or not.
        posted: only what lies in the mailbox, in whatever folder.
        unread: only unread, or only read, post.
        states: values of `model.states.State`.
        receipts: values of `model.states.Receipt`.
        kinds: values of `model.kinds.Kind`.
        type_codes: message types (8279).
        communication_types: values of `model.communication_types.CommunicationType`.
        direction: ``in`` or ``out``.
        since: earliest moment of arrival in the store, as `model.clock.to_text` writes it.
        until: moment before which it arrived.
        text: words that must all begin a word of the names, ids or text of the message.
        patient_id: of one patient.
        trouble: only those that did not go as they should, on either axis, and that nobody has said are dealt with.
        current: only what its sender has neither replaced nor withdrawn.
    """

    mailbox: str = CLINIC_MAILBOX
    folder: str = ""
    posted: bool = False
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
    communication_types: frozenset[str] = frozenset()


TROUBLE = (
    "({m}state IN ('transport_rejected', 'undelivered', 'quarantined') "
    "OR {m}receipt IN ('rejected', 'accepted_with_faults', 'overdue')) AND {m}handled = ''"
)
"""What did not go as it should, on either axis; the predicate of an index, which a query must repeat."""

_AROUND = 1000
"""Messages around the limits of a period whose clock may have gone back."""


@dataclass(slots=True)
class Query:
    """A SELECT of messages without its columns.

    Attributes:
        key: the column that holds the message id in the driving table.
        order: the same, as rows are ordered by it.
        driver: the table the query is driven from, with its alias, which is also the key's.
        joins: the other tables, with ``join_values`` for their marks.
        conditions: what must hold, each beginning with the alias it is about, with ``values`` for their marks.
    """

    key: str
    order: str
    driver: str
    joins: str
    join_values: tuple[object, ...] = ()
    conditions: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        """Let only rows count for which ``condition`` holds."""
        self.conditions.append(condition)
        self.values += values

    def rows(self, columns: str, condition: str = _ALWAYS, *values: object) -> tuple[str, list[object]]:
        """Return SQL reading ``columns`` where ``condition`` holds too, of any table, and its values."""
        where = " AND ".join([*self.conditions, condition])
        sql = f"SELECT {columns} FROM {self.driver} {self.joins} WHERE {where}"  # noqa: S608 - our own words only
        return sql, [*self.join_values, *self.values, *values]

    def keys(self, column: str, condition: str = _ALWAYS, *values: object) -> tuple[str, list[object]]:
        """Return SQL like `rows` for a column made of the key alone, joining nothing that decides nothing."""
        alias = self.key.partition(".")[0]
        if any(not c.lstrip("+(").startswith(f"{alias}.") for c in self.conditions):
            return self.rows(column, condition, *values)
        where = " AND ".join([*self.conditions, condition])
        return f"SELECT {column} FROM {self.driver} WHERE {where}", [*self.values, *values]  # noqa: S608


MULTIPLE = {
    "m.state": "states",
    "m.receipt": "receipts",
    "m.kind": "kinds",
    "m.type_code": "type_codes",
    "m.communication_type": "communication_types",
}
"""Columns that a filter may give several values, and the filter's attribute."""


def query(chosen: Filter, dialect: Dialect, span: tuple[int, int], common: Collection[str] = ()) -> Query:
    """Return the query for ``chosen``; ``m`` is the message, ``p`` its post item in the mailbox, maybe NULL.

    Args:
        chosen: what to read.
        dialect: of the database that is asked.
        span: the oldest and the newest message that words are searched for in.
        common: columns of `MULTIPLE` whose several values are so common that walking newest first finds a page
            sooner than gathering all of them from the index and sorting them.
    """
    built = _driven(chosen, dialect, span)
    plan = dialect.plan
    if chosen.folder:
        built.add("p.folder = ?", chosen.folder)
    if chosen.unread is not None:
        # Written as the partial index has it; a bound value would not match its predicate.
        built.add("p.unread = 1" if chosen.unread else "p.unread = 0")
    if chosen.patient_id is not None:
        built.add("m.patient_id = ?", chosen.patient_id)
    for column, attribute in MULTIPLE.items():
        wanted = getattr(chosen, attribute)
        if wanted:
            walked = plan if column in common else ""
            built.add(f"{walked}{column} IN ({marks(wanted)})", *sorted(wanted))
    if chosen.trouble:
        built.add(f"({TROUBLE.format(m='m.')})")
    _add_period(built, chosen, plan)
    # What half of all messages have is looked up by only where there is nothing better.
    narrowed = len(built.conditions) > (built.key == "p.message_id")
    if chosen.direction:
        built.add(f"{plan if narrowed else ''}m.direction = ?", chosen.direction)
    if chosen.current:
        built.add(f"{plan if narrowed or chosen.direction else ''}m.document_state = 'current'")
    return built


def _add_period(built: Query, chosen: Filter, plan: str) -> None:
    """Let a period be a range of ids, which the clock has made in order but for some; of those, time decides."""
    limits = (
        (chosen.since, "m.id >= (SELECT min(id)", "created >= ?", "created"),
        (chosen.until, "m.id <= (SELECT max(id)", "created < ?", "created DESC"),
    )
    for limit, within, condition, order in limits:
        if limit:
            first = f"SELECT id FROM message WHERE {condition} ORDER BY {order} LIMIT {_AROUND}"  # noqa: S608
            built.add(f"{within} FROM ({first}) AS around)", limit)
            built.add(f"{plan}m.{condition}", limit)


def _driven(chosen: Filter, dialect: Dialect, span: tuple[int, int]) -> Query:
    words = dialect.search_expression(chosen.text, *span)
    in_post = bool(chosen.folder) or chosen.posted or chosen.unread is not None
    post = f"{'JOIN' if in_post else 'LEFT JOIN'} post_item p ON p.message_id = m.id AND p.mailbox = ?"
    if words:
        # The order is kept: the search index yields newest first by itself.
        joins = f"{dialect.in_order.format(key=dialect.search_key)} {post}"
        built = Query(dialect.search_key, dialect.search_order, "message_search s", joins, (chosen.mailbox,))
        built.add(dialect.search_match, words)
        return built
    if in_post:
        joins = dialect.in_order.format(key="p.message_id")
        built = Query("p.message_id", "p.message_id", "post_item p", joins)
        built.add("p.mailbox = ?", chosen.mailbox)
    else:
        along = dialect.by_index.format("ix_message_trouble") if chosen.trouble else ""
        built = Query("m.id", "m.id", f"message m{along}", post, (chosen.mailbox,))
    if chosen.text:
        # Only signs, which no word begins with: nothing is found.
        built.add(f"{built.key} IS NULL")
    return built


def marks(values: Collection[object]) -> str:
    """Return as many parameter marks as there are values."""
    return ", ".join("?" * len(values))
