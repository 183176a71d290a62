"""``elmeld user``: who works at the clinic, and what each may do."""

from __future__ import annotations

import argparse
from typing import Any

from elmeld_tui.cli import files
from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import DONE, WRONG_USE, CommandError
from elmeld_tui.cli.opening import opened, opened_log, require
from elmeld_tui.cli.telling import tell
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line

NAME = "user"

_ACCESS = {"administrator": "administrator", "all-messages": "reads_all"}
"""Columns of what is granted, by the words of the command line."""

_LONGEST_CODE = 100


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        NAME,
        told=t("brukerne: hvem som arbeider her, og hva hver av dem har tilgang til"),
        description=t(
            "Viser klinikkens brukere. En administrator legger dem inn, endrer, gir og tar tilgang, og melder ut den "
            "som slutter. Brukernavnet er det som operativsystemet sier; ingen blir fjernet fra sporet."
        ),
        epilog=t(
            "eksempel: elmeld user add kari --name 'Kari Nes' --profession SP --hpr 9900402; "
            "elmeld user grant kari all-messages; elmeld user deactivate kari"
        ),
    )
    parts.add_parser("list", help=t("vis brukerne, også dem som er meldt ut")).set_defaults(act=_list)
    adding = parts.add_parser("add", help=t("legg inn en bruker"))
    adding.add_argument("login", metavar=t("BRUKERNAVN"))
    _add_facts(adding, name_required=True)
    adding.set_defaults(act=_add)
    changing = parts.add_parser("change", help=t("endre det som er kjent om en bruker"))
    changing.add_argument("login", metavar=t("BRUKERNAVN"))
    changing.add_argument("--login", dest="new_login", metavar=t("BRUKERNAVN"), help=t("nytt brukernavn"))
    _add_facts(changing, name_required=False)
    changing.set_defaults(act=_change)
    for name, granted, told in (
        ("grant", True, t("gi tilgang: administrator eller all-messages (alle meldinger)")),
        ("revoke", False, t("ta tilgang fra en bruker")),
    ):
        part = parts.add_parser(name, help=told)
        part.add_argument("login", metavar=t("BRUKERNAVN"))
        part.add_argument(
            "access", choices=sorted(_ACCESS), metavar=t("TILGANG"), help=" | ".join(sorted(_ACCESS))
        )
        part.set_defaults(act=_set_access, granted=granted)
    for name, act, told in (
        ("deactivate", _deactivate, t("meld ut en bruker som slutter")),
        ("activate", _activate, t("meld inn igjen en bruker som er meldt ut")),
    ):
        part = parts.add_parser(name, help=told)
        part.add_argument("login", metavar=t("BRUKERNAVN"))
        part.set_defaults(act=act)
    code = parts.add_parser("unlock-code", help=t("velg koden som åpner skjermen din når den er låst"))
    code.add_argument(
        "--file", metavar=t("FIL"), help=t("fil med koden, eller - for standard inn; ellers spørres det")
    )
    code.set_defaults(act=_unlock_code)
    return list(parts.choices.values())


def _add_facts(parser: argparse.ArgumentParser, *, name_required: bool) -> None:
    parser.add_argument("--name", required=name_required, metavar=t("NAVN"), help=t("fornavn og etternavn"))
    parser.add_argument("--profession", metavar=t("KODE"), help=t("yrkesgruppe i kodeverk 9060, for eksempel LE"))
    parser.add_argument("--hpr", metavar="NR", help=t("HPR-nummer"))
    parser.add_argument("--her-id", metavar="NR", help=t("egen HER-id, en av dem under [[service]] i clinic.toml"))
    parser.add_argument("--phone", metavar="NR", help=t("der en mottaker kan ringe tilbake"))
    parser.add_argument(
        "--national-id",
        metavar=t("FIL"),
        help=t("fil med fødselsnummeret, eller - for standard inn; trengs for det som signeres personlig"),
    )


def _facts(args: argparse.Namespace) -> dict[str, Any]:
    """Return what is said of somebody, by the fields of `model.clinic.User`; what is not said is left out."""
    said = {
        "full_name": args.name,
        "profession": args.profession,
        "hpr_number": args.hpr,
        "her_id": args.her_id,
        "phone": args.phone,
        "national_id": files.read_number(args.national_id) if args.national_id else None,
    }
    return {field: value.strip() for field, value in said.items() if value is not None}


def _list(args: argparse.Namespace) -> int:
    from elmeld_tui.office.policy import Action

    with opened_log(args) as reader:
        require(args, reader, Action.SEE_CLINIC)
        for person in reader.people.persons():
            told = {
                "login": person.login,
                "name": person.full_name,
                "profession": person.profession,
                "hpr": person.hpr_number,
                "her_id": person.her_id,
                "administrator": person.administrator,
                "all_messages": person.reads_all,
                "active": person.active,
            }
            print(json_line(told) if args.json else harmless(_line(told)))
    return DONE


def _line(told: dict[str, Any]) -> str:
    marks = [
        word
        for holds, word in (
            (told["administrator"], t("administrator")),
            (told["all_messages"], t("alle meldinger")),
            (not told["active"], t("meldt ut")),
        )
        if holds
    ]
    return f"{told['login']:<16} {told['name']:<28} {told['profession']:<4} {', '.join(marks)}".rstrip()


def _add(args: argparse.Namespace) -> int:
    from elmeld_tui.model.clinic import User
    from elmeld_tui.office.people import add_person

    with opened(args) as office:
        new = add_person(office, User(args.login, **_facts(args)))
    said = t("{name} er lagt inn som «{login}».", name=new.full_name, login=new.login)
    if new.administrator:
        said += " " + t("Hen er den første, og derfor administrator med tilgang til alle meldinger.")
    tell(args, said, login=new.login, administrator=new.administrator, all_messages=new.reads_all)
    return DONE


def _change(args: argparse.Namespace) -> int:
    from elmeld_tui.office.people import change_person

    changed = _facts(args) | ({"name": args.new_login} if args.new_login is not None else {})
    if not changed:
        raise CommandError(t("si hva som skal endres, for eksempel --phone 55512345"), WRONG_USE)
    with opened(args) as office:
        now = change_person(office, args.login, **changed)
    tell(args, t("{name} er endret.", name=now.full_name), login=now.login)
    return DONE


def _set_access(args: argparse.Namespace) -> int:
    from elmeld_tui.office.people import Access, set_access

    with opened(args) as office:
        set_access(office, args.login, Access(_ACCESS[args.access]), granted=args.granted)
    said = (
        t("{login} har nå tilgangen {access}.", login=args.login, access=args.access)
        if args.granted
        else t("{login} har ikke lenger tilgangen {access}.", login=args.login, access=args.access)
    )
    tell(args, said, login=args.login, access=args.access, granted=args.granted)
    return DONE


def _deactivate(args: argparse.Namespace) -> int:
    from elmeld_tui.office.people import deactivate

    with opened(args) as office:
        unsigned = deactivate(office, args.login)
    said = t("{login} er meldt ut.", login=args.login)
    if unsigned:
        said += " " + t("{count} meldinger i innboksen er ikke kvittert; de ligger i Klinikken.", count=unsigned)
    tell(args, said, login=args.login, active=False, unsigned=unsigned)
    return DONE


def _activate(args: argparse.Namespace) -> int:
    from elmeld_tui.office.people import activate

    with opened(args) as office:
        activate(office, args.login)
    tell(args, t("{login} er meldt inn igjen.", login=args.login), login=args.login, active=True)
    return DONE


def _unlock_code(args: argparse.Namespace) -> int:
    from getpass import getpass

    from elmeld_tui.office.locking import set_code

    with opened(args) as office:
        if args.file:
            code = repeated = files.read(args.file, _LONGEST_CODE).decode("utf-8", "replace").strip("\r\n")
        else:
            code, repeated = getpass(t("Ny kode: ")), getpass(t("Samme kode igjen: "))
        set_code(office, code, repeated)
    tell(args, t("Koden er lagret."))
    return DONE
