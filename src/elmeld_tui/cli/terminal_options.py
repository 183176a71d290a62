"""The options of the terminal on the command line, which override every settings file."""

from __future__ import annotations

import argparse

from elmeld_tui.i18n import t
from elmeld_tui.tui.looks import Look


def add(parser: argparse.ArgumentParser) -> None:
    """Give ``parser`` the options."""
    parser.add_argument("--theme", choices=tuple(map(str, Look)), help=t("farger og skrift i terminalen"))
    parser.add_argument(
        "--no-mouse", dest="mouse", action="store_const", const="off", help=t("la terminalen beholde musen")
    )


def given(args: argparse.Namespace) -> dict[str, str | None]:
    """Return what ``args`` say, by the names of the terminal's settings."""
    return {"theme": args.theme, "mouse": args.mouse}
