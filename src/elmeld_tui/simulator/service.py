"""The simulator as a service: one port for the register, the partners' endpoint and the simulator's own paths."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from elmeld_tui.model import clock as clocks
from elmeld_tui.model.clock import Clock
from elmeld_tui.simulator import control, rest
from elmeld_tui.simulator.captures import Captures
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.incoming import Answer, receive
from elmeld_tui.simulator.keys import keys_of_partners
from elmeld_tui.simulator.outgoing import run_postman
from elmeld_tui.simulator.register import Register
from elmeld_tui.simulator.store import Store
from elmeld_tui.transport.http import HttpTransport
from elmeld_tui.transport.listener import serve

HOST = "127.0.0.1"
"""Only this machine reaches the simulator: it asks nobody who they are."""

_TIMEOUT = 10.0


def run(
    directory: Path,
    port: int,
    announce: Callable[[str], None],
    stop: threading.Event | None = None,
    *,
    clock: Clock = clocks.now,
) -> None:
    """Run the simulator until ``stop`` is set, or until the process is told to end.

    Args:
        directory: its own; made when missing, continued when not.
        port: TCP; 0 lets the system choose.
        announce: told the base URL, once requests are answered.
        stop: set from any thread.
        clock: the present.

    Raises:
        OSError: the port is taken.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = keys_of_partners(directory)
    stopped = threading.Event()
    with Store(directory / "simulator.db") as store, HttpTransport(timeout=_TIMEOUT) as transport:
        captures = Captures(directory / "captures")
        net = Helsenett(store, Register(store, keys), keys, captures, transport, clock)
        postman = threading.Thread(target=run_postman, args=(net, stopped), name="simulator-post")

        def ready(bound: int) -> None:
            url = f"http://{HOST}:{bound}"
            net.register.partners_at(f"{url}/ebxml")
            postman.start()
            announce(url)

        try:
            serve(application(net), HOST, port, ready, stop)
        finally:
            stopped.set()
            net.post_changed.set()
            if postman.is_alive():
                postman.join()


def application(net: Helsenett) -> Starlette:
    """Return the ASGI application of everything the simulator answers."""
    app = Starlette(routes=[*rest.ROUTES, *control.ROUTES, Route("/ebxml", _ebxml, methods=["POST"])])
    app.state.net = net
    app.state.register = net.register
    return app


async def _ebxml(request: Request) -> Response:
    try:
        body = await request.body()
    except ClientDisconnect:
        return Response(status_code=400)
    net: Helsenett = request.app.state.net
    answer: Answer = await run_in_threadpool(receive, net, request.headers.get("content-type", ""), body)
    kind = _CutResponse if answer.cut else Response
    headers = {"content-type": answer.content_type} if answer.content_type else {}
    return kind(answer.body, status_code=answer.status, headers=headers)


class _CutResponse(Response):
    """A response whose connection breaks half-way through the body."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body[: len(self.body) // 2])
        await send({"type": "http.response.body", "body": half, "more_body": True})
