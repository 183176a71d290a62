"""What the engine does periodically: look ahead for what is about to expire, and purge what need not be kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from elmeld_tui.engine import agreements
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.expiry import mind_expiry
from elmeld_tui.store import purge
from elmeld_tui.store.settings import SettingsError


class Chore(NamedTuple):
    """One such piece of work, and how often it is done; at the start of an engine too.

    It raises StoreError when the store does not answer. What is interrupted is taken up the next time.
    """

    work: Callable[[Equipment, datetime], object]
    interval: timedelta


def _remove_old(equipment: Equipment, now: datetime) -> None:
    try:
        kept = equipment.retention()
    except SettingsError:
        # What says how long to keep things cannot be read now: nothing goes before it can. `elmeld doctor` tells.
        return
    with equipment.database.snapshot() as connection:
        persisted = agreements.longest_persistence(connection, now)
    purge.purge(equipment.database, kept, now, persisted=persisted)


CHORES = (Chore(mind_expiry, timedelta(hours=1)), Chore(_remove_old, timedelta(days=1)))
"""What has been renewed is off the list of alerts within the hour."""
