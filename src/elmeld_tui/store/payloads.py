"""Bytes: kept once, by their hash, and never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from elmeld_tui.store import tables

_p = tables.payload
_ADD = insert(_p).returning(_p.c.id, _p.c.sha256)
_FIND = select(_p.c.id).where(_p.c.sha256 == bindparam("sha256"))
_FIND_ALL = select(_p.c.sha256, _p.c.id).where(_p.c.sha256.in_(bindparam("digests", expanding=True)))
_LARGE = 256 * 1024
"""Bytes. Several rows that return something are set aside by SQLite on their way in, and what is large is held twice
more."""

_READ = select(_p.c.bytes).where(_p.c.id == bindparam("of"))


def keep(connection: Connection, data: bytes) -> int:
    """Keep ``data`` and return its id; bytes that are kept already are not kept twice."""
    (payload_id,) = keep_all(connection, [data])
    return payload_id


def keep_all(connection: Connection, several: Sequence[bytes]) -> list[int]:
    """Keep several pieces of bytes, each once; return their ids in order."""
    digests = [hashlib.sha256(data).hexdigest() for data in several]
    by_digest = dict(zip(digests, several, strict=True))
    found = connection.execute(_FIND_ALL, {"digests": list(by_digest)})
    known: dict[str, int] = {row.sha256: row.id for row in found}
    new = [
        {"sha256": digest, "size": len(data), "bytes": data}
        for digest, data in by_digest.items()
        if digest not in known
    ]
    for together in _batches(new):
        known |= {sha256: payload_id for payload_id, sha256 in connection.execute(_ADD, together)}
    return [known[digest] for digest in digests]


def _batches(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Part rows into those that are added by one statement: the small ones, and each large one."""
    small = [row for row in rows if row["size"] < _LARGE]
    if small:
        yield small
    yield from ([row] for row in rows if row["size"] >= _LARGE)


def add(connection: Connection, data: bytes, sha256: str) -> int:
    """Keep ``data`` that `find` has not found in the same transaction; return its id."""
    new = {"sha256": sha256, "size": len(data), "bytes": data}
    return int(connection.execute(_ADD, new).scalar_one())


def find(connection: Connection, sha256: str) -> int | None:
    """Return the id of the bytes with this hash, or None."""
    return connection.execute(_FIND, {"sha256": sha256}).scalar()


def read(connection: Connection, payload_id: int) -> bytes:
    """Return kept bytes."""
    return bytes(connection.execute(_READ, {"of": payload_id}).scalar_one())
