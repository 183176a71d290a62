"""What a message costs the engine, station by station, beside one RSA-2048 signature measured in the same rounds.

Out: ``queue`` is the writer's transaction (ledger, outbox, post, search, links); ``send`` is from there to the
partner's ack (packing, two commits, the post, the ack believed). In: ``receive`` is from the partner's post to our
ack, with the document kept and held to its schema; ``take in`` is what follows (rules, post, patient, search, links, the
AppRec queued); ``duplicate`` is the same post again. The bounds are the budget of the stations that keep a partner
waiting.

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
from elmeld_tui.messages import schemas
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.rules import judge
from elmeld_tui.messages.xml import parse
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.store import messages
from elmeld_tui.transport.message import Packed

ROUNDS = 15
GROUP = 10
BOUNDS = {"send": 4.5, "receive": 6.5, "duplicate": 0.5}
"""Times one signature."""


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
        taken.on("queue", lambda group=outgoing: queue(world, group), GROUP)
        taken.on("send", lambda: deliver(world), GROUP)
        taken.on("receive", lambda group=incoming: post_and_validate(world, group), GROUP)
        taken.on("take in", lambda: take_in(world), GROUP)
        taken.on("duplicate", lambda group=incoming: post(world, group), GROUP)
        while delivery.deliver_next(world.equipment, "answers"):
            pass
    return spent


def packed(world: World, raw: bytes) -> Packed:
    """Pack a document of the partner's."""
    return world.pack(read(raw))


def queue(world: World, group: list[bytes]) -> None:
    """Owe a group of documents."""
    documents: list[Document] = [read(raw) for raw in group]
    with world.database.transaction() as connection:
        for document in documents:
            outbox.enqueue(connection, document, now=world.clock())


def deliver(world: World) -> None:
    """Send what is owed."""
    while delivery.deliver_next(world.equipment, "bench"):
        pass


def send(world: World, group: list[bytes]) -> None:
    """Owe a group of documents, and deliver them."""
    queue(world, group)
    deliver(world)


def post(world: World, group: list[Packed]) -> None:
    """Post a group of envelopes to the clinic."""
    for packed in group:
        reply = receipt.receive(world.equipment, Arrival(packed.content_type, packed.body))
        assert reply is not None


def post_and_validate(world: World, group: list[Packed]) -> None:
    """Post a group of envelopes, and hold what was kept of them to its schema."""
    post(world, group)
    with world.database.snapshot() as connection:
        kept = messages.documents(connection, list(messages.received(connection)), at_most=10**9)
    for raw in kept.values():
        assert not schemas.validate(parse(raw))


def take_in(world: World) -> None:
    """Take in what has been received."""
    with world.database.snapshot() as connection:
        waiting = list(messages.received(connection))
    for message_id in waiting:
        imported = importing.import_message(world.database, CLINIC, world.clock, message_id)
        assert imported.state == "imported", imported


def receive(world: World, group: list[Packed]) -> None:
    """Acknowledge a group of envelopes, and take them in."""
    post(world, group)
    take_in(world)


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
