"""The application in a pseudo-terminal, and what a person there sees: every cell, and where the cursor stands.

A test waits for what the screen shows, never for time to pass or for bytes to have gone by: a state stays until the next
key, however slow the machine, so that it cannot be missed.
"""

from __future__ import annotations

import codecs
import fcntl
import multiprocessing
import os
import re
import select
import struct
import sys
import termios
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

from rich.cells import cell_len

from tests.tui.screen_emulator import Emulator
from tests.waiting import PATIENCE

_TOKEN = re.compile(
    r"(?P<shown>\x1b\[(?:\?7[hl]|[\d;:]*[HGKXm])|[\r]|[^\x00-\x1f\x1b]+)"
    r"|\x1b\[\?2026(?P<frame>[hl]|\$p)"
    r"|\x1b\[(?:[?>=<][\d;:]*[ -/]*[@-~]|\d*[ntc])"
    r"|\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[^\[\]P]"
    r"|[\x00-\x0c\x0e-\x1a\x1c-\x1f]"
)
"""What is written in cells; where a frame begins and ends (DEC mode 2026); other modes, reports, titles and bells.

What is none of these is not taken for nothing: a beginning is read on with what follows, and what never ends stays.
"""

_LONGEST_BEGINNING = 64
_OF_ANOTHER_TERMINAL = {"COLUMNS", "LINES", "NO_COLOR", "SSH_CONNECTION"}

_FRAME_ANSWER = b"\x1b[?2026;2$y"


class Screen(Emulator):
    """The cells of a terminal as the application writes them, as far as its last whole frame.

    Attributes:
        in_frame: whether a frame has begun that is not whole yet.
        asked_for_frames: whether the application wants to know if it can send whole frames.
    """

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__(columns, rows, cell_len)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._unread = ""
        self.in_frame = self.asked_for_frames = False

    def take(self, written: bytes) -> None:
        """Take what the application has written."""
        self._unread += self._decoder.decode(written)
        end = 0
        while found := _TOKEN.match(self._unread, end):
            end = found.end()
            if found["shown"]:
                self.feed(found["shown"])
            elif found["frame"] == "$p":
                self.asked_for_frames = True
            elif found["frame"]:
                self.in_frame = found["frame"] == "h"
        self._unread = self._unread[end:]
        assert len(self._unread) < _LONGEST_BEGINNING, f"unknown control sequence: {self._unread[:20]!r}"


class Terminal:
    """A pseudo-terminal, tall enough for a whole form, and a process in it."""

    def __init__(self, *, columns: int = 100, rows: int = 120) -> None:
        self._side, self._inner = os.openpty()
        self.name = os.ttyname(self._inner)
        fcntl.ioctl(self._side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen = Screen(columns, rows)

    def type(self, *keys: bytes | str) -> None:
        """Press keys."""
        for key in keys:
            os.write(self._side, key.encode() if isinstance(key, str) else key)

    def wait_for(self, *words: str) -> None:
        """Wait until the screen shows all of ``words``."""
        self.wait_until(lambda: all(each in self.screen.text for each in words))

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Take in what is drawn until ``holds``, looked at whenever a frame is whole."""
        end = time.monotonic() + PATIENCE
        while self.screen.in_frame or not holds():
            assert time.monotonic() < end, self.screen.text
            self._read()

    def _read(self) -> None:
        if not select.select([self._side], [], [], 0.05)[0]:
            return
        self.screen.take(os.read(self._side, 1 << 16))
        self._let_go()
        if self.screen.asked_for_frames:
            self.screen.asked_for_frames = False
            os.write(self._side, _FRAME_ANSWER)

    def _let_go(self) -> None:
        """Leave the inner side to the process, once it has that: then reading ends when the process does."""
        if self._inner >= 0:
            os.close(self._inner)
            self._inner = -1

    def read_to_the_end(self) -> str:
        """Return what is written until nobody has the terminal any more."""
        rest = b""
        while select.select([self._side], [], [], PATIENCE)[0]:
            try:
                rest += os.read(self._side, 1 << 16)
            except OSError:
                # How Linux says that the other side is closed.
                return rest.decode(errors="replace")
        raise AssertionError(rest)

    def hang_up(self) -> None:
        """Drop the line: the kernel tells the process with SIGHUP."""
        self._let_go()
        if self._side >= 0:
            os.close(self._side)
            self._side = -1


_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    [
        "elmeld_tui.cli",
        "elmeld_tui.office.clinic",
        "elmeld_tui.office.writing",
        "elmeld_tui.office.open_drafts",
        "elmeld_tui.tui.unsent",
        "elmeld_tui.tui.screens.composer",
        "elmeld_tui.tui.screens.choice",
        "elmeld_tui.tui.screens.post",
    ]
)


def start(terminal: Terminal, clinic: Path, *, leads: bool = True) -> BaseProcess:
    """Start the application on a clinic in a terminal, as a process of its own.

    It is forked off one that has loaded the program, which takes a second for each otherwise.

    Args:
        terminal: where it is shown.
        clinic: its data directory.
        leads: whether it leads the session there, and is told when the line is dropped.
    """
    process = _context.Process(target=_sit_down, args=(terminal.name, str(clinic), leads), daemon=True)
    process.start()
    return process


def _sit_down(terminal: str, clinic: str, leads: bool) -> None:
    from elmeld_tui.cli import main

    os.setsid()
    # The first terminal that the leader of a session opens is the one that can hang up on it.
    side = os.open(terminal, os.O_RDWR | (0 if leads else os.O_NOCTTY))
    for number in range(3):
        os.dup2(side, number)
    os.close(side)
    # A forked process has no input of its own as the library leaves it.
    sys.stdin = sys.__stdin__ = open(0, closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", encoding="utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    for name in [name for name in os.environ if name in _OF_ANOTHER_TERMINAL or name.startswith("ELMELD_")]:
        del os.environ[name]
    os.environ |= {"TERM": "xterm-256color", "XDG_CONFIG_HOME": str(Path(clinic).parent)}
    sys.exit(main(["--data-dir", clinic]))
