"""What receiving costs elmeld beside the PyPI package ``as4``, for the same referral, in interleaved rounds.

``as4`` parses, verifies, decrypts and builds its signed receipt, all in memory. Ours does the same, keeps the envelope,
the document and the answer durably, looks for duplicates, checks the signer in the register, and validates against the
schema. What has no like in ``as4`` stands on a line of its own: to take the message in, which puts it in the post, links
it to its patient and to what it answers, makes it searchable, and owes the sender an AppRec.

``as4`` wants another cryptography than elmeld and is no dependency. Name a Python that has it, and it is measured:
``python -m venv /tmp/as4 && /tmp/as4/bin/pip install as4; AS4_PYTHON=/tmp/as4/bin/python make bench ARGS=as4_rival``.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.exchange import Spent, clinic, letters, partner
from benchmarks.pipeline import packed, post_and_validate, take_in
from elmeld_tui.engine import delivery

ROUNDS = 11
GROUP = 10
TIMES_FASTER = 2
PEER = Path(__file__).with_name("as4_peer.py")


def main() -> bool:
    """Measure and print; return whether ours was as much faster as it shall be, or the package is not there."""
    python = os.environ.get("AS4_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import as4.peppol"], capture_output=True, check=False).returncode:
        print(f"as4 is not installed for {Path(python).name}: name a Python that has it in AS4_PYTHON")
        return True
    spent = Spent()
    with tempfile.TemporaryDirectory() as place, partner() as endpoint:
        world = clinic(Path(place), endpoint)
        _, theirs = letters()
        payload = Path(place) / "referral.xml"
        payload.write_bytes(theirs())
        with _peer(python, payload) as ask:
            for number in range(ROUNDS + 1):
                taken = spent if number else Spent()
                incoming = [packed(world, theirs()) for _ in range(GROUP)]
                cpu, wall = ask(GROUP)
                taken.note("as4: parse, verify, decrypt, receipt, in memory", cpu / GROUP, wall / GROUP)
                taken.on(
                    "elmeld: the same, validated and kept", lambda g=incoming: post_and_validate(world, g), GROUP
                )
                taken.on("elmeld: then taken in", lambda: take_in(world), GROUP)
                while delivery.deliver_next(world.equipment, "answers"):
                    pass
        world.close()
    return _report(spent)


@contextmanager
def _peer(python: str, payload: Path) -> Iterator[Callable[[int], tuple[float, float]]]:
    """Run ``as4`` in a process that stays; give what has it receive messages and returns its cpu and elapsed time."""
    with subprocess.Popen(
        [python, PEER, payload], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as peer:
        assert peer.stdin is not None
        assert peer.stdout is not None
        to, back = peer.stdin, peer.stdout

        def ask(many: int) -> tuple[float, float]:
            print(many, file=to, flush=True)
            cpu, wall = json.loads(back.readline())
            return cpu, wall

        yield ask
        to.close()


def _report(spent: Spent) -> bool:
    print(f"{f'a referral of 6 kB, median of {ROUNDS} rounds of {GROUP}':52} {'ms cpu':>8} {'elapsed':>8}")
    medians = {name: [statistics.median(times[name]) for times in (spent.cpu, spent.wall)] for name in spent.cpu}
    for name, (cpu, wall) in medians.items():
        print(f"{name:52} {cpu * 1e3:8.2f} {wall * 1e3:8.2f}")
    rival, ours, _ = medians.values()
    by_cpu, by_wall = rival[0] / ours[0], rival[1] / ours[1]
    print(f"{'times faster':52} {by_cpu:8.1f} {by_wall:8.1f}  (at least {TIMES_FASTER}, elapsed)")
    return by_wall >= TIMES_FASTER


if __name__ == "__main__":
    main()
