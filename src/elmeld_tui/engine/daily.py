"""What the engine does once a day: look ahead for what runs out, and remove what need not be kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from elmeld_tui.engine import agreements, expiry
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.store.purge import purge

INTERVAL = timedelta(days=1)


def work(equipment: Equipment, now: datetime) -> None:
    """Do the day's work; what is interrupted is taken up the next day, or at the next start.

    Raises:
        StoreError: the store does not answer.
    """
    expiry.mind_expiry(equipment, now)
    with equipment.database.snapshot() as connection:
        persisted = agreements.longest_persistence(connection, now)
    purge(equipment.database, equipment.clinic.retention, now, persisted=persisted)
