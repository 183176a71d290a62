"""Envelopes as they travelled, in both directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update

from elmeld_tui.model.arrival import Arrival
from elmeld_tui.store import payloads, tables
from elmeld_tui.store.events import StaleStateError
from elmeld_tui.store.prepared import Prepared

_e = tables.envelope


class EnvelopeState(StrEnum):
    """What became of an envelope. Out: ``packed``. In: ``received`` until it is settled as one of the others."""

    PACKED = "packed"
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    SIGNAL = "signal"
    QUARANTINED = "quarantined"


_SETTLED = (
    EnvelopeState.ACKNOWLEDGED,
    EnvelopeState.REFUSED,
    EnvelopeState.QUARANTINED,
    EnvelopeState.SIGNAL,
)
_IS_SETTLED = or_(*(_e.c.state == state for state in _SETTLED))

_ADD = Prepared(insert(_e).returning(_e.c.id))
_ADD_PACKED = Prepared(insert(_e))
_SETTLE = Prepared(update(_e).where(_e.c.id == bindparam("of"), _e.c.state == EnvelopeState.RECEIVED))
_GET = Prepared(select(_e).where(_e.c.id == bindparam("of")))
_IDENTIFIED = Prepared(
    select(_e).where(
        _e.c.direction == bindparam("direction"),
        _e.c.sender_her == bindparam("sender"),
        _e.c.eb_message_id == bindparam("id"),
    )
)
_SAME_BYTES = Prepared(
    select(_e)
    .join(tables.payload, tables.payload.c.id == _e.c.payload_id)
    .where(
        tables.payload.c.sha256 == bindparam("sha256"),
        _e.c.direction == "in",
        _e.c.content_type == bindparam("content_type"),
        _IS_SETTLED,
    )
    .order_by(_e.c.id)
    .limit(1)
)
_signal = tables.payload.alias("signal")
_SETTLED_BEFORE = Prepared(
    select(
        _e.c.id,
        _e.c.state,
        _e.c.message_id,
        _e.c.content_type,
        _e.c.payload_id,
        _e.c.signal_type,
        _e.c.signal_content_type,
        _signal.c.bytes.label("signal_bytes"),
    )
    .join(tables.payload, tables.payload.c.id == _e.c.payload_id)
    .outerjoin(_signal, _signal.c.id == _e.c.signal_payload_id)
    .where(
        tables.payload.c.sha256 == bindparam("sha256"),
        _e.c.direction == "in",
        _e.c.content_type == bindparam("content_type"),
        _IS_SETTLED,
        _e.c.apart.is_(False),
    )
    .order_by(_e.c.id)
    .limit(1)
)
_OF_MESSAGE = Prepared(
    select(_e)
    .where(_e.c.message_id == bindparam("message"), _e.c.direction == "in", _e.c.eb_message_id.is_not(None))
    .order_by(_e.c.id)
    .limit(1)
)
_OF_PART = Prepared(
    select(_e)
    .join(tables.message_part, tables.message_part.c.payload_id == _e.c.payload_id)
    .where(
        tables.message_part.c.message_id == bindparam("message"),
        tables.message_part.c.role == "envelope",
        _e.c.direction == "in",
        _e.c.eb_message_id.is_not(None),
    )
    .order_by(_e.c.id)
    .limit(1)
)
_ADD_REPETITION = Prepared(insert(_e).values(direction="in", state=EnvelopeState.DUPLICATE))


@dataclass(frozen=True, slots=True)
class Signal:
    """What an envelope is answered with; the bytes that every repetition of it gets too.

    Attributes:
        type: ``ack``, ``error`` or ``fault``.
        content_type: of the HTTP response.
        body: its bytes.
        eb_message_id: of the signal itself; a SOAP Fault has none, and what is read back from the store neither.
        apart: whether it travels by itself, though the exchange that brought the envelope could have been answered.
    """

    type: str
    content_type: str
    body: bytes
    eb_message_id: str = ""
    apart: bool = False


def keep_bytes(connection: Connection, came: Arrival, *, sha256: str) -> tuple[int, Row[Any] | None]:
    """Keep the bytes of an envelope exactly as they came; `add` says what it was.

    Args:
        connection: of the caller's transaction.
        came: the envelope.
        sha256: of its body, in hexadecimal.

    Returns:
        The payload's id, and the row of an earlier envelope of the very same bytes that has been settled, or None.
    """
    payload_id, known = payloads.keep_known(connection, came.body, sha256)
    if not known:
        return payload_id, None
    return payload_id, _SAME_BYTES(connection, {"sha256": sha256, "content_type": came.content_type}).one_or_none()


def add(
    connection: Connection,
    came: Arrival,
    payload_id: int,
    *,
    at: str,
    state: EnvelopeState = EnvelopeState.RECEIVED,
    **columns: Any,
) -> int:
    """Enter an envelope that came, as settled or still to be; return its id. ``columns`` as for `settle`."""
    new = {
        "direction": "in",
        "content_type": came.content_type,
        "payload_id": payload_id,
        "way": came.way,
        "reply_to": came.reply_to,
        "refers_to": list(came.refers_to),
        "received": at,
        "state": state,
        **columns,
    }
    return int(_ADD(connection, new).scalar_one())


def settle(connection: Connection, envelope_id: int, state: EnvelopeState, **columns: Any) -> None:
    """End the treatment of a received envelope.

    Raises:
        StaleStateError: it was settled already.
    """
    if not _SETTLE.change(connection, {"of": envelope_id, "state": state, **columns}):
        raise StaleStateError(f"envelope {envelope_id} is settled")


def signal_of(connection: Connection, row: Row[Any]) -> Signal | None:
    """Return the signal that an envelope was answered with, or None."""
    if row.signal_payload_id is None:
        return None
    body = payloads.read(connection, row.signal_payload_id)
    return Signal(row.signal_type, row.signal_content_type, body, apart=row.apart)


def get(connection: Connection, envelope_id: int) -> Row[Any]:
    """Return one envelope with every column."""
    return _GET(connection, {"of": envelope_id}).one()


def identified(connection: Connection, *, sender_her: str, eb_message_id: str) -> Row[Any] | None:
    """Return the envelope in that has this identity, proved by its signature, or None."""
    identity = {"direction": "in", "sender": sender_her, "id": eb_message_id}
    return _IDENTIFIED(connection, identity).one_or_none()


def settled_before(connection: Connection, *, sha256: str, content_type: str) -> Row[Any] | None:
    """Return the first envelope of these very bytes that has been settled, with ``signal_bytes``; or None.

    One whose signal travels by itself is none of these: there is nothing to answer with in the exchange.
    """
    return _SETTLED_BEFORE(connection, {"sha256": sha256, "content_type": content_type}).one_or_none()


def add_repetitions(connection: Connection, several: Sequence[tuple[Row[Any], str]]) -> None:
    """Note that envelopes from `settled_before` have come again, each with the moment."""
    new = [
        {
            "content_type": earlier.content_type,
            "payload_id": earlier.payload_id,
            "received": at,
            "message_id": earlier.message_id,
            "reason": f"= {earlier.id}",
        }
        for earlier, at in several
    ]
    _ADD_REPETITION.change_each(connection, new)


def unsettled(connection: Connection, before: str) -> Sequence[int]:
    """Return envelopes taken in before a moment and still not settled, oldest first: what a crash left behind."""
    waiting = select(_e.c.id).where(_e.c.state == EnvelopeState.RECEIVED, _e.c.received < before)
    return connection.execute(waiting.order_by(_e.c.id)).scalars().all()


@dataclass(frozen=True, slots=True)
class PackedEnvelope:
    """An envelope out, ready to travel.

    Attributes:
        eb_message_id: of the envelope.
        sender_her: HER-id in eb:From.
        receiver_her: HER-id in eb:To.
        digests: by reference, as the signature gives them; the ack must repeat them.
        content_type: of the HTTP request.
        body: its bytes.
    """

    eb_message_id: str
    sender_her: str
    receiver_her: str
    digests: Mapping[str, str]
    content_type: str
    body: bytes


def keep_packed(connection: Connection, several: Sequence[tuple[int, PackedEnvelope]], *, at: str) -> list[int]:
    """Keep envelopes out, each with the message it carries; every retry sends these bytes.

    Returns:
        The ids of their payloads, in order.
    """
    kept = payloads.keep_all(connection, [envelope.body for _, envelope in several])
    new = [
        {
            "direction": "out",
            "eb_message_id": envelope.eb_message_id,
            "sender_her": envelope.sender_her,
            "receiver_her": envelope.receiver_her,
            "digests": dict(envelope.digests),
            "content_type": envelope.content_type,
            "payload_id": payload_id,
            "received": at,
            "message_id": message_id,
            "state": EnvelopeState.PACKED,
        }
        for (message_id, envelope), payload_id in zip(several, kept, strict=True)
    ]
    _ADD_PACKED.change_each(connection, new)
    return kept


def packed(connection: Connection, *, sender_her: str, eb_message_id: str) -> Row[Any] | None:
    """Return the envelope out that was packed under this id, or None."""
    identity = {"direction": "out", "sender": sender_her, "id": eb_message_id}
    return _IDENTIFIED(connection, identity).one_or_none()


def of_message(connection: Connection, message_id: int) -> Row[Any] | None:
    """Return the envelope that brought a message in, or None for a bare document.

    Of several documents that one envelope brought, the envelope names the first; all of them have it as a part.
    """
    wanted = {"message": message_id}
    return _OF_MESSAGE(connection, wanted).one_or_none() or _OF_PART(connection, wanted).one_or_none()
