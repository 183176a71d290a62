"""What a partner's signal does to the message it answers, whether it came as the HTTP response or on its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography import x509
from sqlalchemy import Connection, Row

from elmeld_tui.engine import agreements
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.trust import signer_problem
from elmeld_tui.i18n import t
from elmeld_tui.model.agreements import names_an_agreement
from elmeld_tui.model.states import State
from elmeld_tui.store import alerts, events, outbox
from elmeld_tui.store.events import Chronicle
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
    if problem := partner_problem(equipment, opened.verified.certificate, row, now):
        return Answer(None, {"reason": problem})
    if isinstance(opened.signal, MessageError):
        return _from_error(opened.signal, row)
    return _from_acknowledgment(opened.signal, row, digests)


def partner_problem(equipment: Equipment, certificate: x509.Certificate, row: Row[Any], now: datetime) -> str:
    """Return why a signature is not that of the partner a row of the outbox went to; empty where it is.

    Raises:
        DirectoryUnavailableError: the signer cannot be checked now.
    """
    agreed: Collection[bytes] = ()
    if names_an_agreement(cpa_id := row.header.get("cpa_id", "")):
        with equipment.database.snapshot() as connection:
            agreed = agreements.certificates_of(connection, cpa_id, row.receiver_her, now)
    return signer_problem(equipment, row.receiver_her, certificate, now, agreed)


def from_response(equipment: Equipment, opened: Opened, row: Row[Any], now: datetime) -> Answer:
    """Say what a message means for one row of the outbox, where it came back in the exchange the row was sent in.

    Whoever answers the document has got it (syncReplyMode of the agreement).

    Raises:
        DirectoryUnavailableError: the signer cannot be checked now.
    """
    assert opened.header is not None
    assert opened.verified is not None
    answered = opened.header.ref_to_message_id or opened.header.conversation_id
    if answered not in {row.eb_message_id, row.header["conversation_id"]}:
        return Answer(None, {"reason": t("Svaret gjelder en annen melding.")})
    if problem := partner_problem(equipment, opened.verified.certificate, row, now):
        return Answer(None, {"reason": problem})
    return Answer(State.DELIVERED, {"by": "response"})


def _from_error(signal: MessageError, row: Row[Any]) -> Answer:
    if signal.ref_to_message_id != row.eb_message_id:
        return Answer(None, {"reason": t("Signalet gjelder en annen konvolutt.")})
    # What refused it is told before what was only remarked.
    first = min(signal.errors, key=lambda error: error.severity != "Error", default=None)
    detail = {"code": first.code, "text": first.text, "location": first.location} if first else {}
    # A Warning counts as an ack (HITS 1171 §8.4).
    return Answer(State.TRANSPORT_REJECTED if signal.refused else State.DELIVERED, detail)


def _from_acknowledgment(signal: Acknowledgment, row: Row[Any], digests: dict[str, str]) -> Answer:
    try:
        remarks = check_acknowledgement(signal, message_id=row.eb_message_id, digests=digests)
    except EnvelopeRefusedError as error:
        return Answer(None, {"reason": error.reason})
    return Answer(State.DELIVERED, {"remark": remarks[0].message} if remarks else {})


@dataclass(frozen=True, slots=True)
class Ending:
    """How one envelope ended.

    Attributes:
        row: of the outbox.
        answer: with an outcome.
        replied: whether the partner answered in the exchange it was sent in.
        proven: whether the document is known to be there, by its AppRec or another envelope's ack.
    """

    row: Row[Any]
    answer: Answer
    replied: bool = False
    proven: bool = False


def settle(connection: Connection, row: Row[Any], answer: Answer, *, at: str, proven: bool = False) -> bool:
    """End what the outbox owes by an answer that came by itself; return whether it was news."""
    told = events.chronicle(connection, [row.message_id])
    news = settle_all(connection, told, [Ending(row, answer, proven=proven)], at=at)
    told.write(connection)
    return bool(news)


def settle_all(connection: Connection, told: Chronicle, endings: Sequence[Ending], *, at: str) -> set[int]:
    """End what the outbox owes by what partners answered; what has ended already stays as it is.

    Args:
        connection: of the caller's transaction.
        told: of the messages that the envelopes carry; the caller writes it.
        endings: of rows that are no signals.
        at: now.

    Returns:
        The ids of the rows for which the answer was news.
    """
    news = outbox.finish_all(connection, {ending.row.id: str(ending.answer.outcome) for ending in endings})
    late = [ending for ending in endings if ending.row.id not in news and ending.answer.outcome is State.DELIVERED]
    news |= {ending.row.id for ending in late if _counts_late(connection, ending)}
    settled = [ending for ending in endings if ending.row.id in news]
    messages = {ending.row.message_id for ending in settled}
    left = outbox.outstanding(connection, messages)
    for ending in settled:
        _tell(told, ending, left.get(ending.row.message_id, []), at=at)
    clear_alerts(connection, messages, left, at=at)
    for ending in settled:
        if ending.answer.outcome in _FAILURES:
            alerts.raise_alert(
                connection,
                _FAILURES[ending.answer.outcome][1],
                at=at,
                message_id=ending.row.message_id,
                detail=ending.answer.detail,
            )
    unheard = [ending for ending in late if ending.row.id not in news]
    return news | {ending.row.id for ending in unheard if _settle_replacement(connection, told, ending, at=at)}


_FAILURES = {
    State.TRANSPORT_REJECTED: (EventName.TRANSPORT_REJECTED, AlertCode.TRANSPORT_REJECTED),
    State.UNDELIVERED: (EventName.UNDELIVERED, AlertCode.UNDELIVERED),
}
_GIVEN_UP = (State.UNDELIVERED,)
_GIVEN_UP_OR_REFUSED = (State.UNDELIVERED, State.TRANSPORT_REJECTED)


def _counts_late(connection: Connection, ending: Ending) -> bool:
    """An ack that comes after we gave up still counts; what proves delivery, also after a refusal."""
    return any(
        outbox.amend(connection, ending.row.id, old=old, new=State.DELIVERED)
        for old in (_GIVEN_UP_OR_REFUSED if ending.proven else _GIVEN_UP)
    )


def _settle_replacement(connection: Connection, told: Chronicle, ending: Ending, *, at: str) -> bool:
    """Whoever acks an envelope that was replaced meanwhile has the document: nothing more is owed them."""
    row = ending.row
    current = outbox.by_envelope(connection, row.eb_message_id)
    if current is None or current.outcome != outbox.REPLACED:
        return False
    by_earlier = Answer(State.DELIVERED, {"by": "earlier_envelope"})
    successors = outbox.open_to(connection, row.message_id, row.receiver_her)
    return bool(settle_all(connection, told, [Ending(one, by_earlier, proven=True) for one in successors], at=at))


def clear_alerts(
    connection: Connection, message_ids: Collection[int], left: Mapping[int, Sequence[Row[Any]]], *, at: str
) -> None:
    """Clear what is over of these messages.

    Args:
        connection: of the caller's transaction.
        message_ids: of the messages.
        left: `outbox.outstanding` of them.
        at: now.
    """
    gone: list[tuple[AlertCode, int]] = []
    for message_id in message_ids:
        rows = left.get(message_id, ())
        if not rows:
            gone += [(code, message_id) for code in _OF_TRANSPORT]
        elif all(row.done for row in rows):
            # Nothing tries any more: whoever answered strangely has failed, or another has got it.
            gone.append((AlertCode.UNTRUSTED_ANSWER, message_id))
    alerts.clear_all(connection, gone, at=at)


_OF_TRANSPORT = (
    AlertCode.UNDELIVERED,
    AlertCode.TRANSPORT_REJECTED,
    AlertCode.UNTRUSTED_ANSWER,
    AlertCode.PROGRAM_FAULT,
)
"""What is over when every receiver has the message."""


def _tell(told: Chronicle, ending: Ending, left: Sequence[Row[Any]], *, at: str) -> None:
    row, answer = ending.row, ending.answer
    assert answer.outcome is not None
    if ending.replied:
        note_sent(told, row, at=at)
    detail = {"receiver": row.receiver_her, **answer.detail}
    if answer.outcome is State.DELIVERED:
        name = EventName.DELIVERED_WITH_WARNING if "code" in answer.detail else EventName.DELIVERED
    else:
        name = _FAILURES[answer.outcome][0]
    end(told, row, answer.outcome, name, left=left, detail=detail, at=at)


def note_sent(told: Chronicle, row: Row[Any], *, at: str) -> None:
    """Tell that the partner's server has the bytes, which says nothing yet of whether it accepts them."""
    detail = {"receiver": row.receiver_her}
    if told.states[row.message_id] is State.QUEUED:
        told.move(row.message_id, State.SENT, EventName.SENT, at=at, detail=detail)
    else:
        told.record(row.message_id, EventName.SENT, at=at, detail=detail)


def end(
    told: Chronicle,
    row: Row[Any],
    outcome: State,
    name: EventName,
    *,
    left: Sequence[Row[Any]] = (),
    detail: dict[str, Any],
    at: str,
) -> None:
    """Tell the message of a row how the row ended.

    A message to several receivers is delivered when all of them have it, and has failed with the first that fails;
    what happens to the others is in its timeline.

    Args:
        told: of the message.
        row: of the outbox.
        outcome: of the row.
        name: of the event.
        left: what keeps the message from having reached everybody.
        detail: of the event.
        at: now.
    """
    message_id = row.message_id
    if (left and outcome is State.DELIVERED) or not told.may_move(message_id, outcome):
        told.record(message_id, name, at=at, detail=detail)
    else:
        told.move(message_id, outcome, name, at=at, detail=detail)
    if outcome is State.DELIVERED and left and all(one.done for one in left):
        # It was sent again to this receiver alone; another is still without it.
        failed = State(left[0].outcome)
        if told.may_move(message_id, failed):
            about = {"receiver": left[0].receiver_her}
            told.move(message_id, failed, EventName(failed), at=at, detail=about)
