"""The engine's sign of life, so that a screen can say when it is down."""

from __future__ import annotations

from sqlalchemy import Connection, delete, update
from sqlalchemy.dialects.sqlite import insert

from elmeld_tui.store import tables

_e = tables.engine


def begin(connection: Connection, *, pid: int, host: str, port: int, at: str) -> None:
    """Note that an engine has begun."""
    values = {"pid": pid, "host": host, "port": port, "started": at, "beat": at}
    connection.execute(insert(_e).values(id=1, **values).on_conflict_do_update(index_elements=["id"], set_=values))


def go_on(connection: Connection, *, pid: int, at: str) -> None:
    """Note that the engine with this process id still lives."""
    connection.execute(update(_e).where(_e.c.pid == pid).values(beat=at))


def end(connection: Connection, *, pid: int) -> None:
    """Note that the engine with this process id has ended in good order."""
    connection.execute(delete(_e).where(_e.c.pid == pid))
