"""The timeline and the state transitions of messages: no transition without an event in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from elmeld_tui.model.states import STATE_MOVES, Receipt, State, check_move
from elmeld_tui.store import tables
from elmeld_tui.store.prepared import Prepared
from elmeld_tui.store.timeline import EventName

_m = tables.message
_OF = _m.c.id == bindparam("of")
_ADD = Prepared(insert(tables.event))
_TOUCHED = {
    "updated": bindparam("at"),
    "last_event": bindparam("name"),
    "attempts": _m.c.attempts + bindparam("tried"),
}
_TOUCH = Prepared(update(_m).where(_OF).values(_TOUCHED))
_MOVE = Prepared(
    update(_m).where(_OF, _m.c.state == bindparam("old")).values({**_TOUCHED, "state": bindparam("new")})
)
_STATES = Prepared(
    select(_m.c.id, _m.c.state)
    .where(_m.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_m.c.id)
    .with_for_update(),
    among="ids",
)


class StaleStateError(Exception):
    """A row was no longer in the state that a move started from: somebody else was first."""


@dataclass(slots=True)
class Chronicle:
    """What happens to several messages in one transaction, told in order and written at once by `write`.

    Attributes:
        states: where each message is, the moves told so far among them.
    """

    states: dict[int, State]
    _began: dict[int, State] = field(default_factory=dict)
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _tried: dict[int, int] = field(default_factory=dict)

    def record(
        self,
        message_id: int,
        name: EventName,
        *,
        at: str,
        state: State | None = None,
        receipt: Receipt | None = None,
        detail: Mapping[str, Any] | None = None,
        tried: int = 0,
    ) -> None:
        """Tell of something that moves nothing.

        Args:
            message_id: of the message.
            name: of the event.
            at: when, as stored.
            state: that the message is in from its first event on; moves are for `move`.
            receipt: that a receiver's receipt has become.
            detail: ids, codes and addresses; never what a message says.
            tried: how many attempts at sending this is.
        """
        row = {"message_id": message_id, "at": at, "name": name, "state": state, "receipt": receipt}
        self._rows.append({**row, "detail": dict(detail or {})})
        if tried:
            self._tried[message_id] = self._tried.get(message_id, 0) + tried

    def may_move(self, message_id: int, new: State) -> bool:
        """Whether the table of moves has a way from where a message is."""
        return new in STATE_MOVES[self.states[message_id]]

    def move(
        self,
        message_id: int,
        new: State,
        name: EventName,
        *,
        at: str,
        detail: Mapping[str, Any] | None = None,
        by_hand: bool = False,
    ) -> None:
        """Tell of a move; ``by_hand`` where a person has said so.

        Raises:
            ImpossibleMoveError: the table of moves has no such way.
        """
        old = self.states[message_id]
        check_move(old, new, by_hand=by_hand)
        self._began.setdefault(message_id, old)
        self.states[message_id] = new
        self.record(message_id, name, at=at, state=new, detail=detail)

    def write(self, connection: Connection) -> None:
        """Write everything told, in the caller's transaction.

        Raises:
            StaleStateError: a message was no longer where its first move starts.
        """
        if not self._rows:
            return
        _ADD.change_each(connection, self._rows)
        newest = {row["message_id"]: row for row in self._rows}
        values = {
            of: {"of": of, "at": row["at"], "name": row["name"], "tried": self._tried.get(of, 0)}
            for of, row in newest.items()
        }
        moved = [
            {**values.pop(of), "old": old, "new": self.states[of]}
            for of, old in self._began.items()
            if of in values
        ]
        if values:
            _TOUCH.change_each(connection, list(values.values()))
        if moved and _MOVE.change_each(connection, moved) != len(moved):
            raise StaleStateError(f"one of the messages {sorted(self._began)} has moved meanwhile")


def chronicle(connection: Connection, message_ids: Collection[int]) -> Chronicle:
    """Begin telling of these messages, which nobody else moves until the transaction ends."""
    found = _STATES(connection, {"ids": sorted(set(message_ids))}) if message_ids else ()
    return Chronicle({row.id: State(row.state) for row in found})


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
    told = Chronicle({})
    told.record(message_id, name, at=at, state=state, receipt=receipt, detail=detail)
    told.write(connection)


def move(
    connection: Connection,
    message_id: int,
    old: State,
    new: State,
    *,
    at: str,
    name: EventName,
    detail: Mapping[str, Any] | None = None,
    by_hand: bool = False,
) -> None:
    """Move a message from ``old`` to ``new`` with its event; ``by_hand`` where a person has said so.

    Raises:
        ImpossibleMoveError: the table of moves has no such way.
        StaleStateError: the message is not in ``old``.
    """
    told = Chronicle({message_id: old})
    told.move(message_id, new, name, at=at, detail=detail, by_hand=by_hand)
    told.write(connection)
