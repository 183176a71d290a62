"""The ledger: the receipt each receiver of an outgoing message owes us, and what it answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from elmeld_tui.model.identifiers import compared_id
from elmeld_tui.model.parties import Party
from elmeld_tui.model.states import Receipt, check_receipt_move, gravest
from elmeld_tui.store import events, messages, tables
from elmeld_tui.store.columns import is_some
from elmeld_tui.store.events import StaleStateError
from elmeld_tui.store.prepared import Prepared
from elmeld_tui.store.timeline import EventName

_OPEN = Prepared(insert(tables.receiver))


def open_account(connection: Connection, message_id: int, receivers: Sequence[Party], *, due: str) -> None:
    """Await one AppRec from each receiver of a message, whose own receipt is awaited then, before ``due``."""
    new = [
        {"message_id": message_id, "her_id": party.her_id, "name": party.name, "role": party.role, "due": due}
        for party in receivers
    ]
    if new:
        _OPEN.change_each(connection, new)


def owing(connection: Connection, *, original_id: str, her_id: str) -> Row[Any] | None:
    """Return the account that an AppRec belongs to: by the document it names and by who sent it (AR11 §3.5.1)."""
    m, r = tables.message, tables.receiver
    return connection.execute(
        select(r)
        .join(m, m.c.id == r.c.message_id)
        .where(
            is_some(m.c.original_id),
            m.c.original_id == compared_id(original_id),
            m.c.direction == "out",
            r.c.her_id == her_id,
        )
        .order_by(r.c.id.desc())
        .limit(1)
    ).one_or_none()


def accounts(connection: Connection, message_id: int) -> Sequence[Row[Any]]:
    """Return what every receiver of a message owes us or has answered, the primary first."""
    r = tables.receiver
    return connection.execute(select(r).where(r.c.message_id == message_id).order_by(r.c.id)).all()


def overdue(connection: Connection, now: str, limit: int) -> Sequence[Row[Any]]:
    """Return accounts whose answer should have come before ``now``, oldest first."""
    r = tables.receiver
    return connection.execute(
        # Written as the partial index has it.
        select(r).where(r.c.receipt == "awaited", r.c.due <= now).order_by(r.c.due).limit(limit)
    ).all()


def settle(
    connection: Connection,
    account: Row[Any],
    new: Receipt,
    *,
    at: str,
    name: EventName,
    detail: Mapping[str, Any],
    answer: Mapping[str, Any] | None = None,
) -> None:
    """Move one receiver's receipt with its event, and the message's with it.

    Args:
        connection: of the caller's transaction.
        account: a row of the ledger.
        new: what it becomes.
        at: now.
        name: of the event.
        detail: of the event.
        answer: ``apprec_id``, ``apprec_message_id`` and ``errors`` of the AppRec that moves it; None for overdue.

    Raises:
        ImpossibleMoveError: the account is closed.
        StaleStateError: somebody else was first.
    """
    old = Receipt(account.receipt)
    check_receipt_move(old, new)
    values = {"receipt": new, **answer, "answered": at} if answer else {"receipt": new}
    r = tables.receiver
    moved = connection.execute(update(r).where(r.c.id == account.id, r.c.receipt == old).values(values))
    if moved.rowcount != 1:
        raise StaleStateError(f"receiver {account.id} is not {old}")
    standing = connection.execute(select(r.c.receipt).where(r.c.message_id == account.message_id)).scalars()
    messages.set_receipt(connection, account.message_id, gravest([Receipt(value) for value in standing]))
    events.record(connection, account.message_id, at=at, name=name, receipt=new, detail=detail)
