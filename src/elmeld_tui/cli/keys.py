"""``elmeld keys``: every action of the terminal, its keys, and where it can be taken."""

from __future__ import annotations

import argparse
import os

from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, CommandError
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import json_line

NAME = "keys"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        NAME,
        help=t("vis tastene i terminalen"),
        description=t("Viser alt som kan gjøres i terminalen, med tastene du selv har valgt."),
        epilog=t("eksempel: elmeld keys; elmeld keys --json"),
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the table; return the exit code."""
    from elmeld_tui.tui.actions import ACTIONS, use_keys
    from elmeld_tui.tui.key_names import key_word
    from elmeld_tui.tui.keymap import read_keymap

    keymap = read_keymap(os.environ)
    if keymap.problems:
        raise CommandError(str(keymap.problems[0]), ANSWER_IS_NO)
    use_keys(keymap.keys)
    for action in ACTIONS:
        keys = [key_word(key) for key in action.keys]
        if args.json:
            told = {
                "action": action.id,
                "where": action.where,
                "keys": keys,
                "label": action.label(),
                "help": action.help(),
            }
            print(json_line(told | {"from": keymap.origins.get(action.id, "")}))
        else:
            line = f"{' '.join(keys):<20}  {action.where.place:<16}  {action.label():<18}  {action.help()}"
            print(f"{line}  ({action.id})")
    return DONE
