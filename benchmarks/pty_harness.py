"""A terminal without a screen: runs a program in a pseudo-terminal, sends it keys and counts what it writes.

It answers the one question Textual waits for, whether whole frames may be bracketed (DEC mode 2026), so that a frame
arrives as on a terminal of today. Everything the program has written is kept, to be searched for text or for bytes
that should not be there.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

_FRAME_QUERY, _FRAME_ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_CONTROL_SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_OURS_ALONE = {"NO_COLOR", "COLUMNS", "LINES", "PYTHONDONTWRITEBYTECODE"}
"""What says how this process's own terminal is, and what would have a program compiled anew at each start: one that is
installed is compiled already."""

_WAITING = "SZX"
"""How Linux says that somebody waits for something to happen, or has ended."""

_PAGE = os.sysconf("SC_PAGE_SIZE")


def _seen(written: bytearray) -> str:
    return _CONTROL_SEQUENCE.sub(b"", bytes(written)).decode(errors="replace")


def is_at_work(pid: int) -> bool:
    """Return whether a program computes, or would if others left it the processor: then more may be written."""
    try:
        tasks = [each.read_text(encoding="utf-8") for each in Path(f"/proc/{pid}/task").glob("*/stat")]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return any(task.rpartition(")")[2].split()[0] not in _WAITING for task in tasks)


class NothingSeenError(AssertionError):
    """The program did not write what was waited for; the text says what, and how it ended."""


@dataclass(frozen=True, slots=True)
class Redraw:
    """What a key led to: bytes written, and seconds until the last of them and until the first."""

    size: int
    seconds: float
    first: float = 0.0


class Terminal:
    """A program in a pseudo-terminal; a context manager that ends the program.

    Args:
        command: program and arguments.
        columns: width of the terminal.
        rows: height of the terminal.
        environment: added to, or taken over from, this process's own.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.written = bytearray()
        self._answered = False
        surroundings = {
            **{name: value for name, value in os.environ.items() if name not in _OURS_ALONE},
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            **(environment or {}),
        }
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(command[0], list(command), surroundings)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the program, however this ended."""
        self.close()

    def read(self, seconds: float) -> int:
        """Read what comes within ``seconds``; return how many bytes, or -1 when the program has ended."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return 0
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:  # the way Linux says that the other end is closed
            return -1
        if not data:
            return -1
        self.written += data
        if not self._answered and _FRAME_QUERY in self.written:
            self._answered = True
            os.write(self._fd, _FRAME_ANSWER)
        return len(data)

    def wait_for(self, text: str, *, after: int = 0, timeout: float = 90) -> float:
        """Wait until ``text`` has been written; return the seconds since the start.

        Args:
            text: what a reader of the screen would see, within one line.
            after: how many bytes from the beginning to leave out of the search.
            timeout: seconds to wait at most.

        Raises:
            NothingSeenError: it has not been written in time, or the program has ended.
        """
        end = time.perf_counter() + timeout
        while text not in _seen(self.written[after:]):
            left = end - time.perf_counter()
            if left <= 0 or self.read(left) < 0:
                raise NothingSeenError(f"did not see {text!r}; the last that was seen:\n{self.text[-2000:]}")
        return time.perf_counter() - self.started

    def settle(self, *, quiet: float = 0.25, timeout: float = 60) -> None:
        """Wait until nothing has been written for ``quiet`` seconds."""
        end = time.perf_counter() + timeout
        while time.perf_counter() < end and (self.read(quiet) > 0 or is_at_work(self.pid)):
            pass

    def send(self, keys: bytes) -> None:
        """Press keys, as the bytes a terminal sends."""
        os.write(self._fd, keys)

    def press(self, keys: bytes, *, quiet: float = 0.15, timeout: float = 30) -> Redraw:
        """Press keys and wait for what they lead to: until nothing is written for ``quiet`` seconds.

        A program that never comes to rest, such as one whose cursor blinks, is left after ``timeout`` seconds.
        """
        before, start, seen = len(self.written), time.perf_counter(), [0.0]
        self.send(keys)
        while time.perf_counter() - start < timeout:
            if self.read(quiet) > 0:
                seen.append(time.perf_counter() - start)
            elif not is_at_work(self.pid):
                break
        return Redraw(len(self.written) - before, seen[-1], seen[min(1, len(seen) - 1)])

    @property
    def text(self) -> str:
        """Everything written, without what steers the terminal."""
        return _seen(self.written)

    @property
    def resident_bytes(self) -> int:
        """How much memory the program occupies now."""
        return int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE

    def close(self) -> None:
        """End the program."""
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass  # it has ended by itself
        os.close(self._fd)

    def wait_for_end(self, timeout: float = 90) -> int:
        """Wait until the program has ended by itself; return its exit code.

        Raises:
            NothingSeenError: it has not ended in time.
        """
        end = time.perf_counter() + timeout
        while time.perf_counter() < end:
            if self.read(0.2) < 0:
                return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        raise NothingSeenError(f"did not end; the last that was seen:\n{self.text[-2000:]}")
