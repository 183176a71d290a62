"""Whatever happens to a demonstration, its processes end and its directory goes."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.waiting import PATIENCE

from elmeld_tui.cli.caretaker import Caretaker, StartError

SERVICE = """
import json, os, sys, time
print(json.dumps({"pid": os.getpid(), "secret": os.environ.get("DEMO_SECRET")}), flush=True)
print("more", flush=True)
time.sleep(600)
"""


@pytest.fixture
def caretaker() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "elmeld_tui.cli.caretaker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield process
    process.communicate(timeout=PATIENCE)


def ask(process: subprocess.Popen[str], program: str, log: Path) -> dict[str, object]:
    assert process.stdin is not None
    assert process.stdout is not None
    order = {"command": [sys.executable, "-c", program], "environment": {"DEMO_SECRET": "s"}, "log": str(log)}
    print(json.dumps(order), file=process.stdin, flush=True)
    return json.loads(process.stdout.readline())


def begin(process: subprocess.Popen[str]) -> Path:
    assert process.stdout is not None
    return Path(json.loads(process.stdout.readline())["directory"])


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("end", ["end of input", "SIGTERM"])
def test_everything_goes_with_the_caretaker(caretaker: subprocess.Popen[str], tmp_path: Path, end: str) -> None:
    directory = begin(caretaker)
    (directory / "something").write_text("left")
    service = ask(caretaker, SERVICE, tmp_path / "log")
    assert service["secret"] == "s"
    pid = int(str(service["pid"]))
    assert alive(pid)
    if end == "SIGTERM":
        caretaker.send_signal(signal.SIGTERM)
    else:
        assert caretaker.stdin is not None
        caretaker.stdin.close()
        caretaker.stdin = None
    assert caretaker.wait(PATIENCE) == 0
    assert not alive(pid)
    assert not directory.exists()


def test_a_killed_demonstration_leaves_nothing(tmp_path: Path) -> None:
    """SIGKILL cannot be handled by the one that gets it: the pipe's end tells the caretaker."""
    program = (
        "from elmeld_tui.cli.caretaker import Caretaker\n"
        "import time\n"
        "with Caretaker() as caretaker:\n"
        "    print(caretaker.directory, caretaker._process.pid, flush=True)\n"
        "    time.sleep(600)\n"
    )
    demo = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    with demo:
        assert demo.stdout is not None
        directory, caretaker = demo.stdout.readline().split()
        assert Path(directory).is_dir()
        # A descriptor of the caretaker's process tells its end without asking again and again.
        descriptor = os.pidfd_open(int(caretaker))
        demo.kill()
    try:
        assert select.select([descriptor], [], [], PATIENCE)[0]
    finally:
        os.close(descriptor)
    assert not Path(directory).exists()


def test_a_process_that_does_not_start_gives_its_last_words(
    caretaker: subprocess.Popen[str], tmp_path: Path
) -> None:
    begin(caretaker)
    assert ask(caretaker, "raise SystemExit('the port is taken')", tmp_path / "log") == {
        "failed": "the port is taken"
    }


def test_a_command_that_fails_is_told_as_an_error(tmp_path: Path) -> None:
    with Caretaker() as caretaker, pytest.raises(StartError, match="no-such-command"):
        caretaker.start(["no-such-command"], log=tmp_path / "log")
