"""Copying out: the terminal's clipboard, a file where it has none, and nothing where that is switched off."""

from __future__ import annotations

import asyncio
import base64
import stat
import sys
from pathlib import Path

import pytest
from benchmarks.full_postbox import fill
from benchmarks.pty_harness import Terminal

from elmeld_tui.tui import clipboard
from elmeld_tui.tui.clipboard import Way, to_file, ways


def opened(postbox: Path, **environment: str) -> Terminal:
    command = [sys.executable, "-m", "elmeld_tui", "--data-dir", str(postbox)]
    return Terminal(command, columns=80, rows=24, environment={"TMUX": "", **environment})


@pytest.fixture
def postbox(tmp_path: Path) -> Path:
    fill(tmp_path, 50)
    return tmp_path


def test_y_asks_the_terminal_to_take_the_number_of_a_message(postbox: Path) -> None:
    with opened(postbox) as terminal:
        terminal.wait_for("Innboks ·")
        terminal.press(b"y")
        terminal.wait_for("Kopiert.")
        _, _, told = bytes(terminal.written).rpartition(b"\x1b]52;c;")
        assert base64.b64decode(told.partition(b"\a")[0]).isdigit()


def test_where_copying_is_switched_off_nothing_leaves(postbox: Path) -> None:
    with opened(postbox, ELMELD_CLIPBOARD="off") as terminal:
        terminal.wait_for("Innboks ·")
        terminal.press(b"y")
        terminal.wait_for("Kopiering er slått av")
        assert b"\x1b]52" not in terminal.written


@pytest.mark.parametrize(
    ("text", "environment", "expected"),
    [
        ("7", {"TERM": "xterm-256color"}, [Way.TERMINAL, Way.FILE]),
        ("7", {"TERM": "screen", "TMUX": "/tmp/tmux,1,0"}, [Way.TMUX, Way.TERMINAL, Way.FILE]),
        ("7", {"TERM": "linux"}, [Way.FILE]),
        ("x" * 80_000, {"TERM": "xterm"}, [Way.FILE]),
    ],
)
def test_the_ways_that_are_tried(text: str, environment: dict[str, str], expected: list[Way]) -> None:
    assert ways(text, environment) == expected


def test_a_file_is_the_users_alone_and_each_copy_a_new_one(tmp_path: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(tmp_path)}
    to_file("first", environment)
    path = to_file("second", environment)
    assert path is not None
    assert path.read_text(encoding="utf-8") == "second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert to_file("nowhere", {}) is None


async def test_a_tmux_that_ends_when_it_is_given_up_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tmux:
        returncode: int | None = None

        async def communicate(self, _: bytes) -> None:
            await asyncio.Event().wait()

        def kill(self) -> None:
            self.returncode = 0
            raise ProcessLookupError

        async def wait(self) -> None:
            assert self.returncode is not None

    async def started(*_: str, **__: int) -> Tmux:
        return Tmux()

    monkeypatch.setattr(asyncio, "create_subprocess_exec", started)
    monkeypatch.setattr(clipboard, "_PATIENCE", 0)
    assert await clipboard.to_tmux("7")
