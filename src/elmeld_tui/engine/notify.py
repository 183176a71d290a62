"""Telling the service manager how the engine is doing: sd_notify(3) over systemd's socket, if there is one."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

READY = "READY=1"
STOPPING = "STOPPING=1"
WATCHDOG = "WATCHDOG=1"


def notify(*states: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Tell the service manager.

    Args:
        states: assignments, such as `READY` or ``STATUS=…``.
        environment: names the socket as NOTIFY_SOCKET: a path, or ``@name`` in the abstract namespace.

    Returns:
        False where nobody listens: there is no service manager, or it is gone. The engine works all the same.
    """
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    # The abstract namespace is written with an @ for the zero byte it begins with.
    place = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        try:
            line.sendto("\n".join(states).encode(), place)
        except OSError:
            return False
    return True


def watchdog_seconds(environment: Mapping[str, str] = os.environ) -> float | None:
    """Return how long the service manager bears our silence; None where it does not watch this process.

    See sd_watchdog_enabled(3).
    """
    wanted, watched = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", str(os.getpid()))
    if not wanted.isdecimal() or watched != str(os.getpid()):
        return None
    return int(wanted) / 1_000_000
