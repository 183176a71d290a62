"""The terminal program on a postbox of a million messages: first paint, memory, and what every key costs the line.

Beside a minimal Textual app, Textual's DataTable, lnav, posting and harlequin, where they are installed, in interleaved
rounds. Bounds: first paint at most 1.75 × the minimal app, 80 MB resident after scrolling about; an arrow 500 bytes and
12 ms, Tab 2 kB, the palette 15 kB, nothing when idle.
"""

from __future__ import annotations

import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

from benchmarks import million
from benchmarks.pty_harness import NothingSeenError, Redraw, Terminal
from benchmarks.tui_rivals import DOWN, END, HOME, MINIMAL, PAGE_DOWN, SEARCHES, Program, elmeld, rivals

ROUNDS = 7
IDLE_SECONDS = 3
MOST_TIMES_MINIMAL = 1.75
MOST_RESIDENT_MB = 80
MOST = {"arrow": (500, 12.0), "tab": (2_000, None), "tab back": (2_000, None), "palette": (15_000, None)}
"""For a step: bytes, and milliseconds where they are bounded."""

_WALK = (DOWN, PAGE_DOWN, END, PAGE_DOWN, HOME, *[PAGE_DOWN] * 20, END, HOME)
_SEARCH_QUIET = 1.5
"""Seconds in which a search must have begun to show something."""

_REPEATED = {"arrow": 6, "page": 3}
_STARTS_IN = 0.5
"""Seconds; where a program takes more to start, it is waited for as much longer at every step."""
_MOST_PATIENCE = 6


def main(messages: int = million.MESSAGES, rounds: int = ROUNDS) -> bool:
    """Measure and print; return whether every bound holds."""
    with million.clinic(messages) as clinic, tempfile.TemporaryDirectory() as place:
        others, missing = rivals(clinic, Path(place))
        programs = [MINIMAL, elmeld(clinic), *others]
        runs: dict[str, list[Run]] = defaultdict(list)
        for number in range(rounds + 1):
            for program in programs:
                if (run := _run(program)) is not None and number:
                    runs[program.name].append(run)
    for word in missing:
        print(f"{word}: left out")
    for program in programs:
        if not runs[program.name]:
            print(f"{program.name} does not show {program.text!r} on this machine: left out")
    return _report_starts(messages, runs) & _report_keys(runs)


class Run:
    """One run of a program: how it began, and what each step led to."""

    def __init__(self, painted: float, resident: float) -> None:
        self.painted = painted
        self.resident = resident
        self.walked = self.used = self.idle = 0.0
        self.steps: dict[str, Redraw] = {}


def _run(program: Program) -> Run | None:
    with Terminal(program.command, environment=program.environment) as terminal:
        try:
            run = Run(terminal.wait_for(program.text), terminal.resident_bytes / 1e6)
        except NothingSeenError:
            return None
        # On a machine that has other work everything takes longer, and so does coming to rest.
        patience = min(max(1.0, run.painted / _STARTS_IN), _MOST_PATIENCE)
        terminal.settle(quiet=patience, timeout=10 * patience)
        for keys in program.first:
            terminal.press(keys, quiet=2 * patience, timeout=3 * patience)
        if "end" in program.keys:
            for key in _WALK:
                terminal.press(key, quiet=0.05)
        run.walked = terminal.resident_bytes / 1e6
        for name, keys in program.keys.items():
            quiet = (_SEARCH_QUIET if name in SEARCHES else 0.3) * patience
            presses = [
                terminal.press(keys, quiet=quiet, timeout=3 * patience) for _ in range(_REPEATED.get(name, 1))
            ]
            run.steps[name] = Redraw(
                round(statistics.median(press.size for press in presses)),
                statistics.median(press.seconds for press in presses),
            )
        run.used = terminal.resident_bytes / 1e6
        terminal.settle(quiet=2.0, timeout=6)
        before = len(terminal.written)
        terminal.settle(quiet=IDLE_SECONDS, timeout=IDLE_SECONDS)
        run.idle = (len(terminal.written) - before) / IDLE_SECONDS
    return run


def _report_starts(messages: int, runs: dict[str, list[Run]]) -> bool:
    minimal = statistics.median(run.painted for run in runs[MINIMAL.name])
    heading = f"{'paint ms':>9} {'×':>6} {'MB':>7} {'walked':>7} {'used':>7} {'idle B/s':>9}"
    print(f"\n{f'elmeld with {messages:,} messages':30} {heading}")
    held = True
    for name, several in runs.items():
        if not several:
            continue
        painted, resident, walked, used, idle = (
            statistics.median(getattr(run, what) for run in several)
            for what in ("painted", "resident", "walked", "used", "idle")
        )
        print(
            f"{name:30} {painted * 1e3:9.0f} {painted / minimal:6.2f}"
            f" {resident:7.1f} {walked:7.1f} {used:7.1f} {idle:9.0f}"
        )
        if name == "elmeld":
            held = painted / minimal <= MOST_TIMES_MINIMAL and walked <= MOST_RESIDENT_MB and idle == 0
    print(f"bounds for elmeld: {MOST_TIMES_MINIMAL} ×, {MOST_RESIDENT_MB} MB when walked through, 0 B/s")
    return held


def _report_keys(runs: dict[str, list[Run]]) -> bool:
    names = [name for name, several in runs.items() if several and several[0].steps]
    print(f"\n{'bytes / ms for':22}" + "".join(f"{name:>24}" for name in names))
    held = True
    for step in runs["elmeld"][0].steps:
        cells = []
        for name in names:
            taken = [run.steps[step] for run in runs[name] if step in run.steps]
            if not taken:
                cells.append("–")
                continue
            size = statistics.median(redraw.size for redraw in taken)
            spent = statistics.median(redraw.seconds for redraw in taken) * 1e3
            cells.append(f"{size:,.0f} / {spent:.1f}")
            if name == "elmeld" and step in MOST:
                bytes_bound, ms_bound = MOST[step]
                held &= size <= bytes_bound and (ms_bound is None or spent <= ms_bound)
        print(f"{step:22}" + "".join(f"{cell:>24}" for cell in cells) + _bound(step))
    return held


def _bound(step: str) -> str:
    if step not in MOST:
        return ""
    size, spent = MOST[step]
    return f"   (elmeld at most {size:,}" + (f" / {spent:g})" if spent else ")")


if __name__ == "__main__":
    main()
