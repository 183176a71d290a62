"""How every screen looks, on the smallest terminal and on a large one, in colours and without.

In colours it is held as a picture; without, as text that a reader can compare line by line: what is written, and
under it how, a letter a cell (b bold, r reversed, u underlined). A change that is wanted is taken in with
``pytest tests/snapshots --snapshot-update``; look at it first.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.pilot import Pilot

from elmeld_tui.office.clinic import Office
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.looks import Look
from tests.snapshots.screens import SCREENS
from tests.tui.conftest import NARROW, WIDE, rest


class TextSnapshot(SingleFileSnapshotExtension):
    """A snapshot that is read as it is, in a file of its own."""

    _file_extension = "txt"
    _write_mode = WriteMode.TEXT


@pytest.fixture(autouse=True)
def _no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs this, and wherever, sees the same directory suggested."""
    monkeypatch.setenv("HOME", "/home/lege")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x45"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(
    name: str,
    size: tuple[int, int],
    office: Office,
    app: ElmeldApp,
    snap_compare: Callable[..., bool],
    snapshot: SnapshotAssertion,
) -> None:
    screen = SCREENS[name]
    screen.arrange(office)
    monochrome = ""

    async def act(pilot: Pilot[None]) -> None:
        nonlocal monochrome
        await rest(pilot)
        await screen.act(pilot)
        await pilot.pause(0.1)
        # The theme can be changed at any time, so one way to the screen shows both.
        coloured, app.theme = app.theme, Look.MONOCHROME
        await pilot.pause(0.1)
        monochrome = as_text(pilot)
        app.theme = coloured
        await pilot.pause(0.1)

    assert snap_compare(app, terminal_size=size, run_before=act)
    assert monochrome == snapshot.use_extension(TextSnapshot)


def as_text(pilot: Pilot[None]) -> str:
    """Return what is on the screen, each line followed by how it is written where that is not plainly.

    Raises:
        AssertionError: there is a colour in it.
    """
    rows = []
    for strip in pilot.app.screen._compositor.render_strips():
        how = ""
        for text, style, _ in strip:
            assert style is None or (style.color, style.bgcolor) == (None, None), (text, style)
            letter = _letter(style)
            how += letter * len(text)
        rows.append(strip.text.rstrip())
        if how.strip():
            rows.append("~" + re.sub(r"(.)\1{3,}", _shorter, how.rstrip()))
    return "\n".join(rows) + "\n"


def _shorter(run: re.Match[str]) -> str:
    return f"{run[1] if run[1] != ' ' else '.'}{len(run[0])}"


def _letter(style: object) -> str:
    for letter, name in (("r", "reverse"), ("u", "underline"), ("b", "bold"), ("d", "dim")):
        if getattr(style, name, None):
            return letter
    return " "
