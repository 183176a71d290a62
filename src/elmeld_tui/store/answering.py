"""What a message answers, and what answers it, recorded in whichever order they arrive."""

from __future__ import annotations

from sqlalchemy import Connection, text, update

from elmeld_tui.store import alerts, links, tables
from elmeld_tui.store.links import Relation
from elmeld_tui.store.prepared import Prepared
from elmeld_tui.store.sql import DIALECTS
from elmeld_tui.store.trouble import AlertCode

_m = tables.message
_LINKS = {dialect.name: Prepared(text(links.links(dialect))) for dialect in DIALECTS.values()}


def settle(connection: Connection, message_id: int, *, at: str) -> None:
    """Note what a message answers, and which answers came before it, in the caller's transaction.

    What refers to a message about another patient is not tied to it; a human is told instead.
    """
    for link in _LINKS[connection.dialect.name](connection, {"of": message_id}):
        relation, other, *_, other_patient = tuple(link)
        if other_patient:
            alerts.raise_alert(connection, AlertCode.OTHER_PATIENT, at=at, message_id=message_id)
        elif relation == Relation.PARENT:
            _note(connection, message_id, answers=other)
        elif relation == Relation.CHILD:
            _note(connection, other, answers=message_id)


def _note(connection: Connection, message_id: int, *, answers: int) -> None:
    connection.execute(
        update(_m)
        .where(_m.c.id == message_id, _m.c.answers_message_id.is_(None))
        .values(answers_message_id=answers)
    )
