"""What all readers of the store build on: a database connection that answers queries, and a message as a list row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from elmeld_tui.store.rows import Row
from elmeld_tui.store.sql import Dialect

NEWEST = 2**63 - 2
"""More than the number of any message."""
ROW = """m.id, m.direction, m.kind, m.type_code, m.title,
    CASE m.direction WHEN 'in' THEN m.sender_name ELSE m.receiver_name END,
    m.patient_name, m.patient_birth, m.state, m.receipt, coalesce(p.unread, 0), m.created, m.attempts,
    m.last_event, coalesce(p.folder, ''), m.attachments, m.test, m.document_state, m.service_type,
    m.communication_type, m.outside_reference"""
"""The columns of a message ``m`` and its post item ``p`` that make a `Row`."""


Values = Sequence[object] | Mapping[str, object]
"""What stands for the marks of a question: ``?`` in order, or ``:name``."""


def within_reach(values: Values) -> Values:
    """Return ``values`` with each number beyond any row's as the one after the last: somebody may type any."""
    if isinstance(values, Mapping):
        return {name: _within_reach(value) for name, value in values.items()}
    return [_within_reach(value) for value in values]


def _within_reach(value: object) -> object:
    return max(-NEWEST - 1, min(value, NEWEST + 1)) if isinstance(value, int) else value


class Source(Protocol):
    """A database as it is asked; see `file_source.FileSource` and `server_source.ServerSource`."""

    @property
    def dialect(self) -> Dialect:
        """What it says differently."""

    def ask(self, question: str, values: Values = ()) -> Sequence[tuple[Any, ...]]:
        """Return every row that ``question`` finds."""

    def data_version(self) -> int:
        """Return a number that changes when anything has been committed."""

    def close(self) -> None:
        """Let go of it."""


class Asking:
    """Asks a database.

    Args:
        source: the database that is asked.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.ask = source.ask
        self._dialect = source.dialect

    def first(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """Return the first row that a question finds, or None."""
        return next(iter(self.ask(sql, values)), None)

    def number(self, sql: str, values: Sequence[object] = ()) -> int:
        """Return the number that a question gives."""
        return int(self.ask(sql, values)[0][0])


def as_row(record: tuple[Any, ...]) -> Row:
    """Return what `ROW` has read."""
    return Row._make([*record[:10], bool(record[10]), *record[11:16], bool(record[16]), *record[17:]])
