"""Searches that a user has saved by name, for one place of the application; read by `reading.Reader`."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from elmeld_tui.store.office_tables import saved_filter as _s

LAST = ""
"""The name of what was searched for last; nobody can give it to a search of hers."""


def put(connection: Connection, owner: str, place: str, name: str, words: str) -> None:
    """Keep ``words`` under a name, in place of what was kept under it."""
    remove(connection, owner, place, name)
    connection.execute(insert(_s).values(owner=owner, place=place, name=name, words=words))


def rename(connection: Connection, owner: str, place: str, name: str, new: str) -> bool:
    """Call what is kept under ``name`` something else; return False where there is none, or ``new`` is taken."""
    taken = select(_s.c.id).where(_s.c.owner == owner, _s.c.place == place, _s.c.name == new)
    if name != new and connection.execute(taken).first() is not None:
        return False
    here = (_s.c.owner == owner, _s.c.place == place, _s.c.name == name)
    return connection.execute(update(_s).where(*here).values(name=new)).rowcount == 1


def remove(connection: Connection, owner: str, place: str, name: str) -> bool:
    """Keep no longer what is kept under a name; return False where there is none."""
    here = (_s.c.owner == owner, _s.c.place == place, _s.c.name == name)
    return connection.execute(delete(_s).where(*here)).rowcount == 1
