"""Stopping when told: what is being done is finished first, but not for ever, and not when told again.

The engine may end at any instruction without loss, so that ending it is always safe; finishing saves its partners a
repetition.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

from elmeld_tui.engine.logs import say
from elmeld_tui.engine.logs.events import EngineStopping, Why
from elmeld_tui.engine.notify import STOPPING, notify

GRACE = 60.0
"""Seconds to finish in; as long as a partner may take to answer."""

STOPPED_HARD = 128 + signal.SIGTERM
"""Exit code of an engine that did not finish."""


def stop_on_signals(
    stop: threading.Event, *, grace: float = GRACE, end: Callable[[int], object] = os._exit
) -> None:
    """Have SIGTERM and SIGINT set ``stop``, and a second one end the process; to be called in the main thread.

    Args:
        stop: what the engine heeds.
        grace: seconds from the first signal until the process ends although it has not finished.
        end: ends the process with an exit code.
    """
    again = threading.Event()

    def told(*_: object) -> None:
        # Nothing is written here: whoever was interrupted may be in the middle of a line.
        if stop.is_set():
            again.set()
            return
        stop.set()
        threading.Thread(target=wait, name="elmeld-stopping", daemon=True).start()

    def wait() -> None:
        notify(STOPPING)
        say(EngineStopping(Why.TOLD))
        hurried = again.wait(grace)
        say(EngineStopping(Why.TOLD_AGAIN if hurried else Why.TOO_SLOW))
        end(STOPPED_HARD)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
