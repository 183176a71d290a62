"""The lines to partners: which is served next, by which engine, and which rest for a while.

A line is claimed in one statement, with a lease: an engine that dies holding it loses it when the lease runs out.
Everything owed to one partner is sent by one engine at a time, in order, and a partner that hangs delays nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, case, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from elmeld_tui.store import tables
from elmeld_tui.store.prepared import Prepared

_l, _o, _p = tables.line, tables.outbox, tables.party

_KEY: BindParameter[str] = bindparam("of")
_AT: BindParameter[str] = bindparam("at")
_OF = _l.c.key == _KEY
_WANTED = case((_l.c.quiet_until > _AT, _l.c.quiet_until), else_=_AT)
_CALL = Prepared(
    update(_l)
    .where(_OF)
    .values(next_at=case((or_(_l.c.next_at.is_(None), _l.c.next_at > _WANTED), _WANTED), else_=_l.c.next_at))
)
_ADD = insert(_l).values(failures=0, down_since="", quiet_until="")
_DUE = (
    select(_l.c.key)
    .where(_l.c.next_at <= _AT, or_(_l.c.lease_until.is_(None), _l.c.lease_until <= _AT))
    .order_by(_l.c.next_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_CLAIM = Prepared(
    update(_l)
    .where(_l.c.key == _DUE.scalar_subquery())
    .values(lease_owner=bindparam("owner"), lease_until=bindparam("until"))
    .returning(_l)
)
_HELD = Prepared(select(_l).where(_OF, _l.c.lease_owner == bindparam("owner")).with_for_update())
_NAME = Prepared(select(_p.c.name).where(_p.c.her_id == _KEY))
_NEXT = Prepared(select(func.min(_o.c.next_at)).where(_o.c.line == _KEY, _o.c.done == 0))
_LET_GO = Prepared(
    update(_l)
    .where(_OF)
    .values(
        lease_owner=None,
        lease_until=None,
        next_at=bindparam("next"),
        failures=bindparam("n"),
        down_since=bindparam("since"),
        quiet_until=bindparam("quiet"),
    )
)
_NEXT_DUE = Prepared(
    select(
        func.min(
            case(
                (or_(_l.c.lease_until.is_(None), _l.c.lease_until < _l.c.next_at), _l.c.next_at),
                else_=_l.c.lease_until,
            )
        )
    ).where(_l.c.next_at.is_not(None))
)


def call(connection: Connection, keys: Iterable[str], *, at: str) -> None:
    """Note that something on these lines is due at a moment; a line that is in peace stays so."""
    # In one order, so that two who call the same lines never wait for each other.
    for key in sorted(set(keys)):
        if _CALL.change(connection, {"of": key, "at": at}):
            continue
        try:
            with connection.begin_nested():
                connection.execute(_ADD, {"key": key, "next_at": at})
        except IntegrityError:
            # Another engine called it for the first time in the same moment.
            _CALL.change(connection, {"of": key, "at": at})


def wake(connection: Connection, keys: Iterable[str], *, at: str) -> None:
    """Note that something on these lines is due at a moment, also where they were to be left in peace."""
    for key in sorted(set(keys)):
        connection.execute(update(_l).where(_l.c.key == key).values(quiet_until=""))
        call(connection, [key], at=at)


def claim(connection: Connection, *, owner: str, now: str, lease_until: str) -> Row[Any] | None:
    """Claim the line that has waited longest, in one statement; None when none is due.

    Args:
        connection: of a transaction of its own, committed before anything is sent.
        owner: who claims; unique to this worker of this process.
        now: the present.
        lease_until: when the claim ends by itself.
    """
    return _CLAIM(connection, {"owner": owner, "at": now, "until": lease_until}).one_or_none()


def is_held(connection: Connection, key: str, owner: str) -> bool:
    """Return whether ``owner`` still has the line, and let nobody take it until the transaction ends."""
    return _HELD(connection, {"of": key, "owner": owner}).first() is not None


def let_go(
    connection: Connection, key: str, owner: str, *, failures: int = 0, down_since: str = "", quiet_until: str = ""
) -> bool:
    """Give a line back, saying when it is next due by what is owed on it.

    Args:
        connection: of the caller's transaction.
        key: of the line.
        owner: who has claimed it.
        failures: in a row, 0 where the partner answered.
        down_since: when the first of them was.
        quiet_until: before which nothing is tried; empty where the partner answered.

    Returns:
        False where the claim was lost meanwhile, and nothing was changed.
    """
    # The line is locked before what is owed is read: whoever owes something new on it comes before, or after.
    if not is_held(connection, key, owner):
        return False
    due = _NEXT(connection, {"of": key}).scalar()
    put_off = max(due, quiet_until) if due is not None else None
    values = {"of": key, "next": put_off, "n": failures, "since": down_since, "quiet": quiet_until}
    _LET_GO.change(connection, values)
    return True


def receiver_name(connection: Connection, key: str) -> str:
    """Return what the register last called the receiver on a line; the line's key where it never told."""
    return _NAME(connection, {"of": key}).scalar() or key


def next_due(connection: Connection) -> str | None:
    """Return when the next line falls due, or its lease runs out; None when nothing is owed."""
    due: str | None = _NEXT_DUE(connection).scalar()
    return due
