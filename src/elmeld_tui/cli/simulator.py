"""``elmeld simulator``: the simulated Helsenett as a process of its own."""

from __future__ import annotations

import argparse
import json
import signal
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import OUTSIDE_FAILED, WRONG_USE, CommandError
from elmeld_tui.cli.numbers import port
from elmeld_tui.i18n import t

if TYPE_CHECKING:
    from elmeld_tui.simulator.behaviour import Rule
    from elmeld_tui.simulator.service import Places

NAME = "simulator"


def add(commands: Commands) -> None:
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
        type=port,
        default=0,
        metavar=t("PORT"),
        help=t("TCP-port; 0 lar systemet velge"),
    )
    parser.add_argument(
        "--way",
        choices=("http", "mail", "both"),
        default="both",
        help=t("hvordan partnerne nås: over HTTP, med e-post eller begge deler"),
    )
    parser.add_argument(
        "--scenario",
        type=Path,
        metavar=t("FIL"),
        help=t("hvordan partnerne oppfører seg, melding for melding (TOML, se docs/simulator.md)"),
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run until stopped by SIGINT or SIGTERM."""
    from elmeld_tui.simulator import service
    from elmeld_tui.simulator.keys import TRUST_FILE

    rules = _scenario(args.scenario) if args.scenario else ()

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
            service.run(
                directory,
                args.port,
                lambda places: _announce(places, trust, as_json=args.json),
                stop,
                reached=service.Reached(args.way),
                rules=rules,
            )
        except OSError as error:
            raise CommandError(t("kan ikke starte simulatoren: {reason}", reason=error), OUTSIDE_FAILED) from error
    return 0


def _scenario(path: Path) -> tuple[Rule, ...]:
    from elmeld_tui.simulator.scenario import ScenarioError, read_scenario

    try:
        return read_scenario(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(
            t("kan ikke lese {path}: {reason}", path=path, reason=error.strerror), WRONG_USE
        ) from error
    except (ScenarioError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}", WRONG_USE) from error


def _announce(places: Places, trust: Path, *, as_json: bool) -> None:
    mail = {"smtp": places.smtp, "pop3": places.pop3}
    if as_json:
        print(json.dumps({"url": places.url, "trust": str(trust), **mail}), flush=True)
        return
    print(t("Simulert Helsenett på {url}", url=places.url))
    print(t("E-post: SMTP på port {smtp}, POP3 på port {pop3}, passord «simulator».", **mail))
    print(t("Tiltrodd utsteder: {path}", path=trust))
    print(t("Stopp med ctrl+c."), flush=True)
