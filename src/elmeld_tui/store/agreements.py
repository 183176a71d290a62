"""The agreements (CPA) a clinic has, every version of each: the file as it came, found by its id or its parties.

They are never removed and stay usable however old: what has ended, its reader is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update

from elmeld_tui.store import payloads, tables

_a = tables.agreement
_p = tables.agreement_pair
_CURRENT = or_(_a.c.superseded == "", _a.c.superseded > bindparam("at"))
_NEWEST_FIRST = (_a.c.valid_from.desc(), _a.c.id.desc())

# Built once: building a statement costs as much as running it.
_BETWEEN = (
    select(_a).join(_p, _p.c.agreement_id == _a.c.id).where(_p.c.pair == bindparam("pair"), _CURRENT)
).order_by(*_NEWEST_FIRST)
_VERSIONS = select(_a).where(_a.c.cpa_id == bindparam("cpa_id")).order_by(*_NEWEST_FIRST)
_ALL_CURRENT = select(_a).where(_CURRENT).order_by(_a.c.valid_to, _a.c.id)


def keep(
    connection: Connection,
    raw: bytes,
    *,
    cpa_id: str,
    pairs: Iterable[str],
    valid_from: str,
    valid_to: str,
    at: str,
    user: str,
) -> bool:
    """Keep one version of an agreement; the one that begins last is the newest, whichever was imported first.

    Args:
        connection: of the caller's transaction.
        raw: the file.
        cpa_id: of the agreement.
        pairs: HER-ids it is between, as `model.agreements.pair` writes them.
        valid_from: stored time; empty where it is open.
        valid_to: likewise.
        at: now.
        user: who imports it.

    Returns:
        False where these very bytes had been kept already.
    """
    payload_id = payloads.keep(connection, raw)
    others = versions(connection, cpa_id)
    if any(other.payload_id == payload_id for other in others):
        return False
    later = min((other.valid_from for other in others if other.valid_from > valid_from), default="")
    new = {
        "cpa_id": cpa_id,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "superseded": later,
        "imported": at,
        "imported_by": user,
        "payload_id": payload_id,
    }
    agreement_id = int(connection.execute(insert(_a).values(new).returning(_a.c.id)).scalar_one())
    connection.execute(insert(_p), [{"pair": pair, "agreement_id": agreement_id} for pair in sorted(set(pairs))])
    takes_over = max(valid_from, at)
    connection.execute(
        update(_a)
        .where(
            _a.c.cpa_id == cpa_id,
            _a.c.id != agreement_id,
            _a.c.valid_from <= valid_from,
            or_(_a.c.superseded == "", _a.c.superseded > takes_over),
        )
        .values(superseded=takes_over)
    )
    return True


def between(connection: Connection, pair: str, *, at: str) -> Sequence[Row[Any]]:
    """Return the agreements of a pair that no newer version has taken over from, the newest first."""
    return connection.execute(_BETWEEN, {"pair": pair, "at": at}).all()


def versions(connection: Connection, cpa_id: str) -> Sequence[Row[Any]]:
    """Return every version of an agreement, the newest first."""
    return connection.execute(_VERSIONS, {"cpa_id": cpa_id}).all()


def current(connection: Connection, cpa_id: str, *, at: str) -> Row[Any] | None:
    """Return the version of an agreement that counts at a moment, or None where there is no such agreement."""
    known = versions(connection, cpa_id)
    return next((one for one in known if not one.superseded or one.superseded > at), None)


def all_current(connection: Connection, *, at: str) -> Sequence[Row[Any]]:
    """Return the version that counts of every agreement, those that end first at the top."""
    return connection.execute(_ALL_CURRENT, {"at": at}).all()


def raw(connection: Connection, row: Row[Any]) -> bytes:
    """Return the file of one version."""
    return payloads.read(connection, row.payload_id)
