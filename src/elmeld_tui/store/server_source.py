"""Querying PostgreSQL: read-only, and notified by the server when anything has been committed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.types.json import set_json_loads

from elmeld_tui.i18n import t
from elmeld_tui.store import servers, sql
from elmeld_tui.store.address import ServerAddress
from elmeld_tui.store.asking import Values
from elmeld_tui.store.errors import NoStoreError, StoreError

_SESSION = (
    "SET default_transaction_read_only = on; SET statement_timeout = '30s'; "
    # Whatever a screen asks is answered row by row along an index: no work for a compiler, nor for several hands.
    "SET enable_seqscan = off; SET enable_mergejoin = off; SET enable_hashjoin = off; SET jit = off; "
    "SET max_parallel_workers_per_gather = 0; "
    # What is rare and what is common is known of values only: a question asked ten times must be planned as the first.
    "SET plan_cache_mode = force_custom_plan; "
    # Room for the ids of a million messages, which some list leaves out.
    "SET work_mem = '64MB'; "
    f"LISTEN {servers.CHANNEL}"
)
_NAMED = re.compile(r"(?<![:\w]):(\w+)")


class ServerSource:
    """A PostgreSQL database as it is read.

    Args:
        address: of the database.

    Raises:
        NoStoreError: there is no store in it.
        StoreError: the server does not answer.
    """

    dialect = sql.POSTGRESQL

    def __init__(self, address: ServerAddress) -> None:
        self._address = address
        self._heard = 0
        self._connection = self._connect()
        if not self.ask("SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL"):
            self.close()
            raise NoStoreError(t("det finnes ikke noe meldingslager i {path}", path=address))

    def ask(self, question: str, values: Values = ()) -> Sequence[tuple[Any, ...]]:
        """Return every row that ``question`` finds; its marks are ``?`` in order, or ``:name``.

        A server that was away and is back is asked again.

        Raises:
            StoreError: it does not answer.
        """
        try:
            return self._ask(question, values)
        except psycopg.OperationalError as error:
            if not self._connection.closed:
                raise _in_words(error) from error
            self._connection = self._connect()
        return self._ask(question, values)

    def _ask(self, question: str, values: Values) -> Sequence[tuple[Any, ...]]:
        try:
            return self._connection.execute(_marked(question), values).fetchall()
        except psycopg.OperationalError:
            raise
        except psycopg.Error as error:
            raise _in_words(error) from error

    def data_version(self) -> int:
        """Return a number that changes when anything has been committed."""
        try:
            if self._connection.closed:
                self._connection = self._connect()
            self._connection.pgconn.consume_input()
        except psycopg.OperationalError:
            # Whatever was said meanwhile was not heard.
            self._connection.close()
            self._connection = self._connect()
        while self._connection.pgconn.notifies():
            self._heard += 1
        return self._heard

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            connection = servers.connect(self._address, _SESSION)
        except psycopg.Error as error:
            raise _in_words(error) from error
        # As the other database gives it.
        set_json_loads(_as_text, connection)
        connection.add_notify_handler(self._hear)
        self._heard += 1
        return connection

    def _hear(self, _notify: psycopg.Notify) -> None:
        self._heard += 1


def _as_text(json: str | bytes) -> str:
    return json if isinstance(json, str) else json.decode()


def _in_words(error: psycopg.Error) -> StoreError:
    reason = error.diag.message_primary or str(error)
    return StoreError(
        t("meldingslageret svarer ikke ({reason}). Se etter at PostgreSQL går og kan nås.", reason=reason)
    )


@lru_cache(maxsize=1024)
def _marked(question: str) -> bytes:
    """Return ``question`` with the driver's marks."""
    return _NAMED.sub(r"%(\1)s", question.replace("%", "%%")).replace("?", "%s").encode()
