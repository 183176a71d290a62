"""Fetching from an address named in a certificate: short, small, direct, and over HTTP only.

The caller has made sure that an authority the clinic trusts has signed the address. Even so, no redirect is followed,
no proxy from the environment is used, and no answer may be larger or slower than its kind can need.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from elmeld_tui.security.locations import is_fetchable

if TYPE_CHECKING:
    import httpx

_QUIET = 5.0
"""Seconds without an octet after which we give up."""

_PATIENCE = 10.0
"""Seconds that a whole answer may take."""


class NotFetchedError(Exception):
    """Nothing of use came; the text says why, for the log."""


class Fetcher:
    """Fetches over one kept client; for several threads.

    Args:
        transport: what carries the questions instead of the network, in tests.
    """

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        self._transport = transport
        self._opened: httpx.Client | None = None

    def get(self, url: str, *, largest: int) -> bytes:
        """Return what lies at ``url``.

        Raises:
            NotFetchedError: no answer, an error, a redirect, or more than ``largest`` bytes.
        """
        return self._fetch("GET", url, b"", "", largest)

    def post(self, url: str, body: bytes, content_type: str, *, largest: int) -> bytes:
        """Return what ``url`` answers to ``body``; see `get`."""
        return self._fetch("POST", url, body, content_type, largest)

    def _fetch(self, method: str, url: str, body: bytes, content_type: str, largest: int) -> bytes:
        import httpx

        if not is_fetchable(url):
            raise NotFetchedError("address")
        if self._opened is None:
            self._opened = httpx.Client(
                timeout=_QUIET, follow_redirects=False, trust_env=False, transport=self._transport
            )
        # What is packed could unpack to any size.
        headers = {"Accept-Encoding": "identity"} | ({"Content-Type": content_type} if content_type else {})
        started = time.monotonic()
        received = bytearray()
        try:
            with self._opened.stream(method, url, content=body or None, headers=headers) as response:
                if response.status_code != httpx.codes.OK:
                    raise NotFetchedError(f"HTTP {response.status_code}")
                for piece in response.iter_raw():
                    received += piece
                    if len(received) > largest:
                        raise NotFetchedError("size")
                    if time.monotonic() - started > _PATIENCE:
                        raise NotFetchedError("time")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotFetchedError(type(error).__name__) from error
        return bytes(received)
