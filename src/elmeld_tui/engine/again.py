"""What a person can do about a message that did not get through: retry, resend, mark as handled, or recreate.

Each is one transition in the caller's transaction, and is refused, with the reason, where it does not apply
(`remedies`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Row

from elmeld_tui.engine import answers, deadlines
from elmeld_tui.engine.outbox import once_more
from elmeld_tui.engine.remedies import Act, CannotActError, Case, case_of, refusal
from elmeld_tui.i18n import t
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.registry.agreements import NotAgreedError
from elmeld_tui.store import alerts, events, ledger, messages, outbox
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode

_ON_THE_WAY = frozenset({State.QUEUED, State.SENT})


def case(connection: Connection, message_id: int) -> Case:
    """Return how a message stands."""
    return case_of(
        messages.get(connection, message_id),
        ledger.accounts(connection, message_id),
        outbox.of_message(connection, message_id),
        recreated_as=messages.recreated_as(connection, message_id),
        alarmed=bool(alerts.open_of(connection, message_id)),
    )


def hurry(connection: Connection, message_id: int, *, now: datetime, user: str) -> int:
    """Make what is still owed due now: the same bytes, the same eb:MessageId (HITS 1171 §9.4).

    Returns:
        How many envelopes that is.

    Raises:
        CannotActError: nothing is owed.
    """
    _checked(connection, message_id, Act.RETRY)
    at = to_text(now)
    events.record(connection, message_id, at=at, name=EventName.HURRIED, detail={"user": user})
    return outbox.hurry(connection, message_id, now=at)


def resend(
    connection: Connection, message_id: int, *, now: datetime, user: str, receiver: str = ""
) -> tuple[str, ...]:
    """Owe the same document once more, in new envelopes (HITS 1171 §9.7), to those it did not get through to.

    Whoever has it all the same knows it by its MsgId. What each receiver owes us stays as it is.

    Args:
        connection: of the caller's transaction.
        message_id: of a message out.
        now: aware.
        user: who says so.
        receiver: HER-id, to send to this one alone.

    Returns:
        HER-ids of those it goes to.

    Raises:
        CannotActError: it must not be sent again.
    """
    found = _checked(connection, message_id, Act.RESEND, receiver)
    to = tuple(one.her_id for one in found.receivers if one.may_be_resent and receiver in {"", one.her_id})
    latest: dict[str, Row[tuple[object, ...]]] = {
        row.receiver_her: row for row in outbox.of_message(connection, message_id)
    }
    for row in outbox.outstanding(connection, [message_id]).get(message_id, []):
        if row.done and row.receiver_her in to:
            outbox.replace(connection, row.id)
    try:
        owed = [once_more(connection, latest[her_id], now) for her_id in to]
    except NotAgreedError as error:
        raise CannotActError(str(error)) from error
    at = to_text(now)
    outbox.add_all(connection, owed, now=at)
    told = {"user": user, "receivers": list(to)}
    if found.state in _ON_THE_WAY:
        events.record(connection, message_id, at=at, name=EventName.RESENT, detail=told)
    else:
        events.move(
            connection,
            message_id,
            found.state,
            State.QUEUED,
            at=at,
            name=EventName.RESENT,
            detail=told,
            by_hand=True,
        )
    return to


def recreated(connection: Connection, message_id: int, old_id: int, *, now: datetime, user: str) -> None:
    """Tie a message that has just been queued to the failed one it was made from.

    Raises:
        CannotActError: that one must not be made anew, or somebody has done it already.
    """
    _checked(connection, old_id, Act.RECREATE)
    at = to_text(now)
    messages.change(connection, message_id, recreates=old_id)
    for one, other, name in (
        (message_id, old_id, EventName.RECREATES),
        (old_id, message_id, EventName.RECREATED),
    ):
        events.record(connection, one, at=at, name=name, detail={"user": user, "message": other})


def supersede(connection: Connection, message_id: int, *, by: int, at: str) -> None:
    """Call a failed message handled, and those it was itself made from, since the one made anew has been accepted."""
    older: int | None = message_id
    while older is not None:
        message = messages.get(connection, older)
        if not message.handled or alerts.open_of(connection, older):
            _mark(connection, older, at=at, detail={"message": by})
        older = message.recreates


def handle(
    connection: Connection, message_id: int, *, now: datetime, user: str, reason: str = "", note: str = ""
) -> None:
    """Call a message handled in another way, by phone or on paper: its alerts are cleared.

    Args:
        connection: of the caller's transaction.
        message_id: of the message.
        now: aware.
        user: who says so.
        reason: one word of a list, fit for logs.
        note: in their own words; only the timeline has it.

    Raises:
        CannotActError: nothing is wrong with it, or it must be decided.
    """
    _checked(connection, message_id, Act.HANDLED)
    told = {"user": user, "reason": reason, "note": note}
    _mark(connection, message_id, at=to_text(now), detail={name: value for name, value in told.items() if value})


def undo_handled(connection: Connection, message_id: int, *, now: datetime, user: str) -> None:
    """Take back that a message is handled: its alerts are open again, as far as their causes remain.

    Raises:
        CannotActError: it is not called handled, or what took its place has been accepted.
    """
    message = messages.get(connection, message_id)
    if not message.handled:
        raise CannotActError(t("Meldingen er ikke merket som håndtert."))
    successor = messages.recreated_as(connection, message_id)
    if successor is not None:
        raise CannotActError(t("Meldingen er erstattet av melding {number}. Følg den.", number=successor))
    alerts.reopen(connection, message_id, cleared=message.handled)
    messages.change(connection, message_id, handled="")
    at = to_text(now)
    _catch_up(connection, message_id, at=at)
    events.record(connection, message_id, at=at, name=EventName.HANDLED_UNDONE, detail={"user": user})


def _catch_up(connection: Connection, message_id: int, *, at: str) -> None:
    """Clear the alerts whose cause went while the message was handled, and raise the one that was held back then."""
    answers.clear_alerts(connection, [message_id], outbox.outstanding(connection, [message_id]), at=at)
    overdue = [one for one in ledger.accounts(connection, message_id) if one.receipt == Receipt.OVERDUE]
    if overdue:
        deadlines.alert(connection, overdue[0], at=at)
    else:
        alerts.clear_for(connection, AlertCode.OVERDUE, at=at, message_id=message_id)


def _mark(connection: Connection, message_id: int, *, at: str, detail: dict[str, object]) -> None:
    for alert in alerts.open_of(connection, message_id):
        alerts.clear(connection, alert.id, at=at)
    messages.change(connection, message_id, handled=at)
    events.record(connection, message_id, at=at, name=EventName.HANDLED, detail=detail)


def _checked(connection: Connection, message_id: int, act: Act, receiver: str = "") -> Case:
    # Nobody else moves it before what is decided here is written.
    events.chronicle(connection, [message_id])
    found = case(connection, message_id)
    reason = refusal(act, found, receiver=receiver)
    if reason:
        raise CannotActError(reason)
    return found
