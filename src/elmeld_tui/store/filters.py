"""What a list shows: a choice of messages, and the query that reads it.

The query is driven from the narrowest table the choice names: the search index, else a condition that few messages
meet, else the mailbox, else the messages themselves; every one of them is read newest first along the message id,
which keyset paging holds on to.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from elmeld_tui.model.communication_types import CommunicationType
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.people import CLINIC_MAILBOX
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.store.sql import ANYWHERE, Clause, Dialect, ids_in, words

_ALWAYS = "1 = 1"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages; what is empty or None does not restrict, and everything else must hold together.

    Of several values for one attribute any is enough. A phrase is found where each of its words begins a word.

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
        text: a phrase of the names, ids or text of the message.
        saying: phrases, as ``text``.
        senders: phrases of the sender's name and HER-ids.
        receivers: phrases of a receiver's name and HER-ids, copies included.
        patients: phrases of the patient's name and numbers.
        patient_id: of one patient.
        attachments: only with, or only without, attachments.
        trouble: only, or only not, those that did not go as they should, on either axis, and that nobody has said are
            dealt with.
        current: only what its sender has neither replaced nor withdrawn.
        without: sets of values, none of which may hold.
        one_of: of each of these, whose values are all of columns or all phrases, one must hold.
    """

    mailbox: str = CLINIC_MAILBOX
    folder: str = ""
    posted: bool = False
    unread: bool | None = None
    states: frozenset[str] = frozenset()
    receipts: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    type_codes: frozenset[str] = frozenset()
    communication_types: frozenset[str] = frozenset()
    direction: str = ""
    since: str = ""
    until: str = ""
    text: str = ""
    saying: frozenset[str] = frozenset()
    senders: frozenset[str] = frozenset()
    receivers: frozenset[str] = frozenset()
    patients: frozenset[str] = frozenset()
    patient_id: int | None = None
    attachments: bool | None = None
    trouble: bool | None = None
    current: bool = False
    without: Filter | None = None
    one_of: tuple[Filter, ...] = ()


_FAILED = "('transport_rejected', 'undelivered', 'quarantined')"
_FAULTY = "('rejected', 'accepted_with_faults', 'overdue')"
TROUBLE = f"({{m}}state IN {_FAILED} OR {{m}}receipt IN {_FAULTY}) AND {{m}}handled = ''"
"""What did not go as it should, on either axis; the predicate of an index, which a query must repeat."""

SETTLED = f"({{m}}handled <> '' OR ({{m}}state NOT IN {_FAILED} AND {{m}}receipt NOT IN {_FAULTY}))"
"""What is no trouble, or no longer."""

ATTACHED = "{m}attachments > 0"
"""What has attachments; the predicate of an index too."""

_AROUND = 1000
"""Messages around the limits of a period whose clock may have gone back."""

COLUMNS = {
    "receipts": "m.receipt",
    "communication_types": "m.communication_type",
    "type_codes": "m.type_code",
    "kinds": "m.kind",
    "states": "m.state",
}
"""Attributes of a filter that may give several values of an indexed column."""

PHRASES = {"senders": "sender", "receivers": "receiver", "patients": "patient", "saying": ANYWHERE}
"""Attributes of a filter that give phrases, and the part of the search index they are looked for in."""

_EVERY: dict[str, frozenset[str]] = {
    "states": frozenset(State),
    "receipts": frozenset(Receipt),
    "kinds": frozenset(Kind),
    "communication_types": frozenset(CommunicationType),
}


@dataclass(slots=True)
class Query:
    """A SELECT of messages without its columns.

    Attributes:
        key: the column that holds the message id in the driving table; rows are in order by it.
        driver: the table the query is driven from, with its alias, which is also the key's, and ``driver_values`` for
            its marks.
        joins: the other tables, with ``join_values`` for their marks.
        conditions: what must hold, each beginning with the alias it is about, with ``values`` for their marks.
    """

    key: str
    driver: str
    joins: str
    join_values: tuple[object, ...] = ()
    driver_values: tuple[object, ...] = ()
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
        return sql, [*self.driver_values, *self.join_values, *self.values, *values]

    def keys(self, column: str, condition: str = _ALWAYS, *values: object) -> tuple[str, list[object]]:
        """Return SQL like `rows` for a column made of the key alone, joining nothing that decides nothing."""
        alias = self.key.partition(".")[0]
        if any(not c.lstrip("+(").startswith(f"{alias}.") for c in self.conditions):
            return self.rows(column, condition, *values)
        where = " AND ".join([*self.conditions, condition])
        sql = f"SELECT {column} FROM {self.driver} WHERE {where}"  # noqa: S608
        return sql, [*self.driver_values, *self.values, *values]


class Condition(NamedTuple):
    """What must hold of a message, that an index can answer: ``along`` names one which must be told of."""

    sql: str
    values: tuple[object, ...]
    along: str = ""


class Way(NamedTuple):
    """How a choice is best found.

    Attributes:
        rare: the condition that so few messages meet that they are gathered and the rest is asked of them; or None.
        common: conditions so common that a walk, newest first, finds a page sooner than gathering what meets them.
    """

    rare: Condition | None = None
    common: Collection[Condition] = ()


ANY_WAY = Way()


def query(chosen: Filter, dialect: Dialect, blocks: Sequence[int] = (), way: Way = ANY_WAY) -> Query:
    """Return the query for ``chosen``; ``m`` is the message, ``p`` its post item in the mailbox, maybe NULL.

    Args:
        chosen: what to read.
        dialect: of the database that is asked.
        blocks: of messages that words are searched for in, the newest first (`sql.spans`).
        way: how to find it.
    """
    built = _driven(chosen, dialect, blocks, way)
    plan = dialect.plan
    _add_post(built, chosen)
    leading = way.rare
    for condition in conditions(chosen):
        if of_folder := _type_in_folder(built, chosen, condition):
            built.add(of_folder, *condition.values)
            continue
        beside = condition in way.common or leading not in {None, condition}
        leading = leading if beside else condition
        built.add(f"{plan if beside and not condition.along else ''}{condition.sql}", *condition.values)
    for attribute, column in COLUMNS.items():
        if wanted(chosen, attribute) == frozenset():
            built.add(f"{built.key} IS NULL")
        refused = getattr(chosen.without, attribute, None)
        if refused and attribute not in _EVERY:
            built.add(f"{column} NOT IN ({marks(refused)})", *sorted(refused))
    if chosen.attachments is False:
        built.add("m.attachments = 0")
    if chosen.trouble is False:
        built.add(SETTLED.format(m="m."))
    _add_period(built, chosen, plan)
    # What half of all messages have is looked up by only where there is nothing better.
    narrowed = len(built.conditions) > (built.key == "p.message_id")
    if chosen.direction:
        built.add(f"{plan if narrowed else ''}m.direction = ?", chosen.direction)
    if chosen.current:
        built.add(f"{plan if narrowed or chosen.direction else ''}m.document_state = 'current'")
    return built


def _type_in_folder(built: Query, chosen: Filter, condition: Condition) -> str:
    """Return a condition for one communication type as the index of a folder has it; nothing where that does not lead.

    What is unread is few enough, whatever its type.
    """
    leads = built.key == "p.message_id" and chosen.folder and not chosen.unread
    one_type = condition.sql == _in(COLUMNS["communication_types"], frozenset({""})).sql
    return "p.communication_type = ?" if leads and one_type else ""


def _add_post(built: Query, chosen: Filter) -> None:
    """Let only what lies in the mailbox, or in a folder of it, count."""
    if chosen.folder:
        built.add("p.folder = ?", chosen.folder)
    if chosen.unread is not None:
        # Written as the partial index has it; a bound value would not match its predicate.
        built.add("p.unread = 1" if chosen.unread else "p.unread = 0")
    if chosen.posted and built.key != "p.message_id":
        # A condition too, so that what counts keys alone does not leave the mailbox out.
        built.add("p.mailbox = ?", chosen.mailbox)


def lies_in_post(chosen: Filter) -> bool:
    """Return whether only what lies in the mailbox is chosen."""
    return bool(chosen.folder) or chosen.posted or chosen.unread is not None


def conditions(chosen: Filter) -> list[Condition]:
    """Return what must hold of a message for ``chosen`` that an index can answer, the likely rarest first."""
    found = []
    if chosen.patient_id is not None:
        found.append(Condition("m.patient_id = ?", (chosen.patient_id,)))
    for attribute, column in COLUMNS.items():
        if values := wanted(chosen, attribute):
            found.append(_in(column, values))
    for group in chosen.one_of:
        columns = [_in(column, values) for name, column in COLUMNS.items() if (values := getattr(group, name))]
        if columns:
            either = " OR ".join(one.sql for one in columns)
            found.append(Condition(f"({either})", tuple(value for one in columns for value in one.values)))
    if chosen.trouble:
        found.append(Condition(f"({TROUBLE.format(m='m.')})", (), "ix_message_trouble"))
    if chosen.attachments:
        found.append(Condition(ATTACHED.format(m="m."), (), "ix_message_attachments"))
    return found


def _in(column: str, values: frozenset[str]) -> Condition:
    return Condition(f"{column} IN ({marks(values)})", tuple(sorted(values)))


def wanted(chosen: Filter, attribute: str) -> frozenset[str] | None:
    """Return the values of an attribute of `COLUMNS` that ``chosen`` lets through; None for any."""
    given: frozenset[str] = getattr(chosen, attribute)
    refused: frozenset[str] = getattr(chosen.without, attribute) if chosen.without else frozenset()
    if not refused or attribute not in _EVERY:
        return given or None
    return (given or _EVERY[attribute]) - refused


def sought(chosen: Filter) -> list[Clause]:
    """Return the words that ``chosen`` looks for: of each clause one alternative must be found."""
    clauses: list[Clause] = [[(ANYWHERE, [word])] for word in words(chosen.text)]
    if chosen.text and not clauses:
        # Only signs, which no word begins with: nothing is found.
        clauses.append([])
    clauses += [_alternatives(chosen, [attribute]) for attribute in PHRASES if getattr(chosen, attribute)]
    clauses += [_alternatives(group, PHRASES) for group in chosen.one_of if _has_phrases(group)]
    return clauses


def refused(chosen: Filter) -> Clause:
    """Return the words of which ``chosen`` lets nothing through that has one alternative."""
    return _alternatives(chosen.without, PHRASES) if chosen.without else []


def apart(chosen: Filter) -> tuple[Filter, Filter]:
    """Return ``chosen`` as if it refused no words, and what of that it refuses: the one less the other is ``chosen``."""
    without = chosen.without or Filter()
    nothing: frozenset[str] = frozenset()
    others = replace(without, senders=nothing, receivers=nothing, patients=nothing, saying=nothing)
    words = Filter(
        senders=without.senders, receivers=without.receivers, patients=without.patients, saying=without.saying
    )
    everything = replace(chosen, without=others)
    return everything, replace(everything, one_of=(*chosen.one_of, words))


def _has_phrases(chosen: Filter) -> bool:
    return any(getattr(chosen, attribute) for attribute in PHRASES)


def _alternatives(chosen: Filter, attributes: Collection[str]) -> Clause:
    said = [(PHRASES[name], words(phrase)) for name in attributes for phrase in sorted(getattr(chosen, name))]
    return [(part, found) for part, found in said if found]


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


def _driven(chosen: Filter, dialect: Dialect, blocks: Sequence[int], way: Way) -> Query:
    clauses, not_said = sought(chosen), refused(chosen)
    in_post = lies_in_post(chosen)
    post = f"{dialect.fixed if in_post else 'LEFT JOIN'} post_item p ON p.message_id = m.id AND p.mailbox = ?"
    if clauses and all(clauses):
        # The order is kept: the search index yields newest first by itself.
        joins = f"{dialect.in_order.format(key=dialect.found_key)} {post}"
        said = dialect.search_expression(clauses, not_said, blocks)
        built = Query(dialect.found_key, dialect.found, joins, (chosen.mailbox,), (said,))
        if way.rare:
            few = f"SELECT m.id FROM message m WHERE {way.rare.sql}"  # noqa: S608
            built.add(f"{dialect.plan}{built.key} IN ({few})", *way.rare.values)
        return built
    if in_post and not way.rare:
        joins = dialect.in_order.format(key="p.message_id")
        built = Query("p.message_id", "post_item p", joins)
        built.add("p.mailbox = ?", chosen.mailbox)
    else:
        index = way.rare.along if way.rare else next((one.along for one in conditions(chosen)), "")
        along = dialect.by_index.format(index) if index else ""
        built = Query("m.id", f"message m{along}", post, (chosen.mailbox,))
    if clauses:
        built.add(f"{built.key} IS NULL")
    elif not_said:
        these = f"SELECT {dialect.found_key} FROM {dialect.found}"  # noqa: S608
        built.add(f"{built.key} BETWEEN ? AND ?", *ids_in(blocks))
        built.add(f"{built.key} NOT IN ({these})", dialect.search_expression([not_said], [], blocks))
    return built


def marks(values: Collection[object]) -> str:
    """Return as many parameter marks as there are values."""
    return ", ".join("?" * len(values))
