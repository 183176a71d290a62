"""Writing the search index: FTS5 in SQLite, a tsvector in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text

from elmeld_tui.store import sql
from elmeld_tui.store.prepared import Prepared

_REMOVE = {
    dialect.name: Prepared(text(f"DELETE FROM message_search WHERE {dialect.search_key.removeprefix('s.')} = :id"))  # noqa: S608
    for dialect in sql.DIALECTS.values()
}
_ADD = {
    "sqlite": Prepared(
        text(
            "INSERT INTO message_search (rowid, sender, receiver, patient, text) "
            "VALUES (:id, :sender, :receiver, :patient, :text)"
        )
    ),
    "postgresql": Prepared(
        text("INSERT INTO message_search VALUES (:id, array_to_tsvector(CAST(:all AS text[])), :said)")
    ),
}


class Said(NamedTuple):
    """What can be searched for of a message.

    Attributes:
        sender: name and HER-ids.
        receiver: the same of every receiver.
        patient: name and numbers.
        ids: of the message and its document.
        words: everything else it says.
    """

    sender: str = ""
    receiver: str = ""
    patient: str = ""
    ids: str = ""
    words: str = ""


def put(connection: Connection, message_id: int, said: Said) -> None:
    """Put a message into the search index, in place of what it had there."""
    remove(connection, [message_id])
    add(connection, message_id, said)


def add(connection: Connection, message_id: int, said: Said) -> None:
    """Put a message into the search index that is not there yet."""
    parts = {"sender": said.sender, "receiver": said.receiver, "patient": said.patient}
    text = f"{said.ids} {said.words}"
    values: dict[str, object]
    if connection.dialect.name == sql.POSTGRESQL.name:
        every = {**parts, sql.ANYWHERE: text}
        values = {"all": sql.lexemes(message_id, every), "said": sql.in_order(every)}
    else:
        values = {name: " ".join(sql.marked(message_id, part)) for name, part in {**parts, "text": text}.items()}
    _ADD[connection.dialect.name].change(connection, {"id": message_id, **values})


def remove(connection: Connection, message_ids: Sequence[int]) -> None:
    """Take messages out of the search index."""
    _REMOVE[connection.dialect.name].change_each(connection, [{"id": one} for one in message_ids])
