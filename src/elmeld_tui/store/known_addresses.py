"""Whom each user writes to, and from which of our own addresses: when last, and whether it is a favourite."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from elmeld_tui.store.office_tables import known_address

_k = known_address
_ONE = (_k.c.owner == bindparam("one")) & (_k.c.her_id == bindparam("address"))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one address.

    Attributes:
        favourite: whether it is one of the user's favourites.
        used: when she last wrote to it, or under it (UTC, as text); empty: never.
    """

    favourite: bool = False
    used: str = ""


def of(connection: Connection, owner: str) -> dict[str, Known]:
    """Return what ``owner`` has written to or chosen as favourite, by HER-id."""
    rows = connection.execute(select(_k.c.her_id, _k.c.favourite, _k.c.used).where(_k.c.owner == owner))
    return {row.her_id: Known(bool(row.favourite), row.used) for row in rows}


def latest(connection: Connection, owner: str, among: Collection[str]) -> str:
    """Return which HER-id of ``among`` was used last; empty where none was."""
    used = select(_k.c.her_id).where(_k.c.owner == owner, _k.c.her_id.in_(among), _k.c.used != "")
    return connection.execute(used.order_by(_k.c.used.desc()).limit(1)).scalar_one_or_none() or ""


def note_use(connection: Connection, owner: str, her_ids: Collection[str], *, at: str) -> None:
    """Note that ``owner`` has used these addresses."""
    for her_id in her_ids:
        _change(connection, owner, her_id, used=at)


def set_favourite(connection: Connection, owner: str, her_id: str, *, favourite: bool) -> None:
    """Let an address be a favourite of ``owner``, or no longer."""
    _change(connection, owner, her_id, favourite=favourite)


def _change(connection: Connection, owner: str, her_id: str, **values: Any) -> None:
    changed = connection.execute(update(_k).where(_ONE).values(values), {"one": owner, "address": her_id})
    if changed.rowcount == 0:
        connection.execute(insert(_k).values(owner=owner, her_id=her_id, **values))
