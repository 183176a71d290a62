"""What a human must act on: raised once, cleared once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from elmeld_tui.store import tables
from elmeld_tui.store.trouble import AlertCode

_a = tables.alert
_CLEAR_FOR = (
    update(_a)
    .where(
        _a.c.cleared.is_(None),
        _a.c.code == bindparam("about"),
        _a.c.message_id.is_not_distinct_from(bindparam("of")),
    )
    .values(cleared=bindparam("at"))
)


def raise_alert(
    connection: Connection,
    code: AlertCode,
    *,
    at: str,
    message_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Raise an alert, unless the same one about the same message is open already."""
    of_message = _a.c.message_id.is_(None) if message_id is None else _a.c.message_id == message_id
    if connection.execute(select(_a.c.id).where(_a.c.cleared.is_(None), _a.c.code == code, of_message)).first():
        return
    connection.execute(insert(_a).values(code=code, message_id=message_id, raised=at, detail=dict(detail or {})))


def clear(connection: Connection, alert_id: int, *, at: str) -> bool:
    """Clear an alert; return False where it was cleared already."""
    cleared = connection.execute(update(_a).where(_a.c.id == alert_id, _a.c.cleared.is_(None)).values(cleared=at))
    return cleared.rowcount == 1


def clear_all(connection: Connection, several: Sequence[tuple[AlertCode, int]], *, at: str) -> None:
    """Clear the alerts about messages whose causes are gone, each a code and the message's id."""
    if several:
        connection.execute(_CLEAR_FOR, [{"about": code, "of": of, "at": at} for code, of in several])


def clear_for(connection: Connection, code: AlertCode, *, at: str, message_id: int | None = None) -> None:
    """Clear an alert whose cause is gone."""
    connection.execute(_CLEAR_FOR, {"about": code, "of": message_id, "at": at})
