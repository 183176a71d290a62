"""The timeline and the moves of a message: nothing moves without an event in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from elmeld_tui.model.states import Receipt, State, check_move
from elmeld_tui.store import tables
from elmeld_tui.store.timeline import EventName

# Built once: building a statement costs as much as running it.
_m = tables.message
_OF = _m.c.id == bindparam("of")
_ADD = insert(tables.event)
_TOUCH = update(_m).where(_OF).values(updated=bindparam("at"), last_event=bindparam("name"))
_MOVE = update(_m).where(_OF, _m.c.state == bindparam("old")).values(state=bindparam("new"))


class StaleStateError(Exception):
    """A row was no longer in the state that a move started from: somebody else was first."""


def record(
    connection: Connection,
    message_id: int,
    *,
    at: str,
    name: EventName,
    state: State | None = None,
    receipt: Receipt | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an event to the timeline of a message, and make it the message's newest."""
    event = {"message_id": message_id, "at": at, "name": name, "state": state, "receipt": receipt}
    connection.execute(_ADD, {**event, "detail": dict(detail or {})})
    connection.execute(_TOUCH, {"of": message_id, "at": at, "name": name})


def move(
    connection: Connection,
    message_id: int,
    old: State,
    new: State,
    *,
    at: str,
    name: EventName,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Move a message from ``old`` to ``new`` with its event.

    Raises:
        ImpossibleMoveError: the table of moves has no such way.
        StaleStateError: the message is not in ``old``.
    """
    check_move(old, new)
    moved = connection.execute(_MOVE, {"of": message_id, "old": old, "new": new})
    if moved.rowcount != 1:
        raise StaleStateError(f"message {message_id} is not {old}")
    record(connection, message_id, at=at, name=name, state=new, detail=detail)
