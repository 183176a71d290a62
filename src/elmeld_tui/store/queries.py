"""The query that reads a selection of messages.

It is driven from the narrowest table that the selection names: a condition that few messages meet, else the search
index, else the mailbox, else the messages themselves. Each of these is read newest first along the message id, which
keyset paging relies on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from elmeld_tui.store.filters import (
    COLUMNS,
    EVERY,
    SETTLED,
    Condition,
    Filter,
    conditions,
    direction,
    lies_in_post,
    marks,
    refused,
    sought,
    wanted,
)
from elmeld_tui.store.sql import Clause, Dialect, ids_in, running

_ALWAYS = "1 = 1"
_AROUND = 1000
"""Messages around the limits of a period whose clock may have gone back."""
_ONE_TYPE = f"{COLUMNS['communication_types']} IN (?)"


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
        blocks: of messages that words are searched for in, the newest first (`sql.spans`); none where few are asked.
        way: how to find it.
    """
    built = _driven(chosen, dialect, blocks, way)
    plan = dialect.plan
    _add_post(built, chosen)
    _add_conditions(built, chosen, plan, way)
    _add_rest(built, chosen)
    for phrase in sorted(chosen.together):
        condition, values = dialect.stands(running(phrase))
        built.add(condition, *values)
    _add_period(built, chosen, plan)
    # What half of all messages have is looked up by only where there is nothing better.
    narrowed = len(built.conditions) > (built.key == "p.message_id")
    if chosen.direction:
        built.add(f"{plan if narrowed else ''}m.direction = ?", chosen.direction)
    if chosen.current:
        built.add(f"{plan if narrowed or chosen.direction else ''}m.document_state = 'current'")
    return built


def every(dialect: Dialect) -> Query:
    """Return the query for all messages to be counted: along a narrow index that holds each, not past all they say."""
    if not dialect.by_index:
        return Query("m.id", "message m", "")
    built = Query("m.id", f"message m{dialect.by_index.format('ix_message_direction')}", "")
    built.add("m.direction IN ('in', 'out')")
    return built


def _add_conditions(built: Query, chosen: Filter, plan: str, way: Way) -> None:
    """Let what an index can answer count; one of them leads, by its index, and no other."""
    leading, in_folder = way.rare, _in_folder(built, chosen)
    for condition in conditions(chosen):
        if in_folder and condition.sql == _ONE_TYPE:
            leading = condition
            built.add("p.communication_type = ?", *condition.values)
            continue
        beside = condition in way.common or leading not in {None, condition}
        leading = leading if beside else condition
        built.add(f"{plan if beside and not condition.along else ''}{condition.sql}", *condition.values)
    if in_folder and (side := direction(chosen)):
        of_type = leading is not None and leading.sql == _ONE_TYPE
        built.add(f"{plan if of_type else ''}p.direction = ?", side)


def _add_rest(built: Query, chosen: Filter) -> None:
    """Let what no index answers count."""
    for attribute, column in COLUMNS.items():
        if wanted(chosen, attribute) == frozenset():
            built.add(f"{built.key} IS NULL")
        refused = getattr(chosen.without, attribute, None)
        if refused and attribute not in EVERY:
            built.add(f"{column} NOT IN ({marks(refused)})", *sorted(refused))
    if chosen.attachments is False:
        built.add("m.attachments = 0")
    if chosen.trouble is False:
        built.add(SETTLED.format(m="m."))


def _in_folder(built: Query, chosen: Filter) -> bool:
    """Return whether the post of a folder is walked; what is unread there is few enough by itself."""
    return built.key == "p.message_id" and bool(chosen.folder) and not chosen.unread


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


def limits(chosen: Filter) -> Iterator[tuple[str, str, str, str]]:
    """Yield the limits of the period of ``chosen``: of ids, the sign and the SQL for its value; of time, the condition.

    The clock has made ids be in order but for some; of those, time decides. Last comes the value of either's mark.
    """
    for limit, sign, least, after, order in (
        (chosen.since, ">=", "min", "created >= ?", "created"),
        (chosen.until, "<=", "max", "created < ?", "created DESC"),
    ):
        if limit:
            first = f"SELECT id FROM message WHERE {after} ORDER BY {order} LIMIT {_AROUND}"  # noqa: S608
            yield sign, f"SELECT {least}(id) FROM ({first}) AS around", after, limit  # noqa: S608


def _add_period(built: Query, chosen: Filter, plan: str) -> None:
    for sign, first, after, limit in limits(chosen):
        built.add(f"m.id {sign} ({first})", limit)
        built.add(f"{plan}m.{after}", limit)


def _driven(chosen: Filter, dialect: Dialect, blocks: Sequence[int], way: Way) -> Query:
    clauses, not_said = sought(chosen), refused(chosen)
    in_post = lies_in_post(chosen)
    post = f"{dialect.fixed if in_post else 'LEFT JOIN'} post_item p ON p.message_id = m.id AND p.mailbox = ?"
    if clauses and all(clauses) and not way.rare:
        # The order is kept: the search index yields newest first by itself.
        joins = f"{dialect.in_order.format(key=dialect.found_key)} {post}"
        said = dialect.search_expression(clauses, not_said, blocks)
        return Query(dialect.found_key, dialect.found, joins, (chosen.mailbox,), (said,))
    if in_post and not way.rare:
        joins = dialect.in_order.format(key="p.message_id")
        built = Query("p.message_id", "post_item p", joins)
        built.add("p.mailbox = ?", chosen.mailbox)
    else:
        index = way.rare.along if way.rare else next((one.along for one in conditions(chosen)), "")
        along = dialect.by_index.format(index) if index else ""
        built = Query("m.id", f"message m{along}", post, (chosen.mailbox,))
    if not all(clauses):
        built.add(f"{built.key} IS NULL")
    elif way.rare:
        _add_words(built, dialect, clauses, not_said)
    elif not_said:
        these = f"SELECT {dialect.found_key} FROM {dialect.found}"  # noqa: S608
        built.add(f"{built.key} BETWEEN ? AND ?", *ids_in(blocks))
        built.add(f"{built.key} NOT IN ({these})", dialect.search_expression([not_said], [], blocks))
    return built


def _add_words(built: Query, dialect: Dialect, clauses: list[Clause], not_said: Clause) -> None:
    """Ask each of some few messages what it says."""
    if clauses:
        said, values = dialect.says(clauses)
        built.add(said, *values)
    if not_said:
        said, values = dialect.says([not_said])
        built.add(f"NOT {said}", *values)
