"""Administering groups with their functions, and positions: for administrators only, and recorded in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence

from elmeld_tui.i18n import t
from elmeld_tui.model.people import team_mailbox
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.people import check_name, check_service, person
from elmeld_tui.office.policy import Action
from elmeld_tui.store import people
from elmeld_tui.store.people_reading import Group, Position


def add_group(office: Office, name: str, *, her_id: str = "") -> Group:
    """Make a group with a mailbox of its own; ``her_id`` is the service whose post comes to it, if any.

    Raises:
        OfficeError: only an administrator may, or it cannot be called so, or have that HER-id.
    """
    policy.require(office, Action.MANAGE_PEOPLE)
    with office.database.transaction() as connection:
        _check_group(office, name, her_id, None)
        new = people.add_team(connection, name, her_id=her_id)
        office.note(connection, "add_group", group=new)
    return group(office, name)


def change_group(office: Office, name: str, *, new_name: str | None = None, her_id: str | None = None) -> Group:
    """Change what a group is called, or whose post comes to it; None leaves either as it is.

    Raises:
        OfficeError: only an administrator may, there is no such group, or it cannot be so.
    """
    policy.require(office, Action.MANAGE_PEOPLE)
    with office.database.transaction() as connection:
        old = group(office, name)
        columns = {"name": old.name if new_name is None else new_name}
        columns["her_id"] = old.her_id if her_id is None else her_id
        _check_group(office, columns["name"], columns["her_id"], old.id)
        people.change_team(connection, old.id, **columns)
        office.note(connection, "change_group", group=old.id)
    return group(office, columns["name"])


def set_open(office: Office, name: str, *, is_open: bool) -> int:
    """Close a group, or open it again; nothing comes to one that is closed.

    Returns:
        How many messages in its inbox nobody has signed off. They lie in «Klinikken» too.

    Raises:
        OfficeError: only an administrator may, there is no such group, or it is so already.
    """
    policy.require(office, Action.MANAGE_PEOPLE)
    with office.database.transaction() as connection:
        old = group(office, name)
        if old.active is is_open:
            raise OfficeError(
                t("Gruppen {name} er ikke lagt ned.", name=old.name)
                if is_open
                else t("Gruppen {name} er lagt ned fra før.", name=old.name)
            )
        if is_open:
            _check_group(office, old.name, old.her_id, old.id)
        people.change_team(connection, old.id, active=is_open)
        office.note(connection, "open_group" if is_open else "close_group", group=old.id)
    return office.reader.counts(team_mailbox(old.id)).get("inbox", (0, 0))[0]


def set_member(office: Office, name: str, login: str, functions: Sequence[str] | None) -> None:
    """Let somebody be in a group with exactly these functions; None takes her out of it.

    Raises:
        OfficeError: only an administrator may, there is no such group or person here, or she is not in it.
    """
    policy.require(office, Action.MANAGE_PEOPLE)
    for function in functions or ():
        check_name(function)
    with office.database.transaction() as connection:
        old, who = group(office, name), person(office, login)
        if functions is None and who.id not in old.members:
            raise OfficeError(t("{name} er ikke i gruppen {group}.", name=who.full_name, group=old.name))
        if functions is not None and not who.active:
            raise OfficeError(t("{name} er meldt ut. Meld inn igjen først (elmeld user activate).", name=login))
        people.set_membership(connection, old.id, who.id, functions)
        action = "remove_member" if functions is None else "set_member"
        office.note(connection, action, group=old.id, person=who.id)


def add_position(office: Office, name: str, login: str = "") -> Position:
    """Make a position; nobody holds it where no login is given.

    Raises:
        OfficeError: only an administrator may, it cannot be called so, or there is nobody by that login here.
    """
    policy.require(office, Action.MANAGE_PEOPLE)
    check_name(name)
    with office.database.transaction() as connection:
        if any(one.name.casefold() == name.casefold() for one in office.reader.people.positions()):
            raise OfficeError(t("Stillingen {name} finnes fra før.", name=name))
        new = people.add_position(connection, name, _holder(office, login))
        office.note(connection, "add_position", position=new)
    return position(office, name)


def hold_position(office: Office, name: str, login: str) -> None:
    """Let somebody hold a position; without a login it is vacant.

    Raises:
        OfficeError: only an administrator may, or there is no such position, or nobody by that login here.
    """
    policy.require(office, Action.MANAGE_PEOPLE)
    with office.database.transaction() as connection:
        old, holder = position(office, name), _holder(office, login)
        people.hold_position(connection, old.id, holder)
        action = "vacate_position" if holder is None else "hold_position"
        office.note(connection, action, position=old.id, person=holder)


def group(office: Office, name: str) -> Group:
    """Return a group by its name, large or small letters.

    Raises:
        OfficeError: there is none.
    """
    found = next((one for one in office.reader.people.groups() if one.name.casefold() == name.casefold()), None)
    if found is None:
        raise OfficeError(t("Ingen gruppe heter «{name}». Se «elmeld group list».", name=name))
    return found


def position(office: Office, name: str) -> Position:
    """Return a position by its name, large or small letters.

    Raises:
        OfficeError: there is none.
    """
    found = next((one for one in office.reader.people.positions() if one.name.casefold() == name.casefold()), None)
    if found is None:
        raise OfficeError(t("Ingen stilling heter «{name}». Se «elmeld position list».", name=name))
    return found


def _holder(office: Office, login: str) -> int | None:
    if not login:
        return None
    who = person(office, login)
    if not who.active:
        raise OfficeError(t("{name} er meldt ut. Meld inn igjen først (elmeld user activate).", name=login))
    return who.id


def _check_group(office: Office, name: str, her_id: str, own_id: int | None) -> None:
    check_name(name)
    if "/" in name:
        raise OfficeError(t("En gruppe kan ikke ha «/» i navnet; det skiller gruppe og funksjon."))
    check_service(office, her_id)
    others = [one for one in office.reader.people.groups() if one.id != own_id]
    if any(one.name.casefold() == name.casefold() for one in others):
        raise OfficeError(
            t("Gruppen {name} finnes fra før. Er den lagt ned, bruk «elmeld group open».", name=name)
        )
    owner = next(
        (one for one in office.reader.people.persons() if her_id and one.active and one.her_id == her_id), None
    )
    if owner:
        raise OfficeError(t("HER-id {number} har {name} fra før.", number=her_id, name=owner.full_name))
