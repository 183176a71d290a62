"""Messages whose AppRec has not come in time: a human is told, as of a rejection (HIS 80415:2012 §3.3.6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.model.clock import to_text
from elmeld_tui.model.states import Receipt
from elmeld_tui.store import alerts, ledger, messages
from elmeld_tui.store.database import Database
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode

_BATCH = 100


def mark_overdue(database: Database, now: datetime) -> int:
    """Move every receipt that should have come before ``now`` to overdue, with an alert; return how many."""
    at = to_text(now)
    marked = 0
    while True:
        with database.transaction(durable=False) as connection:
            late = ledger.overdue(connection, at, _BATCH)
            for account in late:
                detail = _detail(account)
                ledger.settle(connection, account, Receipt.OVERDUE, at=at, name=EventName.OVERDUE, detail=detail)
                if not messages.get(connection, account.message_id).handled:
                    alert(connection, account, at=at)
        marked += len(late)
        if len(late) < _BATCH:
            return marked


def alert(connection: Connection, account: Row[Any], *, at: str) -> None:
    """Raise the alert of an overdue receipt; once for each message, whoever of its receivers is late."""
    alerts.raise_alert(
        connection, AlertCode.OVERDUE, at=at, message_id=account.message_id, detail=_detail(account)
    )


def _detail(account: Row[Any]) -> dict[str, Any]:
    return {"receiver": account.her_id, "due": account.due}
