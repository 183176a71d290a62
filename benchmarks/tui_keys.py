"""What every key costs the line, in every place and in both sizes: bytes, and milliseconds until the last of them.

Bounds: what moves a cursor 500 bytes, tab and shift+tab 2 kB, a letter that is typed 500 bytes.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import laboratory_patient
from benchmarks.pty_harness import Redraw, Terminal
from benchmarks.tui_rivals import DOWN, END, ENTER, ESCAPE, F1, HOME, PAGE_DOWN, PALETTE, TAB

ROUNDS = 3
SIZES = ((80, 24), (140, 45))
UP, LEFT, RIGHT, BACK_TAB = b"\x1b[A", b"\x1b[D", b"\x1b[C", b"\x1b[Z"
F2, F3, F4, CTRL_N, JUMP = b"\x1bOQ", b"\x1bOR", b"\x1bOS", b"\x0e", b"\x0f"
MOVE, TABS, BOX = 500, 2_000, 15_000


class Step(NamedTuple):
    """A key, what is said of it, and how many bytes it may cost at most; none where a whole screen is another one."""

    name: str
    keys: bytes
    most: int | None = None


PLACES: dict[str, tuple[Step, ...]] = {
    "Post": (
        Step("arrow", DOWN, MOVE),
        Step("arrow up", UP, MOVE),
        Step("page", PAGE_DOWN),
        Step("end", END),
        Step("top", HOME),
        Step("tab", TAB, TABS),
        Step("shift+tab", BACK_TAB, TABS),
        Step("filter", b"f", BOX),
        Step("arrow in it", DOWN, MOVE),
        Step("closed", ESCAPE, BOX),
        Step("search line", b"/", BOX),
        Step("a letter", b"h"),
        Step("another", b"e"),
        Step("left", ESCAPE, BOX),
        Step("dropped", ESCAPE),
        Step("commands", PALETTE, BOX),
        Step("a letter in them", b"s", BOX),
        Step("closed", ESCAPE, BOX),
        Step("help", F1),
        Step("closed", ESCAPE),
        Step("jump", JUMP, TABS),
        Step("left", ESCAPE, TABS),
    ),
    "Pasient": (
        Step("place", F3),
        Step("a letter", b"\xc3\xa5"),
        Step("the rest", b"sen"),
        Step("patient opened", ENTER),
        Step("arrow", DOWN, MOVE),
        Step("page", PAGE_DOWN),
        Step("end", END),
        Step("top", HOME),
        Step("tab", TAB),
        Step("shift+tab", BACK_TAB),
        Step("message opened", ENTER),
        Step("arrow in it", DOWN),
        Step("closed", ESCAPE),
        Step("matrix", b"m"),
        Step("the oldest reports", b""),
        Step("arrow", DOWN, MOVE),
        Step("right", RIGHT),
        Step("left", LEFT),
        Step("analysis opened", ENTER),
        Step("closed", ESCAPE),
        Step("matrix left", ESCAPE),
        Step("journal", b"h"),
        Step("journal left", b"h"),
        Step("filter", b"f", BOX),
        Step("closed", ESCAPE, BOX),
    ),
    "Meldingslogg": (
        Step("place", F4),
        Step("arrow", DOWN, MOVE),
        Step("page", PAGE_DOWN),
        Step("end", END),
        Step("top", HOME),
        Step("tab", TAB, TABS),
        Step("shift+tab", BACK_TAB, TABS),
        Step("opened", ENTER),
        Step("next pane", RIGHT),
        Step("closed", ESCAPE),
        Step("filter", b"f", BOX),
        Step("closed", ESCAPE, BOX),
        Step("search line", b"/", BOX),
        Step("a letter", b"h"),
        Step("left", ESCAPE),
        Step("dropped", ESCAPE),
    ),
    "Message": (
        Step("place", F2),
        Step("opened", HOME + ENTER),
        Step("arrow", DOWN),
        Step("page", PAGE_DOWN),
        Step("next message", b"."),
        Step("whole screen", b"z"),
        Step("closed", ESCAPE),
        Step("once more", ESCAPE),
    ),
    "Composer": (
        Step("kinds", CTRL_N, BOX),
        Step("arrow", DOWN, MOVE),
        Step("opened", ENTER),
        Step("come to rest", b""),
        Step("tab", TAB, TABS),
        Step("shift+tab", BACK_TAB, TABS),
        Step("patient, a letter", b"a", BOX),
        Step("another", b"s", BOX),
        Step("taken away", b"\x7f\x7f"),
        Step("to the last field", BACK_TAB),
        Step("and the one before", BACK_TAB),
        Step("a letter", b"x", MOVE),
        Step("another", b"y", MOVE),
        Step("leave", ESCAPE, BOX),
    ),
}


def main(rounds: int = ROUNDS) -> bool:
    """Measure and print; return whether every bound holds."""
    with tempfile.TemporaryDirectory() as place:
        clinic = Path(place)
        laboratory_patient.fill(clinic)
        runs: dict[tuple[int, int], list[list[Redraw]]] = defaultdict(list)
        for _ in range(rounds):
            for size in SIZES:
                runs[size].append(list(_walk(clinic, *size)))
    return _report(runs)


def _walk(clinic: Path, columns: int, rows: int) -> Iterator[Redraw]:
    command = [sys.executable, "-m", "elmeld_tui", "--data-dir", str(clinic)]
    with Terminal(command, columns=columns, rows=rows) as terminal:
        painted = terminal.wait_for("Innboks ·")
        terminal.settle(quiet=2.0, timeout=8)
        # On a machine that has other work everything takes longer, and so does coming to rest.
        quiet = 0.4 * max(1.0, painted / 0.5)
        for steps in PLACES.values():
            for step in steps:
                yield terminal.press(step.keys, quiet=quiet if step.keys else 8 * quiet)


def _report(runs: dict[tuple[int, int], list[list[Redraw]]]) -> bool:
    held = True
    print(f"\n{'bytes / ms':36}" + "".join(f"{f'{columns}×{rows}':>18}" for columns, rows in SIZES))
    number = 0
    for place, steps in PLACES.items():
        for step in steps:
            cells = []
            for size in SIZES:
                taken = [run[number] for run in runs[size]]
                spent = round(statistics.median(redraw.size for redraw in taken))
                cells.append(f"{spent:,} / {statistics.median(redraw.seconds for redraw in taken) * 1e3:.1f}")
                held &= step.most is None or spent <= step.most
            bound = f"   (at most {step.most:,})" if step.most else ""
            print(f"{place:14}{step.name:22}" + "".join(f"{cell:>18}" for cell in cells) + bound)
            number += 1
    return held
