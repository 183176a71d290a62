"""Administering the clinic's users and their access: for administrators only, and recorded in the audit trail."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from enum import StrEnum
from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.login import login as operating_system_login
from elmeld_tui.messages import codelists
from elmeld_tui.model.clinic import User
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.identifiers import is_her_id, read_national_id, register_number
from elmeld_tui.model.people import own_mailbox
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import Action
from elmeld_tui.store import people
from elmeld_tui.store.people_reading import Person

_LOGIN = re.compile(r"[^\s:/\x00-\x1f]{1,64}")
_HPR = re.compile(r"[0-9]{7,9}")
_PROFESSIONS = "9060"
_LONGEST_NAME = 100


class Access(StrEnum):
    """What an administrator gives and takes; the values are columns of `store.office_models.Person`.

    Attributes:
        ADMINISTRATOR: looks after people and access.
        READS_ALL: has access to all messages.
    """

    ADMINISTRATOR = "administrator"
    READS_ALL = "reads_all"


def add_person(office: Office, user: User) -> Person:
    """Take somebody in; she sees what comes to her from then on.

    Where nobody is known yet, it takes nobody's leave: she is then the administrator, with access to all messages.

    Raises:
        OfficeError: only an administrator may, or what is said of her cannot be; the text says what.
    """
    first = not office.reader.people.persons()
    if not first:
        policy.require(office, Action.MANAGE_PEOPLE)
    at = to_text(office.clock())
    with office.database.transaction() as connection:
        if first and office.reader.people.persons():
            raise OfficeError(
                t("Noen andre ble lagt inn som den første imens. Se «elmeld user list», og prøv igjen.")
            )
        _check_seat(office)
        _check(office, user, None)
        new = people.add(connection, user, at=at, administrator=first, reads_all=first)
        office.note(connection, "add_person", person=new)
    return person(office, user.name)


def change_person(office: Office, login: str, **changed: Any) -> Person:
    """Change what is known of somebody.

    Args:
        office: where it is done.
        login: hers as it is now.
        **changed: texts by the fields of `User`, ``name`` being her login.

    Raises:
        OfficeError: only an administrator may, there is nobody by that login, or it cannot be so.
    """
    policy.require(office, Action.MANAGE_PEOPLE)
    with office.database.transaction() as connection:
        old = person(office, login)
        user = replace(_user(old), **changed)
        _check(office, user, old.id)
        columns = {"login" if field == "name" else field: value for field, value in changed.items()}
        people.change(connection, old.id, **columns)
        office.note(connection, "change_person", person=old.id, changed=sorted(columns))
    return person(office, user.name)


def set_access(office: Office, login: str, access: Access, *, granted: bool) -> None:
    """Give somebody an access, or take it from her.

    Raises:
        OfficeError: only an administrator may, there is nobody by that login who works here, or she is the last.
    """
    policy.require(office, Action.GRANT_ACCESS)
    with office.database.transaction() as connection:
        who = person(office, login)
        if not who.active:
            raise OfficeError(t("{name} er meldt ut. Meld inn igjen først (elmeld user activate).", name=login))
        if not granted:
            _check_not_last(office, who, access)
        people.change(connection, who.id, **{access: granted})
        office.note(connection, "grant" if granted else "revoke", person=who.id, access=str(access))


def deactivate(office: Office, login: str) -> int:
    """Let somebody who leaves be without access; trails go on naming her, and her positions are vacant.

    Returns:
        How many messages in her inbox nobody has signed off. They lie in «Klinikken» too.

    Raises:
        OfficeError: only an administrator may, there is nobody by that login who works here, or she is the last
            administrator or the last with access to all messages.
    """
    policy.require(office, Action.MANAGE_PEOPLE)
    with office.database.transaction() as connection:
        who = person(office, login)
        if not who.active:
            raise OfficeError(t("{name} er meldt ut fra før.", name=login))
        for access in Access:
            _check_not_last(office, who, access)
        people.change(connection, who.id, active=False)
        office.note(connection, "deactivate_person", person=who.id)
    return office.reader.counts(own_mailbox(who.id)).get("inbox", (0, 0))[0]


def activate(office: Office, login: str) -> None:
    """Let somebody who had left work here again, with no more access than anybody.

    Raises:
        OfficeError: only an administrator may, or there is nobody by that login who has left.
    """
    policy.require(office, Action.MANAGE_PEOPLE)
    with office.database.transaction() as connection:
        who = person(office, login)
        if who.active:
            raise OfficeError(t("{name} er ikke meldt ut.", name=login))
        _check(office, _user(who), who.id)
        people.change(connection, who.id, active=True, administrator=False, reads_all=False)
        office.note(connection, "activate_person", person=who.id)


def person(office: Office, login: str) -> Person:
    """Return somebody by her login.

    Raises:
        OfficeError: nobody has it.
    """
    found = next((one for one in office.reader.people.persons() if one.login == login), None)
    if found is None:
        raise OfficeError(t("Ingen her heter «{login}». Se «elmeld user list».", login=login))
    return found


def check_name(name: str) -> None:
    """Let through what can be shown as a name on one line.

    Raises:
        OfficeError: it cannot.
    """
    if not name.strip() or name != name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise OfficeError(
            t(
                "«{name}» kan ikke være et navn: skriv fra 1 til {most} tegn på én linje.",
                name=name,
                most=_LONGEST_NAME,
            )
        )


def check_service(office: Office, her_id: str) -> None:
    """Let through a HER-id that post comes to here; none is let through too.

    Raises:
        OfficeError: it is no HER-id, or none of the clinic's services has it.
    """
    if her_id and not is_her_id(her_id):
        raise OfficeError(t("«{her_id}» er ingen HER-id. Den har fra 1 til 9 sifre.", her_id=her_id))
    if her_id and her_id not in {service.her_id for service in office.clinic.services}:
        raise OfficeError(
            t(
                "Klinikken har ingen tjeneste eller person med HER-id {her_id}, så det kommer ingen post dit. "
                "Legg den først inn under [[service]] i clinic.toml.",
                her_id=her_id,
            )
        )


def _user(known: Person) -> User:
    return User(
        known.login,
        **{one.name: getattr(known, one.name) for one in fields(User) if one.name != "name"},
    )


def _check(office: Office, user: User, own_id: int | None) -> None:
    """Let through what can be said of somebody.

    Raises:
        OfficeError: something cannot; the text says what, and what to do.
    """
    if not _LOGIN.fullmatch(user.name):
        raise OfficeError(
            t("«{login}» kan ikke være et brukernavn: skriv det som operativsystemet kaller hen.", login=user.name)
        )
    check_name(user.full_name)
    if user.profession and user.profession not in codelists.codes(_PROFESSIONS):
        choices = ", ".join(codelists.codes(_PROFESSIONS))
        raise OfficeError(
            t("«{code}» er ingen yrkesgruppe (9060). Velg blant {choices}.", code=user.profession, choices=choices)
        )
    if user.hpr_number and not _HPR.fullmatch(user.hpr_number):
        raise OfficeError(
            t("«{number}» er ikke et HPR-nummer. Det har fra 7 til 9 sifre.", number=user.hpr_number)
        )
    read = read_national_id(user.national_id)
    if user.national_id and not (read and read.valid):
        raise OfficeError(t("Fødselsnummeret stemmer ikke. Kontroller de elleve sifrene."))
    check_service(office, user.her_id)
    _check_alone(office, user, own_id)


def _check_alone(office: Office, user: User, own_id: int | None) -> None:
    """Let nobody have what another has: whose post a message is, must be plain."""
    others = [one for one in office.reader.people.persons() if one.id != own_id]
    for other in others:
        if other.login == user.name:
            left = t("Hen er meldt ut; bruk «elmeld user activate».") if not other.active else ""
            raise OfficeError(
                t("Brukernavnet «{login}» er {name}.", login=user.name, name=other.full_name) + f" {left}".rstrip()
            )
        if not other.active:
            continue
        if user.hpr_number and register_number(other.hpr_number) == register_number(user.hpr_number):
            raise OfficeError(
                t("HPR-nummer {number} har {name} fra før.", number=user.hpr_number, name=other.full_name)
            )
        if user.her_id and other.her_id == user.her_id:
            raise OfficeError(t("HER-id {number} har {name} fra før.", number=user.her_id, name=other.full_name))
    for group in office.reader.people.groups():
        if user.her_id and group.active and group.her_id == user.her_id:
            raise OfficeError(t("HER-id {number} har {name} fra før.", number=user.her_id, name=group.name))


def _check_seat(office: Office) -> None:
    """Lock nobody out: the only one there is need not be called what the operating system calls her, one of two must.

    Raises:
        OfficeError: she would be a stranger.
    """
    known = office.reader.people.persons()
    here = operating_system_login()
    if len(known) == 1 and known[0].login != here:
        raise OfficeError(
            t(
                "{name} står med brukernavnet «{login}», men operativsystemet sier «{here}». Rett det først, ellers "
                "kommer hen ikke inn: elmeld user change {login} --login {here}",
                name=known[0].full_name,
                login=known[0].login,
                here=here,
            )
        )


def _check_not_last(office: Office, who: Person, access: Access) -> None:
    having = [one.id for one in office.reader.people.persons() if one.active and getattr(one, access)]
    if having != [who.id]:
        return
    if access is Access.ADMINISTRATOR:
        raise OfficeError(
            t("{name} er den siste administratoren. Gjør en annen til administrator først.", name=who.full_name)
        )
    raise OfficeError(
        t(
            "{name} er den siste med tilgang til alle meldinger. Gi en annen tilgang først, ellers ser ingen det som "
            "kommer til klinikken.",
            name=who.full_name,
        )
    )
