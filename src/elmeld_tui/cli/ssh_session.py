"""``elmeld ssh-session``: the terminal application as the person whose SSH key was used; run by sshd.

Whoever runs this acts as somebody else, so only the account that owns the clinic's directory may: the one whose keys
`elmeld ssh-keys` answers for.
"""

from __future__ import annotations

import argparse
import os

from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import ANSWER_IS_NO, CommandError
from elmeld_tui.cli.opening import check_named
from elmeld_tui.i18n import t
from elmeld_tui.login import owns

NAME = "ssh-session"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("terminalen for den som har logget inn med nøkkel (sshd kjører den)"),
        description=t(
            "Settes av «elmeld ssh-keys lookup». Bare kontoen som eier klinikkens mappe, kan kjøre den."
        ),
        epilog=t("Eksempel: elmeld --data-dir /srv/klinikk ssh-session kari"),
    )
    command.add_argument("login", metavar=t("NAVN"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Open the terminal application as ``args.login``; return its exit code."""
    check_named(args)
    try:
        is_owner = owns(args.data_dir)
    except OSError as error:
        raise CommandError(
            t("kan ikke lese {path}: {reason}", path=args.data_dir, reason=error.strerror), ANSWER_IS_NO
        ) from error
    if not is_owner:
        raise CommandError(t("Bare kontoen som eier klinikkens mappe, kan åpne den for andre."), ANSWER_IS_NO)
    from elmeld_tui.store.places import own_settings
    from elmeld_tui.tui import app

    # Colours and keys are each user's own, and the account's home is everybody's who comes in by it.
    os.environ["XDG_CONFIG_HOME"] = str(own_settings(args.data_dir.resolve(), args.login))
    return app.run(args.data_dir, config=args.config, user_name=args.login)
