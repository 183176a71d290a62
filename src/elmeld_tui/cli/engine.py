"""``elmeld engine``: the message engine as a service."""

from __future__ import annotations

import argparse
import json

from elmeld_tui.cli.errors import DONE, OUTSIDE_FAILED, WRONG_USE, CommandError
from elmeld_tui.i18n import t

NAME = "engine"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        NAME,
        help=t("kjør meldingsmotoren"),
        description=t(
            "Sender, mottar og følger opp meldinger til den blir bedt om å slutte (ctrl+c eller SIGTERM)."
        ),
        epilog=t("Eksempel: elmeld engine --data-dir /srv/elmeld"),
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the engine until it is told to stop; return the exit code."""
    if args.data_dir is None:
        raise CommandError(t("si hvilken klinikk med --data-dir eller ELMELD_DATA_DIR"), WRONG_USE)
    from elmeld_tui.engine import service
    from elmeld_tui.engine.keys import EngineError
    from elmeld_tui.store.database import StoreError
    from elmeld_tui.store.settings import SettingsError

    def ready(port: int) -> None:
        told = json.dumps({"listening": port}) if args.json else t("Motoren lytter på port {port}.", port=port)
        print(told, flush=True)

    try:
        service.run(args.data_dir, config=args.config, ready=ready)
    except (SettingsError, StoreError, EngineError) as error:
        raise CommandError(str(error), OUTSIDE_FAILED) from error
    except OSError as error:
        raise CommandError(t("motoren kan ikke lytte: {reason}", reason=error.strerror), OUTSIDE_FAILED) from error
    return DONE
