"""Connections to partners' servers, kept for the next message where the server lets them be."""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from typing import NamedTuple
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}

_IDLE = 4.0
"""Seconds a connection is kept without use; servers commonly close theirs after five, and then a post is lost in it."""


class Origin(NamedTuple):
    """Where a server is.

    Attributes:
        scheme: ``http`` or ``https``.
        host: name or address.
        port: of TCP.
    """

    scheme: str
    host: str
    port: int


def origin(endpoint: str) -> Origin:
    """Return where the server of a URL is.

    Raises:
        ValueError: it is no URL of HTTP.
    """
    url = urlsplit(endpoint)
    if url.scheme not in _PORTS or not url.hostname:
        raise ValueError("http(s)://…")
    return Origin(url.scheme, url.hostname, url.port or _PORTS[url.scheme])


class _Kept(NamedTuple):
    origin: Origin
    connection: socket.socket
    since: float


class Connections:
    """Connections for any number of threads, each in one thread's hands at a time.

    Args:
        context: what a server's certificate is checked with.
        timeout: seconds to wait for each of connection, sending and answer.
    """

    def __init__(self, context: ssl.SSLContext, timeout: float) -> None:
        self._context = context
        self._timeout = timeout
        self._kept: list[_Kept] = []
        self._lock = threading.Lock()
        self._closed = False

    def take(self, origin: Origin) -> socket.socket:
        """Return a connection to a server, one that was kept or a new one.

        Raises:
            OSError: there is no way to it, or its certificate does not hold.
        """
        while (kept := self._take_kept(origin)) is not None:
            if not _has_something_to_read(kept):
                return kept
            # It was closed at the other end, or has said what nobody asked for.
            kept.close()
        return self._connect(origin)

    def keep(self, origin: Origin, connection: socket.socket) -> None:
        """Give a connection back, whose last answer has been read to its end."""
        with self._lock:
            if not self._closed:
                self._kept.append(_Kept(origin, connection, time.monotonic()))
                return
        connection.close()

    def close(self) -> None:
        """Close what is kept, and whatever is given back from now on."""
        with self._lock:
            self._closed = True
            kept, self._kept = self._kept, []
        for one in kept:
            one.connection.close()

    def _take_kept(self, origin: Origin) -> socket.socket | None:
        """Return the connection to a server that was used last; close all that have been idle for too long."""
        oldest = time.monotonic() - _IDLE
        with self._lock:
            old = [one for one in self._kept if one.since < oldest]
            self._kept = [one for one in self._kept if one.since >= oldest]
            found = next((one for one in reversed(self._kept) if one.origin == origin), None)
            if found is not None:
                self._kept.remove(found)
        for one in old:
            one.connection.close()
        return None if found is None else found.connection

    def _connect(self, origin: Origin) -> socket.socket:
        connection = socket.create_connection((origin.host, origin.port), self._timeout)
        try:
            # What is written is whole messages: nothing gains by waiting for more.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if origin.scheme == "https":
                return self._context.wrap_socket(connection, server_hostname=origin.host)
        except BaseException:
            connection.close()
            raise
        return connection


def _has_something_to_read(connection: socket.socket) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))
