"""How every screen looks, on the smallest terminal and on a large one, in colours and without.

In colours it is held as a picture; without, as text that a reader can compare line by line: what is written, and
under it how, a letter a cell (b bold, r reversed, u underlined). A change that is wanted is taken in with
``pytest tests/snapshots --snapshot-update``; look at it first.
"""

from __future__ import annotations

import re

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex
from textual.notifications import Notification
from textual.pilot import Pilot

from elmeld_tui.office.clinic import Office
from elmeld_tui.tui.looks import Look
from tests.snapshots.screens import SCREENS
from tests.snapshots.shown import SHOWS
from tests.tui.conftest import NARROW, WIDE, OpenApp, until


class _NamedAfterItsScreen(SingleFileSnapshotExtension):
    """A snapshot in a file of its own, whichever other screens its test went past."""

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:
        return f"{test_location.methodname}[{index}]"


class TextSnapshot(_NamedAfterItsScreen):
    """A snapshot that is read as it is."""

    _file_extension = "txt"
    _write_mode = WriteMode.TEXT


class PictureSnapshot(_NamedAfterItsScreen, SVGImageExtension):
    """A snapshot that is looked at."""


@pytest.fixture(autouse=True)
def _no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs this, and wherever, sees the same directory suggested."""
    monkeypatch.setenv("HOME", "/home/lege")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


@pytest.fixture(autouse=True)
def _nothing_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told stands until it is looked at, however busy the machine; and every message gets the same id."""
    monkeypatch.setattr(Notification, "time_left", 3600.0)
    monkeypatch.setattr(Notification, "has_expired", False)
    monkeypatch.setattr("elmeld_tui.office.addressing.new_uuid", lambda: "00000000-0000-4000-8000-000000000099")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x45"])
@pytest.mark.parametrize("name", SCREENS)
async def test_screen(
    name: str, size: tuple[int, int], office: Office, open_app: OpenApp, snapshot: SnapshotAssertion
) -> None:
    screen = SCREENS[name]
    screen.arrange(office)
    async with open_app(size) as pilot:
        looks = [pilot.app.theme, Look.MONOCHROME]
        for stop, act in {name: screen.act, **screen.then}.items():
            await act(pilot)
            await pilot.pause(0.1)
            await _kept(pilot)
            seen = type(pilot.app.screen).__name__
            assert SHOWS.get(stop, seen) == seen
            for look in looks:
                await _put_on(pilot, look)
                index = f"{stop}-{size[0]}x{size[1]}"
                if look is Look.MONOCHROME:
                    assert as_text(pilot) == snapshot(name=index, extension_class=TextSnapshot)
                else:
                    picture = pilot.app.export_screenshot(title=pilot.app.title, simplify=True)
                    assert picture == snapshot(name=index, extension_class=PictureSnapshot)
            # To put on another theme takes longer than most acts: one goes on in the last.
            looks.reverse()


async def _put_on(pilot: Pilot[None], look: str) -> None:
    """Change to a theme, which one may do at any time: so one way to a screen shows it in two."""
    if pilot.app.theme != look:
        pilot.app.theme = look
        await pilot.pause(0.1)


async def _kept(pilot: Pilot[None]) -> None:
    """Wait until what is written has been saved, where it saves itself: the title says so."""
    await until(pilot, "ikke lagret ennå", there=False)


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
