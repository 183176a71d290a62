"""Whatever a message says is shown, and none of it is obeyed: by any widget, in any place."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from elmeld_tui.model.view import Attachment, Field, Section, Table, View
from elmeld_tui.tui.layout import view_layout, wrap
from elmeld_tui.tui.safe_text import ControlFilter
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, cut, fitted, line, line_width, sides, to_strip

OBEYED = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")

SAMPLES = [
    "48 [mmol/mol]",
    "[/]",
    "[/b][bold red]",
    "[link=https://example.org]se her[/link]",
    "[@click=app.quit]her[/]",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J\x1b[31m",
    "\x9b31m\x9d0;tittel\x9c",
    "\u202e123\u2066",
    "\ud800",
    "\x00\x08\r\n\t",
]

hostile = st.one_of(
    st.sampled_from(SAMPLES),
    st.text(alphabet=st.characters(), max_size=60),
    st.lists(st.sampled_from(SAMPLES), max_size=4).map("".join),
)


def plain(_tone: Tone) -> Style:
    return Style()


@given(hostile, st.integers(0, 80))
def test_a_line_obeys_nothing_and_keeps_its_width(text: str, width: int) -> None:
    strip = to_strip(line(text), width, plain)
    assert strip.cell_length == width
    assert not OBEYED.search(strip.text)


@given(hostile, st.integers(0, 40))
def test_a_cell_of_a_list_is_exactly_as_wide_as_its_column(text: str, width: int) -> None:
    assert line_width(line(fitted(text, width))) == width
    assert line_width(cut(line(text), width)) == width


@given(hostile, hostile, st.integers(20, 80))
def test_a_bar_with_two_ends_never_loses_the_right_one(left: str, right: str, width: int) -> None:
    ending: Line = (Span(fitted(right, 10)),)
    made = sides(line(left), ending, width)
    assert made[-1] == ending[-1]
    assert line_width(made) == width


@given(hostile, st.integers(4, 60))
def test_folding_loses_no_character(text: str, width: int) -> None:
    from elmeld_tui.model.harmless import harmless

    rows = wrap(text, width)
    assert "".join("".join(rows).split()) == "".join(harmless(text).split())
    assert all(line_width(line(row)) <= width for row in rows)


@given(st.lists(hostile, min_size=9, max_size=9), st.integers(40, 120))
def test_nothing_of_a_message_is_hidden_by_its_layout(texts: list[str], width: int) -> None:
    words = [f"ord{number}" for number in range(9)]
    a, b, c, d, e, f, g, h, i = (f"{word} {text}" for word, text in zip(words, texts, strict=True))
    view = View(
        a,
        "dialogue",
        "1.1",
        (b,),
        (Section(c, (Field(d, e),), (Table((f, "x"), ((g, ""),)),), (h,)),),
        (Attachment("vedlegg.pdf", "application/pdf", 1, "", problem=i),),
    )
    seen = "".join(span.text for spans in view_layout(view)(width) for span in spans)
    # The title is one line, cut to the width; everything else is folded, maybe in the middle of a word.
    assert all(word in "".join(seen.split()) for word in words[1:])


@given(hostile)
def test_the_last_border_stops_what_came_past_the_others(text: str) -> None:
    style = Style(bold=True)
    out = ControlFilter().apply([Segment(text, style)], Color(0, 0, 0))
    assert not OBEYED.search(out[0].text)
    assert out[0].style == style


def test_harmless_segments_are_not_touched() -> None:
    segments = [Segment("Ørjan Åsen 48 [mmol/mol] 中文", Style())]
    assert ControlFilter().apply(segments, Color(0, 0, 0))[0] is segments[0]
