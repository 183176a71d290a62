"""Keys that arrive together, as over a slow line: each is for what the one before it has brought about."""

from __future__ import annotations

from collections.abc import Callable

from elmeld_tui.login import login
from elmeld_tui.office.clinic import Office
from tests.tui.seat import END, HOME, SHIFT_TAB, TAB, Seat


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


def _written(office: Office) -> tuple[object, object]:
    (draft,) = office.reader.interrupted_drafts(login())
    return draft.answers.get("subject"), draft.answers.get("text")
