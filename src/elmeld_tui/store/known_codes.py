"""Which codes each user has sent, and how often, so that the most likely ones are offered first."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, insert, select, update

from elmeld_tui.store.office_tables import known_code

_k = known_code
_ONE = (_k.c.owner == bindparam("whose")) & (_k.c.code == bindparam("which"))


def most_used(connection: Connection, owner: str, limit: int) -> list[str]:
    """Return the codes (``<list>:<code>``) that ``owner`` has sent in most messages; of equals, the latest first."""
    chosen = select(_k.c.code).where(_k.c.owner == owner).order_by(_k.c.uses.desc(), _k.c.used.desc(), _k.c.code)
    return list(connection.execute(chosen.limit(limit)).scalars())


def note_use(connection: Connection, owner: str, codes: Collection[str], *, at: str) -> None:
    """Note that ``owner`` has sent these codes in one more message."""
    for code in codes:
        again = update(_k).where(_ONE).values(uses=_k.c.uses + 1, used=at)
        changed = connection.execute(again, {"whose": owner, "which": code})
        if changed.rowcount == 0:
            connection.execute(insert(_k).values(owner=owner, code=code, uses=1, used=at))
