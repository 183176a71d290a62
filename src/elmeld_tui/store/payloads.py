"""Bytes: kept once, by their hash, and never changed."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, insert, select

from elmeld_tui.store import tables


def keep(connection: Connection, data: bytes) -> int:
    """Keep ``data`` and return its id; bytes that are kept already are not kept twice."""
    digest = hashlib.sha256(data).hexdigest()
    found = find(connection, digest)
    if found is not None:
        return found
    new = insert(tables.payload).values(sha256=digest, size=len(data), bytes=data)
    return int(connection.execute(new.returning(tables.payload.c.id)).scalar_one())


def find(connection: Connection, sha256: str) -> int | None:
    """Return the id of the bytes with this hash, or None."""
    return connection.execute(select(tables.payload.c.id).where(tables.payload.c.sha256 == sha256)).scalar()


def read(connection: Connection, payload_id: int) -> bytes:
    """Return kept bytes."""
    return bytes(
        connection.execute(select(tables.payload.c.bytes).where(tables.payload.c.id == payload_id)).scalar_one()
    )
