"""Whether the engine can do its work. Each reason why not has a stable code, for monitoring."""

from __future__ import annotations

import shutil
from datetime import datetime
from enum import StrEnum

from elmeld_tui.engine.metrics import late
from elmeld_tui.engine.pulse import Pulse
from elmeld_tui.model.clock import to_text
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.store import beat, lines
from elmeld_tui.store.database import StoreError

_SILENT = 60.0
"""Seconds without a sign of the worker's life; one piece of its work takes less."""


class Reason(StrEnum):
    """Why the engine is not well."""

    NOT_READY = "not_ready"
    STORE_UNWRITABLE = "store_unwritable"
    DISK_LOW = "disk_low"
    QUEUE_LATE = "queue_late"
    WORKER_SILENT = "worker_silent"
    CERTIFICATE_EXPIRED = "certificate_expired"


def reasons(pulse: Pulse) -> list[Reason]:
    """Return everything that is wrong; an empty list is good health.

    It writes to the store, since that it can be read says nothing of the next message.
    """
    equipment = pulse.equipment
    now = equipment.clock()
    operations = equipment.clinic.operations
    found = []
    if pulse.me is None:
        found.append(Reason.NOT_READY)
    if pulse.idle_seconds() > _SILENT:
        found.append(Reason.WORKER_SILENT)
    if shutil.disk_usage(pulse.data_dir).free < operations.least_free_mb * 10**6:
        found.append(Reason.DISK_LOW)
    if expired(equipment.keys, now):
        found.append(Reason.CERTIFICATE_EXPIRED)
    try:
        next_due = _write_and_read(pulse, now)
    except StoreError:
        return [*found, Reason.STORE_UNWRITABLE]
    if late(next_due, now) > operations.late_after_minutes * 60:
        found.append(Reason.QUEUE_LATE)
    return found


def expired(keys: CompanyKeys, now: datetime) -> bool:
    """Return whether we can no longer sign, or nobody can encrypt for us; an old key beside a new one may be expired."""
    opening = max(key.certificate.not_valid_after_utc for key in keys.decryption)
    return now > min(keys.signing.certificate.not_valid_after_utc, opening)


def _write_and_read(pulse: Pulse, now: datetime) -> str | None:
    with pulse.equipment.database.transaction() as connection:
        if pulse.me is not None:
            beat.probe(connection, pulse.me, at=to_text(now))
        return lines.next_due(connection)
