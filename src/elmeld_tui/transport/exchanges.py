"""What the HTTP library does not tell of an exchange.

That the answer takes too long as a whole: the library has a clock for each read, which a server that drips never lets
run out. And that a connection which was kept for the next message had been closed by the time that one was written.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore
from httpcore import SOCKET_OPTION


class TooSlowError(httpcore.ReadTimeout):
    """The answer has begun, and was not there in time."""


class ClosedMeanwhileError(httpcore.ReadError):
    """The connection had been used before, and ended without a byte of answer to what was written now."""


class WatchedBackend(httpcore.SyncBackend):
    """The library's way to the network, whose exchanges are watched.

    Args:
        longest: seconds from the first byte of an answer, its header's too, to the last.
    """

    def __init__(self, longest: float) -> None:
        self._longest = longest

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect; see the library."""
        stream = super().connect_tcp(host, port, timeout, local_address, socket_options)
        return _WatchedStream(stream, self._longest)


class _WatchedStream(httpcore.NetworkStream):
    """A connection, in one thread's hands at a time; whatever is written after an answer begins a new exchange."""

    def __init__(self, stream: httpcore.NetworkStream, longest: float) -> None:
        self._stream = stream
        self._longest = longest
        self._until: float | None = None
        self._kept = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            came = self._stream.read(max_bytes, timeout)
        except httpcore.ReadError as error:
            if self._kept and self._until is None:
                raise ClosedMeanwhileError(str(error)) from error
            raise
        if not came and self._kept and self._until is None:
            raise ClosedMeanwhileError
        now = time.monotonic()
        if self._until is None:
            self._until = now + self._longest
        elif now > self._until:
            raise TooSlowError
        return came

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._until is not None:
            self._kept, self._until = True, None
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _WatchedStream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._longest)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
