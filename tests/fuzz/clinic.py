"""A clinic where everything that is kept says more than it should."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from elmeld_tui.model.clock import to_text
from elmeld_tui.office.clinic import Office
from elmeld_tui.store import office_tables, tables

TEXTS = {
    tables.message: ("sender_name", "sender_unit", "receiver_name", "patient_name", "title"),
    tables.patient: ("name", "given_name", "family_name"),
    tables.receiver: ("name",),
    tables.alert: ("subject",),
    tables.finding: ("place", "text"),
    tables.journal_event: ("title",),
    tables.draft: ("recipient_name",),
    tables.envelope: ("reason",),
    tables.party: ("name",),
    office_tables.person: ("full_name", "phone"),
    office_tables.team: ("name",),
    office_tables.position: ("name",),
    office_tables.membership: ("function",),
    office_tables.shortcut: ("name", "text"),
    office_tables.saved_filter: ("name", "words"),
    office_tables.ssh_key: ("comment",),
}
"""What is kept of others' words and the clinic's own, by table."""

DATA = {
    tables.alert: ("detail",),
    tables.receiver: ("errors",),
    tables.draft: ("answers", "frame"),
    tables.envelope: ("header",),
}
"""The same, where it is kept as data."""


def make_hostile(office: Office, texts: Iterator[str]) -> None:
    """Let every text that the clinic keeps go on with one of ``texts``; its first words stay."""
    with office.database.transaction() as connection:
        for table, columns in (TEXTS | DATA).items():
            for column in columns:
                _lengthen(connection, table, column, texts)
        for (message_id,) in connection.execute(select(tables.message.c.id)).all():
            # What has happened cannot be written anew.
            told = {"error": next(texts), "text": next(texts), "reason": next(texts)}
            event = {"message_id": message_id, "at": to_text(office.clock()), "name": "attempt", "detail": told}
            connection.execute(tables.event.insert().values(event))


def _lengthen(connection: Connection, table: Any, column: str, source: Iterator[str]) -> None:
    keys = list(table.primary_key.columns)
    for row in connection.execute(select(*keys, table.c[column])).all():
        *identity, was = row
        connection.execute(
            table.update()
            .where(*(key == value for key, value in zip(keys, identity, strict=True)))
            .values({column: _longer(was, source)})
        )


def _longer(was: Any, source: Iterator[str]) -> Any:
    if isinstance(was, str):
        return f"{was} {next(source)}"
    if isinstance(was, dict):
        return {name: _longer(value, source) for name, value in was.items()}
    return [_longer(each, source) for each in was] if isinstance(was, list) else was
