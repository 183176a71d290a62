"""HTTP as a way of travelling: posts messages to a partner's endpoint and brings back what it answers."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

from elmeld_tui import __version__
from elmeld_tui.i18n import t
from elmeld_tui.transport.http_answer import (
    Answer,
    AnswerError,
    AnswerTooLongError,
    AnswerTooSlowError,
    read_answer,
)
from elmeld_tui.transport.http_connections import Connections, Origin, origin
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply

_MAX_REPLY = 16 * 1024 * 1024
"""Bytes; a signal is some ten thousand."""

_LONGEST_REPLY = 60.0
"""Seconds from the first byte of an answer to its last: a partner that drips must not hold up what others are owed."""

_PASSING = frozenset({408, 425, 429})
"""Client errors that time mends (RFC 9110 §15.5, RFC 8470, RFC 6585)."""

_SUCCESSES = range(200, 300)
_SERVER_ERRORS = 500

_PIECE = 64 * 1024


class HttpTransport:
    """Posts over kept-alive connections; one for the process, used by any number of threads.

    It speaks the one exchange there is, a POST and its answer, on the socket itself (decision 37). No proxy of the
    environment is used: patient data must not take a way that nobody here chose.

    Args:
        timeout: seconds to wait for each of connection, sending and answer.
        verify: False accepts any TLS certificate, for exercises on loopback.
    """

    def __init__(self, *, timeout: float = 60.0, verify: bool = True) -> None:
        context = httpx.create_ssl_context(verify=verify, trust_env=False)
        context.set_alpn_protocols(["http/1.1"])
        self._connections = Connections(context, timeout)

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
        self._connections.close()

    def limit(self, endpoint: str) -> int | None:  # noqa: ARG002 - the port's signature
        """Return None: no limit has been agreed for HTTP."""
        return None

    def send(self, parcel: Parcel) -> Reply | None:
        """Post one message; see `port.Transport.send`."""
        endpoint = parcel.endpoint
        try:
            server, head = origin(endpoint), _head(parcel)
            connection = self._connections.take(server)
        except OSError as error:
            reason = t("Får ikke kontakt med {endpoint}: {error}", endpoint=endpoint, error=error)
            raise NotDeliveredError(reason, retry=True) from error
        except ValueError as error:
            reason = t("Adressen «{endpoint}» kan ikke brukes: {error}", endpoint=endpoint, error=error)
            raise NotDeliveredError(reason, retry=False) from error
        return _judge(self._exchange(server, connection, head, parcel), endpoint)

    def _exchange(self, server: Origin, connection: socket.socket, head: bytes, parcel: Parcel) -> Answer:
        """Post on a connection, and give it back if it can be used again."""
        endpoint, again = parcel.endpoint, False
        try:
            _write(connection, head, parcel.body)
            answer = read_answer(connection, most=_MAX_REPLY, longest=_LONGEST_REPLY)
            again = answer.goes_on
        except AnswerTooLongError as error:
            reason = t("Svaret fra {endpoint} er for stort til å være et signal.", endpoint=endpoint)
            raise NotDeliveredError(reason, retry=True, unknown=True) from error
        except AnswerTooSlowError as error:
            reason = t("Svaret fra {endpoint} tok for lang tid.", endpoint=endpoint)
            raise NotDeliveredError(reason, retry=True, unknown=True) from error
        except (OSError, AnswerError) as error:
            # Sent, or part of it, and then nothing that can be read: the partner may or may not have it.
            reason = t(
                "Forbindelsen til {endpoint} ble brutt før svaret kom: {error}", endpoint=endpoint, error=error
            )
            raise NotDeliveredError(reason, retry=True, unknown=True) from error
        finally:
            if again:
                self._connections.keep(server, connection)
            else:
                connection.close()
        return answer


def _head(parcel: Parcel) -> bytes:
    """Return the request line and the fields of a post.

    Raises:
        ValueError: the address or the Content-Type has what HTTP has no room for.
    """
    url = urlsplit(parcel.endpoint)
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    lines = (
        f"POST {target} HTTP/1.1",
        f"Host: {url.netloc.rpartition('@')[2]}",
        f"Content-Type: {parcel.content_type}",
        f"Content-Length: {len(parcel.body)}",
        'SOAPAction: "ebXML"',
        "Accept-Encoding: identity",
        f"User-Agent: elmeld/{__version__}",
    )
    if " " in target or not all(map(str.isprintable, lines)):
        raise ValueError("space or control character")
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii")


def _write(connection: socket.socket, head: bytes, body: bytes) -> None:
    """Write a post; a large one a piece at a time, since the timeout is for each."""
    try:
        connection.sendall(head + body[:_PIECE])
        for start in range(_PIECE, len(body), _PIECE):
            connection.sendall(memoryview(body)[start : start + _PIECE])
    except (BrokenPipeError, ConnectionResetError):
        # Who will not take all of it may have said why (RFC 9112 §9.5).
        return


def _judge(answer: Answer, endpoint: str) -> Reply | None:
    """Turn status and body into what they mean for the message.

    An ebXML body is the partner's own word whatever the status: a SOAP Fault comes with 500 (SOAP 1.1 §6.2).
    """
    status, body = answer.status, answer.body
    content_type = answer.fields.get("content-type", "")
    if answer.fields.get("content-encoding", "identity") != "identity":
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
