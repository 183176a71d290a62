"""HTTP as a way of travelling: posts messages to a partner's endpoint and brings back what it answers."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

import httpx

from elmeld_tui.i18n import t
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply

_MAX_REPLY = 16 * 1024 * 1024
"""Bytes; a signal is some ten thousand."""

_LONGEST_REPLY = 60.0
"""Seconds from the first byte of an answer to its last: a partner that drips must not hold up what others are owed."""

_PASSING = frozenset({408, 425, 429})
"""Client errors that time mends (RFC 9110 §15.5, RFC 8470, RFC 6585)."""


class HttpTransport:
    """Posts over kept-alive connections; one for the process, used by any number of threads.

    Args:
        timeout: seconds to wait for each of connection, sending and answer.
        verify: False accepts any TLS certificate, for exercises on loopback.
    """

    def __init__(self, *, timeout: float = 60.0, verify: bool = True) -> None:
        # The environment is not asked: patient data must not take a way through a proxy that nobody here chose.
        self._client = httpx.Client(timeout=timeout, verify=verify, follow_redirects=False, trust_env=False)

    def __enter__(self) -> Self:
        """Return the transport; leaving the block closes its connections."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def limit(self, endpoint: str) -> int | None:  # noqa: ARG002 - the port's signature
        """Return None: no limit has been agreed for HTTP."""
        return None

    def send(self, parcel: Parcel) -> Reply | None:
        """Post one message; see `port.Transport.send`."""
        endpoint = parcel.endpoint
        headers = {"Content-Type": parcel.content_type, "SOAPAction": '"ebXML"'}
        try:
            with self._client.stream("POST", endpoint, content=parcel.body, headers=headers) as response:
                answer = _read(response, endpoint)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            reason = t("Får ikke kontakt med {endpoint}: {error}", endpoint=endpoint, error=error)
            raise NotDeliveredError(reason, retry=True) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            reason = t("Adressen «{endpoint}» kan ikke brukes: {error}", endpoint=endpoint, error=error)
            raise NotDeliveredError(reason, retry=False) from error
        except httpx.RequestError as error:
            # Sent, or part of it, and then nothing that can be read: the partner may or may not have it.
            reason = t(
                "Forbindelsen til {endpoint} ble brutt før svaret kom: {error}", endpoint=endpoint, error=error
            )
            raise NotDeliveredError(reason, retry=True, unknown=True) from error
        return _judge(response, answer, endpoint)


def _read(response: httpx.Response, endpoint: str) -> bytes:
    body = bytearray()
    limit = time.monotonic() + _LONGEST_REPLY
    for piece in response.iter_bytes():
        body += piece
        if time.monotonic() > limit:
            raise NotDeliveredError(
                t("Svaret fra {endpoint} tok for lang tid.", endpoint=endpoint), retry=True, unknown=True
            )
        if len(body) > _MAX_REPLY:
            reason = t("Svaret fra {endpoint} er for stort til å være et signal.", endpoint=endpoint)
            raise NotDeliveredError(reason, retry=True, unknown=True)
    return bytes(body)


def _judge(response: httpx.Response, body: bytes, endpoint: str) -> Reply | None:
    """Turn status and body into what they mean for the message.

    An ebXML body is the partner's own word whatever the status: a SOAP Fault comes with 500 (SOAP 1.1 §6.2).
    """
    content_type = response.headers.get("content-type", "")
    status = response.status_code
    if body.strip() and content_type.partition(";")[0].strip().lower() in {"text/xml", "multipart/related"}:
        return Reply(content_type, body, status)
    if status in {200, 202, 204} and not body.strip():
        return None
    if response.is_success:
        reason = t("{endpoint} svarte med noe annet enn ebXML ({type}).", endpoint=endpoint, type=content_type)
        raise NotDeliveredError(reason, retry=True, unknown=True)
    reason = t("{endpoint} svarte med HTTP-status {status}.", endpoint=endpoint, status=status)
    passing = response.is_server_error or status in _PASSING
    raise NotDeliveredError(reason, retry=passing, unknown=response.is_server_error)
