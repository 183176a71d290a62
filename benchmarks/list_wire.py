"""What the postbox costs the line: bytes for a key, and bytes when nobody touches it; beside Textual's DataTable.

Bounds: a cursor move at most 500 bytes, idle none.
"""

from __future__ import annotations

import math
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.full_postbox import fill
from benchmarks.pty_harness import Terminal

MESSAGES = 100_000
MOST_PER_MOVE = 500
IDLE_SECONDS = 5
_DOWN, _PAGE_DOWN, _END, _HOME = b"\x1b[B", b"\x1b[6~", b"\x1b[F", b"\x1b[H"


def main() -> bool:
    """Measure and print; return whether both bounds hold."""
    with tempfile.TemporaryDirectory() as name:
        clinic = Path(name) / "clinic"
        print(f"list_wire: making {MESSAGES} messages …", file=sys.stderr)
        fill(clinic, MESSAGES)
        ours = _measure([sys.executable, "-m", "elmeld_tui", "--data-dir", str(clinic)], "LAB-resultat")
    table = _measure([sys.executable, "-m", "benchmarks.rivals", "table"], "LAB-resultat")
    print(f"{'':28} {'elmeld, 100 000 rows':>22} {'DataTable, 1 000 rows':>23}")
    for what in ours:
        print(f"{what:28} {_cell(ours[what]):>22} {_cell(table[what]):>23}")
    print(f"bounds: cursor move at most {MOST_PER_MOVE} bytes, idle 0")
    return ours["cursor move, bytes"] <= MOST_PER_MOVE and ours["idle, bytes/s"] == 0


def _cell(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1f}"


def _measure(command: list[str], text: str) -> dict[str, float]:
    with Terminal(command) as terminal:
        terminal.wait_for(text)
        terminal.settle(quiet=1.5)
        terminal.press(_DOWN)
        moves = [terminal.press(_DOWN) for _ in range(8)]
        page, end, home = (terminal.press(key) for key in (_PAGE_DOWN, _END, _HOME))
        before = len(terminal.written)
        terminal.settle(quiet=IDLE_SECONDS, timeout=IDLE_SECONDS)
        return {
            "cursor move, bytes": statistics.median(move.size for move in moves),
            "cursor move, ms": statistics.median(move.seconds for move in moves) * 1e3,
            "page down, bytes": page.size,
            "page down, ms": page.seconds * 1e3,
            # The table goes to the ends of a row with these keys.
            "end, ms": end.seconds * 1e3 if end.size else math.nan,
            "home, ms": home.seconds * 1e3 if home.size else math.nan,
            "idle, bytes/s": (len(terminal.written) - before) / IDLE_SECONDS,
        }
