"""Numbers as command-line arguments."""

from __future__ import annotations

import argparse
import re

from elmeld_tui.i18n import t

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
"""No larger than a database has numbers for."""

_LAST_PORT = 65535


def whole(text: str) -> int:
    """Return a whole number; the ``type`` of arguments that are one.

    Raises:
        ArgumentTypeError: it is none, or larger than any that something here can have.
    """
    if not _WHOLE.fullmatch(text):
        shown = text if len(text) <= 20 else f"{text[:20]}…"
        raise argparse.ArgumentTypeError(t("«{text}» er ikke et helt tall på høyst 18 sifre", text=shown))
    return int(text)


def port(text: str) -> int:
    """Return the number of a port; the ``type`` of arguments that are one.

    Raises:
        ArgumentTypeError: there is no such port.
    """
    if not _WHOLE.fullmatch(text) or int(text) not in range(_LAST_PORT + 1):
        raise argparse.ArgumentTypeError(t("en port er et tall fra 0 til {last}", last=_LAST_PORT))
    return int(text)
