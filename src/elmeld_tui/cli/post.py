"""``elmeld post``: the contents of a mailbox, one message a line."""

from __future__ import annotations

import argparse

from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, WRONG_USE, CommandError
from elmeld_tui.cli.message_lines import print_newest, searched
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened_log
from elmeld_tui.i18n import t
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.people import CLINIC_MAILBOX
from elmeld_tui.store.reading import Filter

NAME = "post"

_FEEDBACK = "feedback"
_FOLDERS = {"inbox": "innboks", _FEEDBACK: "tilbakemelding", "sent": "sendt", "archive": "arkiv"}


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        NAME,
        help=t("vis hva som ligger i en postkasse"),
        description=t("Viser meldingene i en mappe, de nyeste sist. Søkeordene er de samme som i programmet."),
        epilog=t("Eksempel: elmeld post --folder arkiv 'type:epikrise fra:\"Nordvik sykehus\" etter:01.11'"),
    )
    parser.add_argument("query", nargs="*", metavar=t("SØK"), help=t("søkeord, som i programmets søkelinje"))
    parser.add_argument(
        "--mailbox", default=CLINIC_MAILBOX, metavar="M", help=t("postkassen (ellers klinikkens egen, clinic)")
    )
    parser.add_argument(
        "--folder", default="inbox", metavar="F", help=t("innboks, tilbakemelding, sendt eller arkiv")
    )
    parser.add_argument("--limit", type=whole, default=50, metavar="N", help=t("høyst så mange (0: alle)"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was asked for; return the exit code."""
    base = _folder(args.mailbox, args.folder)
    with opened_log(args) as reader:
        if args.mailbox != CLINIC_MAILBOX and not reader.counts(args.mailbox):
            raise CommandError(t("det ligger ingenting i postkassen «{name}»", name=args.mailbox), ANSWER_IS_NO)
        chosen = searched(reader, " ".join(args.query), base, NAME)
        print_newest(reader, chosen, args.limit, as_json=args.json, with_patient=True)
    return DONE


def _folder(mailbox: str, name: str) -> Filter:
    """Return what lies in a folder; Tilbakemelding is all that has come to a mailbox, at the clinic all there is."""
    folder = next((key for key, label in _FOLDERS.items() if name.casefold() in {key, label}), None)
    if folder is None:
        known = ", ".join(_FOLDERS.values())
        raise CommandError(t("mappen «{name}» finnes ikke; velg blant {known}", name=name, known=known), WRONG_USE)
    if folder != _FEEDBACK:
        return Filter(mailbox=mailbox, folder=folder)
    return Filter(mailbox=mailbox, posted=mailbox != CLINIC_MAILBOX, kinds=frozenset(Kind) - {Kind.APPREC})
