"""A real terminal emulator to look at: tmux, with nothing configured."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from shutil import which

import pytest

from tests.waiting import PATIENCE, assert_soon

needs_tmux = pytest.mark.skipif(which("tmux") is None, reason="tmux is not installed")


class Tmux:
    """A tmux server of its own, and one window in it.

    Args:
        directory: where its socket may lie; nothing of the user's is read.
    """

    def __init__(self, directory: Path) -> None:
        self._command = ["tmux", "-u", "-S", str(directory / "tmux"), "-f", "/dev/null"]
        self._environment = {**os.environ, "TERM": "xterm-256color", "XDG_CONFIG_HOME": str(directory)}
        for name in ("TMUX", "NO_COLOR", "ELMELD_THEME"):
            self._environment.pop(name, None)

    def run(self, *words: str) -> str:
        """Give tmux a command; return what it says."""
        done = subprocess.run(
            [*self._command, *words],
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
            env=self._environment,
        )
        return done.stdout

    def start(self, *program: str, columns: int = 80, rows: int = 24) -> None:
        """Run ``program`` in a window of this size."""
        self.run("new-session", "-d", "-x", str(columns), "-y", str(rows), *program)

    def screen(self) -> str:
        """Return what the window shows."""
        return self.run("capture-pane", "-p")

    def press(self, *names: str) -> None:
        """Press keys, by tmux's names."""
        self.run("send-keys", *names)

    def end(self) -> None:
        """End the server and what runs in it."""
        subprocess.run([*self._command, "kill-server"], capture_output=True, check=False, timeout=PATIENCE)


class Glass(Tmux):
    """A window in which nothing runs, to see what bytes look like."""

    def show(self, written: str, columns: int, rows: int) -> list[str]:
        """Return the rows of an empty terminal after ``written`` was sent to it."""
        self.start("sleep", "600", columns=columns, rows=rows)
        self.run("set", "-g", "status", "off")
        tty = Path(self.run("display", "-p", "#{pane_tty}").strip())
        with tty.open("w", encoding="utf-8", newline="") as terminal:
            terminal.write(f"{written}\x1b]2;written\x07")
        assert_soon(lambda: self.run("display", "-p", "#{pane_title}").strip() == "written")
        return self.screen().split("\n")[:rows]
