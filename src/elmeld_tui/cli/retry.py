"""``elmeld retry``: try to send now what is still waiting."""

from __future__ import annotations

import argparse

from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import DONE
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import json_line

NAME = "retry"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("prøv nå å sende det som venter"),
        description=t(
            "Prøver nå det som fortsatt er på vei, med de samme bytene under den samme id-en, også om linjen til "
            "mottakeren er nede."
        ),
        epilog=t("eksempel: elmeld --data-dir klinikk retry 4711"),
    )
    command.add_argument("id", type=whole, metavar="ID", help=t("meldingens nummer"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make the message due; print how much that is."""
    from elmeld_tui.office.again import try_now

    with opened(args) as office:
        envelopes = try_now(office, args.id)
    if args.json:
        print(json_line({"message": args.id, "envelopes": envelopes}))
    else:
        print(t("Melding {number} prøves nå.", number=args.id))
    return DONE
