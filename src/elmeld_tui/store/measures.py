"""What operators monitor, by queries that read only the end of an index or unfinished work.

Finished work is never counted by query; it is counted as it happens, from the end of the timeline (`moves_since`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, or_, select, text

from elmeld_tui.model.states import State
from elmeld_tui.store import lines, tables

_a, _e, _m, _o = tables.alert, tables.event, tables.message, tables.outbox

UNFINISHED = (State.QUEUED, State.SENT, State.RECEIVED, State.MANUAL)
"""States a message does not stay in, so that few are in them."""

_OWED = _o.c.done == 0
_DEPTH = select(func.count()).select_from(_o).where(_OWED)
_IN_STATE = select(_m.c.direction, func.count()).where(_m.c.state == bindparam("state")).group_by(_m.c.direction)
_ALERTS = select(_a.c.code, func.count()).where(_a.c.cleared.is_(None)).group_by(_a.c.code)
_NEWEST = select(func.max(_e.c.id))
_MOVES = (
    select(_e.c.id, _e.c.message_id, _m.c.direction, _e.c.name, _e.c.state, _e.c.receipt)
    .join(_m, _m.c.id == _e.c.message_id)
    .where(_e.c.id > bindparam("after"), or_(_e.c.state.is_not(None), _e.c.receipt.is_not(None)))
    .order_by(_e.c.id)
    .limit(bindparam("at_most"))
)
_SIZE = {
    "sqlite": text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"),
    "postgresql": text("SELECT pg_database_size(current_database())"),
}


class Move(NamedTuple):
    """A message, or what one of its receivers answered, came into a state."""

    event_id: int
    message_id: int
    direction: str
    name: str
    state: str | None
    receipt: str | None


@dataclass(frozen=True, slots=True)
class Measures:
    """The store at a moment.

    Attributes:
        unfinished: messages by (direction, state), of the states a message does not stay in.
        owed: envelopes that are owed.
        next_due: when the next line to a partner falls due, or fell due: then nobody has taken it. None where
            nothing is owed.
        alerts: open ones by code.
        size: of the database, bytes.
    """

    unfinished: dict[tuple[str, str], int]
    owed: int
    next_due: str | None
    alerts: dict[str, int]
    size: int


def measure(connection: Connection) -> Measures:
    """Measure the store."""
    return Measures(
        unfinished={
            (direction, state.value): count
            for state in UNFINISHED
            for direction, count in connection.execute(_IN_STATE, {"state": state})
        },
        owed=int(connection.execute(_DEPTH).scalar_one()),
        next_due=lines.next_due(connection),
        alerts=open_alerts(connection),
        size=int(connection.execute(_SIZE[connection.dialect.name]).scalar_one()),
    )


def open_alerts(connection: Connection) -> dict[str, int]:
    """Return how many alerts wait for a human, by code."""
    return {code: int(count) for code, count in connection.execute(_ALERTS)}


def newest_event(connection: Connection) -> int:
    """Return the id of the newest event, 0 where there is none."""
    return connection.execute(_NEWEST).scalar() or 0


def moves_since(connection: Connection, event_id: int, *, at_most: int) -> list[Move]:
    """Return the moves after an event, oldest first."""
    return [Move._make(row) for row in connection.execute(_MOVES, {"after": event_id, "at_most": at_most})]
