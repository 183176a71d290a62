"""Reading a file that somebody names by hand."""

from __future__ import annotations

import stat
from pathlib import Path

from elmeld_tui.i18n import t
from elmeld_tui.office.errors import OfficeError


def read_named(written: str, limit: int) -> bytes:
    """Return the bytes of the file that somebody has written the path of.

    Args:
        written: the path; ``~`` is the home of the account, and quotes around it are those of a shell.
        limit: bytes that it may have.

    Raises:
        OfficeError: it is not there, is no file, may not be read, or is larger.
    """
    path = Path(written.strip().strip("\"'"))
    try:
        path = path.expanduser()
        kind = path.stat()
        # What is no file may give no end, or no beginning.
        if not stat.S_ISREG(kind.st_mode):
            raise OfficeError(t("«{path}» er ingen fil. Skriv hele stien til filen.", path=path))
        if kind.st_size > limit:
            raise OfficeError(
                t("«{path}» er for stor: høyst {most} MB kan leses inn her.", path=path, most=limit // 1_000_000)
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise OfficeError(
            t("«{path}» finnes ikke på maskinen som elmeld kjører på. Kontroller stien.", path=path)
        ) from error
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OfficeError(t("«{path}» kan ikke leses: {reason}", path=path, reason=reason)) from error
