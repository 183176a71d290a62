"""Saving attachments as files: never over an existing file, never through a link, readable by the user alone.

Standard library only, so that the command line can save from a file without opening a clinic.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from elmeld_tui.i18n import t
from elmeld_tui.office.errors import OfficeError

_MOST_TRIES = 1000
_DOWNLOADS = ("Downloads", "Nedlastinger", "Nedlastingar")
_XDG_LINE = re.compile(r'^\s*XDG_DOWNLOAD_DIR="\$HOME/([^"$`\\]+)"\s*$', re.MULTILINE)


def download_directory() -> Path:
    """Return where this user's programs save files: what the desktop says, else a usual folder, else home."""
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "user-dirs.dirs"
    said = _XDG_LINE.search(config.read_text(encoding="utf-8", errors="replace")) if config.is_file() else None
    wanted = [home / said[1]] if said else []
    return next((each for each in [*wanted, *(home / name for name in _DOWNLOADS)] if each.is_dir()), home)


def chosen_directory(written: str) -> Path:
    """Return the folder that somebody has written, where ``~`` is her own and ``~name`` another user's.

    Raises:
        OfficeError: there is no such user.
    """
    try:
        return Path(written).expanduser()
    except RuntimeError as error:
        user = Path(written).parts[0].removeprefix("~")
        raise OfficeError(
            t(
                "Det finnes ingen bruker «{user}» her. Begynn mappen med «/», eller med «~/» for din egen.",
                user=user,
            )
        ) from error


def save(directory: Path, name: str, content: bytes) -> Path:
    """Write ``content`` to a new file in ``directory``, readable by its owner alone; return where it lies.

    Where the name is taken a number follows it: ``svar.pdf``, ``svar-2.pdf``.

    Args:
        directory: is made, for its owner alone, where it is not there.
        name: a safe file name, without a path.
        content: the bytes.

    Raises:
        OfficeError: the folder cannot be used, the name is that of a link, or there is no room.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, handle = _new_file(directory, Path(name))
    except UnicodeEncodeError as error:
        raise OfficeError(
            t("Navnet «{path}» har tegn som ikke kan brukes i navn på denne maskinen.", path=directory / name)
        ) from error
    except OSError as error:
        raise _not_saved(directory, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _not_saved(path, error) from error
    return path


def check_new(path: Path) -> None:
    """See that there is nothing at ``path`` yet.

    Raises:
        OfficeError: there is.
    """
    if os.path.lexists(path):
        raise OfficeError(t("«{path}» finnes fra før og blir ikke overskrevet. Velg et annet navn.", path=path))


def write_new(path: Path, content: bytes) -> None:
    """Write ``content`` to the file ``path``, which must not be there yet.

    Raises:
        OfficeError: there is something there already, or it cannot be written.
    """
    check_new(path)
    save(path.parent, path.name, content)


def _new_file(directory: Path, name: Path) -> tuple[Path, int]:
    """Open a new file; the operating system decides whether it is new, so that nobody can come between."""
    for number in range(1, _MOST_TRIES + 1):
        path = directory / (name.name if number == 1 else f"{name.stem}-{number}{name.suffix}")
        try:
            return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            if path.is_symlink():
                raise OfficeError(t("«{path}» er en lenke. Det lagres ikke gjennom lenker.", path=path)) from None
    raise OfficeError(
        t("Det ligger for mange filer med samme navn i «{path}». Velg en annen mappe.", path=directory)
    )


def _not_saved(path: Path, error: OSError) -> OfficeError:
    return OfficeError(
        t("Kan ikke lagre i «{path}»: {reason}. Velg en annen mappe.", path=path, reason=error.strerror or error)
    )
