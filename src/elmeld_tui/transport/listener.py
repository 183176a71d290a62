"""The HTTP side that partners post to: one path, one method, a limit, and nothing kept in between."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import h11
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from elmeld_tui.model.arrival import Arrival
from elmeld_tui.transport.port import Reply

PATH = "/ebxml"
MAX_BODY = 100 * 1024 * 1024
"""Bytes; five times the largest message partners send (EDI 2.0 stops at 35 MB)."""

MAX_HELD = 4 * MAX_BODY
"""Bytes of messages that are on their way in at once; whoever comes on top of that is told to come again."""

MAX_CONNECTIONS = 200
"""At once; the partners of a hospital are some tens."""

_MEGABYTE = 1024 * 1024

PATIENCE = 30.0
"""Seconds a partner has to say what it wants; and then, for each megabyte of a message and for the last part of one, the
same again. Who drips slower than that holds a place that others need."""

Receive = Callable[[Arrival], Reply | None]
"""Takes a posted message; returns its signal, or None when that follows on its own."""


def app(receive: Receive, *, max_body: int = MAX_BODY, max_held: int = MAX_HELD) -> Starlette:
    """Return the ASGI application.

    Args:
        receive: called in a worker thread, several at a time. When it raises, the partner gets status 500 and
            sends the same bytes again later.
        max_body: bytes; a larger message is refused with status 413, as soon as that is known.
        max_held: bytes of all messages that are being read or treated; above it the answer is 503.
    """
    held = _Held(max_held)

    async def post(request: Request) -> Response:
        content_type = request.headers.get("content-type", "")
        if not content_type:
            return Response(status_code=415)
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > max_body:
            return Response(status_code=413)
        with held.one() as mine:
            try:
                body = await _read(request, mine, max_body)
            except _TooMuchError as error:
                return Response(status_code=error.status, headers={"connection": "close"})
            except ClientDisconnect:
                # Half a message is no message; the partner knows it was not received.
                return Response(status_code=400)
            reply = await run_in_threadpool(receive, Arrival(content_type, body))
        if reply is None:
            return Response(status_code=204)
        return Response(reply.body, reply.status, media_type=None, headers={"content-type": reply.content_type})

    return Starlette(routes=[Route(PATH, post, methods=["POST"])])


class _TooMuchError(Exception):
    """A message that is too large, too slow, or one too many; ``status`` is the HTTP status that says so."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Held:
    """How many bytes of messages are in memory; all on the one thread of the event loop."""

    def __init__(self, most: int) -> None:
        self.most, self.bytes = most, 0

    @contextmanager
    def one(self) -> Iterator[_Share]:
        """Give the share of one message, which ends with it."""
        share = _Share(self)
        try:
            yield share
        finally:
            self.bytes -= share.bytes


@dataclass(slots=True)
class _Share:
    of: _Held
    bytes: int = 0

    def grow(self, more: int) -> None:
        self.bytes += more
        self.of.bytes += more
        if self.of.bytes > self.of.most:
            raise _TooMuchError(503)


async def _read(request: Request, share: _Share, max_body: int) -> bytes:
    body = bytearray()
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(PATIENCE) as limit:
            async for piece in request.stream():
                share.grow(len(piece))
                body += piece
                if len(body) > max_body:
                    raise _TooMuchError(413)
                limit.reschedule(began + PATIENCE * (1 + len(body) // _MEGABYTE))
    except TimeoutError as error:
        raise _TooMuchError(408) from error
    return bytes(body)


class _Impatient(H11Protocol):
    """HTTP that closes a connection whose request does not come to an end of its header fields."""

    def __init__(self, *args: Any, patience: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patience = patience
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on while a request has begun and is not whole."""
        self._wait()
        super().data_received(data)
        if self._late is not None and self.conn.their_state is not h11.IDLE:
            self._late.cancel()
            self._late = None

    def _wait(self) -> None:
        if self._late is None and self.conn.their_state is h11.IDLE:
            self._late = self.loop.call_later(self._patience, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        if self._late is not None:
            self._late.cancel()
        super().connection_lost(exc)


def serve(
    application: ASGIApp,
    host: str,
    port: int,
    ready: Callable[[int], None],
    stop: threading.Event | None = None,
    *,
    patience: float = PATIENCE,
) -> None:
    """Listen until ``stop`` is set; what is being answered is answered first.

    Args:
        application: from `app`, or any other.
        host: address to bind.
        port: 0 lets the system choose.
        ready: told the port that was bound, once requests are answered.
        stop: set from any thread; who gives none has the process's SIGTERM and SIGINT stop it.
        patience: seconds a connection may be open without a whole request header.

    Raises:
        OSError: the address cannot be bound.
    """
    with socket.create_server((host, port), backlog=256) as listening:
        # What accepts connections hands this on to them; without it every answer waits 40 ms for the partner's ack.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        asyncio.run(_serve(application, listening, ready, stop, patience))


class _Unsignalled(uvicorn.Server):
    """A server that leaves the process's signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Change nothing."""
        yield


async def _serve(
    application: ASGIApp,
    listening: socket.socket,
    ready: Callable[[int], None],
    stop: threading.Event | None,
    patience: float,
) -> None:
    config = uvicorn.Config(
        application,
        http=partial(_Impatient, patience=patience),  # type: ignore[arg-type]
        limit_concurrency=MAX_CONNECTIONS,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=30,
    )
    server = uvicorn.Server(config) if stop is None else _Unsignalled(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    announced = False
    while not running.done():
        if server.started and not announced:
            announced = True
            ready(listening.getsockname()[1])
        if stop is not None and stop.is_set():
            server.should_exit = True
        await asyncio.sleep(0.05)
    await running
