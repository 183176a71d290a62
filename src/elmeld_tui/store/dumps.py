"""Copies of a PostgreSQL store, made with PostgreSQL's own pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from elmeld_tui.i18n import t
from elmeld_tui.store.address import ServerAddress
from elmeld_tui.store.check import check
from elmeld_tui.store.copies import NotWholeError, part_of, sync
from elmeld_tui.store.database import at, revision
from elmeld_tui.store.errors import StoreError


def back_up(address: ServerAddress, target: Path) -> None:
    """Dump the store as it is at this moment to ``target``; those who write do not wait.

    Raises:
        StoreError: pg_dump is missing or fails; the text says why.
        OSError: the dump cannot be written.
    """
    with part_of(target) as part:
        _run(address, "pg_dump", "--format=custom", "--no-owner", f"--file={part}", f"--dbname={address.url}")
        _run(address, "pg_restore", "--list", f"--file={os.devnull}", str(part))
        part.replace(target)
    sync(target.parent)


def restore(address: ServerAddress, source: Path) -> None:
    """Read a dump into an empty database, wholly or not at all, and check what has come.

    Raises:
        StoreError: there is a store in the database already, or pg_restore is missing or fails.
        NotWholeError: what has come does not agree with itself.
    """
    database = at(address)
    try:
        if revision(database) is not None:
            raise StoreError(
                t("databasen har et meldingslager fra før. Lag en ny, tom database og skriv den i [store] url.")
            )
        _run(address, "pg_restore", "--list", f"--file={os.devnull}", str(source))
        one_step = ("--single-transaction", "--exit-on-error", "--no-owner", f"--dbname={address.url}")
        _run(address, "pg_restore", *one_step, str(source))
        breaches = check(database)
    finally:
        database.close()
    if breaches:
        raise NotWholeError(
            t(
                "det som ble lest inn, er ikke helt: {count} brudd, det første {code} ({where})",
                count=len(breaches),
                code=breaches[0].code,
                where=breaches[0].where,
            )
        )


def _run(address: ServerAddress, program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL's; the password is never on its command line."""
    found = shutil.which(program)
    if found is None:
        raise StoreError(t("{program} er ikke installert (pakken postgresql-client)", program=program))
    secret = {"PGPASSWORD": address.password} if address.password else {}
    run = subprocess.run(  # noqa: S603 - our own words, and the clinic's database
        [found, *arguments], env={**os.environ, **secret}, capture_output=True, text=True, check=False
    )
    if run.returncode != 0:
        first = next(iter(run.stderr.strip().splitlines()), str(run.returncode))
        raise StoreError(t("{program} feilet: {reason}", program=program, reason=first))
