"""The command line: the same rooms without the screen, for scripts and for support over a bad line."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from elmeld_tui import __version__, i18n
from elmeld_tui.cli.errors import WRONG_USE, CommandError
from elmeld_tui.i18n import t

COMMANDS = ("demo", "engine", "simulator", "validate", "show", "inspect", "receive", "log", "doctor")
"""One module a command, in the order help lists them; each has ``add(commands)`` and ``run(args)``."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code (0 done, 1 the answer is no, 2 wrong use, 3 failed outside)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    args = _terminal_arguments(arguments) or _parser().parse_args(arguments)
    try:
        return int(args.run(args))
    except CommandError as error:
        print(f"elmeld: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output went away (`elmeld log | head`): not a fault. Keep the exit quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _terminal_arguments(arguments: list[str]) -> argparse.Namespace | None:
    """Set the language, and return the arguments where they name no command: then the terminal opens at once.

    The commands' own parsers are not built for it; they are a sixth of the time to the first paint.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    _add_common(parser, top=True)
    try:
        args, others = parser.parse_known_args(arguments)
    except argparse.ArgumentError:
        # The whole parser says it better.
        return None
    i18n.set_language(args.lang)
    args.run = _run_terminal
    return None if others else args


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="elmeld", description=t("Elektroniske meldinger i terminalen: postkasse, melding og meldingslogg.")
    )
    parser.add_argument("--version", action="version", version=f"elmeld {__version__}")
    parser.set_defaults(run=_run_terminal)
    _add_common(parser, top=True)
    commands = parser.add_subparsers(metavar=t("KOMMANDO"), title=t("kommandoer"))
    for name in COMMANDS:
        importlib.import_module(f"elmeld_tui.cli.{name}").add(commands)
    for command in commands.choices.values():
        _add_common(command, top=False)
    return parser


def _add_common(parser: argparse.ArgumentParser, *, top: bool) -> None:
    """Give ``parser`` the options that stand before or after any command."""

    def default(value: object) -> object:
        # A sub-command must not overwrite what stood before it.
        return value if top else argparse.SUPPRESS

    data_dir = os.environ.get("ELMELD_DATA_DIR")
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar=t("MAPPE"),
        default=default(Path(data_dir) if data_dir else None),
        help=t("klinikkens mappe (ellers ELMELD_DATA_DIR)"),
    )
    parser.add_argument(
        "--config",
        type=Path,
        metavar=t("FIL"),
        default=default(None),
        help=t("oppsettsfil i stedet for clinic.toml i mappen"),
    )
    lang = "en" if os.environ.get("ELMELD_LANG") == "en" else "nb"
    parser.add_argument("--lang", choices=("nb", "en"), default=default(lang), help=t("språk"))
    parser.add_argument(
        "--json", action="store_true", default=default(value=False), help=t("svar som JSON, ett objekt per linje")
    )


def _run_terminal(args: argparse.Namespace) -> int:
    """Open the terminal application on the clinic that ``args`` names."""
    if args.data_dir is None:
        raise CommandError(
            t("si hvilken klinikk med --data-dir eller ELMELD_DATA_DIR, eller prøv «elmeld demo»"),
            WRONG_USE,
        )
    from elmeld_tui.tui.app import run

    return run(args.data_dir, config=args.config)
