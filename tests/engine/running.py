"""The engine at work in this process, with its threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.waiting import PATIENCE
from world import World

from elmeld_tui.engine import service


@contextmanager
def running(world: World) -> Iterator[int]:
    """Run the engine of ``world``; give its port."""
    stop, listening = threading.Event(), threading.Event()
    port = []

    def ready(number: int) -> None:
        port.append(number)
        listening.set()

    thread = threading.Thread(
        target=service.operate,
        args=(world.equipment, world.data_dir),
        kwargs={"stop": stop, "ready": ready},
    )
    thread.start()
    assert listening.wait(PATIENCE)
    try:
        yield port[0]
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()
