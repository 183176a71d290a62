"""What is written piece by piece adds up to the screen: tmux, which shares no code with us, is the terminal."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.full_postbox import fill
from benchmarks.pty_harness import is_at_work

from elmeld_tui.store import tables
from elmeld_tui.store.database import open_database
from tests.tui.screen_emulator import Look, captured
from tests.waiting import PATIENCE, assert_soon

STEPS = (
    # Keys, and what is on the screen when they have had their effect.
    (("Down", "PageDown", "End", "Home", "Down"), "Innboks"),
    (("F1",), "Taster ·"),
    (("Escape",), "Innboks"),
    (("C-p",), "Hva vil du gjøre?"),
    (("Escape",), "Innboks"),
    (("Tab", "Down", "Down", "Up"), "Innboks"),
    (("F4", "Enter"), "Tidslinje"),
    (("F2", "Tab", "/", "a", "d"), "Innboks"),
    (("Enter",), "Innboks"),
)
_STILL = 0.3
"""Seconds after which nothing more comes of a key, be it esc, which waits for the rest of a sequence."""

ODD = (
    "中文診療所",
    "e\u0301a\u0300 kombinert",
    "👩‍⚕️ legevakt ❤️",
    "48 [mmol/mol]",
    "a\u200db\u00adc",
    "\x1b[31mrød",
)


class Tmux:
    """A tmux server of its own with one window that runs a program."""

    def __init__(self, socket: Path, command: list[str], columns: int, rows: int) -> None:
        self._base = ["tmux", "-f", "/dev/null", "-S", str(socket)]
        self._run("new-session", "-d", "-x", str(columns), "-y", str(rows), *command)
        self._pid = int(self._run("display", "-p", "#{pane_pid}"))

    def _run(self, *words: str) -> str:
        # What says how large this process's own terminal is would be believed.
        environment = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
        done = subprocess.run([*self._base, *words], capture_output=True, text=True, check=True, env=environment)
        return done.stdout

    def press(self, *keys: str, sees: str) -> list[list[tuple[str, Look]]]:
        """Press keys; return each character of the screen and its look when it shows ``sees`` and stands still."""
        self._run("send-keys", *keys)
        self.wait_for(sees)
        before, now, since = "", "", time.monotonic()
        while time.monotonic() - since < _STILL:
            time.sleep(_STILL / 8)
            before, now = now, self._run("capture-pane", "-p", "-e")
            if now != before or is_at_work(self._pid):
                since = time.monotonic()
        return [_characters(line) for line in captured(now)]

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + PATIENCE
        while text not in self._run("capture-pane", "-p"):
            assert time.monotonic() < end, f"did not see {text}"
            time.sleep(0.02)

    def resize(self, columns: int, rows: int) -> None:
        self._run("resize-window", "-x", str(columns), "-y", str(rows))
        assert_soon(lambda: "F1" in self._run("capture-pane", "-p").split("\n")[rows - 1])

    def close(self) -> None:
        self._run("kill-server")


def _characters(pieces: list[tuple[str, Look]]) -> list[tuple[str, Look]]:
    """Return a line without the blanks at its end, of which tmux does not always tell the ground."""
    line = [(char, look.on(char)) for text, look in pieces for char in text]
    while line and line[-1][0] == " " and not line[-1][1].marks:
        line.pop()
    return line


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    clinic = tmp_path / "clinic"
    fill(clinic, 300)
    database = open_database(clinic)
    with database.transaction() as connection:
        for number, odd in enumerate(ODD):
            names = {"sender_name": odd, "receiver_name": odd, "patient_name": odd}
            changed = tables.message.update().where(tables.message.c.id % 9 == number)
            connection.execute(changed.values(names))
    database.close()
    opened = Tmux(tmp_path / "tmux", [sys.executable, "-m", "elmeld_tui", "--data-dir", str(clinic)], 100, 30)
    opened.wait_for("Innboks ·")
    yield opened
    opened.close()


def test_what_is_written_piece_by_piece_is_what_a_whole_drawing_shows(tmux: Tmux) -> None:
    for keys, sees in STEPS:
        shown = tmux.press(*keys, sees=sees)
        assert tmux.press("C-l", sees=sees) == shown, f"after {keys}"


def test_a_terminal_that_gets_another_size_shows_what_a_whole_drawing_shows(tmux: Tmux) -> None:
    for size in ((74, 20), (131, 37), (80, 24)):
        tmux.resize(*size)
        shown = tmux.press("Down", sees="Innboks")
        assert tmux.press("C-l", sees="Innboks") == shown, f"at {size}"
