"""HTTP as a way of travelling: posts messages to a partner's endpoint and brings back what it answers."""

from __future__ import annotations

from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpcore
import httpx

from elmeld_tui import __version__
from elmeld_tui.i18n import t
from elmeld_tui.transport.exchanges import ClosedMeanwhileError, TooSlowError, WatchedBackend
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply

_MAX_REPLY = 16 * 1024 * 1024
"""Bytes; a signal is some ten thousand."""

_LONGEST_REPLY = 60.0
"""Seconds from the first byte of an answer to its last: a partner that drips must not hold up what others are owed."""

_PASSING = frozenset({408, 425, 429})
"""Client errors that time mends (RFC 9110 §15.5, RFC 8470, RFC 6585)."""

_SUCCESSES = range(200, 300)
_SERVER_ERRORS = 500

_CONNECTIONS = 100
_IDLE = 4.0
"""Seconds a connection is kept without use; servers commonly close theirs after five."""


class HttpTransport:
    """Posts over kept-alive connections; one for the process, used by any number of threads.

    It stands on httpcore, the connections below httpx: what httpx adds, from redirects to cookies, has no place here
    and costs as much as a signature for each message. No proxy of the environment is used: patient data must not take
    a way that nobody here chose.

    A post that meets a connection which the partner has closed meanwhile is made again on a new one: the same envelope
    twice is one message (HIS 1037 §6.2.1; RFC 9110 §9.2.2). What must not be sent twice has a connection of its own.

    Args:
        timeout: seconds to wait for each of connection, sending and answer.
        verify: False accepts any TLS certificate, for exercises on loopback.
    """

    def __init__(self, *, timeout: float = 60.0, verify: bool = True) -> None:
        ssl_context = httpx.create_ssl_context(verify=verify, trust_env=False)
        self._kept, self._new = (
            httpcore.ConnectionPool(
                ssl_context=ssl_context,
                max_connections=_CONNECTIONS,
                max_keepalive_connections=kept,
                keepalive_expiry=_IDLE,
                network_backend=WatchedBackend(_LONGEST_REPLY),
            )
            for kept in (_CONNECTIONS, 0)
        )
        self._timeouts = dict.fromkeys(("connect", "read", "write", "pool"), timeout)

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
        self._kept.close()
        self._new.close()

    def limit(self, endpoint: str) -> int | None:  # noqa: ARG002 - the port's signature
        """Return None: no limit has been agreed for HTTP."""
        return None

    def send(self, parcel: Parcel) -> Reply | None:
        """Post one message; see `port.Transport.send`."""
        endpoint = parcel.endpoint
        try:
            response, answer = self._exchange(parcel)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
            reason = t("Får ikke kontakt med {endpoint}: {error}", endpoint=endpoint, error=error)
            raise NotDeliveredError(reason, retry=True) from error
        except (ValueError, httpcore.UnsupportedProtocol, httpcore.LocalProtocolError) as error:
            reason = t("Adressen «{endpoint}» kan ikke brukes: {error}", endpoint=endpoint, error=error)
            raise NotDeliveredError(reason, retry=False) from error
        except TooSlowError as error:
            reason = t("Svaret fra {endpoint} tok for lang tid.", endpoint=endpoint)
            raise NotDeliveredError(reason, retry=True, unknown=True) from error
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            # Sent, or part of it, and then nothing that can be read: the partner may or may not have it.
            reason = t(
                "Forbindelsen til {endpoint} ble brutt før svaret kom: {error}", endpoint=endpoint, error=error
            )
            raise NotDeliveredError(reason, retry=True, unknown=True) from error
        return _judge(response, answer, endpoint)

    def _exchange(self, parcel: Parcel) -> tuple[httpcore.Response, bytes]:
        """Post, and read the answer to its end; only a kept connection can have been closed meanwhile."""
        endpoint = parcel.endpoint
        headers: list[tuple[bytes | str, bytes | str]] = [
            ("Host", urlsplit(endpoint).netloc),
            ("Content-Type", parcel.content_type),
            ("Content-Length", str(len(parcel.body))),
            ("SOAPAction", '"ebXML"'),
            ("Accept-Encoding", "identity"),
            ("User-Agent", f"elmeld/{__version__}"),
        ]
        connections = self._new if parcel.once else self._kept
        while True:
            try:
                with connections.stream(
                    "POST", endpoint, headers=headers, content=parcel.body, extensions={"timeout": self._timeouts}
                ) as response:
                    return response, _read(response, endpoint)
            except ClosedMeanwhileError:
                continue


def _read(response: httpcore.Response, endpoint: str) -> bytes:
    body = bytearray()
    for piece in response.iter_stream():
        body += piece
        if len(body) > _MAX_REPLY:
            reason = t("Svaret fra {endpoint} er for stort til å være et signal.", endpoint=endpoint)
            raise NotDeliveredError(reason, retry=True, unknown=True)
    return bytes(body)


def _judge(response: httpcore.Response, body: bytes, endpoint: str) -> Reply | None:
    """Turn status and body into what they mean for the message.

    An ebXML body is the partner's own word whatever the status: a SOAP Fault comes with 500 (SOAP 1.1 §6.2).
    """
    given = {name.lower(): value.decode("latin-1") for name, value in response.headers}
    content_type = given.get(b"content-type", "")
    status = response.status
    if given.get(b"content-encoding", "identity") != "identity":
        reason = t("Svaret fra {endpoint} er komprimert, og det har vi ikke bedt om.", endpoint=endpoint)
        raise NotDeliveredError(reason, retry=True, unknown=True)
    if body.strip() and content_type.partition(";")[0].strip().lower() in {"text/xml", "multipart/related"}:
        return Reply(content_type, body, status)
    if status in {200, 202, 204} and not body.strip():
        return None
    if status in _SUCCESSES:
        reason = t("{endpoint} svarte med noe annet enn ebXML ({type}).", endpoint=endpoint, type=content_type)
        raise NotDeliveredError(reason, retry=True, unknown=True)
    reason = t("{endpoint} svarte med HTTP-status {status}.", endpoint=endpoint, status=status)
    server_error = status >= _SERVER_ERRORS
    raise NotDeliveredError(reason, retry=server_error or status in _PASSING, unknown=server_error)
