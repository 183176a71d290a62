"""Signing off (kvittere): «I have seen this». It files the message in the archive; no smart card is involved."""

from __future__ import annotations

from datetime import timedelta

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import from_text, to_text
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import Action
from elmeld_tui.store import post

UNDO_WITHIN = timedelta(minutes=10)
"""For how long a signing off can be taken back; after that somebody may have acted on it."""


def sign_off(office: Office, message_id: int) -> None:
    """Sign off a message and file it in the archive.

    Raises:
        OfficeError: she may not, or it does not lie in the inbox; somebody else may have been first.
    """
    policy.require(office, Action.SIGN_OFF, message_id)
    now = to_text(office.clock())
    with office.database.transaction() as connection:
        if not post.sign_off(connection, message_id, user=office.user.name, at=now):
            raise OfficeError(_why_not(office, message_id))
        office.note(connection, "sign_off", message_id)


def undo_sign_off(office: Office, message_id: int) -> None:
    """Put a message that was signed off back into the inbox.

    Raises:
        OfficeError: she may not, it is not signed off, or was so too long ago.
    """
    policy.require(office, Action.SIGN_OFF, message_id)
    item = office.reader.post_item(message_id)
    if item and item.signed_off_at and office.clock() - from_text(item.signed_off_at) > UNDO_WITHIN:
        raise OfficeError(
            t(
                "Kvitteringen kan ikke angres lenger: det er mer enn {n} minutter siden. Meldingen ligger i Arkiv.",
                n=int(UNDO_WITHIN.total_seconds() // 60),
            )
        )
    now = to_text(office.clock())
    with office.database.transaction() as connection:
        if not post.undo_sign_off(connection, message_id, at=now):
            raise OfficeError(t("Meldingen er ikke kvittert, så det er ingenting å angre."))
        office.note(connection, "undo_sign_off", message_id)


def _why_not(office: Office, message_id: int) -> str:
    item = office.reader.post_item(message_id)
    if item and item.signed_off_by:
        return t("Meldingen er alt kvittert av {user}. Den ligger i Arkiv.", user=item.signed_off_by)
    return t("Meldingen ligger ikke i innboksen og kan ikke kvitteres.")
