"""What the engine's benchmarks share: a clinic, a partner in a process of its own, and letters both ways."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.engine.world import ENDPOINT, HeldClock, Partner, World, keys, open_world

from benchmarks.messages import referral
from elmeld_tui.messages.document import read
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.transport.http import HttpTransport
from elmeld_tui.transport.listener import app, serve
from elmeld_tui.transport.port import Parcel, Reply
from elmeld_tui.transport.ways import Ways


@contextmanager
def partner() -> Iterator[str]:
    """Run a partner that acknowledges and forgets, in a process of its own; give its endpoint."""
    keys()
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        serve(app(_acknowledge), "127.0.0.1", 0, lambda port: _tell(write_end, port))
        os._exit(0)
    try:
        port = int(os.read(read_end, 10))
        yield f"http://127.0.0.1:{port}/ebxml"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(read_end)
        os.close(write_end)


def _acknowledge(arrival: Arrival) -> Reply | None:
    return Partner(HeldClock()).send(Parcel(ENDPOINT, arrival.content_type, arrival.body))


def _tell(end: int, port: int) -> None:
    os.write(end, str(port).encode())


def clinic(place: Path, endpoint: str) -> World:
    """Open a clinic whose partner is at ``endpoint``.

    What has been loaded by then is left out of what the collector looks at, as the engine does when it begins to listen.
    """
    world = open_world(place)
    for her_id, party in world.register.parties.items():
        world.register.parties[her_id] = replace(party, endpoint=endpoint)
    world.equipment = replace(world.equipment, ways=Ways({"http": HttpTransport()}))
    gc.collect()
    gc.freeze()
    return world


Writer = Callable[[], bytes]


def letters(raw: bytes | None = None) -> tuple[Writer, Writer]:
    """Return what writes a document of the clinic's, and one of the partner's, with ids of its own each time.

    Args:
        raw: what it is made from; a referral of 6 kB where it is left out.
    """
    raw = referral() if raw is None else raw
    header = read(raw).header
    ids = {header.msg_id.encode(), header.document_id.encode()} - {b""}
    ours, theirs = (b"9200000", b"9200001"), (b"9300000", b"9300001")

    def writer(sender: tuple[bytes, bytes], receiver: tuple[bytes, bytes]) -> Writer:
        written = raw
        for old, new in zip((b"8094001", b"8094002", b"8200000", b"8200001"), sender + receiver, strict=True):
            written = written.replace(old, new)

        def write() -> bytes:
            made = written
            for name in ids:
                made = made.replace(name, new_uuid().encode())
            return made

        return write

    return writer(ours, theirs), writer(theirs, ours)


class Spent:
    """Processor and elapsed seconds a piece of work took, round by round, for each message."""

    def __init__(self) -> None:
        self.cpu: dict[str, list[float]] = {}
        self.wall: dict[str, list[float]] = {}

    def on(self, name: str, work: Callable[[], object], pieces: int) -> None:
        """Do ``work``, which is ``pieces`` messages, and note what each took."""
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        self.note(name, (time.process_time() - cpu) / pieces, (time.perf_counter() - wall) / pieces)

    def note(self, name: str, cpu: float, wall: float) -> None:
        """Note what one message took somewhere else."""
        self.cpu.setdefault(name, []).append(cpu)
        self.wall.setdefault(name, []).append(wall)
