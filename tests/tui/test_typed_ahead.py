"""Keys that arrive together, as over a slow line: each is for what the one before it has brought about."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from elmeld_tui.login import login
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.rows import Draft
from elmeld_tui.tui import typed_ahead
from elmeld_tui.tui.screens import begin
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen
from elmeld_tui.tui.typed_ahead import OPENS, UNASKED
from tests.tui.composing import write_dialogue
from tests.tui.conftest import OpenApp, press, rest, shown, until
from tests.tui.seat import CTRL_N, END, ENTER, HOME, SHIFT_TAB, TAB, Seat


def test_what_is_typed_ahead_of_the_screen_is_written_where_it_was_meant(
    sit_down: Callable[[], Seat], own_office: Office
) -> None:
    seat = sit_down()
    seat.begin("dialogue")
    seat.go_to("Emne")
    seat.terminal.type(b"".join([b"blod", TAB, b"ring", HOME, b"Vi ", SHIFT_TAB, END, b"trykk"]))
    seat.terminal.wait_for("blodtrykk", "Vi ring")
    seat.terminal.wait_until(lambda: bool(own_office.reader.interrupted_drafts(login())))
    seat.terminal.wait_until(lambda: _written(own_office) == ("blodtrykk", "Vi ring"))


def test_a_search_that_is_typed_at_once_is_searched_for_and_none_of_its_letters_is_a_command(
    sit_down: Callable[[], Seat],
) -> None:
    seat = sit_down()
    seat.terminal.wait_for("Innboks · 0")
    seat.terminal.type(b"/fkqmj")
    seat.terminal.wait_for("fkqmj")


def test_the_letters_that_come_with_the_key_of_a_new_message_choose_among_the_kinds(
    sit_down: Callable[[], Seat],
) -> None:
    seat = sit_down()
    seat.terminal.wait_for("Innboks · 0")
    seat.terminal.type(CTRL_N + b"helse" + ENTER)
    seat.terminal.wait_for("Ny melding · Helsefaglig dialog")


@pytest.fixture
def slow_office() -> threading.Event:
    """Set when the office may go on."""
    return threading.Event()


def _unread(office: Office) -> int:
    return len(office.reader.page(Filter(folder="inbox"), 0))


async def _begin_to_write(pilot: Pilot[None], beginning: begin.Begin) -> None:
    app: Any = pilot.app
    app.write(beginning)
    # «k» signs off and «x» throws away what is under the cursor in the list.
    await pilot.press("k", "x", "j")


async def test_what_is_typed_while_a_draft_is_read_is_written_in_it_and_is_no_command(
    open_app: OpenApp, office: Office, slow_office: threading.Event
) -> None:
    def slowly(at_office: Office) -> Draft:
        slow_office.wait()
        return begin.new("dialogue")(at_office)

    async with open_app() as pilot:
        await _begin_to_write(pilot, slowly)
        slow_office.set()
        await until(pilot, "kxj")
        assert _unread(office) == 2


async def test_what_is_typed_for_something_that_cannot_be_opened_does_nothing(
    open_app: OpenApp, office: Office, slow_office: threading.Event
) -> None:
    def in_vain(_: Office) -> Draft:
        slow_office.wait()
        raise OfficeError("Utkastet er borte.")

    async with open_app() as pilot:
        await _begin_to_write(pilot, in_vain)
        slow_office.set()
        await until(pilot, "Utkastet er borte.")
        await rest(pilot)
        assert _unread(office) == 2
        # The keys are commands again, when one has looked up.
        await pilot.press("ctrl+l", "k")
        await until(pilot, "Meldingen er ikke lest før.")
        await rest(pilot)
        await pilot.press("k")
        await until(pilot, "Innboks · 1")
        assert _unread(office) == 1
        assert "kxj" not in shown(pilot)


async def test_a_key_that_comes_as_a_dialogue_is_left_is_no_command_in_the_list(
    open_app: OpenApp, slow_office: threading.Event
) -> None:
    async def ask_and_read(app: Any) -> None:
        await app.push_screen_wait(ChoiceScreen("Hva nå?", "", [Choice("on", "Videre")]))
        await app.session.at_office(lambda _: slow_office.wait())

    async with open_app() as pilot:
        pilot.app.run_worker(ask_and_read(pilot.app), name=OPENS, group="compose")
        await until(pilot, "Hva nå?")
        pilot.app.screen.dismiss(None)
        # In the same moment, while the framework still takes the dialogue apart.
        await pilot.app.on_event(events.Key("k", "k"))
        slow_office.set()
        await until(pilot, "Her er bokstavene kommandoer.")
        assert "Meldingen er ikke lest før." not in shown(pilot)


def _in_one_burst(pilot: Pilot[None], *keys: str) -> None:
    """Have keys come together, as the terminal reads them of a slow line: before the first has had any effect."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_keys_that_come_together_are_each_for_what_the_one_before_has_opened(
    open_app: OpenApp, office: Office
) -> None:
    async with open_app() as pilot:
        _in_one_burst(pilot, "ctrl+n", *"helse", "enter", "f9")
        await until(pilot, "Velg en pasient.")
        assert "Ny melding · Helsefaglig dialog" in shown(pilot)
        assert _unread(office) == 2


async def test_a_key_that_comes_together_with_the_one_that_closes_a_dialogue_is_for_what_was_under_it(
    open_app: OpenApp, office: Office
) -> None:
    async with open_app() as pilot:
        _in_one_burst(pilot, "ctrl+n", "escape", "end", "f1", "escape", "home", "down", "slash", *"kvx")
        await until(pilot, "kvx")
        assert _unread(office) == 2


async def test_a_message_is_previewed_and_sent_by_keys_that_come_together(
    open_app: OpenApp, office: Office
) -> None:
    async with open_app() as pilot:
        await write_dialogue(pilot)
        _in_one_burst(pilot, "f5", "f9", "enter")
        await until(pilot, "lagt i kø")
        assert office.reader.count(Filter(folder="sent")) == 3


async def test_what_opens_unasked_is_not_answered_by_what_was_typed_before_it(
    open_app: OpenApp, office: Office
) -> None:
    async def offer(app: Any) -> None:
        answer = await app.push_screen_wait(ChoiceScreen("Gå videre?", "", [Choice("on", "Videre")]))
        app.tell(f"svar {answer}")

    async with open_app() as pilot:
        typed_before = [events.Key("enter", None) for _ in range(3)]
        pilot.app.run_worker(offer(pilot.app), name=UNASKED)
        pilot.app.post_message(typed_before.pop())
        await until(pilot, "Gå videre?")
        for key in typed_before:
            pilot.app.post_message(key)
        await rest(pilot)
        assert "svar on" not in shown(pilot)


async def test_a_part_that_never_ends_with_a_key_does_not_hold_the_keyboard(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typed_ahead, "_LIMIT", 0.1)
    for_ever = asyncio.Event()

    async def stand_still(_: events.Key) -> None:
        await for_ever.wait()

    async with open_app() as pilot:
        focused = pilot.app.focused
        assert focused is not None
        monkeypatch.setattr(focused, "_on_key", stand_still)
        _in_one_burst(pilot, "j", "f11")
        await until(pilot, "Adresser")
        for_ever.set()


async def test_no_key_waits_in_one_place_for_a_question_that_is_open_in_another(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "ctrl+n")
        await until(pilot, "Ny melding")
        await press(pilot, "f4", "slash")
        await until(pilot, "fra:")


def _written(office: Office) -> tuple[object, object]:
    (draft,) = office.reader.interrupted_drafts(login())
    return draft.answers.get("subject"), draft.answers.get("text")
