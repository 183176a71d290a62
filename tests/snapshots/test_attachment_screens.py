"""How attachments look: the list, a text, a picture, and the question where to save."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from elmeld_tui.office.clinic import Office
from elmeld_tui.tui.application import ElmeldApp
from tests.tui.conftest import NARROW, WIDE, press, rest
from tests.tui.test_attachments import letter

SCREENS = {
    "list": (),
    "pdf": ("enter",),
    "picture": ("down", "enter"),
    "problem": ("down", "down", "down"),
    "save": ("s",),
}


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x45"])
@pytest.mark.parametrize("screen", SCREENS)
def test_attachments(
    screen: str,
    size: tuple[int, int],
    office: Office,
    app: ElmeldApp,
    snap_compare: Callable[..., bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/lege")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    letter(office)

    async def act(pilot: Pilot[None]) -> None:
        await rest(pilot)
        await press(pilot, "enter", "o")
        for key in SCREENS[screen]:
            await pilot.press(key)
            # The question where to save waits for its answer, so there is no end of the work to wait for.
            await (pilot.pause(0.3) if key == "s" else rest(pilot))
        await pilot.pause(0.1)

    assert snap_compare(app, terminal_size=size, run_before=act)
