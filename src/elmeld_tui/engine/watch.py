"""Alerts about the engine's own environment: each is raised once, and cleared once its cause is gone.

That no engine is running is not an alert: it shows from the missing signs of life (`store.beat`).
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.logs import say
from elmeld_tui.engine.logs.events import AlertCleared, AlertRaised
from elmeld_tui.engine.metrics import late
from elmeld_tui.engine.offsets import Offsets
from elmeld_tui.engine.policy import CLOCK_SKEW
from elmeld_tui.model.clock import to_text
from elmeld_tui.store import alerts, lines, measures
from elmeld_tui.store.trouble import AlertCode

_RELIEF = 1.1
"""How much more room than the least the disk must have before the alert is cleared, so that it does not flutter."""


class _Seen(NamedTuple):
    """What was seen of one circumstance: trouble, well, or (None) nothing that tells."""

    code: AlertCode
    trouble: bool | None
    detail: dict[str, Any]


def watch(equipment: Equipment, data_dir: Path, offsets: Offsets, now: datetime) -> None:
    """Raise and clear the alerts about disk, queue and clock.

    Args:
        equipment: of the engine.
        data_dir: the clinic's directory.
        offsets: what partners say of the time.
        now: the present.

    Raises:
        StoreError: the store cannot be used now.
    """
    with equipment.database.snapshot() as connection:
        raised = {code for code in measures.open_alerts(connection) if code in _OURS}
        next_due = lines.next_due(connection)
    seen = [
        _disk(equipment, data_dir, raised=AlertCode.DISK_LOW in raised),
        _queue(equipment, next_due, now),
        _clock(equipment, offsets),
    ]
    for code, trouble, detail in seen:
        if trouble is not None and trouble != (code in raised):
            _change(equipment, code, detail, now, trouble=trouble)


def _disk(equipment: Equipment, data_dir: Path, *, raised: bool) -> _Seen:
    free = shutil.disk_usage(data_dir).free
    least = equipment.clinic.operations.least_free_mb * 10**6
    return _Seen(AlertCode.DISK_LOW, free < least * (_RELIEF if raised else 1), {"free_mb": free // 10**6})


def _queue(equipment: Equipment, next_due: str | None, now: datetime) -> _Seen:
    waited = late(next_due, now)
    bearable = equipment.clinic.operations.late_after_minutes * 60
    return _Seen(AlertCode.QUEUE_STUCK, waited > bearable, {"due_since": next_due or ""})


def _clock(equipment: Equipment, offsets: Offsets) -> _Seen:
    offset = equipment.directory.clock_offset
    if offset is None:
        offset = offsets.agreed()
    if offset is None:
        return _Seen(AlertCode.CLOCK_SKEW, None, {})
    return _Seen(AlertCode.CLOCK_SKEW, abs(offset) > CLOCK_SKEW, {"seconds_behind": round(offset.total_seconds())})


def _change(
    equipment: Equipment, code: AlertCode, detail: dict[str, Any], now: datetime, *, trouble: bool
) -> None:
    with equipment.database.transaction() as connection:
        if trouble:
            alerts.raise_alert(connection, code, at=to_text(now), detail=detail)
        else:
            alerts.clear_for(connection, code, at=to_text(now))
    say(AlertRaised(code) if trouble else AlertCleared(code))


_OURS = {AlertCode.DISK_LOW, AlertCode.QUEUE_STUCK, AlertCode.CLOCK_SKEW}
