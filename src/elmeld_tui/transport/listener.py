"""The HTTP side that partners post to: one path, one method, a limit, and nothing kept in between."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from elmeld_tui.model.arrival import Arrival
from elmeld_tui.transport.port import Reply

PATH = "/ebxml"
MAX_BODY = 100 * 1024 * 1024
"""Bytes; five times the largest message partners send (EDI 2.0 stops at 35 MB)."""

Receive = Callable[[Arrival], Reply | None]
"""Takes a posted message; returns its signal, or None when that follows on its own."""


def app(receive: Receive, *, max_body: int = MAX_BODY) -> Starlette:
    """Return the ASGI application.

    Args:
        receive: called in a worker thread, several at a time. When it raises, the partner gets status 500 and
            sends the same bytes again later.
        max_body: bytes; a larger message is refused with status 413, as soon as that is known.
    """

    async def post(request: Request) -> Response:
        content_type = request.headers.get("content-type", "")
        if not content_type:
            return Response(status_code=415)
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > max_body:
            return Response(status_code=413)
        body = bytearray()
        try:
            async for piece in request.stream():
                body += piece
                if len(body) > max_body:
                    return Response(status_code=413)
        except ClientDisconnect:
            # Half a message is no message; the partner knows it was not received.
            return Response(status_code=400)
        reply = await run_in_threadpool(receive, Arrival(content_type, bytes(body)))
        if reply is None:
            return Response(status_code=204)
        return Response(reply.body, reply.status, media_type=None, headers={"content-type": reply.content_type})

    return Starlette(routes=[Route(PATH, post, methods=["POST"])])


def serve(
    application: ASGIApp, host: str, port: int, ready: Callable[[int], None], stop: threading.Event | None = None
) -> None:
    """Listen until ``stop`` is set, or until the process is told to end; what is being answered is answered first.

    Args:
        application: from `app`, or any other.
        host: address to bind.
        port: 0 lets the system choose.
        ready: told the port that was bound, once requests are answered.
        stop: set from any thread.

    Raises:
        OSError: the address cannot be bound.
    """
    with socket.create_server((host, port), backlog=256) as listening:
        # What accepts connections hands this on to them; without it every answer waits 40 ms for the partner's ack.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        asyncio.run(_serve(application, listening, ready, stop or threading.Event()))


async def _serve(
    application: ASGIApp, listening: socket.socket, ready: Callable[[int], None], stop: threading.Event
) -> None:
    config = uvicorn.Config(
        application, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=30
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    announced = False
    while not running.done():
        if server.started and not announced:
            announced = True
            ready(listening.getsockname()[1])
        if stop.is_set():
            server.should_exit = True
        await asyncio.sleep(0.05)
    await running
