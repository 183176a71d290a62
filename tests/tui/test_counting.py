"""A list that is longer than a page: its first page is there before it is counted, and no key waits for the count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event, current_thread, main_thread
from typing import Any

import pytest
from sqlalchemy import insert

from elmeld_tui.office.clinic import Office
from elmeld_tui.store import search, sql, tables
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.reading import Reader, Row
from elmeld_tui.tui import paged
from elmeld_tui.tui.widgets.window_list import WindowList
from tests.tui.conftest import OpenApp, press, shown, until

MANY = 300


@pytest.fixture
def full(office: Office) -> Office:
    """Three hundred messages about a knee."""
    with office.database.transaction() as connection:
        for number in range(1001, 1001 + MANY):
            row = {"id": number, "direction": "in", "kind": "dialogue", "state": "imported"}
            row |= {"created": "2026-11-22T07:00:00.000Z", "updated": "", "patient_name": f"Nr {number}"}
            connection.execute(insert(tables.message), row)
            search.add(connection, number, search.Said(words=f"kne {number}"))
    return office


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Counting takes until this is set."""
    go_on, count = Event(), Reader.count

    def slow(reader: Reader, chosen: Filter, between: Callable[[], None] | None = None) -> int:
        while between is not None and not go_on.wait(0.01):
            between()
        return count(reader, chosen)

    monkeypatch.setattr(Reader, "count", slow)
    yield go_on
    go_on.set()


async def test_what_a_search_finds_is_seen_before_it_is_counted(
    open_app: OpenApp, full: Office, counted: Event
) -> None:
    async with open_app() as pilot:
        await pilot.press("f4", "slash", *"kne")
        await until(pilot, "Meldingslogg · 128+")
        await pilot.press(*" 1001")
        # One is all there are: nothing is left to count, and what was counted before is given up.
        await until(pilot, "Meldingslogg · 1 ")
        await pilot.press(*["backspace"] * 5)
        await until(pilot, "Meldingslogg · 128+")
        counted.set()
        await until(pilot, f"Meldingslogg · {MANY} ")


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """A search goes through many blocks, the screen waits for one, and what goes on beside waits until this is set."""
    go_on, page = Event(), Reader.page

    def slow(reader: Reader, chosen: Filter, number: int, size: int = 128, **how: Any) -> list[Row]:
        while current_thread() is not main_thread() and not go_on.wait(0.01):
            how["between"]()
        return page(reader, chosen, number, size, **how)

    monkeypatch.setattr(Reader, "page", slow)
    monkeypatch.setattr(sql, "BLOCK", 10)
    monkeypatch.setattr(paged, "_PATIENCE", 0.0)
    yield go_on
    go_on.set()


async def test_what_takes_long_to_find_is_searched_for_beside_and_no_key_waits(
    found: Event, open_app: OpenApp, full: Office
) -> None:
    async with open_app() as pilot:
        await pilot.press("f4", "slash", *"kne 1001")
        await until(pilot, "Meldingslogg · leter videre …")
        assert "Ingen treff" not in shown(pilot)
        # The line takes letters meanwhile, and what was searched for before is given up.
        await pilot.press(*["backspace"] * 4, *"1002")
        await until(pilot, "kne 1002")
        found.set()
        await until(pilot, "Meldingslogg · 1 ")
        current = pilot.app.screen.query_one("#messages", WindowList).current
        assert current is not None
        assert current.id == 1002


async def test_what_is_found_nowhere_is_said_when_all_has_been_searched(
    found: Event, open_app: OpenApp, full: Office
) -> None:
    async with open_app() as pilot:
        await pilot.press("f4", "slash", *"hofte kne")
        await until(pilot, "Leter videre …")
        found.set()
        await until(pilot, "Ingen treff")


async def test_the_end_of_a_counted_list_is_its_last_message(open_app: OpenApp, full: Office) -> None:
    async with open_app() as pilot:
        await press(pilot, "f4", "slash", *"kne", "enter", "end")
        messages = pilot.app.screen.query_one("#messages", WindowList)
        assert messages.cursor == MANY - 1
        assert messages.current is not None
        assert messages.current.id == 1001


async def test_a_message_far_down_is_found_before_the_list_is_counted(
    open_app: OpenApp, full: Office, counted: Event
) -> None:
    async with open_app() as pilot:
        await pilot.press("l")
        await until(pilot, "Tidslinje")
        messages = pilot.app.screen.query_one("#messages", WindowList)
        assert messages.current is not None
        assert messages.current.id < 1001
        assert messages.cursor >= MANY
