"""A port of this machine that is ours before anybody listens on it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_port() -> Iterator[int]:
    """Give a port of loopback that nobody listens on, and that the system gives to nobody else meanwhile.

    A server that is told to use it can, as servers set SO_REUSEADDR; until then who connects is refused. A port that was
    only looked for could be another test's, or its own client's, before its server has bound it.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])
