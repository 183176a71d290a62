"""What can be opened from any place, and what the top of every place tells."""

from __future__ import annotations

from textual.pilot import Pilot

from elmeld_tui.office.clinic import Office
from elmeld_tui.store import people, tables
from tests.snapshots.screen import Screen, asked, keys
from tests.tui.conftest import press, write


async def _themes(pilot: Pilot[None]) -> None:
    await press(pilot, "ctrl+p")
    await write(pilot, "skrift")
    await asked("enter", "Høy kontrast")(pilot)


async def _nothing_found(pilot: Pilot[None]) -> None:
    await press(pilot, "ctrl+p")
    await write(pilot, "xyz")


def _stopped(office: Office) -> None:
    """Let the engine have stopped long ago, and several things need somebody."""
    with office.database.transaction() as connection:
        connection.execute(tables.engine.update().values(beat="2026-11-20T08:00:00.000Z"))
        alert = {"code": "rejected", "raised": "2026-11-20T08:00:00.000Z", "detail": {}}
        connection.execute(tables.alert.insert().values(alert))


def _stranger(office: Office) -> None:
    """Let who sits here be no user any more."""
    with office.database.transaction() as connection:
        people.change(connection, 1, active=False)


SCREENS = {
    "help": Screen(keys("f1"), then={"help_search": keys(*"vide")}),
    "palette": Screen(keys("ctrl+p"), then={"palette_search": keys(*"kvi")}),
    "palette_none": Screen(_nothing_found),
    "jump": Screen(keys("enter", "ctrl+o")),
    "locked": Screen(keys("ctrl+p", *"lås", "enter")),
    "unlock_code": Screen(keys("ctrl+p", *"opplås", "enter")),
    "themes": Screen(_themes),
    "engine_stopped": Screen(keys(), _stopped),
    "no_user": Screen(keys(), _stranger),
}
