"""What memory the engine takes: flat over many messages, and how much more at the most for one that is large.

Each figure is of a process of its own. What it sends is answered by another, and what is large is written and packed by
another, so that only the engine's own work counts; the base is what is resident after small messages have gone both ways.
``python -m benchmarks.memory --messages 100000`` is the whole claim; the default is a sample of it.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from tests.engine.world import CLINIC, THEIRS, World, keys

from benchmarks.exchange import Writer, clinic, letters
from benchmarks.exchange import partner as partner_at_work
from benchmarks.messages import FRAME
from benchmarks.pipeline import packed, receive, send
from elmeld_tui.engine import delivery
from elmeld_tui.messages import writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.xml import MAX_BYTES
from elmeld_tui.model.clinic import User
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.mail import Mail, MailServer
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.fitting import too_large
from elmeld_tui.transport.message import Packed

MESSAGES = 5_000
GROUP = 10
SAMPLE = 500
SLOPE = 1.0
"""kB a message, after the first third: what caches and the allocator's arenas still take up, and no more."""

LARGE = 5_000_000
"""Bytes of an attachment."""

ABOVE_BASE = 61.0
"""MB at the most that one with such an attachment takes, out or in, beyond what a small one does."""

_MEGABYTE = 1e6


def main(messages: int = MESSAGES) -> bool:
    """Measure and print; return whether memory was flat, and no large message took too much."""
    kept = [_flat(messages)]
    print(f"\n{'one large message, MB':44} {'base':>8} {'above':>8}")
    kept += [_large(f"{LARGE / 1e6:.0f} MB attachment {way}", way, LARGE, ABOVE_BASE) for way in ("out", "in")]
    most = MAX_BYTES * 3 // 4 - 50_000
    kept += [_large(f"document of 30 MB {way}", way, most, None) for way in ("out", "in")]
    print()
    kept.append(_refused(most))
    return all(kept)


def _flat(messages: int) -> bool:
    samples: list[list[float]] = _alone("flat", messages)
    for done, rss in samples:
        print(f"{f'after {done:.0f} messages, resident MB':44} {rss:8.1f}")
    slope = _slope([sample for sample in samples if sample[0] > messages / 3]) * 1000
    print(f"{'growth after the first third, kB a message':44} {slope:8.2f}  (at most {SLOPE})")
    return slope <= SLOPE


def _slope(samples: list[list[float]]) -> float:
    """Return the slope of the line that lies nearest to ``samples``."""
    mean_x, mean_y = (sum(values) / len(samples) for values in zip(*samples, strict=True))
    return sum((x - mean_x) * (y - mean_y) for x, y in samples) / sum((x - mean_x) ** 2 for x, _ in samples)


def _large(what: str, way: str, attachment: int, bound: float | None) -> bool:
    base, peak, state = _alone(way, attachment)
    said = f"(at most {bound:.0f})" if bound else ""
    print(f"{what:44} {base:8.1f} {peak - base:8.1f}  {state} {said}")
    return state in {"delivered", "imported"} and (bound is None or peak - base <= bound)


def _refused(attachment: int) -> bool:
    said, state = _alone("beyond", attachment)
    print(f"document of 30 MB, by mail: not queued: {said}")
    print(f"document above 30 MB, received: {state}; the next message: imported")
    return bool(said) and state in {"rejected", "quarantined"}


def _alone(part: str, argument: int) -> list:
    """Run one part in a process of its own; return what it measured."""
    with tempfile.TemporaryDirectory() as place:
        answer = Path(place) / "measured.json"
        command = [sys.executable, "-m", "benchmarks.memory", "--part", part, str(argument), str(answer)]
        subprocess.run(command, check=True)
        return list(json.loads(answer.read_text()))


@dataclass(frozen=True, slots=True)
class _Bench:
    """What a part works with.

    Attributes:
        world: a clinic whose partner is another process.
        ours, theirs: write small referrals.
        place: for files.
    """

    world: World
    ours: Writer
    theirs: Writer
    place: Path

    def warm(self, rounds: int = 3) -> None:
        """Let small messages go both ways."""
        for _ in range(rounds):
            self.small()

    def small(self) -> None:
        """Send a group of small messages, receive one, and send the answers to it."""
        send(self.world, [self.ours() for _ in range(GROUP)])
        receive(self.world, self.incoming(GROUP))
        self.answer()

    def answer(self) -> None:
        """Send the AppRecs that are owed."""
        while delivery.deliver_next(self.world.equipment, "answers"):
            pass

    def incoming(self, many: int) -> list[Packed]:
        """Return small envelopes of the partner's."""
        return [packed(self.world, self.theirs()) for _ in range(many)]


def flat(bench: _Bench, messages: int) -> list[list[float]]:
    """Return what is resident after every so many messages, half of them sent and half received."""
    samples = []
    for done in range(2 * GROUP, messages + 1, 2 * GROUP):
        bench.small()
        if done % SAMPLE < 2 * GROUP:
            gc.collect()
            samples.append([done, resident("VmRSS")])
    return samples


def out(bench: _Bench, attachment: int) -> list[object]:
    """Return base, peak and end of sending a message with an attachment of so many bytes."""
    file = _made_elsewhere(bench.place, partial(_written, attachment, letter=0))

    def work() -> str:
        message_id = bench.world.enqueue(read(file.read_bytes()))
        while bench.world.deliver():
            pass
        return bench.world.state(message_id)

    return _peak(bench, work)


def inward(bench: _Bench, attachment: int) -> list[object]:
    """Return base, peak and end of receiving one, from the listener's bytes to the post and the AppRec."""
    arrival = _arrival(bench, lambda: read(_written(attachment, letter=1)))

    def work() -> str:
        bench.world.post(arrival())
        (taken_in,) = bench.world.take_in()
        return taken_in.state

    return _peak(bench, work)


def beyond(bench: _Bench, attachment: int) -> list[object]:
    """Return what is said of a large document that would go by mail, and what becomes of one that is too large."""
    world = bench.world
    mail = Mail("elmeld@clinic.test", MailServer("localhost", 25))
    by_mail = replace(CLINIC, mail=mail, routes={THEIRS: "mailto:partner@example.test"})
    user, directory = User("bench", "bench"), world.equipment.directory
    office = Office(by_mail, world.data_dir, world.database, world.reader, directory, user, world.clock)
    said = too_large(office, read(_written(attachment, letter=0)))

    def beyond_reading() -> Document:
        document = read(_written(attachment, letter=1))
        return replace(document, raw=document.raw + b"\n" * (MAX_BYTES // 2))

    arrival = _arrival(bench, beyond_reading)
    world.post(arrival())
    (taken_in,) = world.take_in()
    receive(world, bench.incoming(1))
    return [said, taken_in.state]


PARTS: dict[str, Callable[[_Bench, int], list]] = {"flat": flat, "out": out, "in": inward, "beyond": beyond}


def _peak(bench: _Bench, work: Callable[[], str]) -> list[object]:
    """Return base, peak, and what became of the message that ``work`` is about."""
    bench.warm()
    gc.collect()
    base = resident("VmRSS")
    # Forget the peak so far (proc(5), clear_refs).
    Path("/proc/self/clear_refs").write_text("5")
    state = work()
    return [base, resident("VmHWM"), state]


def resident(which: str) -> float:
    """Return what of this process is in memory, in MB: ``VmRSS`` now, ``VmHWM`` at the most."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{which}:"):
            return int(line.split()[1]) * 1024 / _MEGABYTE
    raise LookupError(which)


def _written(attachment: int, *, letter: int) -> bytes:
    """Return a dialogue with an attachment that cannot be compressed; ``letter`` 0 is ours, 1 the partner's."""
    content = b"%PDF-1.7\n" + random.Random(0).randbytes(attachment - 9)
    enclosure = Enclosure("Vedlegg", "application/pdf", content)
    written = {"subject": "EKG", "text": "Se vedlagt."}
    return letters(writing.build("dialogue", written, replace(FRAME, enclosures=(enclosure,))))[letter]()


def _made_elsewhere(place: Path, make: Callable[[], bytes]) -> Path:
    """Let a process of its own make some bytes, so that making them takes no memory of ours; return their file."""
    file = place / "made"
    child = os.fork()
    if child == 0:
        file.write_bytes(make())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    return file


def _arrival(bench: _Bench, make: Callable[[], Document]) -> Callable[[], Packed]:
    """Have a document of the partner's packed by others; return what reads the envelope in."""
    content_type = bench.place / "type"

    def post() -> bytes:
        envelope = bench.world.pack(make())
        content_type.write_text(envelope.content_type)
        return envelope.body

    file = _made_elsewhere(bench.place, post)
    return lambda: Packed(content_type.read_text(), file.read_bytes(), "", {})


def run_part(part: str, argument: int, answer: Path) -> None:
    """Run one part here, and write what it measured as JSON."""
    keys()
    with tempfile.TemporaryDirectory() as place, partner_at_work() as endpoint:
        world = clinic(Path(place) / "clinic", endpoint)
        ours, theirs = letters()
        answer.write_text(json.dumps(PARTS[part](_Bench(world, ours, theirs, Path(place)), argument)))
        world.close()


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    options.add_argument("--messages", type=int, default=MESSAGES)
    options.add_argument("--part", nargs=3, metavar=("PART", "ARGUMENT", "FILE"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.part:
        run_part(given.part[0], int(given.part[1]), Path(given.part[2]))
    else:
        sys.exit(not main(given.messages))
