"""Two terminals on one store: what is done in one, or comes in, is seen in the other and moves nothing there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from elmeld_tui.office.clinic import Office
from elmeld_tui.simulator.lab_result import lab_result
from elmeld_tui.store.reading import open_reader
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.session import Session
from tests.tui.conftest import NARROW, NOW, OpenApp, addressing, press, rest, shown, take_in, until


@asynccontextmanager
async def _other_terminal(office: Office, directory: Path) -> AsyncIterator[Pilot[None]]:
    session = Session(directory, None, office.clinic, office.user, open_reader(directory), office.clock, office)
    async with ElmeldApp(session).run_test(size=NARROW) as pilot:
        await rest(pilot)
        yield pilot
    session.reader.close()


async def test_what_is_signed_off_in_one_terminal_leaves_the_inbox_of_the_other(
    open_app: OpenApp, office: Office, tmp_path: Path
) -> None:
    async with open_app() as here, _other_terminal(office, tmp_path) as there:
        await press(there, "down")
        under_cursor = there.app.screen.query_one("#messages").current.id
        await press(here, "k", "k")
        await until(there, "Innboks · 1")
        assert there.app.screen.query_one("#messages").current.id == under_cursor


async def test_what_arrives_counts_in_the_tree_of_both_and_leaves_the_open_message_where_it_is(
    open_app: OpenApp, office: Office, tmp_path: Path
) -> None:
    async with open_app() as here, _other_terminal(office, tmp_path) as there:
        await press(there, "enter", "pagedown")
        read = shown(there).splitlines()[9:]
        take_in(office, lab_result(addressing(office, 1, number=9, now=NOW)), NOW)
        await until(here, "Innboks · 3, 2 uleste")
        await until(there, "Innboks · 3, 2 uleste")
        assert any("Innboks" in line and "2" in line for line in shown(here).splitlines()[2:6])
        assert [line for line in shown(there).splitlines()[9:] if " av " not in line][1:] == [
            line for line in read if " av " not in line
        ][1:]
