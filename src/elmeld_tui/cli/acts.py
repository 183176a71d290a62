"""Commands whose next word says what to do: ``elmeld group add``, ``elmeld db check``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

from elmeld_tui.i18n import t

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no other name
Run: TypeAlias = Callable[[argparse.Namespace], int]


def do(args: argparse.Namespace) -> int:
    """Do the act that was named; return the exit code."""
    return int(args.act(args))


def add_command(
    commands: Commands, name: str, *, told: str, description: str, epilog: str, run: Run = do
) -> Commands:
    """Add a command, and return where its acts are added; the parser of each sets ``act``, what does it.

    Args:
        commands: the program's commands.
        name: as it is typed.
        told: what it is for, in a line of the program's help.
        description: the same at length, in its own.
        epilog: examples.
        run: takes the arguments and returns the exit code; for a command whose acts need more than those.
    """
    command = commands.add_parser(name, help=told, description=description, epilog=epilog)
    command.set_defaults(run=run)
    return command.add_subparsers(metavar=t("HANDLING"), title=t("handlinger"), required=True)
