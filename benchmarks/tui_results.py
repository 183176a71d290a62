"""A patient with five hundred laboratory reports: from the key to the post, and from the key to the table of results.

Bound: 1.5 × what a minimal Textual app takes to its first paint, 300 ms where that is 200. The table is there when its
newest results are; the older ones, which move nothing, are told beside.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from benchmarks import laboratory_patient
from benchmarks.pty_harness import Terminal
from benchmarks.tui_rivals import ENTER, ESCAPE, MINIMAL

ROUNDS = 7
MOST_TIMES_MINIMAL = 1.5
_PATIENTS = b"\x1bOR"
_NEWEST, _OLDEST = "P-Kalium", "HbA1c"
"""An analysis that the newest reports have, and one that the oldest alone have."""


def main(rounds: int = ROUNDS) -> bool:
    """Measure and print; return whether the bound holds."""
    taken: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as place:
        laboratory_patient.fill(Path(place))
        for _ in range(rounds):
            with Terminal(MINIMAL.command) as terminal:
                taken[MINIMAL.name].append(terminal.wait_for(MINIMAL.text))
            for what, seconds in _open(Path(place)).items():
                taken[what].append(seconds)
    minimal = statistics.median(taken[MINIMAL.name])
    held = True
    print(f"{'a patient with 500 reports':36} {'ms':>8} {'×':>6}")
    for what, several in taken.items():
        spent = statistics.median(several)
        bound = f"   (at most {MOST_TIMES_MINIMAL})" if what in _BOUNDED else ""
        print(f"{what:36} {spent * 1e3:8.0f} {spent / minimal:6.2f}{bound}")
        held &= what not in _BOUNDED or spent <= MOST_TIMES_MINIMAL * minimal
    return held


_BOUNDED = ("post opened", "results over time", "results once more")


def _open(clinic: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "elmeld_tui", "--data-dir", str(clinic)]
    with Terminal(command) as terminal:
        terminal.wait_for("Innboks ·")
        terminal.settle(quiet=2.0, timeout=8)
        terminal.press(_PATIENTS, quiet=0.5)
        terminal.press(laboratory_patient.NAME.encode(), quiet=0.5)
        post = _until(terminal, ENTER, "Ubesvart")
        terminal.settle(quiet=0.5)
        newest = _until(terminal, b"m", _NEWEST)
        every = newest + _until(terminal, b"", _OLDEST)
        terminal.settle(quiet=0.5)
        terminal.press(ESCAPE, quiet=0.5)
        again = _until(terminal, b"m", _NEWEST)
    return {"post opened": post, "results over time": newest, "… all of them": every, "results once more": again}


def _until(terminal: Terminal, keys: bytes, text: str) -> float:
    """Press keys; return the seconds until ``text`` is written."""
    before, begun = len(terminal.written) if keys else 0, time.perf_counter()
    if keys:
        terminal.send(keys)
    terminal.wait_for(text, after=before)
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
