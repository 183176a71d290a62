"""The demonstration in a terminal: it opens the postbox, and leaves nothing when the user or the terminal goes."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import sys
import termios
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from elmeld_tui.cli import demo
from elmeld_tui.cli.errors import CommandError
from elmeld_tui.engine.keys import exercise_key
from elmeld_tui.office.clinic import open_office
from elmeld_tui.office.forwarding import forward_targets
from tests.acceptance.demonstrations import MARK, marked
from tests.waiting import PATIENCE, assert_soon

pytestmark = pytest.mark.acceptance

IN_A_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "elmeld_tui", "demo"])
"""
CTRL_Q = b"\x11"


class Terminal:
    """A terminal of 80×24 with the demonstration in it."""

    def __init__(self, temporary: Path) -> None:
        self.mark = uuid.uuid4().hex
        self.side, inner = os.openpty()
        fcntl.ioctl(self.side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ELMELD_")}
        environment |= {"TERM": "xterm-256color", "TMPDIR": str(temporary), MARK: self.mark}
        self.process = subprocess.Popen(
            [sys.executable, "-c", IN_A_TERMINAL],
            env=environment,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
        )
        os.close(inner)
        self.seen = b""

    def read_until(self, words: bytes, patience: float = PATIENCE) -> None:
        end = time.monotonic() + patience
        while words not in self.seen:
            assert time.monotonic() < end, self.seen[-2000:]
            if select.select([self.side], [], [], 0.1)[0]:
                self.seen += os.read(self.side, 65536)

    def read_to_the_end(self) -> None:
        while self.process.poll() is None:
            if select.select([self.side], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self.side, 65536)
                except OSError:
                    # How Linux says that nobody has the other side open any more.
                    self.process.wait(PATIENCE)

    def hang_up(self) -> None:
        os.close(self.side)
        self.side = -1


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path)
    yield terminal
    if terminal.side >= 0:
        terminal.hang_up()
    terminal.process.kill()
    terminal.process.wait()


def test_the_postbox_opens_with_a_request_and_a_result_and_quitting_leaves_nothing(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.read_until("Forespørsel".encode())
    terminal.read_until(b"LAB-resultat")
    os.write(terminal.side, CTRL_Q)
    terminal.read_to_the_end()
    assert terminal.process.returncode == 0
    assert marked(terminal.mark) == {}
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_when_the_terminal_goes(terminal: Terminal, tmp_path: Path) -> None:
    terminal.read_until("Forespørsel".encode())
    terminal.hang_up()
    terminal.process.wait(PATIENCE)
    assert_soon(lambda: not marked(terminal.mark))
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_can_sign_for_nav_and_others_work_there_whom_one_can_sit_down_as(tmp_path: Path) -> None:
    with demo.running(tmp_path / "clinic", by_mail=False) as running:
        with pytest.raises(CommandError, match="jonas"):
            demo._check_seat(running, "nobody")
        demo._check_seat(running, "marit")
        office = open_office(running.home.directory)
        try:
            assert exercise_key(office.clinic) is not None
            assert {target.key: bool(target.refusal) for target in forward_targets(office.reader)} == {
                "position:Kontorleder": False,
                "position:Medisinskfaglig rådgiver": False,
                "position:Turnuslege": True,
                "group:Laboratoriet": False,
                "function:Laboratoriet/Bioingeniør": False,
                "function:Laboratoriet/Prøvetaker": False,
                "group:Resepsjonen": False,
                "function:Resepsjonen/Telefonvakt": False,
            }
        finally:
            office.close()
