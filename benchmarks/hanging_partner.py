"""What a partner that accepts connections and never answers costs the others: the time from queued to delivered.

Two engines stand side by side, each with twenty partners that get a message a second each. The same process answers for
all of them, but for one partner of the second engine's, who hangs. The engines have every other second, so that whatever
else the machine does meets both alike; the one partner hangs all the while.
"""

from __future__ import annotations

import math
import os
import signal
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.engine.world import THEIRS, World, open_world

from benchmarks.exchange import Writer, clinic, letters, partner
from elmeld_tui.engine import outbox, service
from elmeld_tui.messages.document import read
from elmeld_tui.model import clock
from elmeld_tui.model.clock import from_text
from elmeld_tui.store.timeline import EventName

PARTNERS = tuple(f"93000{number:02}" for number in range(1, 21))
HANGS = PARTNERS[7]
SECONDS = 15
"""That each engine has its turn, in all."""

WARM = 2
"""Seconds of each before that, which are not counted."""

RATIO = 1.1
PATIENCE = 10.0
"""Seconds after the last message in which the others' must have been delivered."""


def main(seconds: int = SECONDS, warm: int = WARM) -> bool:
    """Measure and print; return whether the hanging partner left the others as they were."""
    ours, _ = letters()
    with (
        tempfile.TemporaryDirectory() as place,
        partner() as answers,
        socket.create_server(("127.0.0.1", 0)) as hanging,
        _at_work(Path(place) / "with", answers, {HANGS: f"http://127.0.0.1:{hanging.getsockname()[1]}/"}) as hung,
        _at_work(Path(place) / "without", answers, {}) as free,
    ):
        for second in range(-warm, seconds):
            for engine in (free, hung):
                engine.feed(ours, counted=second >= 0)
        waits = [engine.waits() for engine in (free, hung)]
        hanging.settimeout(1)
        hanging.accept()[0].close()
    return _report(*waits)


@dataclass
class _Engine:
    """An engine in a process of its own, seen from the store.

    Attributes:
        world: its store, opened here too.
        owed: what has been queued for every partner but the one that hangs, and counts.
    """

    world: World
    owed: list[int] = field(default_factory=list)

    def feed(self, ours: Writer, *, counted: bool = True) -> None:
        """Queue a message for each partner, evenly over a second."""
        began = time.monotonic()
        for number, her_id in enumerate(PARTNERS):
            document = read(ours().replace(THEIRS.encode(), her_id.encode()))
            with self.world.database.transaction() as connection:
                message_id = outbox.enqueue(connection, document, now=clock.now())
            if counted and her_id != HANGS:
                self.owed.append(message_id)
            time.sleep(max(0.0, began + (number + 1) / len(PARTNERS) - time.monotonic()))

    def waits(self) -> list[float]:
        """Return how many seconds each message to the others took from queued to delivered; some may never be."""
        limit = time.monotonic() + PATIENCE
        while any(self.world.state(one) != "delivered" for one in self.owed) and time.monotonic() < limit:
            time.sleep(0.2)
        return [self._wait(one) for one in self.owed]

    def _wait(self, message_id: int) -> float:
        at = {event.name: from_text(event.at) for event in self.world.reader.events(message_id)}
        if EventName.DELIVERED not in at:
            return math.inf
        return (at[EventName.DELIVERED] - at[EventName.QUEUED]).total_seconds()


@contextmanager
def _at_work(place: Path, answers: str, elsewhere: dict[str, str]) -> Iterator[_Engine]:
    """Run an engine in a process of its own.

    Args:
        place: of its clinic.
        answers: endpoint of every partner.
        elsewhere: but of these, by HER-id.
    """
    place.mkdir()
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        world = clinic(place, answers)
        known = world.register.parties
        for her_id in PARTNERS:
            known[her_id] = replace(known[THEIRS], her_id=her_id, endpoint=elsewhere.get(her_id, answers))
        equipment = replace(world.equipment, clock=clock.now)
        service.operate(equipment, place, stop=threading.Event(), ready=lambda _: _tell(write_end))
        os._exit(1)
    try:
        os.read(read_end, 1)
        world = open_world(place)
        yield _Engine(world)
        world.close()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(read_end)
        os.close(write_end)


def _tell(end: int) -> None:
    os.write(end, b"!")


def _report(free: list[float], hung: list[float]) -> bool:
    print(
        f"{f'{len(PARTNERS) - 1} partners, {len(free)} messages, queued to delivered':52} {'p50 ms':>8} {'p95 ms':>8}"
    )
    for name, waits in (("all answer", free), ("one more hangs", hung)):
        print(f"{name:52} {statistics.median(waits) * 1e3:8.0f} {_p95(waits) * 1e3:8.0f}")
    ratio = _p95(hung) / _p95(free)
    print(f"{'ratio of the p95':52} {'':8} {ratio:8.2f}  (at most {RATIO})")
    return ratio <= RATIO


def _p95(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=20)[-1]


if __name__ == "__main__":
    main()
