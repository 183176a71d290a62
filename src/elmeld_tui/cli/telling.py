"""What a command answers: a line of text for a person, or the same as data for a script."""

from __future__ import annotations

import argparse

from elmeld_tui.model.harmless import harmless, json_line


def tell(args: argparse.Namespace, said: str, **told: object) -> None:
    """Print ``told`` as JSON where that is asked for, else ``said``, which may quote what others have written."""
    print(json_line(told) if args.json else harmless(said))
