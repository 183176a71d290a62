"""How much the store holds, and how much disk it takes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from elmeld_tui.store import tables
from elmeld_tui.store.database import Database

_SIZES = {
    # Pages in use, and pages that wait to be used again.
    "sqlite": (
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        "SELECT freelist_count * page_size FROM pragma_freelist_count(), pragma_page_size()",
    ),
    "postgresql": ("SELECT pg_database_size(current_database())", "SELECT 0"),
}


@dataclass(frozen=True, slots=True)
class Statistics:
    """What there is of a store.

    Attributes:
        rows: of every table.
        parts: bytes of payloads by what they are to a message (``document``, ``envelope`` …), each payload once for
            every role it has.
        payloads: bytes of all payloads, each once.
        size: bytes on the disk, indexes and all.
        free: bytes of them that are empty and will be used again.
    """

    rows: dict[str, int]
    parts: dict[str, int]
    payloads: int
    size: int
    free: int

    @property
    def per_message(self) -> int:
        """Bytes on the disk for each message, without payloads; 0 where there is no message."""
        count = self.rows["message"]
        return (self.size - self.free - self.payloads) // count if count else 0


def measure(database: Database) -> Statistics:
    """Measure the store; counting a million rows takes about a second.

    Raises:
        StoreError: it cannot be read.
    """
    with database.snapshot() as connection:
        return Statistics(
            rows={
                name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in sorted(tables.metadata.tables.items())
            },
            parts=_parts(connection),
            payloads=int(connection.execute(select(func.coalesce(func.sum(_p.c.size), 0))).scalar_one()),
            size=_size(connection, 0),
            free=_size(connection, 1),
        )


_p, _part = tables.payload, tables.message_part


def _parts(connection: Connection) -> dict[str, int]:
    each = select(_part.c.role, _part.c.payload_id).distinct().subquery()
    found = connection.execute(
        select(each.c.role, func.sum(_p.c.size)).join(_p, _p.c.id == each.c.payload_id).group_by(each.c.role)
    )
    return {row[0]: int(row[1]) for row in sorted(found.all())}


def _size(connection: Connection, which: int) -> int:
    return int(connection.execute(text(_SIZES[connection.dialect.name][which])).scalar_one())
