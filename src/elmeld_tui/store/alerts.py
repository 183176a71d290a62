"""Alerts, which a human must act on: raised once, cleared once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from elmeld_tui.store import tables
from elmeld_tui.store.prepared import Prepared
from elmeld_tui.store.trouble import AlertCode

_a = tables.alert
_THE_SAME = (
    _a.c.cleared.is_(None),
    _a.c.code == bindparam("about"),
    _a.c.message_id.is_not_distinct_from(bindparam("of")),
    _a.c.subject == bindparam("on"),
)
_ADD = Prepared(insert(_a))
_OPEN = Prepared(select(_a.c.id).where(*_THE_SAME))
_EVER = select(_a.c.id).where(_a.c.code == bindparam("about"), _a.c.subject == bindparam("on")).limit(1)
_SUBJECTS = select(_a.c.subject).where(_a.c.cleared.is_(None), _a.c.code == bindparam("about"))
_CLEAR_FOR = Prepared(update(_a).where(*_THE_SAME).values(cleared=bindparam("at")))


_OPEN_AMONG = Prepared(
    select(_a.c.code, _a.c.message_id).where(
        _a.c.message_id.in_(bindparam("ids", expanding=True)), _a.c.cleared.is_(None)
    ),
    among="ids",
)


def raise_alert(
    connection: Connection,
    code: AlertCode,
    *,
    at: str,
    message_id: int | None = None,
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Raise an alert, unless the same one about the same message and subject is open already.

    Args:
        connection: of the caller's transaction.
        code: what it is about.
        at: now.
        message_id: which message, where it is about one.
        subject: what else it is about, as a stable key; empty where the code and the message say it.
        detail: what a human is told besides.
    """
    if _OPEN(connection, {"about": code, "of": message_id, "on": subject}).first():
        return
    values = {
        "code": code,
        "message_id": message_id,
        "subject": subject,
        "raised": at,
        "detail": dict(detail or {}),
    }
    _ADD.change(connection, values)


def was_raised(connection: Connection, code: AlertCode, subject: str) -> bool:
    """Return whether an alert about ``subject`` has ever been raised, cleared or not."""
    return connection.execute(_EVER, {"about": code, "on": subject}).first() is not None


def open_subjects(connection: Connection, code: AlertCode) -> Sequence[str]:
    """Return what the open alerts of a code are about."""
    return connection.execute(_SUBJECTS, {"about": code}).scalars().all()


def clear(connection: Connection, alert_id: int, *, at: str) -> bool:
    """Clear an alert; return False where it was cleared already."""
    cleared = connection.execute(update(_a).where(_a.c.id == alert_id, _a.c.cleared.is_(None)).values(cleared=at))
    return cleared.rowcount == 1


def clear_all(connection: Connection, several: Sequence[tuple[AlertCode, int]], *, at: str) -> None:
    """Clear the alerts about messages whose causes are gone, each a code and the message's id."""
    if not several:
        return
    # As a rule there are none, which one look tells.
    found = _OPEN_AMONG(connection, {"ids": sorted({of for _, of in several})})
    gone = {(str(code), of) for code, of in several}.intersection((row.code, row.message_id) for row in found)
    if gone:
        _CLEAR_FOR.change_each(
            connection, [{"about": code, "of": of, "on": "", "at": at} for code, of in sorted(gone)]
        )


def clear_for(
    connection: Connection, code: AlertCode, *, at: str, message_id: int | None = None, subject: str = ""
) -> None:
    """Clear an alert whose cause is gone; named by the same message and subject as when it was raised."""
    _CLEAR_FOR.change(connection, {"about": code, "of": message_id, "on": subject, "at": at})


def open_of(connection: Connection, message_id: int) -> Sequence[Row[Any]]:
    """Return the open alerts about a message, oldest first."""
    return connection.execute(
        select(_a).where(_a.c.message_id == message_id, _a.c.cleared.is_(None)).order_by(_a.c.id)
    ).all()


def reopen(connection: Connection, message_id: int, *, cleared: str) -> None:
    """Open again what was cleared about a message at one moment; what has been raised anew since is open already."""
    raised_anew = select(_a.c.code).where(_a.c.message_id == message_id, _a.c.cleared.is_(None))
    connection.execute(
        update(_a)
        .where(_a.c.message_id == message_id, _a.c.cleared == cleared, _a.c.code.not_in(raised_anew))
        .values(cleared=None)
    )
