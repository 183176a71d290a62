"""Copying out of the terminal, also over SSH and in tmux.

In tmux, tmux itself is asked to pass the text on, since it drops an escape sequence meant for the terminal unless it
is configured otherwise. Elsewhere the terminal is asked (OSC 52). Where the terminal cannot do that, and for a text
longer than terminals accept, the text is written to a file that only the user can read, in the directory that is
removed at logout.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum
from pathlib import Path

_LONGEST = 74_000
"""Bytes that go through OSC 52: as base64 they fill the 100,000 that widespread terminals take."""

_WITHOUT = ("linux", "vt", "dumb", "Eterm", "cons")
"""How the names of terminals begin that have no clipboard."""

_PATIENCE = 2.0
"""Seconds tmux is given."""


class Way(Enum):
    """How a text can leave."""

    TMUX = "tmux"
    TERMINAL = "terminal"
    FILE = "file"


def ways(text: str, environment: Mapping[str, str]) -> list[Way]:
    """Return the ways to try for ``text``, in order."""
    in_tmux = [Way.TMUX] if environment.get("TMUX") else []
    knows = not environment.get("TERM", "").startswith(_WITHOUT)
    fits = knows and len(text.encode()) <= _LONGEST
    return [*in_tmux, *([Way.TERMINAL] if fits else []), Way.FILE]


async def to_tmux(text: str) -> bool:
    """Put ``text`` in tmux's buffer and, through it, on the terminal's clipboard; return whether that went well."""
    try:
        tmux = await asyncio.create_subprocess_exec(
            *("tmux", "load-buffer", "-w", "-"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:  # there is no tmux to start, whatever the environment says
        return False
    try:
        await asyncio.wait_for(tmux.communicate(text.encode()), _PATIENCE)
    except TimeoutError:
        # It may have ended just now.
        with suppress(ProcessLookupError):
            tmux.kill()
        await tmux.wait()
    return tmux.returncode == 0


def to_file(text: str, environment: Mapping[str, str]) -> Path | None:
    """Write ``text`` where only this user can read it and nothing is left; None where there is no such place.

    Raises:
        OSError: it cannot be written.
    """
    directory = environment.get("XDG_RUNTIME_DIR", "")
    if not directory:
        return None
    path = Path(directory) / "elmeld-copied.txt"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return path
