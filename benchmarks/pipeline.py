"""What a message costs the engine, out and in, beside one RSA-2048 signature measured in the same rounds.

Out is from the writer's document to the partner's ack; in is from the partner's post to the post item and the AppRec.

The partner is a process of its own behind HTTP on loopback. What is counted is our own process's work (its processor
time), so that the partner's signatures, made on another core, are not ours; elapsed time stands beside it.
"""

from __future__ import annotations

import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "engine"))

from world import CLINIC, ENDPOINT, HeldClock, Partner, World, keys, open_world

from benchmarks.messages import referral
from elmeld_tui.engine import delivery, importing, outbox, receipt
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.rules import judge
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.store import messages
from elmeld_tui.transport.http import HttpTransport
from elmeld_tui.transport.listener import app, serve
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.port import Parcel, Reply
from elmeld_tui.transport.ways import Ways

ROUNDS = 15
GROUP = 10
BOUNDS = {"send": 4.5, "receive": 6.5, "duplicate": 0.5}


def main() -> bool:
    """Measure and print; return whether every bound was kept."""
    with tempfile.TemporaryDirectory() as place, _partner() as endpoint:
        world = _world(Path(place), endpoint)
        spent = _measure(world)
        world.close()
    return _report(spent)


@contextmanager
def _partner() -> Iterator[str]:
    """Run a partner that acknowledges, in a process of its own; give its endpoint."""
    keys()
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        partner = Partner(HeldClock())

        def receive(arrival: Arrival) -> Reply | None:
            return partner.send(Parcel(ENDPOINT, arrival.content_type, arrival.body))

        serve(app(receive), "127.0.0.1", 0, lambda port: _tell(write_end, port))
        os._exit(0)
    try:
        port = int(os.read(read_end, 10))
        yield f"http://127.0.0.1:{port}/ebxml"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _tell(end: int, port: int) -> None:
    os.write(end, str(port).encode())


def _world(place: Path, endpoint: str) -> World:
    world = open_world(place)
    for her_id, party in world.register.parties.items():
        world.register.parties[her_id] = replace(party, endpoint=endpoint)
    world.equipment = replace(world.equipment, ways=Ways({"http": HttpTransport()}))
    return world


class Spent:
    """Processor and elapsed seconds a piece of work took, round by round, for each message."""

    def __init__(self) -> None:
        self.cpu: dict[str, list[float]] = {}
        self.wall: dict[str, list[float]] = {}

    def on(self, name: str, work: Callable[[], object], pieces: int) -> None:
        """Do ``work``, which is ``pieces`` messages, and note what each took."""
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        self.cpu.setdefault(name, []).append((time.process_time() - cpu) / pieces)
        self.wall.setdefault(name, []).append((time.perf_counter() - wall) / pieces)


def _measure(world: World) -> Spent:
    ours, theirs = _templates()
    judge(read(theirs()), our_her_ids=frozenset(), test_mode=True)
    spent, key = Spent(), keys().ours.signing.private_key
    for number in range(ROUNDS + 1):
        taken = Spent() if number == 0 else spent
        outgoing = [ours() for _ in range(GROUP)]
        incoming = [_packed(world, theirs()) for _ in range(GROUP)]
        taken.on("rsa", lambda: [key.sign(b"x", padding.PKCS1v15(), hashes.SHA256()) for _ in range(GROUP)], GROUP)
        taken.on("send", lambda group=outgoing: _send(world, group), GROUP)
        taken.on("receive", lambda group=incoming: _receive(world, group), GROUP)
        taken.on("duplicate", lambda group=incoming: _post(world, group), GROUP)
        while delivery.deliver_next(world.equipment, "answers"):
            pass
    return spent


def _templates() -> tuple[Callable[[], bytes], Callable[[], bytes]]:
    """Return what writes a referral of ours, and one of theirs, with ids of its own each time."""
    raw = referral()
    header = read(raw).header
    ids = {header.msg_id.encode(), header.document_id.encode()}
    ours, theirs = (b"9200000", b"9200001"), (b"9300000", b"9300001")

    def writer(sender: tuple[bytes, bytes], receiver: tuple[bytes, bytes]) -> Callable[[], bytes]:
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


def _packed(world: World, raw: bytes) -> Packed:
    return world.pack(read(raw))


def _send(world: World, group: list[bytes]) -> None:
    documents: list[Document] = [read(raw) for raw in group]
    with world.database.transaction() as connection:
        for document in documents:
            outbox.enqueue(connection, document, now=world.clock())
    while delivery.deliver_next(world.equipment, "bench"):
        pass


def _post(world: World, group: list[Packed]) -> None:
    for packed in group:
        reply = receipt.receive(world.equipment, Arrival(packed.content_type, packed.body))
        assert reply is not None


def _receive(world: World, group: list[Packed]) -> None:
    _post(world, group)
    with world.database.snapshot() as connection:
        waiting = list(messages.received(connection))
    for message_id in waiting:
        imported = importing.import_message(world.database, CLINIC, world.clock, message_id)
        assert imported.state == "imported", imported


def _report(spent: Spent) -> bool:
    unit = statistics.median(spent.cpu["rsa"])
    kept = True
    print(
        f"{f'a referral of 6 kB, median of {ROUNDS} rounds of {GROUP}':52} {'ms':>7} {'× RSA':>7} {'elapsed':>8}"
    )
    for name, times in spent.cpu.items():
        median = statistics.median(times)
        bound = BOUNDS.get(name)
        kept = kept and (bound is None or median <= bound * unit)
        said = f"  (at most {bound})" if bound else ""
        wall = statistics.median(spent.wall[name]) * 1e3
        print(f"{name:52} {median * 1e3:7.2f} {median / unit:7.2f} {wall:8.2f}{said}")
    return kept


if __name__ == "__main__":
    main()
