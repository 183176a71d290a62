"""Running the attachment parsers in a separate process, with a time limit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import IO, Any

SECONDS = 60.0
"""How long an attachment may take; the process bounds its own computing time far below that, for a busy machine."""

LARGEST_ANSWER = 12_000_000
"""Bytes: a million characters as JSON writes them, every one of them escaped."""

_WORKER = "elmeld_tui.messages.attached.worker"
_STOPPED = (-signal.SIGKILL, -signal.SIGXCPU)


def parse(content: bytes, declared: str, *, seconds: float = SECONDS) -> dict[str, Any]:
    """Return what the worker answers for ``content``; a ``fault`` where it does not answer.

    Neither the content nor anything made of it touches the disk or the command line.

    Args:
        content: the attachment.
        declared: its media type as received.
        seconds: how long to wait.
    """
    surroundings = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
        [sys.executable, "-P", "-s", "-B", "-m", _WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=surroundings,
        cwd="/",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        feeder = threading.Thread(
            target=_feed, args=(process.stdin, json.dumps(declared).encode() + b"\n" + content), daemon=True
        )
        clock = threading.Timer(seconds, process.kill)
        feeder.start()
        clock.start()
        answer = process.stdout.read(LARGEST_ANSWER)
        if len(answer) == LARGEST_ANSWER:
            process.kill()
        code = process.wait()
        clock.cancel()
        feeder.join()
    return _understood(answer, stopped=code in _STOPPED)


def _feed(pipe: IO[bytes], content: bytes) -> None:
    try:
        with pipe:
            pipe.write(content)
    except BrokenPipeError:
        # It has ended, or was ended; what it said before that is the answer.
        return


def _understood(answer: bytes, *, stopped: bool) -> dict[str, Any]:
    try:
        told = json.loads(answer)
    except ValueError:
        told = None
    if isinstance(told, dict):
        return told
    return {"fault": "too_much" if stopped else "broken"}
