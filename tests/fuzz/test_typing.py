"""What is typed in a field, as a terminal sends it, stands there; what a terminal says besides does nothing."""

from __future__ import annotations

from itertools import cycle, islice
from unicodedata import category

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from elmeld_tui.model.forms import FieldType
from elmeld_tui.model.harmless import harmless
from elmeld_tui.office.clinic import Office
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.keys import Keyboard
from elmeld_tui.tui.widgets.entry import Entry
from elmeld_tui.tui.widgets.fields import LineField, ManyLinesField, TextField, TypedField
from elmeld_tui.tui.widgets.search_line import SearchLine
from tests.fuzz.hostile import MANY, texts
from tests.fuzz.kinds import own_kinds
from tests.fuzz.test_terminal_input import ANSWERS
from tests.snapshots.screens import SCREENS, way_to
from tests.tui.conftest import WIDE, keys_wait, rest, shown

SENDABLE = [text for text in texts() if len(text) < 400 and text.encode(errors="ignore").decode() == text]

TYPED = MANY // 10 if MANY > 10_000 else 100
"""Texts that are typed in every kind of field; ``make fuzz`` types ten thousand."""


def as_keys(text: str) -> str:
    """Return of ``text`` what is typed as it is: control characters are other keys, line breaks may be too."""
    return "".join(char for char in text if category(char) != "Cc")


def written(text: str) -> str:
    """Return of ``text`` what a field shall say of it: every character that can be seen."""
    return "".join(char for char in text if harmless(char) == char)


def said(field: Widget) -> str:
    assert isinstance(field, Input | TextArea)
    return field.value if isinstance(field, Input) else field.text


async def send(pilot: Pilot[None], *parts: str) -> None:
    """Let the terminal send ``parts``, and nothing between them that could belong to one."""
    for part in filter(None, parts):
        keyboard = Keyboard()
        for event in (*keyboard.feed(part), *keyboard.feed("")):
            pilot.app.post_message(event)
    await pilot.pause()
    while keys_wait(pilot.app):
        await pilot.pause()


class Fields(Screen[None]):
    """One of each kind of field that takes what is typed."""

    def compose(self) -> ComposeResult:
        yield Entry()
        yield Entry(secret=True)
        yield SearchLine("")
        yield LineField("line")
        yield TypedField("date", FieldType.DATE)
        yield TextField("text")
        yield ManyLinesField("many")


def fields(screen: Screen[object]) -> list[Widget]:
    return [widget for widget in screen.focus_chain if isinstance(widget, Input | TextArea)]


async def test_every_character_that_is_typed_is_written(app: ElmeldApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await app.push_screen(Fields())
        typed_in = {kind for kind in own_kinds(Input) | own_kinds(TextArea) if not kind.__name__.startswith("_")}
        assert {type(field) for field in fields(app.screen)} == typed_in
        for field in fields(app.screen):
            field.focus()
            await pilot.pause()
            for first in range(0, TYPED, 50):
                text = as_keys("".join(SENDABLE[first : min(first + 50, TYPED)]))
                await send(pilot, text)
                assert said(field) == written(text), (type(field).__name__, ascii(text))
                field.value, field.text = "", ""  # type: ignore[attr-defined]
            assert app.screen.focused is field


EVERY_TIME = ("attachment_save", "composer", "filter_dialog", "locked")
"""Those with a line, a field or a dialogue of each kind; a long run (``make fuzz``) has all there are."""

TO_A_FIELD = 3
"""Texts that are typed in each field of a screen; the fields of all screens are many."""

STOPS = [stop for name, screen in SCREENS.items() for stop in (name, *screen.then)]


def _cursor(field: Widget) -> int:
    """Return how many characters of ``field`` stand before the cursor."""
    if isinstance(field, TextArea):
        return field.document.get_index_from_location(field.cursor_location)
    assert isinstance(field, Input)
    return field.cursor_position


@pytest.mark.parametrize("name", EVERY_TIME if MANY <= 10_000 else STOPS)
async def test_a_screen_takes_what_is_typed_and_nothing_else(
    name: str, office: Office, app: ElmeldApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(office.data_dir))
    first, acts = way_to(name)
    first.arrange(office)
    start = len(SENDABLE) * STOPS.index(name) // len(STOPS)
    source = islice(cycle(SENDABLE), start, None)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await rest(pilot)
        for act in acts:
            await act(pilot)
        screen = app.screen
        for field in fields(screen):
            field.focus()
            await pilot.pause(0.1)
            text = "".join(map(as_keys, islice(source, TO_A_FIELD)))
            before, at = said(field), _cursor(field)
            await send(pilot, text)
            assert said(field) == before[:at] + written(text) + before[at:]
            await pilot.pause(0.1)
            assert app.screen is screen
        app.clear_notifications()  # which go by themselves after a while, and that is not what is looked at here
        # A terminal that is looked at again has a search found again whose answer had not come.
        await send(pilot, *ANSWERS)
        showed = ""
        while showed != (showed := shown(pilot)):
            await pilot.pause(0.2)
        await send(pilot, *ANSWERS)
        assert app.screen is screen
        assert shown(pilot) == showed
