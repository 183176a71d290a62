"""Payload bytes: stored once, by their hash, and never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, text

from elmeld_tui.store import tables
from elmeld_tui.store.prepared import Prepared

_p = tables.payload
_ADD = Prepared(
    text(
        "INSERT INTO payload (sha256, size, bytes) VALUES (:sha256, :size, :bytes) "
        "ON CONFLICT (sha256) DO NOTHING RETURNING id"
    ).columns(_p.c.id)
)
_FIND = Prepared(select(_p.c.id).where(_p.c.sha256 == bindparam("sha256")))
_READ = Prepared(select(_p.c.bytes).where(_p.c.id == bindparam("of")))


def keep(connection: Connection, data: bytes) -> int:
    """Keep ``data`` and return its id; bytes that are kept already are not kept twice."""
    payload_id, _ = keep_known(connection, data, hashlib.sha256(data).hexdigest())
    return payload_id


def keep_all(connection: Connection, several: Sequence[bytes]) -> list[int]:
    """Keep several pieces of bytes, each once; return their ids in order."""
    return [keep(connection, data) for data in several]


def keep_known(connection: Connection, data: bytes, sha256: str) -> tuple[int, bool]:
    """Keep ``data`` whose hash, in hexadecimal, is known; return its id, and whether it was kept already."""
    added = _ADD(connection, {"sha256": sha256, "size": len(data), "bytes": data}).scalar()
    if added is not None:
        return int(added), False
    return int(_FIND(connection, {"sha256": sha256}).scalar_one()), True


def read(connection: Connection, payload_id: int) -> bytes:
    """Return kept bytes."""
    return bytes(_READ(connection, {"of": payload_id}).scalar_one())
