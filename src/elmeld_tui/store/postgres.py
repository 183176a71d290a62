"""PostgreSQL for writers: the same promises as for the file, for more than one host.

What a transaction reads must not change before it has written. Here, as in SQLite, there is one writer at a time,
behind an advisory lock. It also makes a higher id a later commit, so that a reader that follows the newest id misses
nothing. Only claims, which lock exactly the rows they take, run beside it.
"""

from __future__ import annotations

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.exc import DBAPIError

from elmeld_tui.store import servers
from elmeld_tui.store.address import ServerAddress
from elmeld_tui.store.errors import without_values
from elmeld_tui.store.sqlite import to_json
from elmeld_tui.store.transactions import DURABLE, OPTION, Mode

_LOCK = 0x656C6D656C64
"""«elmeld»: what those who write alone take, each database its own."""

_SESSION = (
    # As long as a writer waits for a file that is busy; and one that hangs in the middle lets the others go on.
    "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; SET jit = off"
)
_COMMIT = (
    "SELECT pg_notify('" + servers.CHANNEL + "', '') WHERE pg_current_xact_id_if_assigned() IS NOT NULL; COMMIT"
)
_PLAIN = {"no_parameters": True}


def engines(address: ServerAddress) -> tuple[Engine, Engine]:
    """Return an engine whose commits wait for the disk, and one whose commits do not, on one pool.

    Raises:
        StoreError: psycopg is not installed.
    """
    engine = create_engine(
        "postgresql+psycopg://",
        module=servers.driver(),
        creator=lambda: servers.connect(address, _SESSION),
        json_serializer=to_json,
        hide_parameters=True,
        # A server that was restarted is met with a new connection, not with an error.
        pool_pre_ping=True,
        pool_size=20,
        max_overflow=40,
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "commit", _commit)
    event.listen(engine, "handle_error", _in_brief, retval=True)
    return engine, engine.execution_options(**{DURABLE: False})


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    mode = options.get(OPTION, Mode.ALONE)
    if mode == Mode.READ:
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
    else:
        synchronous = "on" if options.get(DURABLE, True) else "off"
        begin = f"BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = {synchronous}"
    if mode == Mode.ALONE:
        begin += f"; SELECT pg_advisory_xact_lock({_LOCK})"
    connection.exec_driver_sql(begin, execution_options=_PLAIN)


def _commit(connection: Connection) -> None:
    """Commit, and wake whoever listens, in one trip; the driver finds nothing left to commit."""
    connection.exec_driver_sql(_COMMIT, execution_options=_PLAIN)


def _in_brief(context: ExceptionContext) -> BaseException | None:
    """Return an error as it may be told."""
    if context.is_disconnect or not isinstance(context.sqlalchemy_exception, DBAPIError):
        return None
    error = without_values(context.original_exception)
    return type(context.sqlalchemy_exception)(context.statement, None, error, hide_parameters=True)
