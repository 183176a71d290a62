"""``elmeld decide``: accept or refuse a message that waits for a human, and say whose it is."""

from __future__ import annotations

import argparse

from elmeld_tui.cli import files
from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import DONE, WRONG_USE, CommandError
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import json_line

NAME = "decide"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("avgjør en melding som venter på et menneske"),
        description=t(
            "Tar imot eller avviser en melding som ikke kan tas inn av seg selv; avsenderen får kvittering, og den er "
            "endelig. Kobler også en mottatt melding til en pasient for hånd."
        ),
        epilog=t(
            "eksempel: elmeld --data-dir klinikk decide 4711 --refuse E21 --text 'Ukjent mottaker'; "
            "elmeld --data-dir klinikk decide 4711 --accept --patient -"
        ),
    )
    command.add_argument("id", type=whole, metavar="ID", help=t("meldingens nummer"))
    what = command.add_mutually_exclusive_group()
    what.add_argument("--accept", action="store_true", help=t("ta imot den"))
    what.add_argument("--refuse", default="", metavar=t("KODE"), help=t("avvis den, med kode fra kodeverk 8221"))
    command.add_argument("--text", default="", metavar=t("TEKST"), help=t("forklaring til avsenderen"))
    command.add_argument(
        "--patient",
        metavar=t("FIL"),
        help=t("koble den til pasienten med nummeret i filen, eller - for standard inn"),
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what was decided; print what became of the message."""
    from elmeld_tui.office import deciding

    if not (args.accept or args.refuse or args.patient):
        raise CommandError(t("si --accept, --refuse eller --patient"), WRONG_USE)
    if (args.text and not args.refuse) or (args.patient and args.refuse):
        raise CommandError(t("--text hører til --refuse, og det som avvises, kobles ikke til noen"), WRONG_USE)
    number = files.read_number(args.patient) if args.patient else ""
    receipts = 0
    with opened(args) as office:
        if args.accept:
            receipts = len(deciding.accept(office, args.id).apprecs)
        elif args.refuse:
            receipts = len(deciding.refuse(office, args.id, args.refuse, args.text).apprecs)
        if number:
            deciding.file_under(office, args.id, number)
        message = office.reader.message(args.id)
        assert message is not None
    if args.json:
        told = {"message": args.id, "state": message.state, "apprecs": receipts, "linked": bool(number)}
        print(json_line(told))
    else:
        print(_said(args, linked=bool(number)))
    return DONE


def _said(args: argparse.Namespace, *, linked: bool) -> str:
    if args.refuse:
        return t("Melding {number} er avvist, og avsenderen får beskjed.", number=args.id)
    if linked:
        return t("Melding {number} er koblet til pasienten.", number=args.id)
    return t("Melding {number} er tatt imot, og avsenderen får beskjed.", number=args.id)
