"""Repetitions: what has come before is answered as it was the first time, byte for byte (HIS 1037 §6.2.1).

A partner that heard no answer posts the same bytes again, and one in trouble may do so a thousand times. The stored
answer is looked up and nothing else is done; that the message came again is recorded afterwards, in one batch. If the
process dies before that, only this record is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.model.clock import to_text
from elmeld_tui.store import envelopes, events
from elmeld_tui.store.envelopes import EnvelopeState
from elmeld_tui.store.timeline import EventName
from elmeld_tui.transport.port import Reply

FAULT_STATUS = 500
"""HTTP status of a SOAP Fault (SOAP 1.1 §6.2)."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """One more arrival of something that has been settled.

    Attributes:
        earlier: the envelope that came first.
        at: when it came again, as stored.
    """

    earlier: Row[Any]
    at: str

    @property
    def reply(self) -> Reply | None:
        """What the first was answered with; None for a signal, which is never answered."""
        row = self.earlier
        if row.signal_bytes is None:
            return None
        status = FAULT_STATUS if row.signal_type == "fault" else 200
        return Reply(row.signal_content_type, bytes(row.signal_bytes), status)


def recognise(equipment: Equipment, content_type: str, sha256: str) -> Repetition | None:
    """Return what came before with these very bytes and has been settled, or None; note that it came again."""
    with equipment.database.snapshot() as connection:
        earlier = envelopes.settled_before(connection, sha256=sha256, content_type=content_type)
    if earlier is None:
        return None
    repetition = Repetition(earlier, to_text(equipment.clock()))
    equipment.repetitions.append(repetition)
    return repetition


def note_all(equipment: Equipment) -> None:
    """Note in the store what has come again since the last time."""
    came = [equipment.repetitions.popleft() for _ in range(len(equipment.repetitions))]
    if not came:
        return
    with equipment.database.transaction(durable=False) as connection:
        envelopes.add_repetitions(connection, [(one.earlier, one.at) for one in came])
        of_messages = [
            one for one in came if one.earlier.message_id is not None and one.earlier.state != EnvelopeState.SIGNAL
        ]
        told = events.chronicle(connection, [one.earlier.message_id for one in of_messages])
        for one in of_messages:
            told.record(one.earlier.message_id, EventName.RECEIVED_AGAIN, at=one.at)
        told.write(connection)
