"""What a partner's signal does to the message it answers, whether it came in the same exchange or on its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.trust import signer_problem
from elmeld_tui.i18n import t
from elmeld_tui.model.states import STATE_MOVES, State
from elmeld_tui.store import alerts, events, messages, outbox
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode
from elmeld_tui.transport.envelope import EnvelopeRefusedError
from elmeld_tui.transport.message import Acknowledgment, Fault, MessageError, Opened
from elmeld_tui.transport.signals import check_acknowledgement


@dataclass(frozen=True, slots=True)
class Answer:
    """What a signal means for the envelope it answers.

    Attributes:
        outcome: `State.DELIVERED`, `State.TRANSPORT_REJECTED`, or None where the signal proves nothing.
        detail: for the timeline: error code and text, or why the signal is not believed.
    """

    outcome: State | None
    detail: dict[str, Any] = field(default_factory=dict)


def interpret(
    equipment: Equipment, opened: Opened, row: Row[Any], digests: dict[str, str], now: datetime
) -> Answer:
    """Say what a signal means for one row of the outbox.

    Args:
        equipment: of the engine.
        opened: the signal; the signature of an ack or error has held.
        row: of the outbox, what was sent.
        digests: of what was sent, by reference URI.
        now: aware.

    Raises:
        DirectoryUnavailableError: the signer cannot be checked now.
    """
    if isinstance(opened.signal, Fault):
        # A fault is not signed, but it came in the exchange with the partner's own address: it could not read us.
        return Answer(State.TRANSPORT_REJECTED, {"code": opened.signal.code, "text": opened.signal.text})
    if opened.header is None or opened.verified is None or opened.signal is None:
        return Answer(None, {"reason": t("Svaret er en melding, ikke et signal.")})
    problem = signer_problem(equipment, row.receiver_her, opened.verified.certificate, now)
    if problem:
        return Answer(None, {"reason": problem})
    if isinstance(opened.signal, MessageError):
        return _from_error(opened.signal, row)
    return _from_acknowledgment(opened.signal, row, digests)


def _from_error(signal: MessageError, row: Row[Any]) -> Answer:
    if signal.ref_to_message_id != row.eb_message_id:
        return Answer(None, {"reason": t("Signalet gjelder en annen konvolutt.")})
    first = signal.errors[0] if signal.errors else None
    detail = {"code": first.code, "text": first.text, "location": first.location} if first else {}
    # A Warning counts as an ack (HITS 1171 §8.4).
    return Answer(State.TRANSPORT_REJECTED if signal.refused else State.DELIVERED, detail)


def _from_acknowledgment(signal: Acknowledgment, row: Row[Any], digests: dict[str, str]) -> Answer:
    try:
        remarks = check_acknowledgement(signal, message_id=row.eb_message_id, digests=digests)
    except EnvelopeRefusedError as error:
        return Answer(None, {"reason": error.reason})
    return Answer(State.DELIVERED, {"remark": remarks[0].message} if remarks else {})


def settle(connection: Connection, row: Row[Any], answer: Answer, *, at: str) -> bool:
    """End what the outbox owes by what the partner answered; one that has ended already stays as it is.

    Args:
        connection: of the caller's transaction.
        row: of the outbox.
        answer: with an outcome.
        at: now.

    Returns:
        Whether the answer was news.
    """
    outcome = answer.outcome
    assert outcome is not None
    news = outbox.finish(connection, row.id, outcome) or (
        # An ack that comes after we gave up still counts.
        outcome is State.DELIVERED and outbox.amend(connection, row.id, old=State.UNDELIVERED, new=State.DELIVERED)
    )
    if not news:
        return False
    receiver = {"receiver": row.receiver_her}
    if outcome is State.DELIVERED:
        name = EventName.DELIVERED_WITH_WARNING if "code" in answer.detail else EventName.DELIVERED
        alerts.clear_for(connection, AlertCode.UNDELIVERED, at=at, message_id=row.message_id)
        alerts.clear_for(connection, AlertCode.UNTRUSTED_ANSWER, at=at, message_id=row.message_id)
        end(connection, row, outcome, name, detail={**receiver, **answer.detail}, at=at)
    else:
        detail = {**receiver, **answer.detail}
        end(connection, row, outcome, EventName.TRANSPORT_REJECTED, detail=detail, at=at)
        alerts.raise_alert(
            connection, AlertCode.TRANSPORT_REJECTED, at=at, message_id=row.message_id, detail=answer.detail
        )
    return True


def end(
    connection: Connection, row: Row[Any], outcome: State, name: EventName, *, detail: dict[str, Any], at: str
) -> None:
    """Tell the message of a row how the row ended.

    A message to several receivers is delivered when the last of them has it, and has failed with the first that
    fails; what happens to the others is in its timeline.
    """
    old = messages.state_of(connection, row.message_id)
    waits = outcome is State.DELIVERED and outbox.owed(connection, row.message_id) > 0
    if waits or outcome not in STATE_MOVES[old]:
        events.record(connection, row.message_id, at=at, name=name, detail=detail)
    else:
        events.move(connection, row.message_id, old, outcome, at=at, name=name, detail=detail)
