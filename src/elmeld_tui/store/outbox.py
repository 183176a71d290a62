"""The outbox: what the engine owes the network. A row is claimed by one engine at a time, for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from elmeld_tui.model.states import State
from elmeld_tui.store import tables

REPLACED = "replaced"
"""Outcome of a row whose message was sent again in another envelope."""

_o = tables.outbox
_OPEN = _o.c.done == 0


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
    new = insert(_o).values(
        message_id=message_id,
        sender_her=sender_her,
        receiver_her=receiver_her,
        eb_message_id=eb_message_id,
        header=dict(header),
        next_at=now,
        give_up_at=give_up_at,
    )
    return int(connection.execute(new.returning(_o.c.id)).scalar_one())


def claim(connection: Connection, *, owner: str, now: str, lease_until: str) -> Row[Any] | None:
    """Claim the row that is due longest, in one statement; None when nothing is due.

    A row is due when its time has come, or when the engine that claimed it never came back: its lease has run out
    and what it did is not known. A partner gets one envelope at a time: one who hangs holds up nobody else.
    """
    other = tables.outbox.alias()
    busy = select(other.c.receiver_her).where(other.c.done == 0, other.c.lease_until > now)
    due = (
        select(_o.c.id)
        .where(
            _OPEN,
            or_(
                and_(_o.c.lease_until.is_(None), _o.c.next_at <= now),
                _o.c.lease_until <= now,
            ),
            _o.c.receiver_her.not_in(busy),
        )
        .order_by(_o.c.next_at, _o.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return connection.execute(
        update(_o).where(_o.c.id == due).values(lease_owner=owner, lease_until=lease_until).returning(_o)
    ).one_or_none()


def begin_attempt(connection: Connection, row_id: int, *, owner: str, endpoint: str, next_at: str) -> bool:
    """Note that the bytes are about to leave, and when they leave again unless an answer comes.

    Returns:
        False where ``owner`` has lost the claim, and must not send.
    """
    begun = connection.execute(
        update(_o)
        .where(_o.c.id == row_id, _o.c.lease_owner == owner, _OPEN)
        .values(endpoint=endpoint, next_at=next_at, attempts=_o.c.attempts + 1)
    )
    return begun.rowcount == 1


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
    ended = connection.execute(
        update(_o)
        .where(_o.c.id == row_id, _OPEN)
        .values(done=True, outcome=outcome, lease_owner=None, lease_until=None)
    )
    return ended.rowcount == 1


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
    return connection.execute(
        select(func.count()).select_from(_o).where(_o.c.message_id == message_id, _OPEN)
    ).scalar_one()


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
