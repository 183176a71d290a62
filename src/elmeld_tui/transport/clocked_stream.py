"""A clock for a whole answer over HTTP.

The library has one for each read, which a server that drips never lets run out.
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


class ClockedBackend(httpcore.SyncBackend):
    """The library's way to the network, each of whose answers must be there in time.

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
        return _ClockedStream(stream, self._longest)


class _ClockedStream(httpcore.NetworkStream):
    """A connection, in one thread's hands at a time; whatever is written begins a new exchange."""

    def __init__(self, stream: httpcore.NetworkStream, longest: float) -> None:
        self._stream = stream
        self._longest = longest
        self._until: float | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        came = self._stream.read(max_bytes, timeout)
        now = time.monotonic()
        if self._until is None:
            self._until = now + self._longest
        elif now > self._until:
            raise TooSlowError
        return came

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._until = None
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _ClockedStream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._longest)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
