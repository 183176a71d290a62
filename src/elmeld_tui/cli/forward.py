"""``elmeld forward``: forward an open message to a position, a group, or those with a function in a group."""

from __future__ import annotations

import argparse

from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import DONE, WRONG_USE, CommandError
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened, opened_log, require
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line

NAME = "forward"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("videresend en mottatt melding til en stilling, gruppe eller funksjon"),
        description=t(
            "Videresender en mottatt melding som ikke er kvittert. Den kommer ulest i innboksen der, og du har den "
            "ikke lenger. Bare mottakeren, eller den som har tilgang til alle meldinger, kan videresende. Uten --to "
            "vises hvem du kan velge."
        ),
        epilog=t(
            "eksempel: elmeld forward 4711 --to 'position:Avdelingsleder'; elmeld forward 4711 --to "
            "'group:Laboratoriet'; elmeld forward 4711 --to 'function:Laboratoriet/Bioingeniør'"
        ),
    )
    command.add_argument("id", type=whole, nargs="?", metavar="ID", help=t("meldingens nummer"))
    command.add_argument("--to", metavar=t("MÅL"), help="position:… | group:… | function:…/…")
    command.add_argument(
        "--from-group",
        default="",
        metavar=t("GRUPPE"),
        help=t("videresend fra gruppens postkasse, for hele gruppen"),
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Forward the message, or list where it could go."""
    if args.to is None:
        return _list(args)
    if args.id is None:
        raise CommandError(t("si hvilken melding som skal videresendes"), WRONG_USE)
    from elmeld_tui.model.people import team_mailbox
    from elmeld_tui.office.forwarding import forward
    from elmeld_tui.office.groups import group

    with opened(args) as office:
        mailbox = team_mailbox(group(office, args.from_group).id) if args.from_group else ""
        target = forward(office, args.id, args.to, from_mailbox=mailbox)
    if args.json:
        print(json_line({"message": args.id, "to": target.key, "people": target.people}))
    else:
        people = ", ".join(target.people)
        said = t(
            "Melding {number} er videresendt til {name} ({people}).",
            number=args.id,
            name=target.name,
            people=people,
        )
        print(harmless(said))
    return DONE


def _list(args: argparse.Namespace) -> int:
    from elmeld_tui.office.forwarding import forward_targets
    from elmeld_tui.office.policy import Action

    with opened_log(args) as reader:
        require(args, reader, Action.SEE_CLINIC)
        for target in forward_targets(reader):
            if args.json:
                told = {"to": target.key, "name": target.name, "people": target.people, "refusal": target.refusal}
                print(json_line(told))
            else:
                print(harmless(f"{target.key:<44} {target.refusal or ', '.join(target.people)}"))
    return DONE
