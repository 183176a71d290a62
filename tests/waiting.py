"""Waiting for what another process, a server or a screen brings about."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 90.0
"""Seconds after which a test gives up on what will not come: nothing is waited for longer than it takes, and a machine
that is busy with others must not decide whether a test holds."""


def assert_soon(holds: Callable[[], bool]) -> None:
    """Wait until ``holds``; fail when it does not come true."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
