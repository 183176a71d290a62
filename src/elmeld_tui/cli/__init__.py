"""The command line: everything the screens can do, for scripts and for support over a bad line."""

from __future__ import annotations

import argparse
import importlib
import os
import sqlite3
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

from elmeld_tui import __version__, i18n
from elmeld_tui.cli import argparse_words, terminal_options
from elmeld_tui.cli.errors import OUTSIDE_FAILED, WRONG_USE, CommandError
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless
from elmeld_tui.store.errors import StoreError

COMMANDS = (
    "demo",
    "engine",
    "simulator",
    "validate",
    "show",
    "inspect",
    "receive",
    "compose",
    "draft",
    "send",
    "post",
    "address",
    "shortcut",
    "log",
    "patient",
    "alert",
    "retry",
    "resend",
    "recreate",
    "handled",
    "decide",
    "forward",
    "user",
    "group",
    "position",
    "code",
    "cpa",
    "cert",
    "ssh-keys",
    "ssh-session",
    "serve",
    "bundle",
    "doctor",
    "audit",
    "keys",
    "config",
    "retention",
    "db",
)
"""One module a command, in the order help lists them; each has ``add(commands)`` and ``run(args)``.

``add`` returns the parsers of a command's own commands, where it has some.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code (0 done, 1 the answer is no, 2 wrong use, 3 failed outside)."""
    _open_output()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        args = _arguments(arguments)
        if args.run is not _run_terminal:
            _use_code_lists(args.data_dir)
        code = _run(args)
        sys.stdout.flush()
    except CommandError as error:
        return _say(str(error), error.exit_code)
    except BrokenPipeError:
        # The reader of our output went away (`elmeld log | head`): not a fault. Keep the exit quiet.
        _drop_output()
        return 0
    except (StoreError, sqlite3.Error) as error:
        return _say(str(error), OUTSIDE_FAILED)
    except OSError as error:
        _drop_output()
        where = f"{error.filename}: " if error.filename else ""
        return _say(f"{where}{error.strerror or error}", OUTSIDE_FAILED)
    except KeyboardInterrupt:
        return 130
    return code


def _run(args: argparse.Namespace) -> int:
    try:
        return int(args.run(args))
    except UnicodeEncodeError as error:
        # Half a character: an argument in another encoding than the terminal's, or an escape in JSON that means none.
        raise CommandError(t("«{text}» er ikke skrevet i UTF-8", text=error.object), WRONG_USE) from error
    except (CommandError, StoreError, sqlite3.Error, OSError):
        raise
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        raise CommandError(_fault(error), OUTSIDE_FAILED) from error


def _fault(error: Exception) -> str:
    """Return what is told of a fault of the program itself: where it is, and nothing of what a message says."""
    from elmeld_tui.engine.faults import place

    return t(
        "feil i programmet ({error}, {place}, versjon {version}). Meld fra om den.",
        **place(error),
        version=__version__,
    )


def _use_code_lists(data_dir: Path | None) -> None:
    from elmeld_tui.messages import codelists
    from elmeld_tui.store.places import code_lists

    codelists.use(code_lists(data_dir) if data_dir else None)


def _say(problem: str, exit_code: int) -> int:
    print(f"elmeld: {_one_line(problem)}", file=sys.stderr)
    return exit_code


def _one_line(problem: str) -> str:
    """Return what is wrong as a terminal may show it: it may say what somebody else wrote, or was made to type."""
    return harmless(" ".join(problem.split()))


def _open_output() -> None:
    """Make output that is closed, or whose encoding lacks a letter, no reason to fail."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # In JSON the escapes mean the letter itself.
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Keep the exit quiet where what is still to be written has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as every other error."""

    def error(self, message: str) -> NoReturn:
        """Print ``message`` and exit with 2."""
        self.exit(WRONG_USE, f"{self.prog}: {_one_line(message)}\n")


def _arguments(arguments: list[str]) -> argparse.Namespace:
    """Set the language, and return what ``arguments`` say.

    Only what they name is built: every command's parser with what it imports would be a sixth of the time to the first
    paint, and most of the time that sshd waits for an answer about a key.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    _add_common(parser, top=True)
    terminal_options.add(parser)
    try:
        args, others = parser.parse_known_args(arguments)
    except argparse.ArgumentError:
        # The whole parser says it better.
        return _parser(COMMANDS).parse_args(arguments)
    i18n.set_language(args.lang)
    if others:
        _must_be_known(others[0])
        return _parser(others[:1] if others[0] in COMMANDS else COMMANDS).parse_args(arguments)
    args.run = _run_terminal
    return args


def _must_be_known(word: str) -> None:
    """End with a hint where a word is meant to be a command and is none: forty to choose from are no help."""
    if word.startswith("-") or word in COMMANDS:
        return
    from difflib import get_close_matches

    likely = get_close_matches(word, COMMANDS, n=3)
    raise CommandError(
        t("ukjent kommando «{name}»; mente du {likely}?", name=word, likely=", ".join(likely))
        if likely
        else t("ukjent kommando «{name}»; «elmeld --help» viser alle", name=word),
        WRONG_USE,
    )


def _parser(names: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser that knows the commands ``names``."""
    argparse_words.use()
    parser = _Parser(
        prog="elmeld", description=t("Elektroniske meldinger i terminalen: postkasse, melding og meldingslogg.")
    )
    parser.add_argument("--version", action="version", version=f"elmeld {__version__}", help=t("vis versjonen"))
    parser.set_defaults(run=_run_terminal)
    _add_common(parser, top=True)
    terminal_options.add(parser)
    commands = parser.add_subparsers(metavar=t("KOMMANDO"), title=t("kommandoer"))
    inner: list[argparse.ArgumentParser] = []
    for name in names:
        inner += importlib.import_module(f"elmeld_tui.cli.{name.replace('-', '_')}").add(commands) or ()
    for command in (*commands.choices.values(), *inner):
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
        "--plain",
        action="store_true",
        default=default(value=False),
        help=t("svar som linjer med tekst (det vanlige)"),
    )
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

    return run(args.data_dir, config=args.config, options=terminal_options.given(args))
