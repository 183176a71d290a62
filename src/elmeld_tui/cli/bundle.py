"""``elmeld bundle``: what is known about some messages, in one file for whoever investigates a fault."""

from __future__ import annotations

import argparse
from pathlib import Path

from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import DONE
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line

NAME = "bundle"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("lag en feilpakke om noen meldinger"),
        description=t(
            "Samler det som er kjent om meldingene i én zip-fil: tidslinje, forsøk, svar, funn, hvordan de reiste og "
            "hvordan dokumentene er bygd. Uten --with-patient-data er det ingenting om noen pasient i den."
        ),
        epilog=t("Eksempel: elmeld bundle 4711 4712 --out feil.zip"),
    )
    command.add_argument(
        "ids", nargs="*", type=whole, metavar="ID", help=t("meldingenes numre; ingen: bare klinikken")
    )
    command.add_argument("--out", type=Path, metavar=t("FIL"), help=t("en fil som ikke finnes fra før"))
    command.add_argument(
        "--with-patient-data", action="store_true", help=t("ta med dokumentene og konvoluttene slik de er")
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the bundle; print where it lies."""
    from elmeld_tui.office import saved_files
    from elmeld_tui.office.bundle import make_bundle, save_name

    path = args.out or Path(save_name(args.ids, with_patient_data=args.with_patient_data))
    with opened(args) as office:
        saved_files.check_new(path)
        saved_files.write_new(path, make_bundle(office, args.ids, with_patient_data=args.with_patient_data))
    if args.json:
        print(json_line({"file": str(path), "messages": args.ids, "patient_data": args.with_patient_data}))
    else:
        print(harmless(t("Feilpakken ligger i {path}.", path=path)))
    return DONE
