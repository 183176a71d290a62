"""Grupper: their names, which service's post they get, who is in them and each member's functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.forms import NO, YES
from elmeld_tui.model.view import Section, Table
from elmeld_tui.office import policy
from elmeld_tui.tui.clinic.parts import Entry, Part, facts, may_manage, page, take_out
from elmeld_tui.tui.screens.acts import ask_office
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen
from elmeld_tui.tui.screens.small_form import Asked, Said, SmallForm
from elmeld_tui.tui.widgets.lines import Tone

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.store.people_reading import Group
    from elmeld_tui.tui.application import ElmeldApp


def _load(office: Office) -> list[Entry]:

    policy.require(office, policy.Action.SEE_CLINIC)
    people = office.reader.people
    names = {person.id: person.full_name for person in people.persons()}
    services = {service.her_id: service.name for service in office.clinic.services}
    groups = sorted(people.groups(), key=lambda one: (not one.active, one.name))
    return [_entry(group, names, services.get(group.her_id, "")) for group in groups]


def _entry(group: Group, names: dict[int, str], service: str) -> Entry:
    members = tuple((names.get(one, ""), ", ".join(functions)) for one, functions in group.members.items())
    told = page(
        group.name,
        facts("", (t("HER-id"), group.her_id), (t("Får posten til"), service)),
        Section(
            t("Medlemmer"),
            tables=(Table((t("Navn"), t("Funksjoner")), members),) if members else (),
            text=() if members else (t("Ingen ennå. Trykk m for å legge inn den første."),),
        ),
        banner=() if group.active else (t("Lagt ned: ingenting kommer hit."),),
    )
    if not group.active:
        return Entry(group.name, group.name, t("lagt ned"), told, "–", Tone.MUTED, group)
    count = t("1 medlem") if len(members) == 1 else t("{n} medlemmer", n=len(members))
    return Entry(group.name, group.name, " · ".join(part for part in (count, service) if part), told, held=group)


async def _add(app: ElmeldApp) -> bool:
    def keep(office: Office, said: Said) -> Group:
        from elmeld_tui.office.groups import add_group

        return add_group(office, str(said["name"]), her_id=str(said["her_id"]))

    return await _form(app, t("Ny gruppe"), None, keep)


async def _change(app: ElmeldApp, entry: Entry) -> bool:
    group: Group = entry.held

    def keep(office: Office, said: Said) -> Group:
        from elmeld_tui.office.groups import change_group

        return change_group(office, group.name, new_name=str(said["name"]), her_id=str(said["her_id"]))

    return await _form(app, t("Endre gruppen {name}", name=group.name), group, keep)


async def _form(app: ElmeldApp, title: str, group: Group | None, keep: Callable[[Office, Said], Group]) -> bool:
    if not await may_manage(app):
        return False
    services = [CodedValue(one.her_id, text=f"{one.name} ({one.her_id})") for one in app.session.clinic.services]
    asked = [
        Asked("name", t("Navn"), group.name if group else "", required=True),
        Asked(
            "her_id",
            t("Får posten til"),
            group.her_id if group else "",
            choices=(CodedValue("", text=t("ingen tjeneste")), *services),
        ),
    ]
    kept = await app.push_screen_wait(SmallForm(app.session, title, asked, keep))
    if kept is None:
        return False
    app.tell(t("Gruppen {name} er lagret.", name=kept.name))
    return True


async def _members(app: ElmeldApp, entry: Entry) -> bool:
    """Choose somebody, and say whether she is in the group and what she does there."""
    group: Group = entry.held
    if not await may_manage(app):
        return False
    persons = await ask_office(app, lambda office: [one for one in office.reader.people.persons() if one.active])
    choices = [
        Choice(one.login, one.full_name, ", ".join(group.members[one.id]) or t("er med"))
        if one.id in group.members
        else Choice(one.login, one.full_name)
        for one in persons or ()
    ]
    login = await app.push_screen_wait(ChoiceScreen(t("Hvem i {name}?", name=group.name), "", choices))
    person = next((one for one in persons or () if one.login == login), None)
    if person is None:
        return False
    asked = [
        Asked(
            "member",
            t("Er med"),
            YES,
            choices=(CodedValue(YES, text=t("ja")), CodedValue(NO, text=t("nei"))),
        ),
        Asked("functions", t("Funksjoner"), group.members.get(person.id, ()), help=t("én per linje"), many=True),
    ]

    def keep(office: Office, said: Said) -> bool:
        from elmeld_tui.office.groups import set_member

        functions = [str(one) for one in said["functions"]] if said["member"] == YES else None
        set_member(office, group.name, person.login, functions)
        return True

    title = t("{person} i {group}", person=person.full_name, group=group.name)
    if not await app.push_screen_wait(SmallForm(app.session, title, asked, keep)):
        return False
    app.tell(t("Lagret."))
    return True


async def _retire(app: ElmeldApp, entry: Entry) -> bool:
    """Close the group, or open it again."""
    group: Group = entry.held

    def task(office: Office) -> int:
        from elmeld_tui.office.groups import set_open

        return set_open(office, group.name, is_open=not group.active)

    if group.active:
        question = t("Legge ned {name}?", name=group.name)
        text = t("Ny post kommer ikke hit. Det som ligger der, ligger i Klinikken også.")
        return await take_out(app, question, text, t("Legg ned"), task, t("Gruppen er lagt ned."))
    question = t("Åpne {name} igjen?", name=group.name)
    return await take_out(app, question, "", t("Åpne"), task, t("Gruppen er åpnet igjen."))


PART = Part(
    "groups",
    lambda: t("Grupper"),
    _load,
    lambda: t("Ingen grupper ennå. Trykk n for å lage den første."),
    add=_add,
    acts={"change": _change, "members": _members, "retire": _retire},
    words={"retire": lambda entry: t("legg ned") if entry.held.active else t("åpne igjen")},
    asks=policy.Action.MANAGE_PEOPLE,
)
