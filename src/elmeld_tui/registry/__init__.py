"""Who is where, and whose certificates still count: the register, the issuers, and what they last said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.clock import Clock
from elmeld_tui.registry.local import KeptDirectory
from elmeld_tui.registry.rest import RestDirectory
from elmeld_tui.store.database import Database

if TYPE_CHECKING:
    from elmeld_tui.registry.revocation import Revocations
    from elmeld_tui.security.certificates import Anchors


def directory_of(clinic: Clinic, database: Database, clock: Clock) -> KeptDirectory:
    """Return the directory a clinic uses: its register, with the local copy in front and behind."""
    register = RestDirectory(clinic.register_url, clock=clock) if clinic.register_url else None
    return KeptDirectory(register, database, clock)


def revocations_of(clinic: Clinic, anchors: Anchors | None, database: Database, clock: Clock) -> Revocations:
    """Return what a clinic finds out by whether a certificate has been revoked, as it has chosen to.

    Args:
        clinic: its settings.
        anchors: whom it trusts; None where it relies on the register alone.
        database: where answers are kept.
        clock: the present.
    """
    from elmeld_tui.registry.lists_beside import ListsBeside
    from elmeld_tui.registry.revocation import Revocations

    lists = ListsBeside(clinic.trust) if clinic.trust else None
    return Revocations(clinic.revocation, anchors, database, clock, lists=lists)
