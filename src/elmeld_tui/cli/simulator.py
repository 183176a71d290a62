"""``elmeld simulator``: the simulated Helsenett as a process of its own."""

from __future__ import annotations

import argparse
import json
import signal
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

from elmeld_tui.cli.errors import OUTSIDE_FAILED, WRONG_USE, CommandError
from elmeld_tui.i18n import t

NAME = "simulator"
_LAST_PORT = 65535


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        NAME,
        help=t("et simulert Helsenett: adresseregister, sykehus, laboratorium og et annet legekontor"),
        description=t(
            "Kjører et simulert Helsenett på denne maskinen: adresseregister og partnere som svarer, med egne"
            " nøkler og eget lager. Uten --data-dir er alt borte når det stoppes."
        ),
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=0,
        metavar=t("PORT"),
        help=t("TCP-port; 0 lar systemet velge"),
    )
    parser.set_defaults(run=run)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(t("en port er et tall fra 0 til {last}", last=_LAST_PORT))
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Run until stopped by SIGINT or SIGTERM."""
    from elmeld_tui.simulator import service
    from elmeld_tui.simulator.keys import TRUST_FILE

    with ExitStack() as stack:
        directory: Path | None = args.data_dir
        if directory is None:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="elmeld-simulator-")))
        elif (directory / "clinic.toml").exists():
            raise CommandError(
                t("{path} er en klinikk. Gi simulatoren en egen mappe med --data-dir.", path=directory), WRONG_USE
            )
        trust = directory / TRUST_FILE
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        try:
            service.run(directory, args.port, lambda url: _announce(url, trust, as_json=args.json), stop)
        except OSError as error:
            raise CommandError(t("kan ikke starte simulatoren: {reason}", reason=error), OUTSIDE_FAILED) from error
    return 0


def _announce(url: str, trust: Path, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"url": url, "trust": str(trust)}), flush=True)
        return
    print(t("Simulert Helsenett på {url}", url=url))
    print(t("Tiltrodd utsteder: {path}", path=trust))
    print(t("Stopp med ctrl+c."), flush=True)
