"""What a person does about a message that did not get through: retry it, resend it, or mark it as handled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from elmeld_tui.engine import again
from elmeld_tui.engine.remedies import CannotActError
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import Action
from elmeld_tui.office.reading import find_message
from elmeld_tui.office.reasons import Reason


def try_now(office: Office, message_id: int) -> int:
    """Have what is still owed tried now: the same bytes, the same eb:MessageId.

    Returns:
        How many envelopes that is.

    Raises:
        OfficeError: nothing is owed; the text says what to do instead.
    """
    with _act(office, message_id, "retry") as connection:
        return again.hurry(connection, message_id, now=office.clock(), user=office.user.name)


def send_again(office: Office, message_id: int, *, receiver: str = "") -> tuple[str, ...]:
    """Send the same document in new envelopes to those it did not get through to.

    Args:
        office: where it is done.
        message_id: of a message out.
        receiver: HER-id, to send to this one alone.

    Returns:
        HER-ids of those it goes to.

    Raises:
        OfficeError: it must not be sent again; the text says what to do instead.
    """
    with _act(office, message_id, "resend", **({"receiver": receiver} if receiver else {})) as connection:
        return again.resend(connection, message_id, now=office.clock(), user=office.user.name, receiver=receiver)


def mark_handled(office: Office, message_id: int, *, reason: Reason | None = None, note: str = "") -> None:
    """Say that a failed message has been dealt with in another way; its alerts are cleared.

    Args:
        office: where it is done.
        message_id: of the message.
        reason: how.
        note: in the user's own words; kept in the timeline, and nowhere else.

    Raises:
        OfficeError: nothing is wrong with it, or it must be decided.
    """
    code = str(reason or "")
    with _act(office, message_id, "handled", **({"reason": code} if code else {})) as connection:
        again.handle(
            connection, message_id, now=office.clock(), user=office.user.name, reason=code, note=note.strip()
        )


def undo_handled(office: Office, message_id: int) -> None:
    """Take back that a message is handled; what called for somebody calls again.

    Raises:
        OfficeError: it is not called handled, or what took its place has been accepted.
    """
    with _act(office, message_id, "undo_handled") as connection:
        again.undo_handled(connection, message_id, now=office.clock(), user=office.user.name)


_WHO = {
    "retry": Action.SEND_AGAIN,
    "resend": Action.SEND_AGAIN,
    "handled": Action.MARK_HANDLED,
    "undo_handled": Action.MARK_HANDLED,
}


@contextmanager
def _act(office: Office, message_id: int, action: str, **detail: str) -> Iterator[Connection]:
    find_message(office, message_id)
    policy.require(office, _WHO[action], message_id)
    try:
        with office.database.transaction() as connection:
            yield connection
            office.note(connection, action, message_id, **detail)
    except CannotActError as error:
        raise OfficeError(str(error)) from error
