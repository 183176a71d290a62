"""From the shell's fork to text on the screen: the real program on a full postbox beside a minimal Textual app.

Bounds: at most 1.75 × the minimal app (medians of one interleaved run), at most 80 MB resident.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.full_postbox import fill
from benchmarks.pty_harness import Terminal

MESSAGES = 100_000
ROUNDS = 11
MOST_TIMES_MINIMAL = 1.75
MOST_RESIDENT_MB = 80


def main() -> bool:
    """Measure and print; return whether both bounds hold."""
    with tempfile.TemporaryDirectory() as name:
        clinic = Path(name) / "clinic"
        print(f"cold_start: making {MESSAGES} messages …", file=sys.stderr)
        fill(clinic, MESSAGES)
        minimal, ours, resident = [], [], []
        for _ in range(ROUNDS):
            minimal.append(_first_paint([sys.executable, "-m", "benchmarks.rivals", "minimal"], "painted")[0])
            seconds, megabytes = _first_paint(
                [sys.executable, "-m", "elmeld_tui", "--data-dir", str(clinic)], "LAB-resultat"
            )
            ours.append(seconds)
            resident.append(megabytes)
    ratio = statistics.median(ours) / statistics.median(minimal)
    megabytes = statistics.median(resident)
    print(f"{'cold start, median of ' + str(ROUNDS):44} {'ms':>8}")
    print(f"{'minimal Textual app (one Static)':44} {statistics.median(minimal) * 1e3:8.0f}")
    print(f"{f'elmeld, postbox open on {MESSAGES}':44} {statistics.median(ours) * 1e3:8.0f}")
    print(f"{'ratio':44} {ratio:8.2f}   (at most {MOST_TIMES_MINIMAL})")
    print(f"{'resident when painted, MB':44} {megabytes:8.1f}   (at most {MOST_RESIDENT_MB})")
    return ratio <= MOST_TIMES_MINIMAL and megabytes <= MOST_RESIDENT_MB


def _first_paint(command: list[str], text: str) -> tuple[float, float]:
    """Return seconds until ``text`` is on the screen, and megabytes resident at that moment."""
    with Terminal(command) as terminal:
        seconds = terminal.wait_for(text)
        return seconds, terminal.resident_bytes / 1e6
