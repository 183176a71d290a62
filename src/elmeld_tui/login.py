"""Who is at the keyboard: the user the operating system names, never one that only the environment claims."""

from __future__ import annotations

import os
import pwd
from pathlib import Path


def login() -> str:
    """Return the user name that this process runs under; the user id as digits where it has no name."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def owns(directory: Path) -> bool:
    """Return whether this process runs under the account that a directory belongs to.

    Raises:
        OSError: it is not there, or may not be looked at.
    """
    return directory.stat().st_uid == os.getuid()
