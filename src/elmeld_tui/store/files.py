"""Opening a SQLite file, encrypted or not, for readers and writers. Imports nothing heavy."""

from __future__ import annotations

import sqlite3
from types import ModuleType
from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.store.address import FileAddress
from elmeld_tui.store.errors import StoreError

_NO_DATABASE = "not a database"
"""How SQLite says that the first page is not its own."""


def driver(address: FileAddress) -> ModuleType:
    """Return the module that speaks to the file: the standard library's, or SQLCipher's where it has a key.

    Raises:
        StoreError: SQLCipher is not installed.
    """
    return _sqlcipher() if address.key_command else sqlite3


def connect(address: FileAddress, database: str, **how: Any) -> sqlite3.Connection:
    """Open ``database``, a name or a URI of the file or of a copy of it, with the key of the file, from any thread.

    Raises:
        StoreError: the key cannot be had or does not fit, or the file is no database.
        sqlite3.Error: it cannot be opened now.
    """
    module = driver(address)
    connection: sqlite3.Connection = module.connect(database, check_same_thread=False, **how)
    try:
        if address.key_command:
            from elmeld_tui.store import file_key

            _unlock(connection, file_key.of(address))
        # The first page is where a key shows that it does not fit.
        connection.execute("PRAGMA schema_version").fetchone()
    except BaseException as error:
        connection.close()
        if isinstance(error, module.DatabaseError) and _NO_DATABASE in str(error):
            raise unreadable(address, error) from error
        raise
    return connection


def _unlock(connection: sqlite3.Connection, key: str) -> None:
    # What goes wrong is told by us, not by the library to whoever sees the screen.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f'PRAGMA key = "{key}"')
    # What is sorted or gathered must not be written beside the file in the clear.
    connection.execute("PRAGMA temp_store = MEMORY")


def unreadable(address: FileAddress, error: Exception) -> StoreError:
    """Return in words that the file could not be read."""
    if _NO_DATABASE not in str(error):
        return StoreError(t("meldingslageret {path} kan ikke leses ({reason})", path=address.path, reason=error))
    if address.key_command:
        return StoreError(
            t(
                "nøkkelen fra key_command passer ikke til {path}, eller filen er ikke kryptert "
                "(krypter den med «elmeld db encrypt»)",
                path=address.path,
            )
        )
    return StoreError(
        t(
            "{path} er kryptert eller ikke noe meldingslager. Er den kryptert, skriv key_command i [store].",
            path=address.path,
        )
    )


def _sqlcipher() -> ModuleType:
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        raise StoreError(
            t("kryptering krever tilleggspakken «encryption»: pip install 'elmeld[encryption]'")
        ) from error
    module: ModuleType = dbapi2
    return module
