"""Sending: claim a partner's line, pack once, note that the bytes leave, send, settle.

Each step is committed before the next begins, for everything that is due on the line together. Wherever the process
dies, what it had on its way is still owed, and the next engine sends the same bytes under the same eb:MessageId, which
the partner knows again (HITS 1171 §9.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.engine import answers, faults
from elmeld_tui.engine.answers import Answer
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.policy import BATCH, BATCH_BYTES, FAULT_PAUSE, LEASE, TURN, back_off
from elmeld_tui.engine.routing import CannotSendError, Route, encryption_certificate, route
from elmeld_tui.i18n import t
from elmeld_tui.messages import document as documents
from elmeld_tui.model.clock import from_text, to_text
from elmeld_tui.model.directory import DirectoryUnavailableError
from elmeld_tui.model.states import State
from elmeld_tui.store import alerts, envelopes, events, lines, messages, outbox, payloads
from elmeld_tui.store.database import StoreError
from elmeld_tui.store.envelopes import PackedEnvelope
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode
from elmeld_tui.transport.envelope import EnvelopeHeader, EnvelopeRefusedError
from elmeld_tui.transport.packing import pack, unpack
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply


@dataclass(frozen=True, slots=True)
class _Turn:
    """A partner's line in our hands.

    Attributes:
        equipment: of the engine.
        line: as it was claimed.
        owner: who has claimed it.
        rows: of the outbox, what is due on it.
    """

    equipment: Equipment
    line: Row[Any]
    owner: str
    rows: Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class _Ready:
    """An envelope that can leave: where to, and whether it has been kept yet."""

    row: Row[Any]
    endpoint: str
    envelope: PackedEnvelope
    kept: bool


@dataclass(slots=True)
class _Attempt:
    """What came of one envelope.

    Attributes:
        row: of the outbox.
        began: when the bytes left, as stored; empty where they did not get so far.
        endpoint: where to.
        answer: that ends it; None while it is still owed.
        name: of the event where nothing has ended.
        detail: of that event.
        reply: the partner's signal, where it came in the same exchange.
        line_down: whether the line is in trouble, so that the rest of it waits.
    """

    row: Row[Any]
    began: str = ""
    endpoint: str = ""
    answer: Answer | None = None
    name: EventName = EventName.SENT
    detail: dict[str, Any] = field(default_factory=dict)
    reply: Reply | None = None
    line_down: bool = False


def deliver_next(equipment: Equipment, owner: str) -> bool:
    """Serve the line that has waited longest: send what is due on it, and settle it by what the partner answers.

    Args:
        equipment: of the engine.
        owner: who claims; unique to this worker of this process.

    Returns:
        False when nothing was due.
    """
    turn = _claim(equipment, owner)
    while turn is not None and not turn.rows:
        # What was due has been answered meanwhile, or given up.
        _settle(turn, [])
        turn = _claim(equipment, owner)
    if turn is None:
        return False
    ready, ended = _prepare(turn)
    begun = _begin(turn, ready)
    if begun is not None:
        _settle(turn, [*ended, *_send(turn, begun)])
    return True


def _claim(equipment: Equipment, owner: str) -> _Turn | None:
    now = equipment.clock()
    at = to_text(now)
    # With the power goes the engine that claimed, and with it the claim.
    with equipment.database.transaction(durable=False) as connection:
        line = lines.claim(connection, owner=owner, now=at, lease_until=to_text(now + LEASE))
        if line is None:
            return None
        for row in outbox.left_behind(connection, line.key, now=at):
            outbox.count(connection, row.id)
            _note_attempt(connection, row, at=at, endpoint=row.endpoint, interrupted=True)
        rows = outbox.due(connection, line.key, now=at, many=BATCH)
        for row in rows:
            if row.give_up_at <= at:
                _give_up(connection, row, at)
    return _Turn(equipment, line, owner, [row for row in rows if row.give_up_at > at])


def _give_up(connection: Connection, row: Row[Any], at: str) -> None:
    outbox.finish(connection, row.id, State.UNDELIVERED)
    if row.signal:
        # Whoever did not hear it sends its message again, and is answered then (HITS 1171 §9.6).
        return
    detail = {"receiver": row.receiver_her, "attempts": row.attempts}
    answers.end(connection, row, State.UNDELIVERED, EventName.UNDELIVERED, detail=detail, at=at)
    alerts.raise_alert(connection, AlertCode.UNDELIVERED, at=at, message_id=row.message_id, detail=detail)


def _prepare(turn: _Turn) -> tuple[list[_Ready], list[_Attempt]]:
    """Find the way and the bytes of each envelope; return those that can leave, and what came of the others."""
    ready: list[_Ready] = []
    ended: list[_Attempt] = []
    held = 0
    for row in turn.rows:
        try:
            one = _made_ready(turn, row)
        except CannotSendError as error:
            ended.append(_Attempt(row, answer=Answer(State.TRANSPORT_REJECTED, {"reason": str(error)})))
            continue
        except DirectoryUnavailableError as error:
            ended.append(_Attempt(row, name=EventName.UNREACHABLE, detail={"reason": str(error)}, line_down=True))
            break
        except StoreError:
            raise
        except Exception as fault:  # noqa: BLE001 - one that the program fails at must not stop the others
            ended.append(_Attempt(row, name=EventName.PROGRAM_FAULT, detail=faults.place(fault)))
            continue
        ready.append(one)
        held += len(one.envelope.body)
        if held > BATCH_BYTES:
            break
    return ready, ended


def _made_ready(turn: _Turn, row: Row[Any]) -> _Ready:
    way = None
    if not row.endpoint or row.receiver_her:
        way = route(turn.equipment, row.receiver_her, way=row.way, renew=turn.line.failures > 0)
    endpoint = way.endpoint if way else row.endpoint
    envelope = _packed(turn.equipment, row)
    kept = envelope is not None
    if envelope is None:
        assert way is not None, "what has no receiver is a signal, and packed"
        envelope = _pack(turn.equipment, row, way)
    _check_size(turn.equipment, endpoint, envelope)
    return _Ready(row, endpoint, envelope, kept)


def _packed(equipment: Equipment, row: Row[Any]) -> PackedEnvelope | None:
    """Return what was packed for this row before, which is what every attempt sends."""
    with equipment.database.snapshot() as connection:
        kept = envelopes.packed(connection, sender_her=row.sender_her, eb_message_id=row.eb_message_id)
        if kept is None:
            return None
        body = payloads.read(connection, kept.payload_id)
    return PackedEnvelope(
        row.eb_message_id, row.sender_her, row.receiver_her, kept.digests, kept.content_type, body
    )


def _pack(equipment: Equipment, row: Row[Any], way: Route) -> PackedEnvelope:
    now = equipment.clock()
    with equipment.database.snapshot() as connection:
        raw = messages.part(connection, row.message_id, "document")
    assert raw is not None
    header = documents.read(raw).header
    packed = pack(
        raw,
        EnvelopeHeader(
            from_her=row.sender_her,
            to_her=row.receiver_her,
            timestamp=now,
            message_id=row.eb_message_id,
            **row.header,
        ),
        schema_location=header.namespace,
        schema_version=header.version,
        keys=equipment.keys,
        recipient_certificate=encryption_certificate(equipment, way.party, now),
    )
    return PackedEnvelope(
        row.eb_message_id, row.sender_her, row.receiver_her, packed.digests, packed.content_type, packed.body
    )


def _check_size(equipment: Equipment, endpoint: str, envelope: PackedEnvelope) -> None:
    limit = equipment.ways.limit(endpoint)
    if limit is not None and len(envelope.body) > limit:
        raise CannotSendError(
            t(
                "Meldingen er {size} MB ferdig pakket, og veien til mottakeren tar høyst {limit} MB. Send færre eller "
                "mindre vedlegg.",
                size=f"{len(envelope.body) / 1e6:.1f}",
                limit=f"{limit / 1e6:.0f}",
            )
        )


def _begin(turn: _Turn, ready: Sequence[_Ready]) -> list[_Ready] | None:
    """Commit that these bytes are about to leave and that answers are awaited; None where the line was lost."""
    at = to_text(turn.equipment.clock())
    begun = []
    with turn.equipment.database.transaction(durable=bool(ready)) as connection:
        if not lines.is_held(connection, turn.line.key, turn.owner):
            return None
        for one in ready:
            if not outbox.begin(connection, one.row.id, owner=turn.owner, endpoint=one.endpoint):
                continue
            if not one.kept:
                _keep(connection, one, at)
            begun.append(one)
    return begun


def _keep(connection: Connection, one: _Ready, at: str) -> None:
    message_id, envelope = one.row.message_id, one.envelope
    payload_id = envelopes.keep_packed(connection, envelope, message_id=message_id, at=at)
    messages.link_part(connection, message_id, "envelope", envelope.content_type, payload_id)
    detail = {"eb_message_id": envelope.eb_message_id, "bytes": len(envelope.body)}
    events.record(connection, message_id, at=at, name=EventName.PACKED, detail=detail)


def _send(turn: _Turn, begun: Sequence[_Ready]) -> list[_Attempt]:
    """Let the bytes leave, one envelope after another, until the turn is over or the line is in trouble."""
    attempts = []
    turn_ends = turn.equipment.clock() + TURN
    for number, one in enumerate(begun):
        attempt = _attempt(turn.equipment, one)
        attempts.append(attempt)
        if attempt.line_down or turn.equipment.clock() > turn_ends:
            _put_back(turn, begun[number + 1 :])
            break
    return attempts


def _put_back(turn: _Turn, rest: Sequence[_Ready]) -> None:
    if rest:
        with turn.equipment.database.transaction(durable=False) as connection:
            for one in rest:
                outbox.put_back(connection, one.row.id, owner=turn.owner)


def _attempt(equipment: Equipment, one: _Ready) -> _Attempt:
    row, envelope = one.row, one.envelope
    attempt = _Attempt(row, to_text(equipment.clock()), one.endpoint)
    parcel = Parcel(
        one.endpoint,
        envelope.content_type,
        envelope.body,
        row.eb_message_id,
        row.attempts + 1,
        equipment.clinic.mail_address,
    )
    try:
        attempt.reply = equipment.ways.send(parcel)
    except NotDeliveredError as error:
        attempt.detail = {"reason": error.reason}
        if error.retry:
            attempt.name, attempt.line_down = EventName.UNREACHABLE, error.line
        else:
            attempt.answer = Answer(State.TRANSPORT_REJECTED, attempt.detail)
        return attempt
    if row.signal:
        # What a signal is answered with, if anything, is nothing to us (HIS 1037 §9.1).
        attempt.answer = Answer(State.DELIVERED)
    elif attempt.reply is not None:
        _judge(equipment, attempt, envelope)
    return attempt


def _judge(equipment: Equipment, attempt: _Attempt, envelope: PackedEnvelope) -> None:
    """Read what the partner answered in the same exchange."""
    assert attempt.reply is not None
    try:
        opened = unpack(attempt.reply.content_type, attempt.reply.body)
        answer = answers.interpret(equipment, opened, attempt.row, dict(envelope.digests), equipment.clock())
    except EnvelopeRefusedError as error:
        answer = Answer(None, {"reason": error.reason})
    except DirectoryUnavailableError as error:
        answer = Answer(None, {"reason": str(error)})
    if answer.outcome is None:
        attempt.name, attempt.detail, attempt.line_down = EventName.UNTRUSTED_ANSWER, answer.detail, True
    else:
        attempt.answer = answer


def _settle(turn: _Turn, attempts: Sequence[_Attempt]) -> None:
    """Commit what came of the turn, and give the line back."""
    now = turn.equipment.clock()
    down = any(attempt.line_down for attempt in attempts)
    reached = any(attempt.began and not attempt.line_down for attempt in attempts)
    failures = (0 if reached else turn.line.failures) + 1 if down else 0
    quiet_until = to_text(now + back_off(failures, turn.line.key)) if down else ""
    at = to_text(now)
    # An answer that is lost with the power is got again by sending the same bytes.
    with turn.equipment.database.transaction(durable=False) as connection:
        for attempt in attempts:
            _enter(connection, attempt, quiet_until=quiet_until, at=at)
        lines.let_go(
            connection,
            turn.line.key,
            turn.owner,
            failures=failures,
            down_since=(at if reached else turn.line.down_since or at) if down else "",
            quiet_until=quiet_until,
        )


def _enter(connection: Connection, attempt: _Attempt, *, quiet_until: str, at: str) -> None:
    """Enter in the store what came of one envelope."""
    row = attempt.row
    if attempt.began:
        _note_attempt(connection, row, at=attempt.began, endpoint=attempt.endpoint)
    if attempt.answer is not None:
        outbox.count(connection, row.id)
        _end(connection, attempt, attempt.answer, at)
        return
    waits_for_answer = attempt.name is EventName.SENT
    interval = timedelta(seconds=row.interval)
    if waits_for_answer:
        next_at = to_text(from_text(attempt.began) + interval)
    elif attempt.name is EventName.PROGRAM_FAULT:
        next_at = to_text(from_text(at) + FAULT_PAUSE)
    else:
        next_at = quiet_until or at
    if attempt.began:
        outbox.count(connection, row.id)
    if not outbox.put_off(connection, row.id, next_at=next_at) or row.signal:
        # The answer has come by itself meanwhile; and of a signal nobody reads the timeline.
        return
    if waits_for_answer:
        _note_sent(connection, row, at)
        return
    told = {**attempt.detail, "receiver": row.receiver_her, "next_attempt": next_at}
    events.record(connection, row.message_id, at=at, name=attempt.name, detail=told)
    if attempt.name is EventName.PROGRAM_FAULT:
        faults.report(connection, attempt.detail, at=at, message_id=row.message_id)
    if attempt.name is EventName.UNTRUSTED_ANSWER:
        alerts.raise_alert(
            connection, AlertCode.UNTRUSTED_ANSWER, at=at, message_id=row.message_id, detail=attempt.detail
        )


def _end(connection: Connection, attempt: _Attempt, answer: Answer, at: str) -> None:
    row, reply = attempt.row, attempt.reply
    if row.signal:
        assert answer.outcome is not None
        if outbox.finish(connection, row.id, answer.outcome):
            name = EventName.SIGNAL_SENT if answer.outcome is State.DELIVERED else EventName.SIGNAL_NOT_SENT
            events.record(connection, row.message_id, at=at, name=name, detail=answer.detail)
        return
    if reply is not None and outbox.is_open(connection, row.id):
        _note_sent(connection, row, at)
    if answers.settle(connection, row, answer, at=at) and reply is not None:
        messages.add_part(connection, row.message_id, "signal", reply.content_type, reply.body)


def _note_attempt(
    connection: Connection, row: Row[Any], *, at: str, endpoint: str, interrupted: bool = False
) -> None:
    if row.signal:
        return
    messages.count_attempt(connection, row.message_id)
    detail: dict[str, Any] = {"attempt": row.attempts + 1, "endpoint": endpoint}
    if interrupted:
        # An engine died over it: the partner may have the bytes, or not.
        detail["interrupted"] = True
    events.record(connection, row.message_id, at=at, name=EventName.ATTEMPT, detail=detail)


def _note_sent(connection: Connection, row: Row[Any], at: str) -> None:
    """Note that the partner's server has the bytes, which says nothing yet of whether it accepts them."""
    detail = {"receiver": row.receiver_her}
    old = messages.state_of(connection, row.message_id)
    if old is State.QUEUED:
        events.move(connection, row.message_id, old, State.SENT, at=at, name=EventName.SENT, detail=detail)
    else:
        events.record(connection, row.message_id, at=at, name=EventName.SENT, detail=detail)
