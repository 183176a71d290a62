"""Querying a SQLite file: standard library only, read-only, and without any lock that a writer waits for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.store import files, sql
from elmeld_tui.store.address import FileAddress
from elmeld_tui.store.asking import Values, within_reach
from elmeld_tui.store.errors import NoStoreError, StoreError

# A file that is mapped is read no faster by what screens ask, and all of it that was ever looked at counts as resident.
_PRAGMAS = ("query_only = ON", "busy_timeout = 2000", "mmap_size = 0")


class FileSource:
    """A SQLite file as it is read.

    Args:
        address: of the file.

    Raises:
        NoStoreError: there is no such file.
        StoreError: it is encrypted, and its key or the library for it cannot be had.
    """

    dialect = sql.SQLITE

    def __init__(self, address: FileAddress) -> None:
        if not address.path.is_file():
            raise NoStoreError(t("det finnes ikke noe meldingslager i {path}", path=address.path.parent))
        self._address = address
        self._errors: type[Exception] = files.driver(address).Error
        uri = f"{address.path.resolve().as_uri()}?mode=ro"
        try:
            self._file = files.connect(address, uri, uri=True, isolation_level=None)
            for pragma in _PRAGMAS:
                self._file.execute(f"PRAGMA {pragma}")
        except self._errors as error:
            raise self._in_words(error) from error

    def ask(self, question: str, values: Values = ()) -> Sequence[tuple[Any, ...]]:
        """Return every row that ``question`` finds; its marks are ``?`` in order, or ``:name``.

        Raises:
            StoreError: the file cannot be read.
        """
        try:
            return self._execute(question, values)
        except self._errors as error:
            raise self._in_words(error) from error

    def _execute(self, question: str, values: Values) -> Sequence[tuple[Any, ...]]:
        try:
            return self._file.execute(question, values).fetchall()
        except OverflowError:
            return self._file.execute(question, within_reach(values)).fetchall()

    def data_version(self) -> int:
        """Return a number that changes when any other connection has committed something."""
        return int(self.ask("PRAGMA data_version")[0][0])

    def close(self) -> None:
        """Close the connection."""
        self._file.close()

    def _in_words(self, error: Exception) -> StoreError:
        return files.unreadable(self._address, error)
