"""Ten thousand hostile texts through every widget that shows text: none obeyed, no character lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets._toast import Toast

from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.harmless import harmless
from elmeld_tui.tui.actions import Where
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.layout import text_layout
from elmeld_tui.tui.widgets.bars import TopBar
from elmeld_tui.tui.widgets.choices import ChoiceField, ManyChoicesField
from elmeld_tui.tui.widgets.fields import (
    FormRow,
    LineField,
    ManyLinesField,
    TextField,
)
from elmeld_tui.tui.widgets.form import PressLine
from elmeld_tui.tui.widgets.lines import Lines, SidesLine, fitted, line
from elmeld_tui.tui.widgets.option import Option, draw_option
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.search_field import SearchField
from elmeld_tui.tui.widgets.window_list import WindowList
from tests.fuzz.hostile import assert_in, seen, spaced, squeezed, texts
from tests.fuzz.wire import pieces
from tests.tui.conftest import OpenApp

TEXTS = list(texts())
SHORT = [text for text in TEXTS if len(text) < 400]
"""Those that one line can hold with others; the longest are for pages and lists."""

COLUMNS, ROWS = 2_000, 16
ROOM = COLUMNS - 100
"""Cells for texts where something else stands beside them."""


def batches() -> Iterator[list[str]]:
    """Yield every short text, as many at a time as a line can hold with a mark between, and a page line by line."""
    batch: list[str] = []
    left, breaks = ROOM, ROWS - 3
    for text in SHORT:
        need, more = cell_len(seen(text)) + 4 * sum(map(str.isspace, text)) + 1, text.count("\n")
        if need > left or more > breaks:
            yield batch
            batch, left, breaks = [], ROOM, ROWS - 3
        batch.append(text)
        left, breaks = left - need, breaks - more
    yield batch


def sent(widget: Widget) -> list[str]:
    """Return the rows of ``widget`` as they are sent to a terminal, without how they look."""
    widget.refresh()
    console, (columns, rows) = widget.app.console, widget.outer_size
    strips = widget.render_lines(Region(0, 0, columns, rows))
    written = [strip.render(console) for strip in strips]
    assert "\r" not in "".join(written)  # which is a move where a frame is written
    return ["".join(piece.text for piece in pieces(line, columns, rows)) for line in written]


class Everything(Screen[None]):
    """Every widget that shows a text from outside."""

    CSS = f"""
    * {{ height: 1; border: none; padding: 0; margin: 0; }}
    #note, #picked, #remark, Paper, TextArea, ChoiceField, ManyChoicesField {{ height: {ROWS}; }}
    #lines, #sides, #rows, #options, LineField {{ height: 1; }}
    FormRow, SearchField {{ height: {2 * ROWS}; }}
    #label {{ display: none; }}
    FormRow #remark {{ width: 100%; margin: 0; }}
    """

    def compose(self) -> ComposeResult:
        yield TopBar(Where.POST)
        yield SidesLine(id="sides")
        yield Lines(id="lines")
        yield WindowList[str](lambda row, width: line(fitted(row, width)), identity=id, id="rows")
        yield WindowList[Option](draw_option, identity=id, id="options")
        yield Paper(id="paper")
        yield LineField("line")
        yield TextField("text")
        yield ManyLinesField("many")
        yield SearchField("search", hint="")
        yield ChoiceField("choice", [])
        yield ManyChoicesField("choices", [])
        yield FormRow("", PressLine("", id="field"), required=True, asked="row")


WIDGETS = (
    *(TopBar, SidesLine, Lines, WindowList, Paper, LineField, TextField, ManyLinesField),
    *(SearchField, ChoiceField, ManyChoicesField, FormRow, PressLine),
)
"""The classes on it."""

Say = Callable[[Everything, str], Widget]
"""Lets a widget of the screen say a text; returns where it stands."""


def bar(screen: Everything, text: str) -> Widget:
    screen.query_one(TopBar).tell(text, "", 0, "", line_works=True)
    return screen.query_one(TopBar)


def user(screen: Everything, text: str) -> Widget:
    screen.query_one(TopBar).tell("", text, 0, "", line_works=True)
    return screen.query_one(TopBar)


def sides(screen: Everything, text: str) -> Widget:
    screen.query_one("#sides", SidesLine).tell((), line(text))
    return screen.query_one("#sides")


def lines(screen: Everything, text: str) -> Widget:
    screen.query_one("#lines", Lines).show(line(text))
    return screen.query_one("#lines")


def listed(screen: Everything, text: str) -> Widget:
    screen.query_one("#rows", WindowList).show([text])
    return screen.query_one("#rows")


def options(screen: Everything, text: str) -> Widget:
    screen.query_one("#options", WindowList).show([Option("", text)])
    return screen.query_one("#options")


def line_field(screen: Everything, text: str) -> Widget:
    screen.query(LineField).first().fill(text)
    return screen.query(LineField).first()


ONE_LINE: tuple[Say, ...] = (bar, user, sides, lines, listed, options, line_field)


def paper(screen: Everything, text: str) -> Widget:
    screen.query_one(Paper).show(text_layout(text))
    return screen.query_one(Paper)


def text_field(screen: Everything, text: str) -> Widget:
    screen.query_one(TextField).fill(text)
    return screen.query_one(TextField)


def many_lines(screen: Everything, text: str) -> Widget:
    screen.query_one(ManyLinesField).fill(text.split("\n"))
    return screen.query_one(ManyLinesField)


def picked(screen: Everything, text: str) -> Widget:
    screen.query_one(SearchField).pick(Option(text, text))
    return screen.query_one("#picked")


def note(screen: Everything, text: str) -> Widget:
    screen.query_one(SearchField).offer([], text)
    return screen.query_one("#note")


def choice(screen: Everything, text: str) -> Widget:
    field = screen.query_one(ChoiceField)
    field._choices = [CodedValue("1", "", text)]
    field._draw()
    return field


def choices(screen: Everything, text: str) -> Widget:
    field = screen.query_one(ManyChoicesField)
    field._choices = [CodedValue("1", "", text)]
    field._draw(focused=False)
    return field


def remark(screen: Everything, text: str) -> Widget:
    screen.query_one(FormRow).remark(text)
    return screen.query_one("#remark")


FOLDED: tuple[Say, ...] = (paper, text_field, many_lines, picked, note, choice, choices, remark)


async def test_every_widget_shows_every_character(open_app: OpenApp, app: ElmeldApp) -> None:
    async with open_app((COLUMNS, 300)) as pilot:
        screen = Everything()
        await app.push_screen(screen)
        for number, batch in enumerate(batches()):
            if number % 20 == 0:
                await pilot.pause()  # lets go what the widgets have told one another
            text = "|".join(batch)
            for say in ONE_LINE:
                row = "".join(sent(say(screen, text)))
                assert_in(spaced(seen(text)), spaced(row), say.__name__)
            for say in FOLDED:
                page = "".join(row[:-1] for row in sent(say(screen, text)))
                assert_in(squeezed(seen(text)), squeezed(page), say.__name__)


class Pages(Screen[None]):
    """A text to read and a list, on a screen for a reader with patience."""

    def compose(self) -> ComposeResult:
        yield Paper(id="paper")
        yield WindowList[str](lambda row, width: line(fitted(row, width)), identity=id, id="rows")


async def test_a_page_shows_every_character_of_the_longest_texts_too(open_app: OpenApp, app: ElmeldApp) -> None:
    async with open_app((80, 600)) as pilot:
        await app.push_screen(Pages())
        await pilot.pause()
        page = app.screen.query_one(Paper)
        page.show(text_layout("\n".join(TEXTS)))
        height, shown = page.size.height, ""
        for top in range(0, len(page.lines), height):
            page.scroll_to(y=top, animate=False, force=True, immediate=True)
            shown += "".join(row[:-1] for row in sent(page)[top - page.scroll_offset.y :])  # without the thumb
        assert_in(squeezed(seen("\n".join(TEXTS))), squeezed(shown), "page")


async def test_a_list_shows_the_beginning_of_the_longest_texts_too(open_app: OpenApp, app: ElmeldApp) -> None:
    async with open_app((80, 600)) as pilot:
        await app.push_screen(Pages())
        await pilot.pause()
        rows = app.screen.query_one(WindowList)
        rows.show(TEXTS)
        for last in range(rows.size.height - 1, len(TEXTS) + rows.size.height, rows.size.height):
            rows.move_to(min(last, len(TEXTS) - 1))
            for row, text in zip(sent(rows), TEXTS[rows.above :], strict=False):
                shown, whole = squeezed(row[:-1]), squeezed(seen(text))
                assert shown == whole or whole.startswith(shown.removesuffix("…")), ascii(text[:300])


async def test_what_is_told_for_a_while_shows_every_character(open_app: OpenApp, app: ElmeldApp) -> None:
    """What went wrong is told in the words of whatever went wrong, which may be a sender's."""
    async with open_app((120, 400)) as pilot:
        for first in range(0, len(SHORT), len(SHORT) // 8):
            told = "\n".join(SHORT[first : first + 40])
            app.warn(told)
            # The one before goes, and this one comes, when the screen gets to it.
            for _ in range(1_000):
                if toast := _toast_of(app, told):
                    break
                await pilot.pause(0.05)
            assert toast is not None
            page = "".join(row.strip("▌▐█ ") for row in sent(toast))
            assert_in(squeezed(seen(told)), squeezed(page), "toast")


def _toast_of(app: ElmeldApp, told: str) -> Toast | None:
    """Return what shows ``told``, once it has its place on the screen."""
    toasts = [toast for toast in app.screen.query(Toast) if toast.size and toast.region in app.screen.region]
    return next((toast for toast in toasts if toast._notification.message == harmless(told)), None)
