"""A line that is folded into rows: drawn as the framework draws it, and not divided anew for each row of it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from elmeld_tui.tui.widgets.fields import TextField
from elmeld_tui.tui.widgets.folded_line import FoldedLine, Rows
from tests.tui.conftest import NARROW, OpenApp, press, rest, shown
from tests.tui.test_composer import begin

texts = st.text(st.sampled_from("aæ å\t中"), min_size=1, max_size=40)


def styles(row: Text) -> list[tuple[str, list[object]]]:
    """Return each letter with the styles it has, in order."""
    return [
        (letter, [span.style for span in row.spans if span.start <= place < span.end])
        for place, letter in enumerate(row.plain)
    ]


@settings(deadline=None)
@given(texts, st.data())
def test_its_rows_are_those_of_the_framework(text: str, data: st.DataObject) -> None:
    places = st.integers(0, len(text))
    offsets = sorted(data.draw(st.sets(st.integers(1, len(text)), min_size=1)))
    spans = data.draw(st.lists(st.tuples(places, places, st.sampled_from(["bold", "red"])), max_size=4))
    folded, plain = FoldedLine(text, Rows()), Text(text, end="")
    for start, end, style in spans:
        folded.stylize(style, start, end)
        plain.stylize(style, start, end)
    assert [styles(row) for row in folded.divide(offsets)] == [styles(row) for row in plain.divide(offsets)]


async def test_a_paragraph_of_ninety_thousand_letters_is_divided_once_for_a_key(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await begin(pilot, "helse")
        field = pilot.app.screen.query(TextField).first()
        field.text = "Pasienten har vondt i kneet. " * 3_100
        field.focus()
        await rest(pilot)
        await press(pilot, "Å")
        assert "Å" in shown(pilot)
        offsets = field.wrapped_document.get_offsets(0)
        one, other = (field.get_line(0).divide(offsets) for _ in range(2))
        assert len(one) > 1_000
        assert all(row is kept for row, kept in zip(one, other, strict=True))
        assert "Å" in one[0].plain
