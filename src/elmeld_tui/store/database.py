"""One SQLite file, opened so that a commit is a promise: WAL, full synchronisation, one writer at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.pool import StaticPool

from elmeld_tui.i18n import t
from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.places import database_file

__all__ = ["Database", "StoreError", "open_database", "open_memory"]

HEAD = "0001"
"""The newest migration; a database that says so is opened without importing Alembic."""

_PRAGMAS = (
    # A writer that finds the database busy waits; ten seconds outlasts any commit of ours.
    "busy_timeout = 10000",
    "journal_mode = WAL",
    "foreign_keys = ON",
    "cache_size = -16000",
)


_ONE_CONNECTION: dict[str, Any] = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
_MANY_CONNECTIONS: dict[str, Any] = {"pool_size": 20, "max_overflow": 40}
"""More than the listener has threads, so that none waits for another's connection."""


class Database:
    """The store, for those who write.

    Args:
        path: of the SQLite file, or ``":memory:"`` for a store that ends with the process.
    """

    def __init__(self, path: Path | str) -> None:
        memory = str(path) == ":memory:"
        self._durable = _engine(path, memory=memory, synchronous="FULL")
        self._swift = self._durable if memory else _engine(path, memory=memory, synchronous="NORMAL")

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Connection]:
        """Give a connection that holds the write lock; commit at the end, roll back on any exception.

        ``BEGIN IMMEDIATE``: what is read here cannot change before what is written here.

        Args:
            durable: whether the commit waits for the disk. Every commit survives the death of the process; one that
                is not durable may be lost with the power, together with those after it up to the next durable one.
                So nobody outside may be told of anything before a durable commit has followed.

        Raises:
            StoreError: the disk is full or fails, or another program holds the store; nothing is written.
        """
        with _in_words(), (self._durable if durable else self._swift).begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database and writes nothing.

        Raises:
            StoreError: the store cannot be read.
        """
        with _in_words(), self._durable.connect().execution_options(begin="DEFERRED") as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._durable.dispose()
        self._swift.dispose()


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn what the driver says of disk and locks into a `StoreError`; a broken rule of ours stays a fault."""
    try:
        yield
    except IntegrityError:
        raise
    except DatabaseError as error:
        raise StoreError(
            t(
                "meldingslageret kan ikke brukes nå ({reason}). Se etter om disken er full, filen skadet, "
                "eller om et annet program holder den.",
                reason=error.orig,
            )
        ) from error


def _engine(path: Path | str, *, memory: bool, synchronous: str) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        json_serializer=_to_json,
        # What a statement carries is what patients' messages say; an error must not show it.
        hide_parameters=True,
        **(_ONE_CONNECTION if memory else _MANY_CONNECTIONS),
    )

    def prepare(connection: Any, _record: object) -> None:
        # The driver must not begin transactions of its own; `_begin` does.
        connection.isolation_level = None
        for pragma in (*_PRAGMAS, f"synchronous = {synchronous}"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin)
    return engine


def open_database(data_dir: Path) -> Database:
    """Open the store in ``data_dir``, creating or migrating it as needed.

    Raises:
        StoreError: the store is from a newer program, or cannot be created.
    """
    path = database_file(data_dir)
    try:
        # The store holds health information: for its owner alone.
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreError(
            t(
                "kan ikke opprette {path}: {reason}. Velg en mappe du kan skrive i.",
                path=path,
                reason=error.strerror,
            )
        ) from error
    database = Database(path)
    _migrate(database)
    return database


def open_memory() -> Database:
    """Open an empty store that lives in memory only, for a run that shall leave nothing behind."""
    database = Database(":memory:")
    _migrate(database)
    return database


def _migrate(database: Database) -> None:
    with database.snapshot() as connection:
        known = connection.exec_driver_sql(
            "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
        ).scalar()
        revision = (
            connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() if known else None
        )
    if revision == HEAD:
        return
    if revision is not None and revision > HEAD:
        raise StoreError(
            t(
                "meldingslageret er fra en nyere utgave av elmeld (skjema {found}, dette programmet kan {known}). "
                "Oppgrader programmet.",
                found=revision,
                known=HEAD,
            )
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with database.transaction() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")
