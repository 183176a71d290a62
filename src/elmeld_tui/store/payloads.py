"""Bytes: kept once, by their hash, and never changed."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, bindparam, insert, select

from elmeld_tui.store import tables

_p = tables.payload
_ADD = insert(_p).returning(_p.c.id)
_FIND = select(_p.c.id).where(_p.c.sha256 == bindparam("sha256"))
_READ = select(_p.c.bytes).where(_p.c.id == bindparam("of"))


def keep(connection: Connection, data: bytes) -> int:
    """Keep ``data`` and return its id; bytes that are kept already are not kept twice."""
    digest = hashlib.sha256(data).hexdigest()
    found = find(connection, digest)
    if found is not None:
        return found
    new = {"sha256": digest, "size": len(data), "bytes": data}
    return int(connection.execute(_ADD, new).scalar_one())


def find(connection: Connection, sha256: str) -> int | None:
    """Return the id of the bytes with this hash, or None."""
    return connection.execute(_FIND, {"sha256": sha256}).scalar()


def read(connection: Connection, payload_id: int) -> bytes:
    """Return kept bytes."""
    return bytes(connection.execute(_READ, {"of": payload_id}).scalar_one())
