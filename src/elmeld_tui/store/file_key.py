"""The key of an encrypted SQLite file: read from a command's standard output once per process, and never stored."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from functools import cache
from pathlib import Path

from elmeld_tui.i18n import t
from elmeld_tui.store.address import FileAddress
from elmeld_tui.store.errors import StoreError

_PATIENCE = 60
"""Seconds for a keyring to be unlocked."""

_SALT = 16
_ROUNDS = 256_000
"""As SQLCipher 4 makes a key of a passphrase; made here, since it would be made again for every connection."""

_RAW = re.compile(r"[0-9a-fA-F]{64}")


def of(address: FileAddress) -> str:
    """Return the key of the file, as ``PRAGMA key`` takes it: ``x'…'`` with the key and the salt of the file.

    Raises:
        StoreError: the command fails or prints nothing; the text says which, and never what it printed.
    """
    return _with_salt(_printed(address.key_command), _salt(address.path))


@cache
def _with_salt(secret: str, salt: bytes) -> str:
    raw = _RAW.fullmatch(secret) is not None
    key = secret if raw else hashlib.pbkdf2_hmac("sha512", secret.encode(), salt, _ROUNDS, 32).hex()
    return f"x'{key}{salt.hex()}'"


@cache
def _printed(command: tuple[str, ...]) -> str:
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StoreError(
            t("key_command ({name}) lar seg ikke kjøre: {reason}", name=command[0], reason=type(error).__name__)
        ) from error
    secret = run.stdout.strip("\r\n")
    if run.returncode != 0 or not secret:
        raise StoreError(
            t("key_command ({name}) ga ingen nøkkel (avsluttet med {code})", name=command[0], code=run.returncode)
        )
    return secret


@cache
def _new_salt(_path: Path) -> bytes:
    return os.urandom(_SALT)


def _salt(path: Path) -> bytes:
    """Return the salt that stands first in the file; of a file that is still empty, what will stand there."""
    try:
        with path.open("rb") as file:
            salt = file.read(_SALT)
    except OSError:
        salt = b""
    return salt if len(salt) == _SALT else _new_salt(path)
