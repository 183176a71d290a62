"""``elmeld resend``: send the same document again in a new envelope."""

from __future__ import annotations

import argparse

from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import DONE
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import json_line

NAME = "resend"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("send på nytt en melding som ikke kom fram"),
        description=t(
            "Sender det samme dokumentet i en ny konvolutt til de mottakerne det ikke har nådd: når alle forsøk er "
            "brukt opp, når systemet deres har sagt nei, eller én gang til når ingen har svart på 96 timer. Er det "
            "innholdet som er avvist, så bruk recreate."
        ),
        epilog=t("eksempel: elmeld --data-dir klinikk resend 4711 --receiver 8200001"),
    )
    command.add_argument("id", type=whole, metavar="ID", help=t("meldingens nummer"))
    command.add_argument("--receiver", default="", metavar="HER-ID", help=t("bare til denne mottakeren"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Queue the message anew; print to whom."""
    from elmeld_tui.office.again import send_again

    with opened(args) as office:
        receivers = send_again(office, args.id, receiver=args.receiver)
    if args.json:
        print(json_line({"message": args.id, "receivers": list(receivers)}))
    else:
        print(
            t("Melding {number} sendes på nytt til {receivers}.", number=args.id, receivers=", ".join(receivers))
        )
    return DONE
