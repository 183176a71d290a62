"""What a message costs the engine, out and in, beside one RSA-2048 signature measured in the same rounds.

Out is from the writer's document to the partner's ack; in is from the partner's post to the post item and the AppRec.

The partner is a process of its own behind HTTP on loopback. What is counted is our own process's work (its processor
time), so that the partner's signatures, made on another core, are not ours; elapsed time stands beside it.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from tests.engine.world import CLINIC, World, keys

from benchmarks.exchange import Spent, clinic, letters, partner
from elmeld_tui.engine import delivery, importing, outbox, receipt
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.rules import judge
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.store import messages
from elmeld_tui.transport.message import Packed

ROUNDS = 15
GROUP = 10
BOUNDS = {"send": 4.5, "receive": 6.5, "duplicate": 0.5}


def main() -> bool:
    """Measure and print; return whether every bound was kept."""
    with tempfile.TemporaryDirectory() as place, partner() as endpoint:
        world = clinic(Path(place), endpoint)
        spent = _measure(world)
        world.close()
    return _report(spent)


def _measure(world: World) -> Spent:
    ours, theirs = letters()
    judge(read(theirs()), our_her_ids=frozenset(), test_mode=True)
    spent, key = Spent(), keys().ours.signing.private_key
    for number in range(ROUNDS + 1):
        taken = Spent() if number == 0 else spent
        outgoing = [ours() for _ in range(GROUP)]
        incoming = [packed(world, theirs()) for _ in range(GROUP)]
        taken.on("rsa", lambda: [key.sign(b"x", padding.PKCS1v15(), hashes.SHA256()) for _ in range(GROUP)], GROUP)
        taken.on("send", lambda group=outgoing: send(world, group), GROUP)
        taken.on("receive", lambda group=incoming: receive(world, group), GROUP)
        taken.on("duplicate", lambda group=incoming: _post(world, group), GROUP)
        while delivery.deliver_next(world.equipment, "answers"):
            pass
    return spent


def packed(world: World, raw: bytes) -> Packed:
    """Pack a document of the partner's."""
    return world.pack(read(raw))


def send(world: World, group: list[bytes]) -> None:
    """Owe a group of documents, and deliver them."""
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


def receive(world: World, group: list[Packed]) -> None:
    """Acknowledge a group of envelopes, and take them in."""
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
