"""The clinic's agreements (CPA), every version of each: the file as received, found by its id or its parties.

They are never removed and remain usable however old; the reader is told when one has ended. Of several versions, the
one that began last is in force, and of those that began together, the one imported last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from elmeld_tui.store import payloads, tables
from elmeld_tui.store.prepared import Prepared

_a = tables.agreement
_p = tables.agreement_pair
_NEWEST_FIRST = (_a.c.valid_from.desc(), _a.c.id.desc())

_BETWEEN = Prepared(
    select(_a)
    .join(_p, _p.c.agreement_id == _a.c.id)
    .where(_p.c.pair == bindparam("pair"))
    .order_by(*_NEWEST_FIRST)
)
_VERSIONS = select(_a).where(_a.c.cpa_id == bindparam("cpa_id")).order_by(*_NEWEST_FIRST)
_ALL = select(_a).order_by(*_NEWEST_FIRST)
_PAIRS = select(_p.c.pair).where(_p.c.agreement_id == bindparam("of"))


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
    """Keep one version of an agreement.

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
    if any(version.payload_id == payload_id for version in versions(connection, cpa_id)):
        return False
    new = {
        "cpa_id": cpa_id,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "imported": at,
        "imported_by": user,
        "payload_id": payload_id,
    }
    agreement_id = int(connection.execute(insert(_a).values(new).returning(_a.c.id)).scalar_one())
    for pair in sorted(set(pairs)):
        connection.execute(insert(_p).values(pair=pair, agreement_id=agreement_id))
    return True


def between(connection: Connection, pair: str, *, at: str) -> Sequence[Row[Any]]:
    """Return the agreements of a pair, each in the version that counts at a moment."""
    found = _BETWEEN(connection, {"pair": pair}).all()
    return _that_count(found, at) if found else found


def versions(connection: Connection, cpa_id: str) -> Sequence[Row[Any]]:
    """Return every version of an agreement, the newest first."""
    return connection.execute(_VERSIONS, {"cpa_id": cpa_id}).all()


def current(connection: Connection, cpa_id: str, *, at: str) -> Row[Any] | None:
    """Return the version of an agreement that counts at a moment, or None where there is no such agreement."""
    return next(iter(_that_count(versions(connection, cpa_id), at)), None)


def all_current(connection: Connection, *, at: str) -> Sequence[Row[Any]]:
    """Return every agreement in the version that counts at a moment, by its id."""
    return sorted(_that_count(connection.execute(_ALL).all(), at), key=lambda row: str(row.cpa_id))


def parties(connection: Connection, row: Row[Any]) -> list[str]:
    """Return the HER-ids that an agreement is between."""
    pairs = connection.execute(_PAIRS, {"of": row.id}).scalars()
    return sorted({her_id for pair in pairs for her_id in pair.split("_")})


def _that_count(newest_first: Sequence[Row[Any]], at: str) -> list[Row[Any]]:
    """Return of each agreement the newest version that has begun, else the newest."""
    counts: dict[str, Row[Any]] = {}
    for row in newest_first:
        known = counts.setdefault(row.cpa_id, row)
        if known.valid_from > at >= row.valid_from:
            counts[row.cpa_id] = row
    return list(counts.values())


def raw(connection: Connection, row: Row[Any]) -> bytes:
    """Return the file of one version."""
    return payloads.read(connection, row.payload_id)
