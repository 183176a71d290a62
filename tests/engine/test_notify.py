"""The service manager hears that the engine is ready, that it stops, and that its worker gets on with its work."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from world import World

from elmeld_tui.engine.notify import READY, WATCHDOG, notify, watchdog_seconds
from elmeld_tui.engine.pulse import Pulse


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """A service manager's socket, and its address as NOTIFY_SOCKET has it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        if request.param == "path":
            address = str(tmp_path / "notify")
            listening.bind(address)
        else:
            # The system chooses a free abstract name.
            listening.bind("")
            address = "@" + listening.getsockname()[1:].decode()
        listening.setblocking(False)
        yield listening, address


def test_the_manager_hears_what_it_is_told(manager: tuple[socket.socket, str]) -> None:
    listening, address = manager
    assert notify(READY, "STATUS=listening", environment={"NOTIFY_SOCKET": address})
    assert listening.recv(1000) == b"READY=1\nSTATUS=listening"


@pytest.mark.parametrize("address", ["", "relative", "/nowhere/notify", "@elmeld-nobody-listens", "vsock:2:1234"])
def test_without_a_manager_nothing_is_told_and_nothing_fails(address: str) -> None:
    assert not notify(READY, environment={"NOTIFY_SOCKET": address})
    assert not notify(READY, environment={})


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({"WATCHDOG_USEC": "180000000"}, 180.0),
        ({"WATCHDOG_USEC": "180000000", "WATCHDOG_PID": str(os.getpid())}, 180.0),
        ({"WATCHDOG_USEC": "180000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "much"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_this_processs_own(environment: dict[str, str], seconds: float | None) -> None:
    assert watchdog_seconds(environment) == seconds


def test_only_what_the_worker_gets_done_feeds_the_watchdog(
    world: World, manager: tuple[socket.socket, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    listening, address = manager
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "20000000")
    monotonic = [1000.0]
    monkeypatch.setattr("elmeld_tui.engine.pulse.time.monotonic", lambda: monotonic[0])
    pulse = Pulse(world.equipment, world.data_dir)
    pulse.begin(8181)
    assert listening.recv(1000).startswith(READY.encode())
    pulse.progress()
    assert listening.recv(1000) == WATCHDOG.encode()
    # Often enough, and no oftener.
    pulse.progress()
    with pytest.raises(BlockingIOError):
        listening.recv(1000)
    monotonic[0] += 5
    # Time alone feeds nothing, nor does anybody who asks how the worker is.
    assert pulse.idle_seconds() == 5
    with pytest.raises(BlockingIOError):
        listening.recv(1000)
    pulse.progress()
    assert listening.recv(1000) == WATCHDOG.encode()
