"""Stopping on request: work in progress is finished first, within a time limit, or dropped at a second request.

The engine may end at any instruction without loss, so stopping is always safe. Finishing first spares its partners a
repetition.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable

from elmeld_tui.engine.logs import say
from elmeld_tui.engine.logs.events import EngineStopping, Why
from elmeld_tui.engine.notify import STOPPING, notify

GRACE = 60.0
"""Seconds to finish in; as long as a partner may take to answer."""

STOPPED_HARD = 128 + signal.SIGTERM
"""Exit code of an engine that did not finish."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def stop_on_signals(
    stop: threading.Event, *, grace: float = GRACE, end: Callable[[int], object] = os._exit
) -> None:
    """Have SIGTERM and SIGINT set ``stop``, and a second one end the process; to be called in the main thread.

    The interpreter runs a handler in the main thread alone, between two steps of the program: a signal that comes just
    before that thread waits in the kernel is heeded when the wait is over, which may be never. What is heeded here is
    the byte that the interpreter writes at once for every signal, read by a thread that does nothing else.

    Args:
        stop: what the engine heeds.
        grace: seconds from the first signal until the process ends although it has not finished.
        end: ends the process with an exit code.
    """
    heard, told = socket.socketpair()
    told.setblocking(False)  # noqa: FBT003 - the library's
    signal.set_wakeup_fd(told.detach(), warn_on_full_buffer=False)
    for number in _SIGNALS:
        # Without a handler the signal would end the process, and no byte be written.
        signal.signal(number, _leave_it_to_the_thread)
    threading.Thread(target=_heed, args=(heard, stop, grace, end), name="elmeld-stopping", daemon=True).start()


def _leave_it_to_the_thread(*_: object) -> None:
    pass


def _heed(heard: socket.socket, stop: threading.Event, grace: float, end: Callable[[int], object]) -> None:
    """Wait for one signal, and then for another as long as ``grace``."""
    with heard:
        _next_signal(heard)
        stop.set()
        notify(STOPPING)
        say(EngineStopping(Why.TOLD))
        heard.settimeout(grace)
        try:
            _next_signal(heard)
            why = Why.TOLD_AGAIN
        except TimeoutError:
            why = Why.TOO_SLOW
        say(EngineStopping(why))
        end(STOPPED_HARD)


def _next_signal(heard: socket.socket) -> None:
    while heard.recv(1)[0] not in _SIGNALS:
        pass
