"""Text shortcuts as stored: each user's own, and the clinic's."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from elmeld_tui.model.shortcuts import Shortcut
from elmeld_tui.store.office_tables import shortcut

_s = shortcut


def of(connection: Connection, owner: str) -> list[Shortcut]:
    """Return what ``owner`` can use, by name: her own, and the clinic's of other names."""
    rows = connection.execute(select(_s).where(_s.c.owner.in_(("", owner))).order_by(_s.c.owner, _s.c.name))
    # Her own come last, and take the place of the clinic's.
    known = {row.name: Shortcut(row.id, row.owner, row.name, row.text) for row in rows}
    return [known[name] for name in sorted(known)]


def keep(connection: Connection, owner: str, name: str, text: str) -> bool:
    """Keep a shortcut under its name; return whether it is new, and not the text of an old one that is changed."""
    mine = (_s.c.owner == owner) & (_s.c.name == name)
    if connection.execute(update(_s).where(mine).values(text=text)).rowcount:
        return False
    connection.execute(insert(_s).values(owner=owner, name=name, text=text))
    return True


def remove(connection: Connection, owner: str, name: str) -> bool:
    """Remove a shortcut; return whether there was one."""
    return connection.execute(delete(_s).where(_s.c.owner == owner, _s.c.name == name)).rowcount > 0
