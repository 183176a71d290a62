"""``elmeld engine``: the message engine as a service."""

from __future__ import annotations

import argparse
import errno
import json
import shutil
import sys
import threading
from pathlib import Path

from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import DONE, OUTSIDE_FAILED, CommandError
from elmeld_tui.cli.opening import check_named
from elmeld_tui.i18n import t

NAME = "engine"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        NAME,
        help=t("kjør meldingsmotoren"),
        description=t(
            "Sender, mottar og følger opp meldinger til den blir bedt om å slutte (ctrl+c eller SIGTERM): da gjør "
            "den ferdig det den holder på med, i høyst ett minutt. Blir den bedt en gang til, slutter den straks."
        ),
        epilog=t("Eksempel: elmeld engine --data-dir /srv/elmeld"),
    )
    parser.add_argument(
        "--log-format",
        choices=("json", "text"),
        default=None,
        help=t("loggen på standard feil: JSON-linjer, eller tekst (ellers tekst bare i en terminal)"),
    )
    parser.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        default="info",
        help=t("det minste som er verdt en linje i loggen"),
    )
    parser.add_argument(
        "--print-unit", action="store_true", help=t("skriv en systemd-enhet for motoren, og gjør ikke mer")
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the engine until it is told to stop; return the exit code."""
    if args.print_unit:
        return _print_unit(args)
    check_named(args)
    from elmeld_tui.engine import service
    from elmeld_tui.engine.keys import EngineError
    from elmeld_tui.engine.logs import Format, Level, log_to
    from elmeld_tui.engine.stopping import stop_on_signals
    from elmeld_tui.store.database import StoreError
    from elmeld_tui.store.settings import SettingsError

    form = Format(args.log_format or ("text" if sys.stderr.isatty() else "json"))
    stop = threading.Event()
    stop_on_signals(stop)

    def ready(port: int) -> None:
        told = json.dumps({"listening": port}) if args.json else t("Motoren lytter på port {port}.", port=port)
        print(told, flush=True)

    try:
        with log_to(sys.stderr, form=form, level=Level(args.log_level)):
            service.run(args.data_dir, config=args.config, stop=stop, ready=ready)
    except (SettingsError, StoreError, EngineError) as error:
        raise CommandError(str(error), OUTSIDE_FAILED) from error
    except OSError as error:
        raise CommandError(_why_not(error), OUTSIDE_FAILED) from error
    return DONE


def _why_not(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return t(
            "motoren kan ikke lytte: porten er i bruk, kanskje av en motor som alt er i gang (se «elmeld doctor»). Stopp "
            "det som bruker den, eller velg en annen «port» under [listen] eller [operations] i clinic.toml. {reason}",
            reason=error.strerror,
        )
    return t("motoren kan ikke lytte: {reason}", reason=error.strerror)


def _print_unit(args: argparse.Namespace) -> int:
    from elmeld_tui.engine.unit import unit
    from elmeld_tui.store.settings import SettingsError, read_clinic

    data_dir = args.data_dir and args.data_dir.resolve()
    try:
        clinic = read_clinic(data_dir, args.config) if data_dir else None
    except SettingsError:
        # The unit may well be made before the clinic is.
        clinic = None
    executable = shutil.which("elmeld", path=str(Path(sys.executable).parent)) or shutil.which("elmeld")
    print(unit(Path(executable or "elmeld").absolute(), data_dir, clinic), end="")
    return DONE
