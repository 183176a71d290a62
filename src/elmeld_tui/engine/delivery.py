"""Sending: claim a partner's line, pack once, record that the bytes are about to leave, send, settle.

Each step is committed before the next begins, for everything that is due on the line together. Wherever the process
dies, whatever was in flight is still owed, and the next engine sends the same bytes under the same eb:MessageId,
which the partner recognises (HITS 1171 §9.4).
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.engine import answers, fetching, receipt
from elmeld_tui.engine.answers import Answer
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.policy import BATCH, LEASE, TURN
from elmeld_tui.engine.preparing import Ready, Unready, prepare
from elmeld_tui.engine.routing import CannotSendError
from elmeld_tui.engine.settling import Attempt, Turn, settle, tell_attempt
from elmeld_tui.engine.trust import RevocationUnavailableError
from elmeld_tui.model.arrival import Arrival, Way
from elmeld_tui.model.clock import from_text, to_text
from elmeld_tui.model.directory import DirectoryUnavailableError
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.states import State
from elmeld_tui.store import alerts, envelopes, events, lines, messages, outbox
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode
from elmeld_tui.transport.envelope import EnvelopeRefusedError
from elmeld_tui.transport.message import MessageKind
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.port import NotDeliveredError, Parcel


def deliver_all(equipment: Equipment, stop: threading.Event) -> None:
    """Serve one line after another until nothing is due, or ``stop`` is set."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{new_uuid()}"
    while not stop.is_set() and deliver_next(equipment, owner):
        pass


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
        settle(turn, [])
        turn = _claim(equipment, owner)
    if turn is None:
        return False
    _look_for_answers(turn)
    prepared = list(prepare(equipment, turn.rows, renew=turn.line.failures > 0))
    begun = _begin(turn, [one for one in prepared if isinstance(one, Ready)])
    ended = [_held_back(one) for one in prepared if isinstance(one, Unready)]
    if begun is not None:
        settle(turn, [*ended, *_send(turn, begun)])
    return True


def _claim(equipment: Equipment, owner: str) -> Turn | None:
    now = equipment.clock()
    at = to_text(now)
    # With the power goes the engine that claimed, and with it the claim.
    with equipment.database.transaction(durable=False) as connection:
        line = lines.claim(connection, owner=owner, now=at, lease_until=to_text(now + LEASE))
        if line is None:
            return None
        _note_interrupted(connection, line.key, at)
        rows = outbox.due(connection, line.key, now=at, many=BATCH)
        _give_up(connection, [row for row in rows if row.give_up_at <= at], at)
    return Turn(equipment, line, owner, [row for row in rows if row.give_up_at > at])


def _look_for_answers(turn: Turn) -> None:
    """Before bytes go a second time, look whether the answer has come and lies in a mailbox (HITS 1171 §8.1)."""
    again = [row.next_at for row in turn.rows if row.attempts and not row.signal]
    if again:
        fetching.empty_since(turn.equipment, from_text(min(again)))


def _note_interrupted(connection: Connection, line: str, at: str) -> None:
    """Note what an engine that died had on its way: the partner may have those bytes, or not.

    What must go once is given up then; only the partner can tell.
    """
    interrupted = outbox.left_behind(connection, line, now=at)
    if interrupted:
        told = events.chronicle(connection, [row.message_id for row in interrupted])
        for row in interrupted:
            tell_attempt(told, row, at=at, endpoint=row.endpoint, interrupted=True)
        told.write(connection)
        outbox.count(connection, [row.id for row in interrupted])
        _give_up(connection, [row for row in interrupted if row.once], at)


def _give_up(connection: Connection, rows: Sequence[Row[Any]], at: str) -> None:
    if not rows:
        return
    outbox.finish_all(connection, {row.id: str(State.UNDELIVERED) for row in rows})
    # Who did not hear a signal sends its message again, and is answered then (HITS 1171 §9.6).
    given_up = [row for row in rows if not row.signal]
    told = events.chronicle(connection, [row.message_id for row in given_up])
    for row in given_up:
        detail = {"receiver": row.receiver_her, "attempts": row.attempts}
        answers.end(told, row, State.UNDELIVERED, EventName.UNDELIVERED, detail=detail, at=at)
        alerts.raise_alert(connection, AlertCode.UNDELIVERED, at=at, message_id=row.message_id, detail=detail)
    told.write(connection)
    messages_given_up = {row.message_id for row in given_up}
    left = outbox.outstanding(connection, messages_given_up)
    answers.clear_alerts(connection, messages_given_up, left, at=at)


def _held_back(unready: Unready) -> Attempt:
    """Say what becomes of an envelope that cannot leave."""
    row, error = unready.row, unready.error
    if isinstance(error, CannotSendError):
        return Attempt(row, answer=Answer(State.TRANSPORT_REJECTED, error.detail))
    if isinstance(error, DirectoryUnavailableError):
        issuer = isinstance(error, RevocationUnavailableError)
        away = {"certificate": "offline"} if issuer else {"register": "away"}
        return Attempt(row, name=EventName.UNREACHABLE, detail={"reason": str(error), **away}, line_down=True)
    return Attempt(row, name=EventName.PROGRAM_FAULT, detail=dict(unready.place))


def _begin(turn: Turn, ready: Sequence[Ready]) -> list[Ready] | None:
    """Commit that these bytes are about to leave and that answers are awaited; None where the line was lost."""
    at = to_text(turn.equipment.clock())
    with turn.equipment.database.transaction(durable=bool(ready)) as connection:
        if not lines.is_held(connection, turn.line.key, turn.owner):
            return None
        owed = outbox.begin(connection, {one.row.id: one.endpoint for one in ready}, owner=turn.owner)
        begun = [one for one in ready if one.row.id in owed]
        _keep(connection, [one for one in begun if not one.kept], at)
    return begun


def _keep(connection: Connection, new: Sequence[Ready], at: str) -> None:
    """Keep the bytes of what has been packed for the first time: every attempt sends these."""
    if not new:
        return
    kept = envelopes.keep_packed(connection, [(one.row.message_id, one.envelope) for one in new], at=at)
    messages.link_parts(
        connection,
        [
            (one.row.message_id, "envelope", one.envelope.content_type, payload_id)
            for one, payload_id in zip(new, kept, strict=True)
        ],
    )
    told = events.chronicle(connection, [one.row.message_id for one in new])
    for one in new:
        detail = {"eb_message_id": one.envelope.eb_message_id, "bytes": len(one.envelope.body)}
        told.record(one.row.message_id, EventName.PACKED, at=at, detail=detail)
    told.write(connection)


def _send(turn: Turn, begun: Sequence[Ready]) -> list[Attempt]:
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


def _put_back(turn: Turn, rest: Sequence[Ready]) -> None:
    if rest:
        with turn.equipment.database.transaction(durable=False) as connection:
            outbox.put_back(connection, [one.row.id for one in rest], owner=turn.owner)


def _attempt(equipment: Equipment, one: Ready) -> Attempt:
    row, envelope = one.row, one.envelope
    attempt = Attempt(row, to_text(equipment.clock()), one.endpoint)
    parcel = Parcel(
        one.endpoint,
        envelope.content_type,
        envelope.body,
        row.eb_message_id,
        row.attempts + 1,
        equipment.clinic.mail_address,
        row.once,
    )
    try:
        attempt.reply = equipment.ways.send(parcel)
    except NotDeliveredError as error:
        attempt.detail = {"reason": error.reason}
        if row.once and error.unknown:
            attempt.answer = Answer(State.UNDELIVERED, attempt.detail)
        elif error.retry:
            attempt.name, attempt.line_down = EventName.UNREACHABLE, error.line
        else:
            attempt.answer = Answer(State.TRANSPORT_REJECTED, attempt.detail)
        return attempt
    if row.signal:
        # What a signal is answered with, if anything, is nothing to us (HIS 1037 §9.1).
        attempt.answer = Answer(State.DELIVERED)
    elif attempt.reply is not None:
        _judge(equipment, attempt, one)
    elif one.terms is not None and one.terms.unanswered:
        attempt.answer = Answer(State.DELIVERED, {"unacknowledged": True})
    return attempt


def _judge(equipment: Equipment, attempt: Attempt, one: Ready) -> None:
    """Read what the partner answered in the same exchange."""
    assert attempt.reply is not None
    reply, now = attempt.reply, equipment.clock()
    try:
        opened = unpack(reply.content_type, reply.body)
        if opened.kind is MessageKind.PAYLOAD and one.terms is not None and one.terms.sync_reply.carries_response:
            answer = answers.from_response(equipment, opened, attempt.row, now)
            if answer.outcome is State.DELIVERED:
                # Taken in before what it answers is settled: a response that is lost cannot be had again.
                receipt.receive(equipment, Arrival(reply.content_type, reply.body, Way.REPLY))
                attempt.reply = None
        else:
            answer = answers.interpret(equipment, opened, attempt.row, dict(one.envelope.digests), now)
    except EnvelopeRefusedError as error:
        answer = Answer(None, {"reason": error.reason})
    except DirectoryUnavailableError as error:
        answer = Answer(None, {"reason": str(error)})
    if answer.outcome is None and attempt.row.once:
        attempt.answer = Answer(State.UNDELIVERED, answer.detail)
    elif answer.outcome is None:
        attempt.name, attempt.detail, attempt.line_down = EventName.UNTRUSTED_ANSWER, answer.detail, True
    else:
        attempt.answer = answer
