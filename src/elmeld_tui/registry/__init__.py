"""Who is where: the address register, and the local copy that answers when the register does not."""

from __future__ import annotations

from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.clock import Clock
from elmeld_tui.registry.local import KeptDirectory
from elmeld_tui.registry.rest import RestDirectory
from elmeld_tui.store.database import Database


def directory_of(clinic: Clinic, database: Database, clock: Clock) -> KeptDirectory:
    """Return the directory a clinic uses: its register, with the local copy in front and behind."""
    register = RestDirectory(clinic.register_url, clock=clock) if clinic.register_url else None
    return KeptDirectory(register, database, clock)
