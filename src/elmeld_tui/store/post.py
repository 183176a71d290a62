"""The post: where messages lie in mailboxes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, union, update

from elmeld_tui.model.identifiers import compared_id
from elmeld_tui.model.people import CLINIC_MAILBOX
from elmeld_tui.store import tables
from elmeld_tui.store.columns import is_some
from elmeld_tui.store.prepared import Prepared
from elmeld_tui.store.rows import PostItem

_p = tables.post_item
_m = tables.message
_OF = _m.c.id == bindparam("of")
_PUT = Prepared(
    insert(_p).values(
        direction=select(_m.c.direction).where(_OF).scalar_subquery(),
        communication_type=select(_m.c.communication_type).where(_OF).scalar_subquery(),
    )
)
_ITEMS = select(*(_p.c[name] for name in PostItem._fields)).order_by(_p.c.id)


def put(
    connection: Connection, message_id: int, *, folder: str, unread: bool, at: str, mailbox: str = CLINIC_MAILBOX
) -> None:
    """Put a message into a folder of a mailbox where it does not lie yet."""
    item = {
        "message_id": message_id,
        "of": message_id,
        "mailbox": mailbox,
        "folder": folder,
        "unread": unread,
        "moved": at,
    }
    _PUT.change(connection, item)


def put_all(
    connection: Connection, message_id: int, *, folder: str, unread: bool, at: str, mailboxes: Sequence[str]
) -> None:
    """Put a message into a folder of «Klinikken» and of ``mailboxes``."""
    item = {"message_id": message_id, "of": message_id, "folder": folder, "unread": unread, "moved": at}
    several = dict.fromkeys([CLINIC_MAILBOX, *mailboxes])
    _PUT.change_each(connection, [{**item, "mailbox": mailbox} for mailbox in several])


def items(connection: Connection, message_id: int) -> dict[str, PostItem]:
    """Return where a message lies, by mailbox."""
    found = connection.execute(_ITEMS.where(_p.c.message_id == message_id))
    return {row.mailbox: PostItem._make(row) for row in found}


def authors(connection: Connection, ids: Collection[str]) -> list[str]:
    """Return the mailboxes, but «Klinikken», among whose sent post a message of ours lies that has one of ``ids``.

    The ids are those by which an answer names what it answers: of the message or of its document (HITS 1218 §3).
    """
    named = union(
        *(
            select(_m.c.id).where(is_some(column), column.in_([compared_id(one) for one in ids]))
            for column in (_m.c.msg_id, _m.c.original_id, _m.c.document_id)
        )
    )
    sent = select(_p.c.mailbox).where(
        _p.c.message_id.in_(named), _p.c.folder == "sent", _p.c.mailbox != CLINIC_MAILBOX
    )
    return list(connection.execute(sent.order_by(_p.c.id)).scalars())


def hand_over(
    connection: Connection, message_id: int, *, leaves: Sequence[str], comes_to: Sequence[str], at: str
) -> None:
    """Take a message out of some mailboxes, and lay it unread into the inbox of others; «Klinikken» keeps it."""
    connection.execute(delete(_p).where(_p.c.message_id == message_id, _p.c.mailbox.in_(leaves)))
    there = set(connection.execute(select(_p.c.mailbox).where(_p.c.message_id == message_id)).scalars())
    moved = update(_p).where(_p.c.message_id == message_id, _p.c.mailbox.in_(there.intersection(comes_to)))
    connection.execute(moved.values(folder="inbox", unread=True, moved=at))
    for mailbox in dict.fromkeys(comes_to):
        if mailbox not in there:
            put(connection, message_id, folder="inbox", unread=True, at=at, mailbox=mailbox)


def mark_read(connection: Connection, message_id: int, mailboxes: Sequence[str], *, unread: bool = False) -> None:
    """Mark a message as read, or unread again, in some mailboxes."""
    marked = update(_p).where(_p.c.message_id == message_id, _p.c.mailbox.in_(mailboxes))
    connection.execute(marked.values(unread=unread))


def sign_off(connection: Connection, message_id: int, *, user: str, at: str) -> bool:
    """Note that ``user`` has seen a message, and file it in the archive of every mailbox it lies in.

    Returns:
        False where it does not lie in an inbox (somebody else was first).
    """
    signed = connection.execute(
        update(_p)
        .where(_p.c.message_id == message_id, _p.c.folder == "inbox")
        .values(folder="archive", unread=False, signed_off_by=user, signed_off_at=at, moved=at)
    )
    return signed.rowcount > 0


def undo_sign_off(connection: Connection, message_id: int, *, at: str) -> bool:
    """Put a message that was signed off back into every inbox it lay in; return False where it was not."""
    undone = connection.execute(
        update(_p)
        .where(_p.c.message_id == message_id, _p.c.folder == "archive", _p.c.signed_off_by != "")
        .values(folder="inbox", signed_off_by="", signed_off_at="", moved=at)
    )
    return undone.rowcount > 0
