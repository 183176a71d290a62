"""Waiting for what another process or a server brings about."""

from __future__ import annotations

import time
from collections.abc import Callable


def assert_soon(holds: Callable[[], bool], within: float = 10.0) -> None:
    """Fail unless ``holds`` comes true within some seconds."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)
