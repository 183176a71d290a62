"""``elmeld serve``: the terminal application in a browser, on loopback."""

from __future__ import annotations

import argparse
from urllib.parse import urlsplit

from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import DONE, OUTSIDE_FAILED, WRONG_USE, CommandError
from elmeld_tui.cli.numbers import port
from elmeld_tui.cli.opening import check_named
from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import is_loopback

NAME = "serve"

_PORT = 8099


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("terminalen i en nettleser, på denne maskinen"),
        description=t(
            "Viser terminalen i nettleseren for den som kjører kommandoen. Adressen som skrives, har en nøkkel i seg "
            "og åpner bare så lenge kommandoen går. Fra andre maskiner: bak en omvendt proxy med HTTPS og innlogging."
        ),
        epilog=t(
            "eksempel: elmeld --data-dir klinikk serve; elmeld --data-dir klinikk serve --url https://post.klinikk.test"
        ),
    )
    command.add_argument(
        "--host", default="127.0.0.1", metavar=t("VERT"), help=t("bare loopback: 127.0.0.1 eller ::1")
    )
    command.add_argument("--port", type=port, default=_PORT, metavar="N")
    command.add_argument("--url", default="", metavar="URL", help=t("adressen utenfra, når en proxy står foran"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted; return the exit code."""
    check_named(args)
    if not args.data_dir.is_dir():
        raise CommandError(t("det finnes ingen mappe {path}", path=args.data_dir))
    if not is_loopback(args.host):
        told = t(
            "«{host}» kan nås fra andre maskiner. Lytt på 127.0.0.1, og la en proxy stå foran.", host=args.host
        )
        raise CommandError(told, WRONG_USE)
    if args.url and not (urlsplit(args.url).scheme == "https" and urlsplit(args.url).netloc):
        raise CommandError(t("«{url}» må være en https-adresse.", url=args.url), WRONG_USE)
    try:
        from elmeld_tui.cli.web_door import Door
    except ImportError as error:
        raise CommandError(
            t("Nettleseren trenger textual-serve: pip install 'elmeld[web]'."), OUTSIDE_FAILED
        ) from error
    Door(args.data_dir, args.config, host=args.host, port=args.port, public_url=args.url.rstrip("/")).serve()
    return DONE
