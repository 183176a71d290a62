"""The store for writers: one SQLite file or one PostgreSQL database, where a commit is a promise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError

from elmeld_tui.i18n import t
from elmeld_tui.store import address as addresses
from elmeld_tui.store import sqlite
from elmeld_tui.store.address import Address, FileAddress
from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.transactions import OPTION, Mode

__all__ = ["Database", "StoreError", "open_database", "open_memory"]

HEAD = "0001"
"""The newest migration; a database that says so is opened without importing Alembic."""


class Database:
    """The store, for those who write.

    Args:
        durable: engine whose commits wait for the disk.
        swift: engine whose commits do not.
        keeps: whether a connection stays good for as long as the program runs, as one to a file does. Then it is not
            given back to its engine after each use, which takes longer than to begin and to commit.
    """

    def __init__(self, durable: Engine, swift: Engine, *, keeps: bool = False) -> None:
        self._durable = durable
        self._swift = swift
        self._keeps = keeps
        self._idle: dict[Engine, list[Connection]] = {durable: [], swift: []}

    @contextmanager
    def transaction(self, *, durable: bool = True, alone: bool = True) -> Iterator[Connection]:
        """Give a connection that may write; commit at the end, roll back on any exception.

        Args:
            durable: whether the commit waits for the disk. Every commit survives the death of the process; one that
                is not durable may be lost with the power, together with those after it up to the next durable one.
                So nobody outside may be told of anything before a durable commit has followed.
            alone: whether nobody else writes meanwhile: what is read here cannot change before what is written here.
                Without it, PostgreSQL lets others write beside: only for a single statement that locks the rows it
                changes, such as a claim.

        Raises:
            StoreError: the disk is full or fails, or another program holds the store; nothing is written.
        """
        engine = self._durable if durable else self._swift
        with self._begun(engine, Mode.ALONE if alone else Mode.BESIDE) as connection, connection.begin():
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database and writes nothing.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._begun(self._durable, Mode.READ) as connection:
            yield connection

    @contextmanager
    def _begun(self, engine: Engine, mode: Mode) -> Iterator[Connection]:
        with _in_words():
            connection = self._taken(engine).execution_options(**{OPTION: mode})
            try:
                yield connection
                connection.rollback()
            except BaseException:
                connection.close()
                raise
            self._give_back(engine, connection)

    def _taken(self, engine: Engine) -> Connection:
        try:
            return self._idle[engine].pop()
        except IndexError:
            return engine.connect()

    def _give_back(self, engine: Engine, connection: Connection) -> None:
        if self._keeps:
            self._idle[engine].append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close every connection."""
        self._keeps = False
        for engine, idle in self._idle.items():
            while idle:
                idle.pop().close()
            engine.dispose()


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn what the driver says of disk and locks into a `StoreError`; a broken rule of ours stays a fault."""
    try:
        yield
    except (IntegrityError, DataError, ProgrammingError):
        raise
    except DatabaseError as error:
        raise StoreError(
            t(
                "meldingslageret kan ikke brukes nå ({reason}). Se etter om disken er full, filen skadet, "
                "eller om et annet program holder den.",
                reason=error.orig,
            )
        ) from error


def open_database(data_dir: Path, config: Path | None = None) -> Database:
    """Open the store of the clinic in ``data_dir``, creating or migrating it as needed.

    Args:
        data_dir: the clinic's directory.
        config: another settings file than the one in it.

    Raises:
        StoreError: the store is from a newer program, or cannot be created or reached.
    """
    address = addresses.find(data_dir, config)
    if isinstance(address, FileAddress):
        _make_file(address.path)
    database = at(address)
    try:
        migrate(database)
    except StoreError:
        database.close()
        raise
    return database


def open_memory() -> Database:
    """Open an empty store that lives in memory only, for a run that shall leave nothing behind."""
    database = Database(*sqlite.memory())
    migrate(database)
    return database


def at(address: Address) -> Database:
    """Return the store at ``address`` as it is, neither created nor migrated.

    Raises:
        StoreError: what it takes to speak to it is not installed.
    """
    if isinstance(address, FileAddress):
        return Database(*sqlite.engines(address), keeps=True)
    from elmeld_tui.store import postgres

    return Database(*postgres.engines(address))


def _make_file(path: Path) -> None:
    try:
        # The store holds health information: for its owner alone.
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreError(
            t(
                "kan ikke opprette {path}: {reason}. Velg en mappe du kan skrive i.",
                path=path,
                reason=error.strerror,
            )
        ) from error


def revision(database: Database) -> str | None:
    """Return the migration that the store has come to, or None where it is empty.

    Raises:
        StoreError: the store cannot be read.
    """
    with database.snapshot() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def migrate(database: Database) -> None:
    """Bring the store to `HEAD`; one that is there already is left alone.

    Raises:
        StoreError: the store is from a newer program, or cannot be written.
    """
    found = revision(database)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise StoreError(
            t(
                "meldingslageret er fra en nyere utgave av elmeld (skjema {found}, dette programmet kan {known}). "
                "Oppgrader programmet.",
                found=found,
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
