"""Whether this user may do something: if not, she is told why, and the audit trail records the attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.office import policy
from elmeld_tui.office.errors import OfficeError

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp


def may(app: ElmeldApp, action: policy.Action) -> bool:
    """Return whether she may do something that is about no message; where not, why is said."""
    answer = _answer(app, action)
    if not answer.allowed:
        refuse(app, answer.reason, action)
    return answer.allowed


def refuse(app: ElmeldApp, reason: str, action: policy.Action, message_id: int | None = None) -> None:
    """Say why something cannot be done; where it is because she may not, the audit trail has that she tried."""
    app.not_here(reason)
    if _answer(app, action, message_id).reason == reason:
        app.run_worker(_note(app, reason, action, message_id), group="refused")


def _answer(app: ElmeldApp, action: policy.Action, message_id: int | None = None) -> policy.Verdict:
    reader = app.session.reader
    return policy.verdict(reader, reader.people.actor(app.session.user.name), action, message_id)


async def _note(app: ElmeldApp, reason: str, action: policy.Action, message_id: int | None) -> None:
    try:
        await app.session.at_office(lambda office: policy.require(office, action, message_id))
    except OfficeError as error:
        # That she may not is told already.
        if str(error) != reason:
            app.warn(str(error))
