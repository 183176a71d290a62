"""Who has a draft open: one opening of it in one terminal, as recorded in the draft's row.

``<login>@<host> <pid> <start> <opened> <token>``: ``start`` is when the process started, in clock ticks since the
machine booted (proc(5), field 22 of ``/proc/<pid>/stat``), so that another process with the same pid is told apart; 0
where the system has no such file. ``opened`` is UTC. The token tells two openings apart.
"""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from elmeld_tui.model.clock import from_text, to_text

LEASE = timedelta(seconds=60)
"""How long an opening counts after it was last renewed, where one cannot see whether its process lives."""


class Opening(NamedTuple):
    """An opening: whose, where, since when."""

    user: str
    host: str
    pid: int
    start: int
    opened: datetime


def new_opening(user: str, at: datetime) -> str:
    """Return the text of an opening by this process."""
    host = socket.gethostname().replace(" ", "-")
    pid = os.getpid()
    return f"{user.replace(' ', '-')}@{host} {pid} {_start(pid)} {to_text(at)} {uuid4().hex}"


def opening(text: str) -> Opening | None:
    """Read an opening; None where the text is none."""
    parts = text.split(" ")
    who, _, host = parts[0].rpartition("@")
    if len(parts) != 5 or not (parts[1].isdecimal() and parts[2].isdecimal()):
        return None
    try:
        return Opening(who, host, int(parts[1]), int(parts[2]), from_text(parts[3]))
    except ValueError:
        return None


def is_open(terminal: str, until: str, now: datetime) -> bool:
    """Return whether an opening still counts: its lease runs, and no process of this machine is known to be dead."""
    found = opening(terminal)
    if found is None or not until or from_text(until) <= now:
        return False
    return found.host != socket.gethostname().replace(" ", "-") or _lives(found.pid, found.start)


def _lives(pid: int, start: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # Somebody else's process: it lives.
        pass
    return _start(pid) == start


def _start(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    # The name of the program, in parentheses, may hold anything.
    return int(told.rpartition(")")[2].split()[19])
