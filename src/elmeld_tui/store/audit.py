"""The audit trail: who saw and did what. Rows are only added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert

from elmeld_tui.store import tables


def note(
    connection: Connection,
    *,
    at: str,
    user: str,
    action: str,
    message_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note that ``user`` did ``action``; ``detail`` holds ids and codes, never what a message says."""
    connection.execute(
        insert(tables.audit).values(
            at=at, user=user, action=action, message_id=message_id, detail=dict(detail or {})
        )
    )
