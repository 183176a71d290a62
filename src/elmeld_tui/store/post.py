"""The post: where messages lie in mailboxes."""

from __future__ import annotations

from sqlalchemy import Connection, insert, update

from elmeld_tui.store import tables
from elmeld_tui.store.filters import MAIN_MAILBOX

_p = tables.post_item
_PUT = insert(_p)


def put(
    connection: Connection, message_id: int, *, folder: str, unread: bool, at: str, mailbox: str = MAIN_MAILBOX
) -> None:
    """Put a message into a folder of a mailbox where it does not lie yet."""
    item = {"message_id": message_id, "mailbox": mailbox, "folder": folder, "unread": unread, "moved": at}
    connection.execute(_PUT, item)


def mark_read(
    connection: Connection, message_id: int, *, unread: bool = False, mailbox: str = MAIN_MAILBOX
) -> bool:
    """Mark a message as read (or unread again); return False where it does not lie in ``mailbox``."""
    marked = connection.execute(
        update(_p).where(_p.c.message_id == message_id, _p.c.mailbox == mailbox).values(unread=unread)
    )
    return marked.rowcount == 1


def sign_off(connection: Connection, message_id: int, *, user: str, at: str, mailbox: str = MAIN_MAILBOX) -> bool:
    """Note that ``user`` has seen a message, and file it in the archive.

    Returns:
        False where it does not lie in the inbox (somebody else was first).
    """
    signed = connection.execute(
        update(_p)
        .where(_p.c.message_id == message_id, _p.c.mailbox == mailbox, _p.c.folder == "inbox")
        .values(folder="archive", unread=False, signed_off_by=user, signed_off_at=at, moved=at)
    )
    return signed.rowcount == 1


def undo_sign_off(connection: Connection, message_id: int, *, at: str, mailbox: str = MAIN_MAILBOX) -> bool:
    """Put a message that was signed off back into the inbox; return False where it was not."""
    undone = connection.execute(
        update(_p)
        .where(
            _p.c.message_id == message_id,
            _p.c.mailbox == mailbox,
            _p.c.folder == "archive",
            _p.c.signed_off_by != "",
        )
        .values(folder="inbox", signed_off_by="", signed_off_at="", moved=at)
    )
    return undone.rowcount == 1
