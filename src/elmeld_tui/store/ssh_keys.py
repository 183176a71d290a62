"""Which SSH key is whose: adding and removing them."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert

from elmeld_tui.store import office_tables as tables
from elmeld_tui.store.ssh_keys_reading import PublicKey

_k = tables.ssh_key


def add(connection: Connection, person_id: int, key: PublicKey, *, at: str) -> None:
    """Let a key be somebody's; its fingerprint must not be known."""
    values = {"fingerprint": key.fingerprint, "person_id": person_id, "type": key.type, "blob": key.blob}
    connection.execute(insert(_k).values(**values, comment=key.comment, added=at))


def remove(connection: Connection, fingerprint: str) -> bool:
    """Let a key be nobody's any more; return whether it was somebody's."""
    return connection.execute(delete(_k).where(_k.c.fingerprint == fingerprint)).rowcount == 1
