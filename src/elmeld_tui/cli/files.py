"""What a command line names: a stored message, a file, or standard input as ``-``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from elmeld_tui.cli.errors import WRONG_USE, CommandError
from elmeld_tui.i18n import t

_NUMBER = re.compile(r"[0-9]{1,100}")


def kept_number(name: str) -> int | None:
    """Return the number of the kept message that ``name`` is; None where it names something else."""
    return int(name) if _NUMBER.fullmatch(name) else None


_LONGEST_NUMBER = 100


def read_number(name: str) -> str:
    """Return the national identity number in the file ``name``, trimmed; nothing is said of whether it is one.

    It never stands on the command line itself, which other programs on the machine can see.

    Raises:
        CommandError: as `read`.
    """
    return read(name, _LONGEST_NUMBER).decode("ascii", "replace").strip()


def read(name: str, limit: int) -> bytes:
    """Return the bytes of the file ``name``, one more than ``limit`` of them at most.

    Raises:
        CommandError: it is a folder, is not there, or may not be read.
    """
    try:
        if name == "-":
            return sys.stdin.buffer.read(limit + 1)
        with Path(name).open("rb") as file:
            return file.read(limit + 1)
    except IsADirectoryError as error:
        raise CommandError(
            t("«{name}» er en mappe; nevn filene i den, for eksempel {name}/*.xml", name=name.rstrip("/")),
            WRONG_USE,
        ) from error
    except FileNotFoundError as error:
        raise CommandError(t("«{name}» finnes ikke; kontroller navnet", name=name), WRONG_USE) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CommandError(t("«{name}» kan ikke leses: {reason}", name=name, reason=reason), WRONG_USE) from error
