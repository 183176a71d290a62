"""The clinic's people, groups and positions: added, changed, never removed; and whose post a HER-id's messages are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update

from elmeld_tui.model.clinic import User
from elmeld_tui.model.identifiers import register_number
from elmeld_tui.model.people import own_mailbox, team_mailbox
from elmeld_tui.store import office_tables as tables
from elmeld_tui.store.prepared import Prepared

_p, _t, _m, _pos = tables.person, tables.team, tables.membership, tables.position
_OF_PERSON = Prepared(
    select(_p.c.id)
    .where(
        or_(
            and_(_p.c.her_id != "", _p.c.her_id == bindparam("her")),
            and_(_p.c.hpr_number != "", func.ltrim(_p.c.hpr_number, "0") == bindparam("hpr")),
        ),
        _p.c.active.is_(True),
    )
    .order_by(_p.c.id)
    .limit(1)
)
_OF_TEAM = Prepared(
    select(_t.c.id).where(_t.c.her_id != "", _t.c.her_id == bindparam("her"), _t.c.active.is_(True))
)
_ACTIVE_LOGIN = Prepared(select(_p.c.id).where(_p.c.login == bindparam("login"), _p.c.active.is_(True)))


def take_in(connection: Connection, users: Sequence[User], *, at: str) -> None:
    """Take in those of the settings' users who are not known yet; whoever is known is left as she is.

    The first of them all is the administrator and has access to all messages, where the settings name nobody.
    """
    known = set(connection.execute(select(_p.c.login)).scalars())
    named = any(user.administrator for user in users)
    for number, user in enumerate(users):
        if user.name not in known:
            first = number == 0 and not known and not named
            add(
                connection,
                user,
                at=at,
                administrator=user.administrator or first,
                reads_all=user.reads_all or first,
            )


def add(
    connection: Connection, user: User, *, at: str, administrator: bool = False, reads_all: bool = False
) -> int:
    """Add a person and return her id; her login must not be known."""
    values = {
        "login": user.name,
        "full_name": user.full_name,
        "profession": user.profession,
        "hpr_number": user.hpr_number,
        "phone": user.phone,
        "national_id": user.national_id,
        "her_id": user.her_id,
        "administrator": administrator,
        "reads_all": reads_all,
        "added": at,
    }
    return int(connection.execute(insert(_p).values(values).returning(_p.c.id)).scalar_one())


def change(connection: Connection, person_id: int, **columns: Any) -> None:
    """Change columns of a person."""
    connection.execute(update(_p).where(_p.c.id == person_id).values(columns))


def add_team(connection: Connection, name: str, *, her_id: str = "") -> int:
    """Add a group and return its id; its name must not be known."""
    return int(connection.execute(insert(_t).values(name=name, her_id=her_id).returning(_t.c.id)).scalar_one())


def change_team(connection: Connection, team_id: int, **columns: Any) -> None:
    """Change columns of a group."""
    connection.execute(update(_t).where(_t.c.id == team_id).values(columns))


def set_membership(connection: Connection, team_id: int, person_id: int, functions: Sequence[str] | None) -> None:
    """Let somebody be in a group with exactly these functions; None takes her out of it."""
    connection.execute(delete(_m).where(_m.c.team_id == team_id, _m.c.person_id == person_id))
    if functions is not None:
        rows = [
            {"team_id": team_id, "person_id": person_id, "function": function}
            for function in dict.fromkeys(["", *functions])
        ]
        connection.execute(insert(_m), rows)


def add_position(connection: Connection, name: str, person_id: int | None = None) -> int:
    """Add a position and return its id; its name must not be known."""
    return int(
        connection.execute(insert(_pos).values(name=name, person_id=person_id).returning(_pos.c.id)).scalar_one()
    )


def hold_position(connection: Connection, position_id: int, person_id: int | None) -> None:
    """Let somebody hold a position; None leaves it vacant."""
    connection.execute(update(_pos).where(_pos.c.id == position_id).values(person_id=person_id))


def mailbox_of_person(connection: Connection, *, her_id: str, hpr_number: str) -> str | None:
    """Return the key of the mailbox of whoever has this HER-id or HPR-number here; None where nobody has."""
    found = _OF_PERSON(connection, {"her": her_id, "hpr": register_number(hpr_number)}).scalar()
    return None if found is None else own_mailbox(found)


def mailboxes_of_team(connection: Connection, her_id: str) -> list[str]:
    """Return the keys of the mailboxes of the groups that a service's post comes to."""
    return [team_mailbox(number) for number in _OF_TEAM(connection, {"her": her_id}).scalars()]


def mailbox_of_login(connection: Connection, login: str) -> str | None:
    """Return the key of somebody's own mailbox; None where there is no such person."""
    found = _ACTIVE_LOGIN(connection, {"login": login}).scalar()
    return None if found is None else own_mailbox(found)
