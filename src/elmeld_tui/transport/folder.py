"""Directories as a way of travelling: for exercises, and for sites whose messages are carried over by hand.

One message is one file: header fields, an empty line, the body, as `elmeld inspect` reads it. A file is there whole or
not at all: it is written under a name that begins with a dot, and then renamed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from elmeld_tui.i18n import t
from elmeld_tui.model.arrival import Way
from elmeld_tui.model.clock import Clock
from elmeld_tui.transport.letterhead import entity
from elmeld_tui.transport.mailbox import Item, MailboxDownError, too_large
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply

_UNFINISHED = (".part", ".tmp", ".new")


@dataclass(frozen=True, slots=True)
class FolderTransport:
    """Writes messages into the directories that their addresses name.

    Attributes:
        clock: the present.
    """

    clock: Clock

    def limit(self, endpoint: str) -> int | None:  # noqa: ARG002 - the port's signature
        """Return None: a directory has no limit of its own."""
        return None

    def send(self, parcel: Parcel) -> Reply | None:
        """Put one message into a directory, durably; see `port.Transport.send`."""
        directory = directory_of(parcel.endpoint)
        name = f"{re.sub(r'[^0-9A-Za-z.-]', '_', parcel.message_id)}.{parcel.attempt}.mime"
        try:
            write_whole(directory, name, entity(parcel, now=self.clock()))
        except OSError as error:
            reason = t("Kan ikke legge meldingen i {path}: {reason}", path=directory, reason=error.strerror)
            raise NotDeliveredError(reason, retry=True) from error
        return None


def directory_of(endpoint: str) -> Path:
    """Return the directory that a ``file:`` URL names."""
    return Path(unquote(urlsplit(endpoint).path))


def write_whole(directory: Path, name: str, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after the power has gone.

    Raises:
        OSError: it cannot be written; nothing is left behind under ``name``.
    """
    part = directory / f".{name}.part"
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(directory / name)
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Folder:
    """A directory that messages are taken from.

    Attributes:
        path: of the directory.
    """

    path: Path
    way: Way = Way.FOLDER

    @property
    def name(self) -> str:
        """What logs and alerts call it."""
        return str(self.path)

    def fetch(self, limit: int, skip: Container[str] = ()) -> Iterator[Item]:
        """Yield every finished file by its name; hidden ones, half ones and directories stay."""
        try:
            found = sorted(entry.name for entry in os.scandir(self.path) if _is_message(entry))
        except OSError as error:
            raise MailboxDownError(
                t("Kan ikke lese mappen {path}: {reason}", path=self.path, reason=error.strerror)
            ) from error
        for name in found:
            item = None if name in skip else _item(self.path / name, limit)
            if item is not None:
                yield item

    def check(self) -> None:
        """Look whether the directory can be read and emptied.

        Raises:
            MailboxDownError: it cannot; the text says why.
        """
        if not (self.path.is_dir() and os.access(self.path, os.R_OK | os.W_OK | os.X_OK)):
            raise MailboxDownError(t("Mappen {path} finnes ikke, eller kan ikke leses og tømmes.", path=self.path))


def _is_message(entry: os.DirEntry[str]) -> bool:
    hidden = entry.name.startswith(".") or entry.name.endswith(_UNFINISHED)
    return not hidden and entry.is_file(follow_symlinks=False)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise MailboxDownError(t("Kan ikke fjerne {path}: {reason}", path=path, reason=error.strerror)) from error


def _item(path: Path, limit: int) -> Item | None:
    try:
        size = path.stat().st_size
        if size > limit:
            problem = too_large(size, limit)
            return Item(path.name, size, None, problem, partial(_remove, path))
        return Item(path.name, size, path.read_bytes(), "", partial(_remove, path))
    except FileNotFoundError:
        # Somebody took it away meanwhile.
        return None
    except OSError as error:
        return Item(
            path.name, 0, None, t("Filen kan ikke leses: {reason}", reason=error.strerror), partial(_remove, path)
        )
