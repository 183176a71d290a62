"""The search index, written: FTS5 in SQLite, a tsvector in PostgreSQL."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from sqlalchemy import Connection, text

from elmeld_tui.store import sql

_REMOVE = {
    dialect.name: text(f"DELETE FROM message_search WHERE {dialect.search_key.removeprefix('s.')} = :id")  # noqa: S608
    for dialect in sql.DIALECTS.values()
}
_ADD = {
    "sqlite": text("INSERT INTO message_search (rowid, names, ids, text) VALUES (:id, :names, :ids, :words)"),
    "postgresql": text("INSERT INTO message_search VALUES (:id, array_to_tsvector(CAST(:all AS text[])))"),
}


def put(connection: Connection, message_id: int, *, names: str, ids: str, words: str) -> None:
    """Put a message into the search index, in place of what it had there."""
    remove(connection, [message_id])
    add(connection, message_id, names=names, ids=ids, words=words)


def add(connection: Connection, message_id: int, *, names: str, ids: str, words: str) -> None:
    """Put a message into the search index that is not there yet."""
    dialect = connection.dialect.name
    said: dict[str, object] = {"names": _whole(names), "ids": _whole(ids), "words": _whole(words)}
    if dialect == sql.POSTGRESQL.name:
        said = {"all": sql.lexemes(message_id, f"{names} {ids} {words}")}
    connection.execute(_ADD[dialect], {"id": message_id, **said})


def _whole(said: str) -> str:
    """Return letters and their marks as one, as they are searched for."""
    return unicodedata.normalize("NFC", said)


def remove(connection: Connection, message_ids: Sequence[int]) -> None:
    """Take messages out of the search index."""
    connection.execute(_REMOVE[connection.dialect.name], [{"id": one} for one in message_ids])
