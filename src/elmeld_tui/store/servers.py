"""Connecting to PostgreSQL, for readers and writers. psycopg is imported only then."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.store.address import ServerAddress
from elmeld_tui.store.errors import StoreError

if TYPE_CHECKING:
    import psycopg

CHANNEL = "elmeld"
"""What is notified when anything has been committed."""


def driver() -> ModuleType:
    """Return psycopg.

    Raises:
        StoreError: it is not installed.
    """
    try:
        import psycopg
    except ImportError as error:
        raise StoreError(
            t("PostgreSQL krever tilleggspakken «postgres»: pip install 'elmeld[postgres]'")
        ) from error
    return psycopg


def connect(address: ServerAddress, *statements: str) -> psycopg.Connection[tuple[object, ...]]:
    """Connect, without transactions of the driver's own, and run ``statements``.

    Raises:
        psycopg.Error: the server does not answer, or refuses.
    """
    import psycopg

    connection = psycopg.connect(
        address.url,
        password=address.password or None,
        autocommit=True,
        connect_timeout=10,
        application_name="elmeld",
    )
    for statement in ("SET client_encoding = 'UTF8'; SET timezone = 'UTC'", *statements):
        connection.execute(statement.encode())
    return connection
