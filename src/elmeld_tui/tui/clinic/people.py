"""Brukere: who works at the clinic, what each may do, and with which SSH keys each logs in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from elmeld_tui.i18n import t
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.office import policy
from elmeld_tui.tui.clinic.parts import Entry, Part, facts, may_manage, page, take_out
from elmeld_tui.tui.screens.acts import ask_office, do
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen
from elmeld_tui.tui.screens.small_form import Asked, Said, SmallForm
from elmeld_tui.tui.widgets.lines import Tone

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.store.people_reading import Group, Person, Position
    from elmeld_tui.tui.application import ElmeldApp

_PROFESSIONS = "9060"


def _load(office: Office) -> list[Entry]:
    from elmeld_tui.messages import codelists
    from elmeld_tui.store.ssh_keys_reading import known_keys

    policy.require(office, policy.Action.SEE_CLINIC)
    people = office.reader.people
    groups, positions = people.groups(), people.positions()
    keys: dict[str, list[str]] = {}
    for key in known_keys(office.reader.ask):
        keys.setdefault(key.login, []).append(key.fingerprint)
    return [
        _entry(
            person, codelists.text(_PROFESSIONS, person.profession), groups, positions, keys.get(person.login, [])
        )
        for person in sorted(people.persons(), key=lambda one: (not one.active, one.full_name))
    ]


def _entry(
    person: Person, profession: str, groups: list[Group], positions: list[Position], keys: list[str]
) -> Entry:
    may = ", ".join(_accesses(person)) or t("det som er til brukeren selv og gruppene")
    own = [_membership(group, person.id) for group in groups if group.active and person.id in group.members]
    held = [position.name for position in positions if position.person_id == person.id]
    told = page(
        person.full_name,
        facts(
            "",
            (t("Brukernavn"), person.login),
            (t("Yrkesgruppe"), profession or person.profession),
            (t("HPR-nummer"), person.hpr_number),
            (t("HER-id"), person.her_id),
            (t("Telefon"), person.phone),
            (t("Fødselsnummer"), t("satt") if person.national_id else t("ikke satt")),
        ),
        facts(
            t("Tilgang"),
            (t("Ser"), may),
            (t("Grupper"), ", ".join(own)),
            (t("Stillinger"), ", ".join(held)),
            (t("SSH-nøkler"), ", ".join(keys)),
        ),
        banner=() if person.active else (t("Meldt ut: har ingen tilgang."),),
    )
    note = " · ".join(part for part in (person.login, profession, *_accesses(person)) if part)
    if not person.active:
        return Entry(person.login, person.full_name, t("meldt ut"), told, "–", Tone.MUTED, person)
    return Entry(person.login, person.full_name, note, told, held=person)


def _accesses(person: Person) -> list[str]:
    held = ((person.administrator, t("administrator")), (person.reads_all, t("alle meldinger")))
    return [word for holds, word in held if holds and person.active]


def _membership(group: Group, person_id: int) -> str:
    functions = ", ".join(group.members[person_id])
    return f"{group.name} ({functions})" if functions else group.name


async def _add(app: ElmeldApp) -> bool:
    def keep(office: Office, said: Said) -> Person:
        from elmeld_tui.model.clinic import User
        from elmeld_tui.office.people import add_person

        return add_person(office, replace(User("", ""), **_told(said)))

    return await _form(app, t("Ny bruker"), None, keep)


async def _change(app: ElmeldApp, entry: Entry) -> bool:
    person: Person = entry.held

    def keep(office: Office, said: Said) -> Person:
        from elmeld_tui.office.people import change_person

        told = _told(said)
        if not told["national_id"]:
            del told["national_id"]
        return change_person(office, person.login, **told)

    return await _form(app, t("Endre {name}", name=person.full_name), person, keep)


def _told(said: Said) -> dict[str, Any]:
    """Return what a form says, by the fields of `model.clinic.User`."""
    return {name: str(value) for name, value in said.items()}


async def _form(app: ElmeldApp, title: str, person: Person | None, keep: Callable[[Office, Said], Person]) -> bool:
    professions = await ask_office(app, _professions) if await may_manage(app) else None
    if professions is None:
        return False
    unchanged = t("satt; la stå tomt for å beholde") if person and person.national_id else t("elleve siffer")
    asked = [
        Asked(
            "name", t("Brukernavn"), person.login if person else "", t("som operativsystemet sier"), required=True
        ),
        Asked("full_name", t("Navn"), person.full_name if person else "", required=True),
        Asked("profession", t("Yrkesgruppe"), person.profession if person else "", choices=professions),
        Asked("hpr_number", t("HPR-nummer"), person.hpr_number if person else ""),
        Asked("her_id", t("HER-id"), person.her_id if person else "", t("bare den som får post i eget navn")),
        Asked("phone", t("Telefon"), person.phone if person else ""),
        Asked(
            "national_id",
            t("Fødselsnummer"),
            hint=unchanged,
            help=t("Trengs av den som skriver sykmelding og legeerklæring."),
        ),
    ]
    kept = await app.push_screen_wait(SmallForm(app.session, title, asked, keep))
    if kept is None:
        return False
    app.tell(t("{name} er lagret.", name=kept.full_name))
    return True


def _professions(_office: Office) -> tuple[CodedValue, ...]:
    from elmeld_tui.messages import codelists

    return (CodedValue("", text=t("ingen")), *codelists.entries(_PROFESSIONS))


async def _grant(app: ElmeldApp, entry: Entry) -> bool:
    """Ask what to give or take, and do it."""
    person: Person = entry.held
    if not await may_manage(app):
        return False
    choices = [
        Choice("reads_all", t("Alle meldinger"), _all_messages(person)),
        Choice("administrator", t("Administrator"), _administration(person)),
        Choice("add_key", t("Ny SSH-nøkkel …"), t("for innlogging over SSH")),
    ]
    keys = await ask_office(app, lambda office: _fingerprints(office, person.login)) or []
    choices += [Choice(key, t("Ta bort nøkkel"), key) for key in keys]
    chosen = await app.push_screen_wait(
        ChoiceScreen(t("Tilgang for {name}", name=person.full_name), ", ".join(_accesses(person)), choices)
    )
    if chosen is None:
        return False
    if chosen == "add_key":
        return await _add_key(app, person)
    if chosen in keys:
        return await _remove_key(app, chosen)
    granted = not getattr(person, chosen)

    def task(office: Office) -> None:
        from elmeld_tui.office.people import Access, set_access

        set_access(office, person.login, Access(chosen), granted=granted)

    if not await do(app, task):
        return False
    app.tell(t("{name} har fått tilgangen.", name=person.full_name) if granted else t("Tilgangen er tatt bort."))
    return True


def _all_messages(person: Person) -> str:
    if person.reads_all:
        return t("ta bort: ser bare det som er til brukeren og gruppene")
    return t("gi: ser alt som kommer og går, og loggen")


def _administration(person: Person) -> str:
    if person.administrator:
        return t("ta bort: legger ikke lenger inn brukere")
    return t("gi: legger inn brukere og gir tilgang")


def _fingerprints(office: Office, login: str) -> list[str]:
    from elmeld_tui.store.ssh_keys_reading import known_keys

    return [key.fingerprint for key in known_keys(office.reader.ask) if key.login == login]


async def _add_key(app: ElmeldApp, person: Person) -> bool:
    def keep(office: Office, said: Said) -> str:
        from elmeld_tui.office.ssh_keys import add_key

        return add_key(office, person.login, str(said["key"])).fingerprint

    asked = [
        Asked("key", t("Offentlig nøkkel"), hint="ssh-ed25519 AAAA…", required=True, help=t("linjen i .pub-filen"))
    ]
    title = t("SSH-nøkkel for {name}", name=person.full_name)
    fingerprint = await app.push_screen_wait(SmallForm(app.session, title, asked, keep))
    if fingerprint is None:
        return False
    app.tell(t("Nøkkelen {fingerprint} er lagt inn.", fingerprint=fingerprint))
    return True


async def _remove_key(app: ElmeldApp, fingerprint: str) -> bool:
    def task(office: Office) -> None:
        from elmeld_tui.office.ssh_keys import remove_key

        remove_key(office, fingerprint)

    if not await do(app, task):
        return False
    app.tell(t("Nøkkelen er tatt bort. Den som har den, kommer ikke inn."))
    return True


async def _retire(app: ElmeldApp, entry: Entry) -> bool:
    """Let somebody who leaves be without access, or let her in again."""
    person: Person = entry.held
    name = {"name": person.full_name}

    def leave(office: Office) -> int:
        from elmeld_tui.office.people import deactivate

        return deactivate(office, person.login)

    def come_back(office: Office) -> int:
        from elmeld_tui.office.people import activate

        activate(office, person.login)
        return 0

    if person.active:
        text = t("All tilgang faller bort. Sporet beholder navnet.")
        told = t("{name} er meldt ut.", **name)
        return await take_out(app, t("Melde ut {name}?", **name), text, t("Meld ut"), leave, told)
    text = t("Uten administrator og uten alle meldinger.")
    told = t("{name} er meldt inn igjen.", **name)
    return await take_out(app, t("Melde inn {name} igjen?", **name), text, t("Meld inn"), come_back, told)


PART = Part(
    "people",
    lambda: t("Brukere"),
    _load,
    lambda: t("Ingen brukere ennå. Trykk n for å legge inn den første; hen blir administrator."),
    add=_add,
    acts={"change": _change, "grant": _grant, "retire": _retire},
    words={"retire": lambda entry: t("meld ut") if entry.held.active else t("meld inn")},
    asks=policy.Action.MANAGE_PEOPLE,
)
