"""``elmeld group``: the clinic's groups, who is in them, and with which functions."""

from __future__ import annotations

import argparse

from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import DONE, WRONG_USE, CommandError
from elmeld_tui.cli.opening import opened, opened_log, require
from elmeld_tui.cli.telling import tell
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line

NAME = "group"


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        NAME,
        told=t("gruppene: hvem som er med, og hvilke funksjoner de har"),
        description=t(
            "En gruppe har en egen hovedpostkasse. Post til tjenesten hvis HER-id den har, kommer dit, og meldinger "
            "kan videresendes til gruppen eller til dem som har en funksjon i den. En administrator endrer gruppene."
        ),
        epilog=t(
            "eksempel: elmeld group add Laboratoriet --her-id 9200001; "
            "elmeld group member Laboratoriet kari --function Bioingeniør; elmeld group close Laboratoriet"
        ),
    )
    parts.add_parser("list", help=t("vis gruppene og hvem som er i dem")).set_defaults(act=_list)
    her_id = t("tjenesten hvis post kommer til gruppen; tom for ingen")
    adding = parts.add_parser("add", help=t("lag en gruppe"))
    adding.add_argument("name", metavar=t("GRUPPE"))
    adding.add_argument("--her-id", default="", metavar="NR", help=her_id)
    adding.set_defaults(act=_add)
    changing = parts.add_parser("change", help=t("endre navn eller tjeneste"))
    changing.add_argument("name", metavar=t("GRUPPE"))
    changing.add_argument("--name", dest="new_name", metavar=t("NAVN"), help=t("nytt navn"))
    changing.add_argument("--her-id", metavar="NR", help=her_id)
    changing.set_defaults(act=_change)
    for name, is_open, told in (
        ("close", False, t("legg ned en gruppe")),
        ("open", True, t("åpne en gruppe som er lagt ned")),
    ):
        part = parts.add_parser(name, help=told)
        part.add_argument("name", metavar=t("GRUPPE"))
        part.set_defaults(act=_set_open, is_open=is_open)
    member = parts.add_parser("member", help=t("la noen være med i en gruppe, eller ta dem ut"))
    member.add_argument("name", metavar=t("GRUPPE"))
    member.add_argument("login", metavar=t("BRUKERNAVN"))
    how = member.add_mutually_exclusive_group()
    how.add_argument(
        "--function",
        action="append",
        default=[],
        metavar=t("FUNKSJON"),
        help=t("en funksjon hen har der; kan gis flere ganger, og erstatter dem som var"),
    )
    how.add_argument("--remove", action="store_true", help=t("ta hen ut av gruppen"))
    member.set_defaults(act=_member)
    return list(parts.choices.values())


def _list(args: argparse.Namespace) -> int:
    from elmeld_tui.office.policy import Action

    with opened_log(args) as reader:
        require(args, reader, Action.SEE_CLINIC)
        people = {person.id: person for person in reader.people.persons()}
        for group in reader.people.groups():
            members = [
                {"login": people[one].login, "name": people[one].full_name, "functions": functions}
                for one, functions in group.members.items()
            ]
            if args.json:
                told = {"name": group.name, "her_id": group.her_id, "active": group.active, "members": members}
                print(json_line(told))
                continue
            marks = [group.her_id, "" if group.active else t("lagt ned")]
            print(harmless("  ".join([group.name, *filter(None, marks)])))
            for one in members:
                print(harmless(f"    {one['name']}  {', '.join(one['functions'])}".rstrip()))
    return DONE


def _add(args: argparse.Namespace) -> int:
    from elmeld_tui.office.groups import add_group

    with opened(args) as office:
        new = add_group(office, args.name, her_id=args.her_id)
    tell(args, t("Gruppen {name} er laget.", name=new.name), group=new.name, her_id=new.her_id)
    return DONE


def _change(args: argparse.Namespace) -> int:
    from elmeld_tui.office.groups import change_group

    if args.new_name is None and args.her_id is None:
        raise CommandError(t("si hva som skal endres, med --name eller --her-id"), WRONG_USE)
    with opened(args) as office:
        now = change_group(office, args.name, new_name=args.new_name, her_id=args.her_id)
    tell(args, t("Gruppen {name} er endret.", name=now.name), group=now.name, her_id=now.her_id)
    return DONE


def _set_open(args: argparse.Namespace) -> int:
    from elmeld_tui.office.groups import set_open

    with opened(args) as office:
        unsigned = set_open(office, args.name, is_open=args.is_open)
    said = (
        t("Gruppen {name} er åpen igjen.", name=args.name)
        if args.is_open
        else t("Gruppen {name} er lagt ned.", name=args.name)
    )
    if unsigned and not args.is_open:
        said += " " + t("{count} meldinger i innboksen er ikke kvittert; de ligger i Klinikken.", count=unsigned)
    tell(args, said, group=args.name, active=args.is_open, unsigned=unsigned)
    return DONE


def _member(args: argparse.Namespace) -> int:
    from elmeld_tui.office.groups import set_member

    with opened(args) as office:
        set_member(office, args.name, args.login, None if args.remove else args.function)
    said = (
        t("{login} er ikke lenger med i {group}.", login=args.login, group=args.name)
        if args.remove
        else t("{login} er med i {group}.", login=args.login, group=args.name)
    )
    tell(args, said, group=args.name, login=args.login, member=not args.remove, functions=args.function)
    return DONE
