"""The outbox: what the engine owes the network. A row is claimed by one engine at a time, for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, func, insert, or_, select, update

from elmeld_tui.model.states import State
from elmeld_tui.store import tables

REPLACED = "replaced"
"""Outcome of a row whose message was sent again in another envelope."""

_o = tables.outbox
_OPEN = _o.c.done == 0

# Built once: building a statement costs as much as running it.
_OF = _o.c.id == bindparam("of")
_NOW: BindParameter[str] = bindparam("now")
_ADD = insert(_o).returning(_o.c.id)
_other = _o.alias()
_BUSY = select(_other.c.receiver_her).where(_other.c.done == 0, _other.c.lease_until > _NOW)
_DUE = (
    select(_o.c.id)
    .where(
        _OPEN,
        or_(and_(_o.c.lease_until.is_(None), _o.c.next_at <= _NOW), _o.c.lease_until <= _NOW),
        _o.c.receiver_her.not_in(_BUSY),
    )
    .order_by(_o.c.next_at, _o.c.id)
    .limit(1)
)
_CLAIM = (
    update(_o)
    .where(_o.c.id == _DUE.scalar_subquery())
    .values(lease_owner=bindparam("owner"), lease_until=bindparam("until"))
    .returning(_o)
)
_BEGIN = (
    update(_o)
    .where(_OF, _o.c.lease_owner == bindparam("owner"), _OPEN)
    .values(endpoint=bindparam("endpoint"), next_at=bindparam("next_at"), attempts=_o.c.attempts + 1)
)
_FINISH = (
    update(_o)
    .where(_OF, _OPEN)
    .values(done=True, outcome=bindparam("outcome"), lease_owner=None, lease_until=None)
)
_OWED = select(func.count()).select_from(_o).where(_o.c.message_id == bindparam("message_id"), _OPEN)


def add(
    connection: Connection,
    *,
    message_id: int,
    sender_her: str,
    receiver_her: str,
    eb_message_id: str,
    header: Mapping[str, str],
    now: str,
    give_up_at: str,
) -> int:
    """Owe one envelope to one receiver; return the row's id."""
    new = {
        "message_id": message_id,
        "sender_her": sender_her,
        "receiver_her": receiver_her,
        "eb_message_id": eb_message_id,
        "header": dict(header),
        "next_at": now,
        "give_up_at": give_up_at,
    }
    return int(connection.execute(_ADD, new).scalar_one())


def claim(connection: Connection, *, owner: str, now: str, lease_until: str) -> Row[Any] | None:
    """Claim the row that is due longest, in one statement; None when nothing is due.

    A row is due when its time has come, or when the engine that claimed it never came back: its lease has run out
    and what it did is not known. A partner gets one envelope at a time: one who hangs holds up nobody else.
    """
    return connection.execute(_CLAIM, {"owner": owner, "now": now, "until": lease_until}).one_or_none()


def begin_attempt(connection: Connection, row_id: int, *, owner: str, endpoint: str, next_at: str) -> bool:
    """Note that the bytes are about to leave, and when they leave again unless an answer comes.

    Returns:
        False where ``owner`` has lost the claim, and must not send.
    """
    attempt = {"of": row_id, "owner": owner, "endpoint": endpoint, "next_at": next_at}
    return connection.execute(_BEGIN, attempt).rowcount == 1


def release(
    connection: Connection, row_id: int, *, owner: str, next_at: str | None = None, failures: int = 0
) -> bool:
    """Give a claim back with nothing settled; ``next_at`` is when to try again, None keeps what was set.

    Returns:
        False where the claim was lost meanwhile, and nothing was changed.
    """
    values: dict[str, Any] = {"lease_owner": None, "lease_until": None, "failures": failures}
    if next_at is not None:
        values["next_at"] = next_at
    given = connection.execute(update(_o).where(_o.c.id == row_id, _o.c.lease_owner == owner).values(values))
    return given.rowcount == 1


def finish(connection: Connection, row_id: int, outcome: str) -> bool:
    """End what is owed; return False where it had ended already."""
    return connection.execute(_FINISH, {"of": row_id, "outcome": outcome}).rowcount == 1


def is_open(connection: Connection, row_id: int) -> bool:
    """Return whether an answer is still awaited."""
    return connection.execute(select(_o.c.id).where(_o.c.id == row_id, _OPEN)).scalar() is not None


def amend(connection: Connection, row_id: int, *, old: str, new: str) -> bool:
    """Change the outcome of an ended row, for an answer that came after we had given up."""
    changed = connection.execute(
        update(_o).where(_o.c.id == row_id, _o.c.done == 1, _o.c.outcome == old).values(outcome=new)
    )
    return changed.rowcount == 1


def by_envelope(connection: Connection, eb_message_id: str) -> Row[Any] | None:
    """Return the row that sent the envelope with this eb:MessageId, or None."""
    return connection.execute(select(_o).where(_o.c.eb_message_id == eb_message_id)).one_or_none()


def owed(connection: Connection, message_id: int) -> int:
    """Return how many envelopes of a message are still owed."""
    return int(connection.execute(_OWED, {"message_id": message_id}).scalar_one())


def next_due(connection: Connection) -> str | None:
    """Return when the next row falls due, or None when nothing is owed."""
    return connection.execute(
        select(func.min(func.coalesce(_o.c.lease_until, _o.c.next_at))).where(_OPEN)
    ).scalar()


def failed(connection: Connection, message_id: int) -> Sequence[Row[Any]]:
    """Return the rows of a message that ended without reaching their receivers, and were not replaced."""
    return connection.execute(
        select(_o).where(
            _o.c.message_id == message_id,
            _o.c.done == 1,
            _o.c.outcome.in_([State.TRANSPORT_REJECTED, State.UNDELIVERED]),
        )
    ).all()


def replace(connection: Connection, row_id: int) -> None:
    """Note that another row has taken over what this one failed at."""
    connection.execute(update(_o).where(_o.c.id == row_id, _o.c.done == 1).values(outcome=REPLACED))


def open_to(connection: Connection, message_id: int, receiver_her: str) -> Sequence[Row[Any]]:
    """Return what a message still owes one receiver, or has given up owing."""
    return connection.execute(
        select(_o).where(
            _o.c.message_id == message_id,
            _o.c.receiver_her == receiver_her,
            or_(_OPEN, _o.c.outcome == State.UNDELIVERED),
        )
    ).all()
