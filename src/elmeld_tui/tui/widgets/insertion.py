"""Putting a text in where the cursor stands, in one line or several."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.widgets.input import Selection as Span
from textual.widgets.text_area import Selection

from elmeld_tui.model.shortcuts import Expanded
from elmeld_tui.tui.widgets.fields import LineField, ManyLinesField, TextField, TypedField


def takes_text(widget: Widget | None) -> bool:
    """Return whether running text can be put into a widget: not into a date, a choice or a search."""
    if isinstance(widget, TextField | ManyLinesField):
        return True
    searched = widget is not None and any(type(parent).__name__ == "SearchField" for parent in widget.ancestors)
    return isinstance(widget, LineField) and not isinstance(widget, TypedField) and not searched


def word_before_cursor(widget: Widget) -> str:
    """Return what stands between the cursor and the blank before it."""
    before = ""
    if isinstance(widget, TextArea):
        row, column = widget.cursor_location
        before = widget.document.get_line(row)[:column]
    elif isinstance(widget, Input):
        before = widget.value[: widget.cursor_position]
    return "" if not before or before[-1].isspace() else before.split()[-1]


def insert(widget: Widget, written: Expanded, *, instead_of: int = 0) -> None:
    """Put a text in at the cursor, and the cursor where the text says.

    Args:
        widget: one that takes text (`takes_text`).
        written: the text.
        instead_of: how many characters before the cursor give way.
    """
    if isinstance(widget, TextArea):
        row, column = widget.cursor_location
        widget.replace(written.text, (row, column - instead_of), (row, column))
        start = _after(written.text[: written.cursor], row, column - instead_of)
        blank = written.text[written.cursor : written.cursor + written.blank]
        widget.selection = Selection(start, _after(blank, *start))
        widget.scroll_cursor_visible()
    elif isinstance(widget, Input):
        at = widget.cursor_position - instead_of
        widget.replace(" ".join(written.text.split("\n")), at, widget.cursor_position)
        widget.selection = Span(at + written.cursor, at + written.cursor + written.blank)


def insert_lines(widget: Widget, lines: Sequence[str]) -> None:
    """Put lines in at the cursor, each on a line of its own; in a field of one line, one after the other."""
    if isinstance(widget, TextArea):
        row, column = widget.cursor_location
        here = widget.document.get_line(row)
        before = "\n" if here[:column].strip() else ""
        after = "\n" if here[column:].strip() else ""
        joined = "\n".join(lines)
        text = f"{before}{joined}{after}"
    else:
        text = "; ".join(lines)
    insert(widget, Expanded(text, len(text)))


def _after(text: str, row: int, column: int) -> tuple[int, int]:
    """Return where a text ends that begins at a row and column."""
    *above, last = text.split("\n")
    return (row + len(above), len(last) if above else column + len(last))
