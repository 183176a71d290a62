"""Ten thousand hostile texts through every widget: none is obeyed, none ends the program, no character is lost."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult
from textual.color import Color
from textual.strip import Strip

from elmeld_tui.model.codes import CodedValue
from elmeld_tui.tui.actions import Where
from elmeld_tui.tui.layout import text_layout
from elmeld_tui.tui.safe_text import ControlFilter
from elmeld_tui.tui.widgets.bars import TopBar
from elmeld_tui.tui.widgets.fields import (
    ChoiceField,
    FormRow,
    LineField,
    ManyChoicesField,
    ManyLinesField,
    TextField,
)
from elmeld_tui.tui.widgets.lines import Lines, SidesLine, fitted, line, one_line
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.pasted import pasted
from elmeld_tui.tui.widgets.search_field import Option, SearchField
from elmeld_tui.tui.widgets.search_line import SearchLine
from elmeld_tui.tui.widgets.window_list import WindowList
from tests.fuzz.hostile import OBEYED, seen, squeezed, texts

WIDTH, HEIGHT = 80, 60
TEXTS = list(texts())
FEW = [text for text in TEXTS if len(text) < 400][:: max(1, len(TEXTS) // 50)]
"""For what takes a whole application a text."""


class Everything(App[None]):
    """Every widget that shows text, as large as the program has them."""

    CSS = "Lines, SearchField, LineField, FormRow { height: auto; } Paper, WindowList, TextArea { height: 4; }"

    def get_line_filters(self) -> list[ControlFilter]:
        return [ControlFilter()]

    def compose(self) -> ComposeResult:
        yield TopBar(Where.POST)
        yield SidesLine(id="sides")
        yield Lines(id="lines")
        yield WindowList[str](lambda row, width: line(fitted(row, width)), identity=lambda row: row, id="rows")
        yield Paper(id="paper")
        yield LineField("line")
        yield TextField("text")
        yield ManyLinesField("lines")
        yield SearchField("search", hint="")
        yield ChoiceField("choice", [CodedValue("1"), CodedValue("2")])
        yield FormRow("label", ManyChoicesField("choices", [CodedValue("1")]), required=True)

    def say(self, text: str) -> None:
        """Let every widget say ``text``."""
        told = line(one_line(text))
        self.query_one(TopBar).tell(text, text, 1, text, line_works=False)
        self.query_one("#sides", SidesLine).tell(told, told)
        self.query_one("#lines", Lines).show(told)
        self.query_one("#rows", WindowList).show([text, "neste"])
        self.query_one("#paper", Paper).show(text_layout(text))
        for field in (LineField, TextField, ManyLinesField, SearchField):
            self.query_one(field).fill(text)
        self.query_one(SearchField).offer([Option("1", text, text)], text)
        self.query_one(FormRow).remark(text)

    def screen_text(self) -> str:
        return "\n".join(strip.text for strip in self.screen._compositor.render_strips())


def through_the_last_border(strip: Strip) -> str:
    """Return a line as it goes to the terminal."""
    return "".join(segment.text for segment in ControlFilter().apply(list(strip), Color(0, 0, 0)))


def shown_by(widget: Paper | WindowList[str], y: int) -> str:
    strip = widget.render_line(y)
    assert strip.cell_length == widget.size.width
    return through_the_last_border(strip)[:-1]  # without the thumb


async def test_a_page_shows_every_character_and_obeys_none() -> None:
    app = Everything()
    async with app.run_test(size=(WIDTH, HEIGHT)):
        paper = app.query_one("#paper", Paper)
        for text in TEXTS:
            paper.show(text_layout(text))
            page = ""
            for top in range(0, len(paper.lines), paper.size.height):
                paper.scroll_to(y=top, animate=False, force=True, immediate=True)
                first = paper.scroll_offset.y
                page += "".join(shown_by(paper, y) for y in range(top - first, paper.size.height))
            assert not OBEYED.search(page), ascii(text)
            assert squeezed(page) == seen(text), ascii(text[:300])


async def test_a_row_of_a_list_shows_the_beginning_and_obeys_nothing() -> None:
    app = Everything()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        rows = app.query_one("#rows", WindowList)
        rows.show(TEXTS)
        await pilot.pause()
        for index in range(0, len(TEXTS), rows.size.height):
            rows.move_to(index)
            top = rows.scroll_offset.y
            for y in range(rows.size.height):
                row, text = shown_by(rows, y), TEXTS[y + top]
                assert not OBEYED.search(row), ascii(text)
                shown = squeezed(row)
                assert shown == seen(text) or seen(text).startswith(shown.removesuffix("…")), ascii(text[:300])


async def test_every_widget_lives_through_everything() -> None:
    app = Everything()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        for text in FEW:
            app.say(text)
            await pilot.pause()
            assert not OBEYED.search(app.screen_text().replace("\n", "")), ascii(text)


async def test_what_is_pasted_or_typed_is_kept_but_what_cannot_be_sent() -> None:
    app = Everything()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        for field in (app.query_one(TextField), app.query_one("LineField", LineField), SearchLine("")):
            if not field.is_attached:
                await app.mount(field)
            field.focus()
            await pilot.pause()
            for text in FEW:
                field.fill("") if not isinstance(field, SearchLine) else field.clear()
                app.post_message(events.Paste(text))
                for char in text[:8]:
                    app.post_message(events.Key("x", char) if char.isprintable() else events.Key("f12", None))
                await pilot.pause()
                value = field.value if isinstance(field, (LineField, SearchLine)) else field.text
                typed = "".join(char for char in text[:8] if char.isprintable())
                assert squeezed(value) == squeezed(pasted(text) + typed), ascii(text)
                assert not OBEYED.search(app.screen_text().replace("\n", "")), ascii(text)
