"""Passwords, which are in no file of elmeld's and on no command line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def secret(name: str, environment: Mapping[str, str] = os.environ) -> bytes | None:
    """Return the password that settings call ``name``, or None where it is nowhere.

    It is the environment variable of that name, or else the service's credential: a file that systemd shows the
    service alone (``LoadCredential=``, systemd.exec(5)). One line end at its end is not of it.
    """
    if (password := environment.get(name)) is not None:
        return password.encode()
    if not (directory := environment.get("CREDENTIALS_DIRECTORY")):
        return None
    try:
        return (Path(directory) / Path(name).name).read_bytes().removesuffix(b"\n")
    except OSError:
        return None
