"""What a bounce does to the message it is about (HITS 1172 §4.2.3)."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.engine import answers, receipt
from elmeld_tui.engine.answers import Answer
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.states import State
from elmeld_tui.store import envelopes, events, messages, outbox
from elmeld_tui.store.envelopes import EnvelopeState
from elmeld_tui.store.timeline import EventName
from elmeld_tui.transport.bounces import Action, Bounce


def take_bounce(equipment: Equipment, arrival: Arrival, bounce: Bounce) -> None:
    """Keep a bounce, and let it end or explain the wait of the message it speaks of.

    One that speaks of nothing we have sent is quarantined as whatever else is unreadable.
    """
    at = to_text(equipment.clock())
    with equipment.database.snapshot() as connection:
        sent = _spoken_of(connection, bounce)
    if sent is None:
        receipt.receive(equipment, arrival)
        return
    digest = hashlib.sha256(arrival.body).hexdigest()
    with equipment.database.transaction() as connection:
        payload_id, earlier = envelopes.keep_bytes(connection, arrival, sha256=digest)
        state = EnvelopeState.DUPLICATE if earlier else EnvelopeState.SIGNAL
        envelopes.add(
            connection, arrival, payload_id, at=at, state=state, message_id=sent.message_id, reason=bounce.reason
        )
        if earlier is None:
            _tell(connection, sent, (arrival.content_type, payload_id), bounce, at)


def _spoken_of(connection: Connection, bounce: Bounce) -> Row[Any] | None:
    found = (outbox.by_envelope(connection, name) for name in bounce.refers_to)
    return next((row for row in found if row is not None), None)


def _tell(connection: Connection, sent: Row[Any], part: tuple[str, int], bounce: Bounce, at: str) -> None:
    detail = {"receiver": sent.receiver_her, "status": bounce.status, "reason": bounce.reason}
    if bounce.action is Action.FAILED and sent.signal:
        # Whoever did not hear it sends its message again (HITS 1171 §9.6).
        events.record(connection, sent.message_id, at=at, name=EventName.SIGNAL_NOT_SENT, detail=detail)
    elif bounce.action is Action.FAILED:
        if answers.settle(connection, sent, Answer(State.TRANSPORT_REJECTED, detail), at=at):
            messages.link_part(connection, sent.message_id, "bounce", *part)
    elif bounce.action is Action.DELAYED and not sent.signal:
        events.record(connection, sent.message_id, at=at, name=EventName.DELAYED, detail=detail)
