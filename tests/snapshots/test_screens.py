"""How every screen looks, on the smallest terminal and on a large one.

A change that is wanted is taken in with ``pytest tests/snapshots --snapshot-update``; look at the pictures first.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from elmeld_tui.office.clinic import Office
from elmeld_tui.tui.application import ElmeldApp
from tests.snapshots.screens import SCREENS
from tests.tui.conftest import NARROW, WIDE, rest


@pytest.fixture(autouse=True)
def _no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs this, and wherever, sees the same directory suggested."""
    monkeypatch.setenv("HOME", "/home/lege")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x45"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(
    name: str, size: tuple[int, int], office: Office, app: ElmeldApp, snap_compare: Callable[..., bool]
) -> None:
    screen = SCREENS[name]
    screen.arrange(office)

    async def act(pilot: Pilot[None]) -> None:
        await rest(pilot)
        await screen.act(pilot)
        await pilot.pause(0.1)

    assert snap_compare(app, terminal_size=size, run_before=act)
