"""Copies of a SQLite store: made while others write, restored when nobody does, and encrypted on the way.

A store is only ever replaced by a file that has been checked, in one step; a copy is readable by its owner alone.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.store import file_key, files
from elmeld_tui.store.address import FileAddress
from elmeld_tui.store.check import check
from elmeld_tui.store.database import HEAD, at, revision
from elmeld_tui.store.errors import NoStoreError, StoreError


class NotWholeError(Exception):
    """A copy does not agree with itself; the text says so, and how much. Nothing was replaced."""


def back_up(address: FileAddress, target: Path) -> None:
    """Copy the store as it is at this moment to ``target``, and check the copy; those who write do not wait.

    Args:
        address: of the store; an encrypted one gives an encrypted copy with the same key.
        target: a file; what is there is replaced when the copy is whole.

    Raises:
        NoStoreError: there is none.
        StoreError: it cannot be read.
        NotWholeError: the copy is not whole.
        OSError: the copy cannot be written.
    """
    with part_of(target) as part:
        copy = replace(address, path=part)
        _copy(address, copy)
        _check(copy)
        part.replace(target)
    sync(target.parent)


class Replaced(NamedTuple):
    """A store that a copy has taken the place of.

    Attributes:
        path: where it lies now.
        newer: how many messages it has that came or were written after the copy was taken.
    """

    path: Path
    newer: int


def restore(address: FileAddress, source: Path) -> Replaced | None:
    """Put a backup in place of the store, when it is whole and nobody has the store open.

    Args:
        address: of the store.
        source: what `back_up` made.

    Returns:
        The store that was there, where it lies now; None where there was none.

    Raises:
        NoStoreError: ``source`` is not there.
        StoreError: it cannot be read, is from a newer program, or somebody has the store open.
        NotWholeError: it is not whole.
        OSError: it cannot be written.
    """
    address.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with part_of(address.path) as part:
        copy = replace(address, path=part)
        _copy(replace(address, path=source), copy)
        _check(copy)
        kept = _put_aside(address)
        part.replace(address.path)
    sync(address.path.parent)
    return Replaced(kept, _newer(replace(address, path=kept), address)) if kept else None


def encrypt(address: FileAddress) -> None:
    """Make a store that is not encrypted into one that is, with the key of ``address``; the old file is removed.

    Raises:
        NoStoreError: there is none.
        StoreError: it is encrypted already, the key cannot be had, or somebody has the store open.
        NotWholeError: the encrypted copy is not whole; the store is as it was.
        OSError: the copy cannot be written.
    """
    plain = replace(address, key_command=())
    if not address.path.is_file():
        raise NoStoreError(t("det finnes ikke noe meldingslager i {path}", path=address.path.parent))
    _close_to_others(plain)
    with part_of(address.path) as part:
        copy = replace(address, path=part)
        module = files.driver(address)
        try:
            # SQLCipher without a key reads what is not encrypted.
            with closing(module.connect(str(address.path), isolation_level=None)) as connection:
                connection.execute(f'ATTACH DATABASE ? AS encrypted KEY "{file_key.of(copy)}"', [str(part)])
                connection.execute("PRAGMA encrypted.auto_vacuum = INCREMENTAL")
                connection.execute("SELECT sqlcipher_export('encrypted')").fetchall()
        except module.Error as error:
            raise files.unreadable(plain, error) from error
        _check(copy)
        part.replace(address.path)
    sync(address.path.parent)


@contextmanager
def part_of(target: Path) -> Iterator[Path]:
    """Give a file beside ``target`` to write; whatever is left of it goes."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-", suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{name}{ending}").unlink(missing_ok=True)


def _copy(source: FileAddress, copy: FileAddress) -> None:
    if not source.path.is_file():
        raise NoStoreError(t("det finnes ikke noe meldingslager i {path}", path=source.path))
    module = files.driver(source)
    try:
        uri = f"{source.path.resolve().as_uri()}?mode=ro"
        with (
            closing(files.connect(source, uri, uri=True)) as old,
            closing(files.connect(source, str(copy.path))) as new,
        ):
            # All at once: one state of the store, and in WAL mode nobody waits for a reader.
            old.backup(new)
            # The copy is one file, not one with a log beside it.
            new.execute("PRAGMA journal_mode = DELETE")
    except module.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise StoreError(t("det er ikke plass til kopien i {path}", path=copy.path.parent)) from error
        raise files.unreadable(source, error) from error


def _check(copy: FileAddress) -> None:
    database = at(copy)
    try:
        found = revision(database)
        if found is None:
            raise StoreError(t("filen er ikke noe meldingslager"))
        if found > HEAD:
            raise StoreError(
                t(
                    "meldingslageret er fra en nyere utgave av elmeld (skjema {found}, dette programmet kan {known}). "
                    "Oppgrader programmet.",
                    found=found,
                    known=HEAD,
                )
            )
        # Of an older one, only its program knows what must hold.
        breaches = check(database) if found == HEAD else []
    finally:
        database.close()
    if breaches:
        raise NotWholeError(
            t(
                "kopien er ikke hel: {count} brudd, det første {code} ({where}). Ingenting er erstattet.",
                count=len(breaches),
                code=breaches[0].code,
                where=breaches[0].where,
            )
        )


def _newer(kept: FileAddress, copy: FileAddress) -> int:
    """Return how many messages a store has that have come after the last one of a copy of it."""
    (last,) = _asked(copy, "SELECT coalesce(max(id), 0) FROM message", ())
    (count,) = _asked(kept, "SELECT count(*) FROM message WHERE id > ?", (last,))
    return int(count)


def _asked(address: FileAddress, question: str, values: tuple[int, ...]) -> tuple[int]:
    module = files.driver(address)
    try:
        with closing(files.connect(address, f"{address.path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            answer: tuple[int] = connection.execute(question, values).fetchone()
    except module.Error as error:
        raise files.unreadable(address, error) from error
    return answer


def _close_to_others(address: FileAddress) -> None:
    """Fold the log into the file, which only he can do who is alone with it.

    Raises:
        StoreError: somebody else has it open.
    """
    module = files.driver(address)
    try:
        with closing(files.connect(address, str(address.path), isolation_level=None)) as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except module.Error as error:
        if "locked" not in str(error):
            raise files.unreadable(address, error) from error
        mode = "wal"
    if mode != "delete":
        raise StoreError(
            t("meldingslageret {path} er i bruk. Stopp motoren og lukk alle skjermer først.", path=address.path)
        )


def _put_aside(address: FileAddress) -> Path | None:
    path = address.path
    if not path.exists() or path.stat().st_size == 0:
        return None
    _close_to_others(address)
    number = 1
    while (kept := path.with_name(f"{path.name}.replaced-{number}")).exists():
        number += 1
    try:
        # A second name, so that there is a store at every moment: without one, an engine would begin an empty one.
        kept.hardlink_to(path)
    except OSError:
        path.rename(kept)
    return kept


def sync(directory: Path) -> None:
    """Let the directory be on the disk as it is now."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
