"""Editions of one document: which message is in force, and what the others leave in the post."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, exists, or_, select, update

from elmeld_tui.model.editions import DocumentState, Edition, Standing, standings
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.store import events, messages, tables
from elmeld_tui.store.columns import is_some
from elmeld_tui.store.prepared import Prepared
from elmeld_tui.store.timeline import EventName

REPLACED = "replaced"
"""The folder of what has been superseded or cancelled: kept and found, but in no list of what is to be read."""

_m, _p, _r = tables.message, tables.post_item, tables.receiver

# A preliminary report and the next share their document id, each with its own results (HIS 80822 §4).
_IN_PARTS = frozenset({Kind.SERVICE_REPORT})

_EVENTS = {
    DocumentState.SUPERSEDED: EventName.SUPERSEDED,
    DocumentState.CANCELLED: EventName.DOCUMENT_CANCELLED,
    DocumentState.CURRENT: EventName.CURRENT_AGAIN,
}


_ALIKE = Prepared(
    select(_m).where(
        is_some(_m.c.document_id),
        _m.c.document_id == bindparam("document"),
        _m.c.sender_unit == bindparam("unit"),
        or_(
            _m.c.state == State.IMPORTED,
            (_m.c.direction == "out")
            & exists().where(_r.c.message_id == _m.c.id, _r.c.receipt != Receipt.REJECTED),
        ),
    )
)


def settle(connection: Connection, message_id: int, *, at: str) -> None:
    """Say anew of every edition of a message's document whether it counts, in the caller's transaction.

    Editions have the same document id, kind and direction, and come from the same organisation. Of what came in,
    only what was taken in counts; of what went out, only what somebody has not refused.
    """
    message = messages.get(connection, message_id)
    if not message.document_id or not message.sender_unit:
        return
    alike = _ALIKE(connection, {"document": message.document_id, "unit": message.sender_unit}).all()
    # Chosen here and not by the query, whose planner would take the index of a kind before that of the document.
    found = [row for row in alike if (row.kind, row.direction) == (message.kind, message.direction)]
    in_parts = message.kind in _IN_PARTS
    standing = standings(
        [Edition(r.id, r.msg_id, r.service_type, r.generated, r.patient_id, in_parts) for r in found]
    )
    for row in found:
        if standing[row.id] != Standing(DocumentState(row.document_state), row.superseded_by):
            _change(connection, row.id, standing[row.id], at=at, received=row.direction == "in")


def _change(connection: Connection, message_id: int, standing: Standing, *, at: str, received: bool) -> None:
    messages.change(connection, message_id, document_state=standing.state, superseded_by=standing.by)
    detail = {"by": standing.by} if standing.by else {}
    events.record(connection, message_id, at=at, name=_EVENTS[standing.state], detail=detail)
    if received and standing.by:
        # What we have sent stays under Sent: whether its receiver has heard of the change is read there.
        connection.execute(
            update(_p)
            .where(_p.c.message_id == message_id, _p.c.folder != REPLACED)
            .values(folder=REPLACED, unread=False, moved=at)
        )
