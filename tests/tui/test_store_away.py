"""A disk that is full, a store that another program holds or that is away: told in a sentence, and nothing is lost."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from elmeld_tui.login import login
from elmeld_tui.office.clinic import Office
from elmeld_tui.store import address
from elmeld_tui.store.address import FileAddress
from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.file_source import FileSource
from elmeld_tui.tui.actions import Where, actions
from tests.tui.conftest import OpenApp, press, shown, until
from tests.tui.seat import Seat
from tests.waiting import PATIENCE

F2, F4 = b"\x1bOQ", b"\x1bOS"
WHY = "disken svarer ikke"
_ENDS = {"quit", "app.quit"}


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let reading the store fail while there is something in the list."""
    told: list[str] = []
    ask = FileSource.ask

    def failing(
        source: FileSource, question: str, values: Sequence[object] | Mapping[str, object] = ()
    ) -> Sequence[tuple[Any, ...]]:
        if told:
            raise StoreError(told[0])
        return ask(source, question, values)

    monkeypatch.setattr(FileSource, "ask", failing)
    return told


@pytest.mark.parametrize(
    ("way_there", "where", "way_back", "seen"),
    [
        (("f2", "enter"), Where.POST, ("f2",), "Innboks · 2"),
        (("f3", "enter"), Where.PATIENT, ("f3", "ctrl+u"), "Ørjan Åsen"),
        (("f4", "enter"), Where.LOG, ("f4",), "Meldingslogg · 4"),
    ],
)
async def test_every_key_of_a_place_is_answered_while_the_store_is_away(
    open_app: OpenApp,
    away: list[str],
    way_there: Sequence[str],
    where: Where,
    way_back: Sequence[str],
    seen: str,
) -> None:
    keys = [action.usual_keys[0] for action in actions(where, Where.LIST) if action.usual_keys]
    ends = {
        key for action in actions(where, Where.EVERYWHERE) if action.name in _ENDS for key in action.usual_keys
    }
    async with open_app() as pilot:
        await press(pilot, *way_there)
        away.append(WHY)
        told = 0
        for key in keys:
            if key not in ends:
                await press(pilot, key)
                told += WHY in shown(pilot)
                await press(pilot, "escape")
        assert told
        assert pilot.app.is_running
        away.clear()
        await press(pilot, *way_back)
        await until(pilot, seen)
        # The place looks again when its time has come.
        await until(pilot, "Meldingslageret svarer ikke", there=False)


@pytest.fixture(params=["a limit", "a small disk"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where the clinic lies: on the usual disk, where the kernel can refuse a process to write, or on a small one."""
    if request.param == "a limit":
        yield request.param
        return
    place = tmp_path / "clinic"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(place)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a disk")
    yield request.param
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(seat: Seat, clinic: Path) -> Callable[[], object]:
    """Let there be no room for the application to write in; return what makes room again."""
    if not os.path.ismount(clinic):
        pid = seat.process.pid
        assert pid is not None
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        return lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
    connection = sqlite3.connect(database(clinic))
    # What has been written is moved to its place, so that there is no used room left to write over.
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    ballast = clinic / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(clinic).free)
    return ballast.unlink


def database(clinic: Path) -> Path:
    found = address.find(clinic, None)
    assert isinstance(found, FileAddress)
    return found.path


def begin(seat: Seat) -> None:
    seat.begin("dialogue")
    seat.go_to("Emne")


def subjects(office: Office) -> list[object]:
    return [draft.answers.get("subject") for draft in office.reader.interrupted_drafts(login())]


def test_what_is_written_on_a_full_disk_is_kept_and_saved_when_there_is_room(
    disk: str, own_clinic: Path, own_office: Office, sit_down: Callable[[], Seat]
) -> None:
    seat = sit_down()
    begin(seat)
    make_room = fill(seat, own_clinic)
    seat.write("Blodtrykk")
    seat.terminal.wait_for("! IKKE LAGRET, prøver igjen", "Det du skriver, er ikke lagret.", "disk")
    seat.terminal.type(F4)
    seat.terminal.wait_for("Meldingslogg ·")
    seat.terminal.type(F2)
    seat.terminal.wait_for("! IKKE LAGRET, prøver igjen")
    seat.write(" høyt")
    assert subjects(own_office) == []
    make_room()
    seat.terminal.wait_until(lambda: subjects(own_office) == ["Blodtrykk høyt"])
    seat.terminal.wait_until(lambda: "IKKE LAGRET" not in seat.terminal.screen.text)


@pytest.fixture
def lock(own_clinic: Path, own_office: Office) -> Iterator[sqlite3.Connection]:
    """Another program that can hold the store, so that nobody else writes."""
    connection = sqlite3.connect(database(own_clinic), isolation_level=None)
    yield connection
    connection.close()


def test_what_is_written_while_another_program_holds_the_store_is_saved_when_it_lets_go(
    lock: sqlite3.Connection, own_office: Office, sit_down: Callable[[], Seat]
) -> None:
    seat = sit_down()
    begin(seat)
    lock.execute("BEGIN IMMEDIATE")
    seat.write("Blodtrykk")
    seat.terminal.wait_for("ikke lagret ennå")
    seat.terminal.type(F4)
    seat.terminal.wait_for("Meldingslogg ·")
    seat.terminal.type(F2)
    seat.terminal.wait_for("ikke lagret ennå")
    seat.write(" høyt")
    assert subjects(own_office) == []
    lock.execute("ROLLBACK")
    seat.terminal.wait_until(lambda: subjects(own_office) == ["Blodtrykk høyt"])


def test_a_line_that_drops_while_another_program_holds_the_store_loses_nothing(
    lock: sqlite3.Connection, own_office: Office, sit_down: Callable[[], Seat]
) -> None:
    seat = sit_down()
    begin(seat)
    lock.execute("BEGIN IMMEDIATE")
    seat.write("Blodtrykk")
    seat.terminal.hang_up()
    seat.process.join(0.5)
    assert seat.process.is_alive(), "it waits for the store"
    lock.execute("ROLLBACK")
    seat.process.join(PATIENCE)
    assert seat.process.exitcode == -signal.SIGHUP
    assert subjects(own_office) == ["Blodtrykk"]
