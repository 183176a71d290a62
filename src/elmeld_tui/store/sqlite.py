"""SQLite for writers: WAL, full synchronisation, one writer at a time."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, QueuePool, StaticPool, create_engine, event
from sqlalchemy.engine import Engine

from elmeld_tui.store import files
from elmeld_tui.store.address import FileAddress
from elmeld_tui.store.prepared import give
from elmeld_tui.store.transactions import OPTION, Mode

_PRAGMAS = (
    # A writer that finds the database busy waits; ten seconds outlasts any commit of ours.
    "busy_timeout = 10000",
    "journal_mode = WAL",
    "foreign_keys = ON",
    "cache_size = -16000",
)
_BEGIN = {Mode.ALONE: "BEGIN IMMEDIATE", Mode.BESIDE: "BEGIN IMMEDIATE", Mode.READ: "BEGIN DEFERRED"}

_MANY: dict[str, Any] = {"poolclass": QueuePool, "pool_size": 20, "max_overflow": 40}
"""More than the listener has threads, so that none waits for another's connection."""


def engines(address: FileAddress) -> tuple[Engine, Engine]:
    """Return an engine whose commits wait for the disk, and one whose commits do not.

    Raises:
        StoreError: the file is encrypted, and its key or the library for it cannot be had.
    """
    module = files.driver(address)
    connect = partial(files.connect, address, f"file:{_quoted(address.path)}", uri=True)
    return (
        _engine("FULL", module=module, creator=connect, **_MANY),
        _engine("NORMAL", module=module, creator=connect, **_MANY),
    )


def memory() -> tuple[Engine, Engine]:
    """Return the one engine of a store that lives in memory, twice."""
    one = _engine("FULL", poolclass=StaticPool, connect_args={"check_same_thread": False})
    return one, one


def _quoted(path: Path) -> str:
    return path.absolute().as_uri().removeprefix("file:")


def _engine(synchronous: str, **how: Any) -> Engine:
    engine = create_engine(
        "sqlite://",
        json_serializer=to_json,
        # What a statement carries is what patients' messages say; an error must not show it.
        hide_parameters=True,
        **how,
    )

    def prepare(connection: Any, _record: object) -> None:
        # The driver must not begin transactions of its own; `_begin` does.
        connection.isolation_level = None
        if connection.execute("PRAGMA page_count").fetchone()[0] == 0:
            # Later it would be a change: room that a purge sets free can be given back a little at a time.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        for pragma in (*_PRAGMAS, f"synchronous = {synchronous}"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin)
    return engine


def to_json(value: object) -> str:
    """Return ``value`` as it is kept in a JSON column."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get(OPTION, Mode.ALONE)
    # SQLAlchemy would take longer to make a result of it than all of the beginning does.
    give(connection, _BEGIN[mode])
