"""A fault in the program itself, reported to a human by its place in the code and without any message content."""

from __future__ import annotations

import traceback
from pathlib import Path

from sqlalchemy import Connection

from elmeld_tui.store import alerts
from elmeld_tui.store.trouble import AlertCode

_PLACES = 3


def place(error: BaseException) -> dict[str, str]:
    """Return the kind of a fault and the innermost places it came by: fit for logs and alerts."""
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES:]
    places = " ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return {"error": type(error).__name__, "place": places}


def report(connection: Connection, detail: dict[str, str], *, at: str, message_id: int | None = None) -> None:
    """Raise the alert of a fault whose `place` is ``detail``, in the caller's transaction."""
    alerts.raise_alert(connection, AlertCode.PROGRAM_FAULT, at=at, message_id=message_id, detail=detail)
