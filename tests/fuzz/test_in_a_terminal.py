"""The program itself, in a pseudo-terminal: what it writes from its first byte to its last, and what it can be sent."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

from benchmarks.pty_harness import Terminal

from elmeld_tui.login import login
from elmeld_tui.office.clinic import Office
from elmeld_tui.store import people
from elmeld_tui.store.settings import write_clinic
from tests.fuzz.clinic import make_hostile
from tests.fuzz.hostile import texts
from tests.fuzz.wire import pieces
from tests.office.conftest import CLINIC

COLUMNS, ROWS = 120, 40
KEYS = (b"\r", b"\x1b[6~", b"\x1b", b"\x1bOS", b"\r", *[b"\x1b[C"] * 5, b"\x1b", b"\x10", b"\x1b", b"/")


def test_only_known_sequences_are_written_whatever_is_kept_and_whatever_is_typed(
    office: Office, tmp_path: Path
) -> None:
    kept = (text for text in texts() if text.encode(errors="ignore").decode() == text and len(text) < 200)
    make_hostile(office, kept)
    write_clinic(tmp_path, CLINIC)
    with office.database.transaction() as connection:
        people.change(connection, 1, login=login())
    office.database.close()
    # Half characters too: a terminal that is set to another encoding sends them.
    typed = " ".join(islice((text for text in texts() if "\x1b" not in text), 120)).encode(errors="surrogatepass")
    with Terminal(
        [sys.executable, "-m", "elmeld_tui", "--data-dir", str(tmp_path)], columns=COLUMNS, rows=ROWS
    ) as terminal:
        terminal.wait_for("F1")
        terminal.settle(quiet=0.5)
        for key in (*KEYS, b"\x1b[200~" + typed + b"\xe6\xf8\xe5\x9b\x1b[201~"):
            terminal.press(key, quiet=0.2)
        before = len(terminal.written)
        terminal.press(b"\x1b", quiet=0.2)
        terminal.press(b"\x1bOR", quiet=0.3)
        terminal.wait_for("Pasient", after=before)
        written = bytes(terminal.written).decode()
    assert sum(1 for _ in pieces(written, COLUMNS, ROWS, by_a_driver=True)) > 100
