"""``elmeld position``: the clinic's positions (stillinger), and who holds each."""

from __future__ import annotations

import argparse

from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import DONE
from elmeld_tui.cli.opening import opened, opened_log, require
from elmeld_tui.cli.telling import tell
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line

NAME = "position"


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        NAME,
        told=t("stillingene, og hvem som har dem"),
        description=t(
            "En melding kan videresendes til en stilling, og kommer da til den som har den. En administrator endrer "
            "stillingene."
        ),
        epilog=t(
            "eksempel: elmeld position add Avdelingsleder --holder kari; elmeld position hold Avdelingsleder ola; "
            "elmeld position vacate Avdelingsleder"
        ),
    )
    parts.add_parser("list", help=t("vis stillingene og hvem som har dem")).set_defaults(act=_list)
    adding = parts.add_parser("add", help=t("lag en stilling"))
    adding.add_argument("name", metavar=t("STILLING"))
    adding.add_argument("--holder", dest="login", default="", metavar=t("BRUKERNAVN"), help=t("den som har den"))
    adding.set_defaults(act=_add)
    hold = parts.add_parser("hold", help=t("la noen ha en stilling"))
    hold.add_argument("name", metavar=t("STILLING"))
    hold.add_argument("login", metavar=t("BRUKERNAVN"))
    hold.set_defaults(act=_hold)
    vacate = parts.add_parser("vacate", help=t("la en stilling være ubesatt"))
    vacate.add_argument("name", metavar=t("STILLING"))
    vacate.set_defaults(act=_hold, login="")
    return list(parts.choices.values())


def _list(args: argparse.Namespace) -> int:
    from elmeld_tui.office.policy import Action

    with opened_log(args) as reader:
        require(args, reader, Action.SEE_CLINIC)
        people = {person.id: person for person in reader.people.persons()}
        for position in reader.people.positions():
            holder = people.get(position.person_id or 0)
            if args.json:
                print(json_line({"name": position.name, "holder": holder.login if holder else ""}))
            else:
                print(harmless(f"{position.name:<28} {holder.full_name if holder else t('ubesatt')}"))
    return DONE


def _add(args: argparse.Namespace) -> int:
    from elmeld_tui.office.groups import add_position

    with opened(args) as office:
        add_position(office, args.name, args.login)
    _tell(args, t("Stillingen {name} er laget.", name=args.name))
    return DONE


def _hold(args: argparse.Namespace) -> int:
    from elmeld_tui.office.groups import hold_position

    with opened(args) as office:
        hold_position(office, args.name, args.login)
    _tell(
        args,
        t("{login} har stillingen {name}.", login=args.login, name=args.name)
        if args.login
        else t("Stillingen {name} er ubesatt.", name=args.name),
    )
    return DONE


def _tell(args: argparse.Namespace, said: str) -> None:
    tell(args, said, position=args.name, holder=args.login)
