"""The codes that open locked screens, one for each person, in the form of `security.unlock_code`."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from elmeld_tui.store.office_tables import person as _p


def of(connection: Connection, person_id: int) -> str:
    """Return what is kept of somebody's code; empty where she has none."""
    return connection.execute(select(_p.c.unlock_code).where(_p.c.id == person_id)).scalar_one_or_none() or ""


def keep(connection: Connection, person_id: int, kept: str) -> None:
    """Keep somebody's code; empty takes it away."""
    connection.execute(update(_p).where(_p.c.id == person_id).values(unlock_code=kept))
