"""A spot check of the newest bytes: whether they are still what was stored. `check` examines the whole store."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, select

from elmeld_tui.store import tables

_p = tables.payload
_LARGEST = 2_000_000
_NEWEST = select(_p.c.id, _p.c.sha256, _p.c.bytes).where(_p.c.size <= _LARGEST).order_by(_p.c.id.desc())


def changed(connection: Connection, *, many: int = 50) -> list[int]:
    """Return those of the ``many`` newest payloads (of at most 2 MB) whose bytes have changed."""
    newest = connection.execute(_NEWEST.limit(many))
    return [row.id for row in newest if hashlib.sha256(row.bytes).hexdigest() != row.sha256]
