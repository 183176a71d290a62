"""Health and metrics over HTTP, for those who operate the engine; they reveal nothing of any message.

Served in a thread of its own, so that it answers even when the engine is busy:

    /health    200 when the engine can do its work, else 503 with the codes of what is wrong
    /ready     200 once the engine listens, and until it is told to stop
    /metrics   for Prometheus
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from elmeld_tui import __version__
from elmeld_tui.engine.health import Reason, reasons
from elmeld_tui.engine.keys import EngineError
from elmeld_tui.engine.logs import say
from elmeld_tui.engine.logs.events import OperationsListening
from elmeld_tui.engine.metrics import StoreMetrics
from elmeld_tui.engine.pulse import Pulse
from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import Operations
from elmeld_tui.transport import listener

_FRESH = 2.0
"""Seconds that a finding of health is used again, however often somebody asks."""

_PATIENCE = 10.0
"""Seconds the port may take to open."""


def check_address(operations: Operations) -> None:
    """Refuse an address that other machines could reach, unless that was asked for.

    Raises:
        EngineError: it is one.
    """
    if operations.is_too_open:
        raise EngineError(
            t(
                "Helse og målinger vises bare på maskinen selv, men {host} kan nås utenfra. "
                "Velg 127.0.0.1, eller sett «allow_remote = true» under [operations] i clinic.toml.",
                host=operations.host,
            )
        )


@contextmanager
def told(pulse: Pulse, stop: threading.Event, opened: Callable[[int], None] | None = None) -> Iterator[None]:
    """Tell health and metrics while the context lasts, where the clinic has set a port for it.

    Args:
        pulse: of the engine.
        stop: set when the engine is told to stop; it is not ready any more then.
        opened: told the port.

    Raises:
        EngineError: other machines could reach the address.
        OSError: the port cannot be listened on.
    """
    operations = pulse.equipment.clinic.operations
    check_address(operations)
    if operations.port is None:
        yield
        return
    end, open_now, failed = threading.Event(), threading.Event(), []

    def ready(port: int) -> None:
        say(OperationsListening(port))
        if opened is not None:
            opened(port)
        open_now.set()

    def serve() -> None:
        try:
            listener.serve(app(pulse, stop), operations.host, operations.port or 0, ready, end)
        except OSError as error:
            failed.append(error)
            open_now.set()

    thread = threading.Thread(target=serve, name="elmeld-operations")
    thread.start()
    try:
        open_now.wait(_PATIENCE)
        if failed:
            raise failed[0]
        yield
    finally:
        end.set()
        thread.join()


def app(pulse: Pulse, stop: threading.Event) -> Starlette:
    """Return the ASGI application; see the module for its paths."""
    store = StoreMetrics(pulse.equipment, pulse.data_dir, pulse.idle_seconds)
    registry = pulse.meters.registry
    registry.register(store)
    found = _kept(lambda: reasons(pulse))

    def health(_request: Request) -> Response:
        return _answer(found())

    def ready(_request: Request) -> Response:
        return _answer([Reason.NOT_READY] if pulse.me is None or stop.is_set() else [])

    def metrics(_request: Request) -> Response:
        return Response(generate_latest(registry), media_type=None, headers={"content-type": CONTENT_TYPE_LATEST})

    return Starlette(routes=[Route("/health", health), Route("/ready", ready), Route("/metrics", metrics)])


def _answer(found: list[Reason]) -> Response:
    content = {"status": "failing" if found else "ok", "reasons": list(found), "version": __version__}
    return JSONResponse(content, 503 if found else 200, headers={"cache-control": "no-store"})


def _kept(find: Callable[[], list[Reason]]) -> Callable[[], list[Reason]]:
    """Return ``find`` with its last answer kept for a moment; who asks meanwhile waits for the same answer."""
    lock = threading.Lock()
    at, answer = -_FRESH, list[Reason]()

    def found() -> list[Reason]:
        nonlocal at, answer
        with lock:
            if time.monotonic() - at >= _FRESH:
                answer = find()
                at = time.monotonic()
            return answer

    return found
