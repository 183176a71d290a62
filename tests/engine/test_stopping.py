"""Told to stop, the engine finishes what it does; told again, or too slow, it goes all the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from tests.waiting import PATIENCE

from elmeld_tui.engine.stopping import STOPPED_HARD, stop_on_signals


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)
    if (told := signal.set_wakeup_fd(-1)) >= 0:
        os.close(told)


class Ended:
    """Stands for the end of the process."""

    def __init__(self) -> None:
        self.with_code: list[int] = []
        self.now = threading.Event()

    def __call__(self, code: int) -> None:
        self.with_code.append(code)
        self.now.set()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_signal_asks_and_the_second_ends(number: signal.Signals) -> None:
    stop, ended = threading.Event(), Ended()
    stop_on_signals(stop, grace=60, end=ended)
    os.kill(os.getpid(), number)
    assert stop.wait(PATIENCE)
    assert not ended.now.is_set()
    os.kill(os.getpid(), number)
    assert ended.now.wait(PATIENCE)
    assert ended.with_code == [STOPPED_HARD] == [143]


def test_an_engine_that_does_not_finish_is_not_waited_for_for_ever() -> None:
    stop, ended = threading.Event(), Ended()
    stop_on_signals(stop, grace=0.05, end=ended)
    os.kill(os.getpid(), signal.SIGTERM)
    assert ended.now.wait(PATIENCE)
    assert ended.with_code == [STOPPED_HARD]


_HANGS = """
import signal, sys, threading
from elmeld_tui.engine.stopping import stop_on_signals
stop = threading.Event()
stop_on_signals(stop)
threading.Thread(target=lambda: stop.wait() and print("told", flush=True), daemon=True).start()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
print("ready", flush=True)
while True:
    sys.stdin.readline()
"""
"""The kernel gives the signal to another thread; the main one is not woken, as where it came just before the wait."""


def test_a_process_whose_work_hangs_ends_at_the_second_signal() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HANGS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "told\n"
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == STOPPED_HARD
