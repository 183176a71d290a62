"""Where a clinic's store is: a SQLite file in its directory, or a PostgreSQL database by URL. Imports nothing heavy."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from elmeld_tui.i18n import t
from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.places import database_file
from elmeld_tui.store.secrets import secret
from elmeld_tui.store.settings import SettingsError, read_store

_PASSWORD = re.compile(r"[?&]password=")


@dataclass(frozen=True, slots=True)
class FileAddress:
    """A SQLite file.

    Attributes:
        path: of the file.
        key_command: prints the key of an encrypted one; empty where it is not.
    """

    path: Path
    key_command: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return how it is named to a human."""
        return str(self.path)


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A PostgreSQL database.

    Attributes:
        url: without a password.
        password: empty where libpq finds it itself.
    """

    url: str
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Return how it is named to a human."""
        return self.url


Address = FileAddress | ServerAddress


def find(data_dir: Path, config: Path | None = None) -> Address:
    """Return where the clinic in ``data_dir`` keeps its messages.

    Args:
        data_dir: the clinic's directory.
        config: another settings file than the one in it.

    Raises:
        StoreError: its settings cannot be used; the text says why.
    """
    try:
        settings = read_store(data_dir, config)
    except SettingsError as error:
        raise StoreError(str(error)) from error
    if not settings.url:
        return FileAddress(database_file(data_dir), settings.key_command)
    try:
        parts = urlsplit(settings.url)
        scheme, told = parts.scheme, parts.password
    except ValueError:
        scheme, told = "", None
    if scheme not in {"postgresql", "postgres"}:
        raise StoreError(t("[store] url skal begynne med postgresql://. Rett opp i clinic.toml."))
    if told is not None or _PASSWORD.search(settings.url):
        raise StoreError(
            t("passordet skal ikke stå i [store] url. Legg det i en miljøvariabel og skriv password_env.")
        )
    password = secret(settings.password_env) if settings.password_env else b""
    if password is None:
        raise StoreError(
            t("miljøvariabelen {name} med databasens passord er ikke satt", name=settings.password_env)
        )
    return ServerAddress(settings.url, password.decode())
