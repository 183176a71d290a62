"""An incoming envelope, stored in the same transaction that settles what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.engine import repetition
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.policy import LIFETIME
from elmeld_tui.model.arrival import Arrival, Way
from elmeld_tui.model.clock import to_text
from elmeld_tui.store import envelopes, events, outbox, payloads
from elmeld_tui.store.database import Database
from elmeld_tui.store.envelopes import EnvelopeState, Signal
from elmeld_tui.store.timeline import EventName
from elmeld_tui.transport.envelope import EnvelopeHeader
from elmeld_tui.transport.message import Opened
from elmeld_tui.transport.port import Reply

_TRY_LATER = Reply("text/plain", b"", 503)


@dataclass(frozen=True, slots=True)
class Arriving:
    """An envelope that is being treated.

    Attributes:
        arrival: as it came.
        sha256: of its body, in hexadecimal.
        received: when it came, as stored.
        row: of the store, where it has been kept before.
    """

    arrival: Arrival
    sha256: str
    received: str
    row: Row[Any] | None = None

    def keep(self, connection: Connection) -> Entry:
        """Keep its bytes where that has not been done, in the caller's transaction."""
        if self.row is not None:
            return Entry(self, self.row.payload_id, None)
        payload_id, earlier = envelopes.keep_bytes(connection, self.arrival, sha256=self.sha256)
        # A SOAP Fault says nothing but that: two of the same bytes may be about two messages of ours.
        repeats = earlier is not None and tuple(earlier.refers_to or ()) == self.arrival.refers_to
        return Entry(self, payload_id, earlier if repeats else None)


@dataclass(frozen=True, slots=True)
class Entry:
    """An envelope whose bytes are kept, to be entered as what becomes of it.

    Attributes:
        of: the envelope.
        payload_id: of its bytes.
        earlier: the row of an envelope that it repeats, which has been settled; or None.
    """

    of: Arriving
    payload_id: int
    earlier: Row[Any] | None

    @property
    def part(self) -> tuple[str, int]:
        """Content-Type and payload, as part of a message."""
        return self.of.arrival.content_type, self.payload_id

    def enter(self, connection: Connection, state: EnvelopeState, **columns: Any) -> int:
        """Say what has become of it, once; return the envelope's id.

        Raises:
            StaleStateError: that has been said already.
        """
        arriving, row = self.of, self.of.row
        if row is not None:
            envelopes.settle(connection, row.id, state, **columns)
            return int(row.id)
        at = arriving.received
        return envelopes.add(connection, arriving.arrival, self.payload_id, at=at, state=state, **columns)


def kept(database: Database, envelope_id: int) -> Arriving:
    """Return an envelope that has been kept and was not settled."""
    with database.snapshot() as connection:
        row = envelopes.get(connection, envelope_id)
        body = payloads.read(connection, row.payload_id)
    arrival = Arrival(row.content_type, body, Way(row.way), row.reply_to, tuple(row.refers_to))
    return Arriving(arrival, "", row.received, row)


def put_off(equipment: Equipment, arriving: Arriving) -> Reply:
    """Keep an envelope that cannot be settled now; its sender is told to come again, and we try again ourselves."""
    if arriving.row is None:
        with equipment.database.transaction() as connection:
            arriving.keep(connection).enter(connection, EnvelopeState.RECEIVED)
    return _TRY_LATER


def settle(
    connection: Connection,
    entry: Entry,
    state: EnvelopeState,
    identity: Opened | None,
    signal: Signal | None,
    message_id: int | None,
    *,
    signal_id: int | None = None,
    reason: str = "",
) -> int:
    """End the treatment of an envelope; return its id.

    Args:
        connection: of the transaction in which it is kept.
        entry: the envelope.
        state: what became of it.
        identity: the envelope as opened, where its signer has been believed: then its id counts as used.
        signal: it is answered with.
        message_id: of the message that it brought or answers.
        signal_id: of the signal's bytes.
        reason: why it was refused.

    Raises:
        StaleStateError: it had been settled already.
    """
    columns: dict[str, Any] = {}
    if signal is not None:
        columns = {
            "signal_type": signal.type,
            "signal_content_type": signal.content_type,
            "signal_payload_id": signal_id,
            "apart": signal.apart,
        }
    if identity is not None and identity.header is not None and identity.verified is not None:
        header = identity.header
        columns |= {
            "eb_message_id": header.message_id,
            "sender_her": header.from_her,
            "receiver_her": header.to_her,
            "header": _names(header),
            "digests": identity.verified.digests,
        }
    return entry.enter(connection, state, message_id=message_id, reason=reason, **columns)


def _names(header: EnvelopeHeader) -> dict[str, str]:
    kept = ("service", "action", "from_role", "to_role", "conversation_id", "cpa_id", "description")
    return {name: getattr(header, name) for name in kept}


def again(equipment: Equipment, connection: Connection, entry: Entry, earlier: Row[Any]) -> Reply | None:
    """Answer a duplicate as its first one was answered, byte for byte."""
    now, way = equipment.clock(), entry.of.arrival.way
    entry.enter(connection, EnvelopeState.DUPLICATE, message_id=earlier.message_id, reason=f"= {earlier.id}")
    if earlier.message_id is not None and earlier.state != EnvelopeState.SIGNAL:
        events.record(connection, earlier.message_id, at=to_text(now), name=EventName.RECEIVED_AGAIN)
    signal = envelopes.signal_of(connection, earlier)
    if signal is None:
        return None
    if travels(way, signal) and earlier.message_id is not None:
        outbox.repeat_signal(connection, earlier.message_id, now=to_text(now), give_up_at=to_text(now + LIFETIME))
    return reply(way, signal)


def travels(way: str, signal: Signal) -> bool:
    """Return whether the answer to an envelope travels by itself: it must, or the agreement has it so."""
    return way != Way.HTTP or signal.apart


def reply(way: str, signal: Signal) -> Reply | None:
    """Return a signal as the answer of the exchange its message came in, where that is where it belongs."""
    if travels(way, signal):
        return None
    return Reply(signal.content_type, signal.body, repetition.FAULT_STATUS if signal.type == "fault" else 200)
