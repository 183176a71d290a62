"""Starts the processes of a demonstration, and cleans up after them however the demonstration ends.

The demonstration starts one caretaker, which starts everything else. When the demonstration ends, is killed, or loses
its terminal, the caretaker's standard input is closed: it stops its processes, removes the temporary directory it
made, and exits. It has a session of its own, so neither ctrl+c nor a hang-up reaches its processes.

They speak in JSON, one object a line. The demonstration sends ``{"command", "environment", "log"}`` and gets the
first line the new process wrote, or ``{"failed": its last words}``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

_PATIENCE = 10.0
"""Seconds a process gets to stop by itself."""


class StartError(Exception):
    """A process of the demonstration did not start; the message holds its last words."""


class Caretaker:
    """The demonstration's end of the pipe to its caretaker; a context manager.

    Attributes:
        directory: a temporary one that goes with the caretaker.
    """

    def __enter__(self) -> Caretaker:
        """Start the caretaker."""
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        self.directory = Path(self._read()["directory"])
        return self

    def __exit__(self, *_: object) -> None:
        """Let the caretaker tidy up, and wait until it has."""
        self._process.communicate()

    def start(
        self, arguments: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Start ``elmeld`` with ``arguments`` and return the JSON object it announces itself with.

        Args:
            arguments: of the command line.
            log: file for everything else it writes.
            environment: added to this process's own; goes through the pipe, where nobody else can read it.

        Raises:
            StartError: it ended instead.
        """
        command = [sys.executable, "-m", "elmeld_tui", *arguments]
        order = {"command": command, "environment": dict(environment or {}), "log": str(log)}
        assert self._process.stdin is not None
        print(json.dumps(order), file=self._process.stdin, flush=True)
        answer = self._read()
        if "failed" in answer:
            raise StartError(answer["failed"])
        return answer

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise StartError("the caretaker of the demonstration did not start")
        answer: dict[str, Any] = json.loads(line)
        return answer


def main() -> None:
    """Be the caretaker until standard input ends or somebody stops us."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    directory = Path(tempfile.mkdtemp(prefix="elmeld-demo-"))
    processes: list[subprocess.Popen[bytes]] = []
    try:
        print(json.dumps({"directory": str(directory)}), flush=True)
        for line in sys.stdin:
            print(json.dumps(_start(json.loads(line), processes)), flush=True)
    except BrokenPipeError:
        # The demonstration is gone before we could answer it; standard output must not be flushed again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        # The last started leans on those before it, so it goes first.
        for process in reversed(processes):
            _stop(process)
        shutil.rmtree(directory)


def _start(order: dict[str, Any], processes: list[subprocess.Popen[bytes]]) -> dict[str, Any]:
    log_path = Path(order["log"])
    log = log_path.open("ab")
    process = subprocess.Popen(  # noqa: S603 - as the demonstration ordered
        order["command"],
        env=os.environ | order["environment"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
    )
    processes.append(process)
    assert process.stdout is not None
    first = process.stdout.readline()
    if not first:
        process.wait()
        log.close()
        words = log_path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return {"failed": words[-1] if words else f"exit code {process.returncode}"}
    threading.Thread(target=_drain, args=(process.stdout, log), daemon=True).start()
    answer: dict[str, Any] = json.loads(first)
    return answer


def _drain(source: IO[bytes], log: IO[bytes]) -> None:
    """Keep the pipe empty, so that a process that tells much never waits for a reader."""
    with log:
        shutil.copyfileobj(source, log)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main()
