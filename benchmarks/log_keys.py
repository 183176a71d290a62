"""From a key in the message log to what it paints, at any size and on both databases.

Bound: 50 ms until the first byte. What comes later, a count or what is still searched for, comes beside: no key waits
for it. Esc has no bound: a tenth of a second is waited for what may follow it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import defaultdict
from typing import NamedTuple

from benchmarks.million import clinic, clinic_on_server
from benchmarks.pty_harness import Redraw, Terminal
from benchmarks.tui_rivals import DOWN, END, ENTER, ESCAPE, HOME, PAGE_DOWN

_SIZES = (1_000, 100_000)
_ROUNDS = 3
MOST_MS = 50.0
_F4, _BACK = b"\x1bOS", b"\x7f"


class Step(NamedTuple):
    """A key, and what is pressed before it without being measured."""

    name: str
    keys: bytes
    before: bytes = b""


STEPS = (
    Step("arrow", DOWN),
    Step("page", PAGE_DOWN),
    Step("end", END),
    Step("top", HOME),
    Step("next problem", b"e"),
    Step("and the next", b"e"),
    Step("previous problem", b"E"),
    Step("the last problem of all", b"E", HOME),
    Step("opened", ENTER, HOME),
    Step("closed", ESCAPE),
    Step("counter 1", b"1"),
    Step("counter 3", b"3"),
    Step("counter 7", b"7"),
    Step("end of it", END),
    Step("no filter", ESCAPE),
    Step("search line", b"/"),
    Step("a letter", b"k"),
    Step("another", b"n"),
    Step("a word of a third", b"e"),
    Step("and one that is not there", b"x", b" zq"),
    Step("a letter taken away", _BACK, _BACK * 3),
    Step("to what was found", ENTER),
    Step("end of it", END),
    Step("left", ESCAPE),
    Step("search line once more", b"/"),
    Step("words that never meet", b"v", b"fra:laboratoriet na"),
    Step("one patient and a word", b"e", b"\x15pasient:10000000017 kn"),
    Step("filter: state", b"t", b"\x15status:avvis"),
    Step("filter: type", b"e", b"\x15type:epikris"),
    Step("filter: two", b"t", b"\x15type:henvisning retning:u"),
    Step("filter: period", b"4", b"\x15etter:01.06.202"),
    Step("quoted words", b"e", b'\x15"hofte kn'),
    Step("left", ESCAPE, ENTER),
)


def main(sizes: tuple[int, ...] = _SIZES) -> bool:
    """Measure and print; return whether the bound holds."""
    held = True
    for messages in sizes:
        columns: dict[str, dict[str, list[Redraw]]] = {}
        for name, opened in (("SQLite", clinic), ("PostgreSQL", clinic_on_server)):
            with opened(messages) as place:
                if place is not None:
                    command = [sys.executable, "-m", "elmeld_tui", "--data-dir", str(place)]
                    columns[name] = _measure(command)
        held &= _print(messages, columns)
    return held


def _measure(command: list[str]) -> dict[str, list[Redraw]]:
    taken: dict[str, list[Redraw]] = defaultdict(list)
    for _ in range(_ROUNDS):
        with Terminal(command) as terminal:
            terminal.wait_for("Innboks ·", timeout=60)
            terminal.settle(quiet=1.5, timeout=10)
            terminal.press(_F4, quiet=2.0)
            for place, step in enumerate(STEPS):
                if step.before:
                    terminal.press(step.before, quiet=0.5)
                taken[f"{place} {step.name}"].append(terminal.press(step.keys, quiet=0.5))
    return taken


def _print(messages: int, columns: dict[str, dict[str, list[Redraw]]]) -> bool:
    print(f"\n{f'{messages:,} messages, ms: first byte / all':40}" + "".join(f"{name:>20}" for name in columns))
    slowest = 0.0
    for place, step in enumerate(STEPS):
        cells = []
        for column in columns.values():
            several = column[f"{place} {step.name}"]
            first, last = (
                statistics.median(getattr(one, what) for one in several) * 1e3 for what in ("first", "seconds")
            )
            slowest = slowest if step.keys == ESCAPE else max(slowest, first)
            cells.append(f"{first:.0f} / {last:.0f}")
        print(f"{step.name:40}" + "".join(f"{cell:>20}" for cell in cells))
    print(f"{'slowest first byte':40}{slowest:20.0f}   (at most {MOST_MS:g})")
    return slowest <= MOST_MS


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.log_keys", description=__doc__)
    parser.add_argument("--rows", type=int, action="append", help="messages; may be repeated")
    sys.exit(0 if main(tuple(parser.parse_args().rows or _SIZES)) else 1)
