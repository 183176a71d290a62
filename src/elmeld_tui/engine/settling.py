"""What came of a turn on a partner's line, entered in one transaction: answers, deadlines for the next try, alerts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.engine import answers, faults
from elmeld_tui.engine.answers import Answer, Ending
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.policy import FAULT_PAUSE, LINE_DOWN_AFTER, back_off
from elmeld_tui.model.clock import from_text, to_text
from elmeld_tui.model.states import State
from elmeld_tui.store import alerts, events, lines, messages, outbox, payloads
from elmeld_tui.store.events import Chronicle
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode
from elmeld_tui.transport.port import Reply


@dataclass(frozen=True, slots=True)
class Turn:
    """A partner's line while this engine holds it.

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


@dataclass(slots=True)
class Attempt:
    """What came of sending one envelope.

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


def settle(turn: Turn, attempts: Sequence[Attempt]) -> None:
    """Commit what came of the turn, and give the line back."""
    now = turn.equipment.clock()
    down = any(attempt.line_down for attempt in attempts)
    reached = any(attempt.began and not attempt.line_down for attempt in attempts)
    failures = (0 if reached else turn.line.failures) + 1 if down else 0
    quiet_until = to_text(now + back_off(failures, turn.line.key)) if down else ""
    at = to_text(now)
    # An answer that is lost with the power is got again by sending the same bytes.
    with turn.equipment.database.transaction(durable=False) as connection:
        told = events.chronicle(connection, [attempt.row.message_id for attempt in attempts])
        for attempt in attempts:
            if attempt.began and not attempt.row.signal:
                tell_attempt(told, attempt.row, at=attempt.began, endpoint=attempt.endpoint)
        outbox.count(connection, [attempt.row.id for attempt in attempts if attempt.began])
        _end(connection, told, [attempt for attempt in attempts if attempt.answer is not None], at)
        for attempt in attempts:
            if attempt.answer is None:
                _put_off(connection, told, attempt, quiet_until=quiet_until, at=at)
        told.write(connection)
        down_since = (at if reached else turn.line.down_since or at) if down else ""
        lines.let_go(
            connection,
            turn.line.key,
            turn.owner,
            failures=failures,
            down_since=down_since,
            quiet_until=quiet_until,
        )
        _tell_of_the_line(connection, turn, failures, down_since, at)


def _tell_of_the_line(connection: Connection, turn: Turn, failures: int, down_since: str, at: str) -> None:
    """Call a human when a partner has not been reached for a while: once, however much waits for it."""
    key = turn.line.key
    if failures == LINE_DOWN_AFTER:
        detail = {"receiver": key, "whose": lines.receiver_name(connection, key), "since": down_since}
        alerts.raise_alert(connection, AlertCode.LINE_DOWN, at=at, subject=key, detail=detail)
    elif failures == 0 and turn.line.failures >= LINE_DOWN_AFTER:
        alerts.clear_for(connection, AlertCode.LINE_DOWN, at=at, subject=key)


def _end(connection: Connection, told: Chronicle, attempts: Sequence[Attempt], at: str) -> None:
    """Enter what the partner answered, or why nothing more will be tried."""
    ended = {attempt.row.id: attempt for attempt in attempts}
    endings = [
        Ending(attempt.row, attempt.answer, replied=attempt.reply is not None)
        for attempt in attempts
        if attempt.answer is not None and not attempt.row.signal
    ]
    signals = {
        attempt.row.id: str(attempt.answer.outcome)
        for attempt in attempts
        if attempt.answer is not None and attempt.row.signal
    }
    for row_id in outbox.finish_all(connection, signals):
        row, sent = ended[row_id].row, signals[row_id] == State.DELIVERED
        name = EventName.SIGNAL_SENT if sent else EventName.SIGNAL_NOT_SENT
        told.record(row.message_id, name, at=at, detail=ended[row_id].detail)
    if endings:
        news = answers.settle_all(connection, told, endings, at=at)
        _keep_replies(connection, [ended[row_id] for row_id in sorted(news)])


def _keep_replies(connection: Connection, attempts: Sequence[Attempt]) -> None:
    replies = [(attempt.row.message_id, attempt.reply) for attempt in attempts if attempt.reply is not None]
    if replies:
        kept = payloads.keep_all(connection, [reply.body for _, reply in replies])
        messages.link_parts(
            connection,
            [
                (message_id, "signal", reply.content_type, payload_id)
                for (message_id, reply), payload_id in zip(replies, kept, strict=True)
            ],
        )


def _put_off(connection: Connection, told: Chronicle, attempt: Attempt, *, quiet_until: str, at: str) -> None:
    """Enter that an envelope is still owed, and when the same bytes go again."""
    row, name = attempt.row, attempt.name
    if name is EventName.SENT:
        next_at = to_text(from_text(attempt.began) + timedelta(seconds=row.interval))
    elif name is EventName.PROGRAM_FAULT:
        next_at = to_text(from_text(at) + FAULT_PAUSE)
    else:
        next_at = quiet_until or at
    if not outbox.put_off(connection, row.id, next_at=next_at) or row.signal:
        # The answer has come by itself meanwhile; and of a signal nobody reads the timeline.
        return
    if name is EventName.SENT:
        answers.note_sent(told, row, at=at)
        return
    told.record(
        row.message_id,
        name,
        at=at,
        detail={**attempt.detail, "receiver": row.receiver_her, "next_attempt": next_at},
    )
    if name is EventName.PROGRAM_FAULT:
        faults.report(connection, attempt.detail, at=at, message_id=row.message_id)
    elif name is EventName.UNTRUSTED_ANSWER:
        alerts.raise_alert(
            connection, AlertCode.UNTRUSTED_ANSWER, at=at, message_id=row.message_id, detail=attempt.detail
        )


def tell_attempt(told: Chronicle, row: Row[Any], *, at: str, endpoint: str, interrupted: bool = False) -> None:
    """Record an attempt in the message's timeline; a signal has none.

    Args:
        told: timelines that are being written.
        row: of the outbox.
        at: when the bytes left, as stored.
        endpoint: where to.
        interrupted: whether the engine died before it knew what came of it.
    """
    if row.signal:
        return
    detail: dict[str, Any] = {"attempt": row.attempts + 1, "endpoint": endpoint}
    if interrupted:
        detail["interrupted"] = True
    told.record(row.message_id, EventName.ATTEMPT, at=at, detail=detail, tried=1)
