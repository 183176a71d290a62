"""The simulator as a service: one port for register, endpoint and the simulator's own paths, and two for mail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from queue import Queue

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from elmeld_tui.model import clock as clocks
from elmeld_tui.model.clock import Clock
from elmeld_tui.simulator import control, rest, smtp
from elmeld_tui.simulator.behaviour import Rule
from elmeld_tui.simulator.captures import Captures
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.incoming import Answer, receive
from elmeld_tui.simulator.keys import authority_of, keys_of_partners
from elmeld_tui.simulator.odd_keys import OddKeys
from elmeld_tui.simulator.outgoing import run_postman
from elmeld_tui.simulator.post_office import PostOffice
from elmeld_tui.simulator.register import Register
from elmeld_tui.simulator.store import Store
from elmeld_tui.transport.http import HttpTransport
from elmeld_tui.transport.listener import serve
from elmeld_tui.transport.ways import Ways

HOST = "127.0.0.1"
"""Only this machine reaches the simulator: it asks nobody who they are."""

_TIMEOUT = 10.0

_UNTIL_THERE = 60.0
"""Seconds that the mail servers get to listen, on a machine with much else to do."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a running simulator is reached.

    Attributes:
        url: of the register, the partners' endpoint and the simulator's own paths.
        host: of the mail servers.
        smtp: port.
        pop3: port.
    """

    url: str
    host: str
    smtp: int
    pop3: int


class Reached(StrEnum):
    """By which ways the partners are reached, as the register tells."""

    HTTP = "http"
    MAIL = "mail"
    BOTH = "both"


def run(
    directory: Path,
    port: int,
    announce: Callable[[Places], None],
    stop: threading.Event | None = None,
    *,
    clock: Clock = clocks.now,
    reached: Reached = Reached.BOTH,
    rules: Sequence[Rule] = (),
) -> None:
    """Run the simulator until ``stop`` is set, or until the process is told to end.

    Args:
        directory: its own; made when missing, continued when not.
        port: TCP, of HTTP; 0 lets the system choose, as it does for mail.
        announce: told where it is, once everything answers.
        stop: set from any thread.
        clock: the present.
        reached: by which ways the partners are.
        rules: of a scenario; none leaves those of the last time.

    Raises:
        OSError: the port is taken.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = keys_of_partners(directory)
    odd_keys = OddKeys(authority_of(directory), directory)
    with Store(directory / "simulator.db") as store, HttpTransport(timeout=_TIMEOUT) as http:
        if rules:
            store.play(rules)
        register = Register(store, keys)
        office = PostOffice(store, register, clock)
        ways = Ways({"http": http, "https": http, "mailto": office})
        net = Helsenett(store, register, keys, Captures(directory / "captures"), ways, clock, odd_keys)
        with _mail(net, office) as (smtp_port, pop3_port), _postman(net) as postman:

            def ready(bound: int) -> None:
                url = f"http://{HOST}:{bound}"
                endpoint = "" if reached is Reached.MAIL else f"{url}/ebxml"
                register.partners_at(endpoint, mail=reached is not Reached.HTTP)
                postman.start()
                announce(Places(url, HOST, smtp_port, pop3_port))

            serve(application(net), HOST, port, ready, stop)


@contextmanager
def _postman(net: Helsenett) -> Iterator[threading.Thread]:
    """Give the thread that delivers letters; it is started when the partners know where they are."""
    postman = threading.Thread(target=run_postman, args=(net, net.closing), name="simulator-post")
    try:
        yield postman
    finally:
        net.closing.set()
        net.post_changed.set()
        if postman.is_alive():
            postman.join()


@contextmanager
def _mail(net: Helsenett, office: PostOffice) -> Iterator[tuple[int, int]]:
    """Run the mail servers; give the ports of SMTP and POP3."""
    ports: Queue[tuple[int, int]] = Queue()
    worker = threading.Thread(
        target=smtp.serve,
        args=(net, office, HOST, lambda *two: ports.put(two), net.closing),
        name="simulator-mail",
    )
    worker.start()
    try:
        yield ports.get(timeout=_UNTIL_THERE)
    finally:
        net.closing.set()
        worker.join()


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
