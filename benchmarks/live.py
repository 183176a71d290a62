"""From a message in the store to a line on the screen of every open terminal, on either database.

Bound: within a second on each of five terminals, the slowest of all arrivals.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import full_postbox
from benchmarks.log_search import on_postgresql
from benchmarks.pty_harness import Terminal
from benchmarks.tui_rivals import HOME
from elmeld_tui.model.clock import now, to_text
from elmeld_tui.model.states import State
from elmeld_tui.store import messages, post
from elmeld_tui.store.database import Database, open_database
from elmeld_tui.tui.screens.place import LOOK_EVERY

TERMINALS = 5
ARRIVALS = 20
MESSAGES = 2_000
MOST_SECONDS = 1.0
_LOOK = 0.005
_GIVE_UP = 10.0


def main() -> bool:
    """Measure and print; return whether the bound holds."""
    held = True
    print(f"{f'{ARRIVALS} arrivals, {TERMINALS} terminals, ms until seen':48} {'median':>8} {'slowest':>8}")
    for name, clinic in (("SQLite", _on_sqlite), ("PostgreSQL", on_postgresql)):
        with clinic() as data_dir:
            if data_dir is None:
                continue
            taken = list(_arrivals(data_dir))
        slowest = max(taken)
        held &= slowest <= MOST_SECONDS
        print(
            f"{name:48} {statistics.median(taken) * 1e3:8.0f} {slowest * 1e3:8.0f}   (at most {MOST_SECONDS * 1e3:.0f})"
        )
    return held


@contextmanager
def _on_sqlite() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _arrivals(data_dir: Path) -> Iterator[float]:
    """Yield how many seconds each arrival took to reach each terminal."""
    full_postbox.fill(data_dir, MESSAGES)
    database = open_database(data_dir)
    command = [sys.executable, "-m", "elmeld_tui", "--data-dir", str(data_dir)]
    with ExitStack() as stack:
        terminals = [stack.enter_context(Terminal(command)) for _ in range(TERMINALS)]
        for terminal in terminals:
            terminal.wait_for("Innboks ·")
            terminal.settle(quiet=1.5, timeout=10)
        chance = random.Random(1)
        for number in range(ARRIVALS):
            # Letters that no line has: only what differs from the line before is written.
            name = chr(ord("α") + number) * 6
            for terminal in terminals:
                # What comes above the line one is at moves nothing; from the first line it is seen.
                terminal.send(HOME)
            for terminal in terminals:
                terminal.settle(quiet=0.1, timeout=2)
            # Not in step with the looks of the terminals.
            time.sleep(chance.uniform(0, LOOK_EVERY))
            before = [len(terminal.written) for terminal in terminals]
            _arrive(database, name)
            yield from _until_seen(terminals, before, name)
    database.close()


def _arrive(database: Database, name: str) -> None:
    at = to_text(now())
    with database.transaction() as connection:
        message_id = messages.add(
            connection,
            direction="in",
            state=State.IMPORTED,
            at=at,
            kind="dialogue",
            type_code="DIALOG_FORESPORSEL",
            sender_name="Sykehuset, medisin",
            patient_name=name,
        )
        post.put(connection, message_id, folder="inbox", unread=True, at=at)


def _until_seen(terminals: list[Terminal], before: list[int], name: str) -> Iterator[float]:
    begun = time.perf_counter()
    waiting = dict(zip(terminals, before, strict=True))
    while waiting:
        for terminal, start in list(waiting.items()):
            terminal.read(_LOOK)
            if name.encode() in terminal.written[start:]:
                del waiting[terminal]
                yield time.perf_counter() - begun
        if time.perf_counter() - begun > _GIVE_UP:
            raise AssertionError(f"{len(waiting)} terminals do not show {name}")


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
