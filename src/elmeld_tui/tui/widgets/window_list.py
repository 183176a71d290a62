"""A list that draws only the lines on screen, whatever its length.

The rows are any sequence, such as pages of a database fetched on demand. Moving the cursor repaints two lines; a
change of rows repaints the lines that differ. The terminal's own cursor follows the list's, so that braille displays
and magnifiers do too.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.copying import CopyWanted
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, Toned, cut, line, thumb, to_strip

Row = TypeVar("Row")

_SEARCH_SPAN = 512
"""How far from where it was a row is looked for after the rows have changed."""


class WindowList(Toned, ScrollView, Generic[Row], can_focus=True):
    """A list of rows with a cursor.

    Args:
        draw: makes the line of a row for a width in cells.
        identity: what stays the same of a row when others come or go.
        empty: what is said when there are no rows.
        heading: makes a heading line for a width; None for no heading.
    """

    WHERE = Where.LIST
    BINDINGS = bindings(Where.LIST)

    class AboutRow(Message):
        """Something happened to a row."""

        def __init__(self, window_list: WindowList[Any], row: Any) -> None:
            super().__init__()
            self.window_list = window_list
            self.row = row

        @property
        def control(self) -> WindowList[Any]:
            """The list it happened in."""
            return self.window_list

    class Opened(AboutRow):
        """Enter or a click on the row under the cursor."""

    class Moved(AboutRow):
        """The cursor came to another row."""

    def __init__(
        self,
        draw: Callable[[Row, int], Line],
        *,
        identity: Callable[[Row], Hashable],
        empty: Callable[[], str] | None = None,
        heading: Callable[[int], Line] | None = None,
        id: str | None = None,  # noqa: A002 - the framework's name
    ) -> None:
        super().__init__(id=id)
        self._draw = draw
        self._identity = identity
        self._empty = empty
        self._heading = heading
        self._top = 0 if heading is None else 1
        self._rows: Sequence[Row] = ()
        self._length = 0
        self._cursor = 0
        self._shown: dict[int, Line] = {}

    @property
    def cursor(self) -> int:
        """Index of the row under the cursor."""
        return self._cursor

    @property
    def rows(self) -> Sequence[Row]:
        """The rows, first on top."""
        return self._rows

    @property
    def above(self) -> int:
        """How many rows there are above those on screen."""
        return int(self.scroll_offset.y)

    @property
    def current(self) -> Row | None:
        """The row under the cursor; None in an empty list."""
        return self._row_at(self._cursor)

    def _row_at(self, index: int) -> Row | None:
        """Return a row; None where there is none, or it has left since the rows were counted."""
        try:
            return self._rows[index] if 0 <= index < len(self._rows) else None
        except IndexError:
            return None

    def show(self, rows: Sequence[Row], *, keep_cursor: bool = True) -> None:
        """Show ``rows``; the cursor stays on its row if that is still there, else near its place.

        Nothing that one looks at moves when rows come above it, unless the cursor is on the very first.

        Args:
            rows: the new rows.
            keep_cursor: False for another list altogether: start on top.
        """
        before, old_cursor, offset = self.current, self._cursor, self.scroll_offset.y
        grown = len(rows) - len(self._rows)
        was_empty = not self._rows
        self._rows, self._length = rows, len(rows)
        self._cursor = 0 if not keep_cursor else self._find(before, old_cursor + grown, old_cursor)
        self.virtual_size = Size(0, len(rows) + self._top)
        if not keep_cursor:
            self._set_top(0)
        elif offset or old_cursor:
            self._set_top(offset + self._cursor - old_cursor)
        self._bring_cursor_in()
        if was_empty or not rows:
            self._shown.clear()
            self.refresh()
        else:
            self._refresh_changed()

    def count_again(self) -> None:
        """Take in that the rows have become more or fewer at their end, which is found out after they were shown."""
        before, self._length = self._length, len(self._rows)
        self.virtual_size = Size(0, self._length + self._top)
        self._cursor = max(0, min(self._cursor, self._length - 1))
        height, top = self.size.height - self._top, self.scroll_offset.y
        for y in range(height):
            if thumb(y, height, top, before) != thumb(y, height, top, self._length):
                self.refresh(Region(0, y + self._top, self.size.width, 1))
        self._bring_cursor_in()

    def _find(self, row: Row | None, *guesses: int) -> int:
        """Return where ``row`` is now, or the nearest place to where it was."""
        last = len(self._rows) - 1
        if row is not None:
            wanted = self._identity(row)
            near = range(max(0, guesses[-1] - _SEARCH_SPAN), min(last, guesses[-1] + _SEARCH_SPAN) + 1)
            places: list[int] = [*guesses, *sorted(near, key=lambda index: abs(index - guesses[-1]))]
            for index in places:
                found = self._row_at(index)
                if found is not None and self._identity(found) == wanted:
                    return index
        return int(max(0, min(guesses[-1], last)))

    def _refresh_changed(self) -> None:
        """Repaint the lines on screen that no longer say what they said."""
        top = self.scroll_offset.y
        shown, self._shown = self._shown, {}
        for y in range(self._top, self.size.height):
            index = y - self._top + top
            spans = self._line_of(index)
            if shown.get(index) != spans:
                self.refresh(Region(0, y, self.size.width, 1))

    @property
    def _width(self) -> int:
        """Cells there are for a row, beside the thumb."""
        return max(0, self.size.width - 1)

    def _line_of(self, index: int) -> Line:
        """Return what is drawn for the row at ``index``, and remember that it is on screen."""
        width = self._width
        if not self._rows and self._empty is not None:
            said = wrap(self._empty(), width - 2)
            return line(" " + said[index], Tone.MUTED) if index < len(said) else ()
        row = self._row_at(index)
        if row is None:
            return ()
        spans = self._draw(row, width)
        if index == self._cursor:
            tone = Tone.CURSOR if self.has_focus else Tone.CHOSEN
            # The bar reaches over the whole row.
            spans = (Span("".join(span.text for span in cut(spans, width)), tone),)
        self._shown[index] = spans
        return spans

    def render_line(self, y: int) -> Strip:
        """Draw the line at ``y`` rows from the top of the widget."""
        width, top = self.size.width, self.scroll_offset.y
        if self._heading is not None and y == 0:
            return to_strip(self._heading(width), width, self.tone_style)
        spans = cut(self._line_of(y - self._top + top), width - 1)
        here = thumb(y - self._top, self.size.height - self._top, top, self._length)
        # Part of the last span, so that a line stays one run of one style on the wire.
        spans = (*spans[:-1], spans[-1]._replace(text=spans[-1].text + here)) if spans else (Span(here),)
        return to_strip(spans, width, self.tone_style)

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old style."""
        super().notify_style_update()
        self._shown.clear()

    def on_resize(self) -> None:
        """Keep the cursor on screen when there is less of it."""
        self._shown.clear()
        self._bring_cursor_in()

    def on_focus(self, event: events.Focus) -> None:
        """Show that keys come here now: one line, where the framework would repaint the whole list."""
        event.prevent_default()
        self.has_focus = True
        self._tell_parent(events.DescendantFocus(self))
        self._refresh_row(self._cursor)

    def on_blur(self, event: events.Blur) -> None:
        """Show that keys go elsewhere."""
        event.prevent_default()
        self.has_focus = False
        self._tell_parent(events.DescendantBlur(self))
        self._refresh_row(self._cursor)

    def move_to(self, index: int) -> None:
        """Move the cursor to ``index``, or as near as there is a row."""
        index = max(0, min(index, len(self._rows) - 1))
        if index == self._cursor or not self._rows:
            return
        old, self._cursor = self._cursor, index
        self._bring_cursor_in()
        self._refresh_row(old)
        self._refresh_row(index)
        if (row := self.current) is not None:
            self.post_message(self.Moved(self, row))

    def _bring_cursor_in(self) -> None:
        """Scroll so that the cursor is seen; half a page past the edge, since a scroll repaints every line."""
        height, top = self.size.height - self._top, self.scroll_offset.y
        if height <= 0 or top <= self._cursor < top + height:
            return
        below = self._cursor >= top + height
        self._set_top(self._cursor - height + height // 2 if below else self._cursor - height // 2)

    def _set_top(self, y: int) -> None:
        highest = max(0, len(self._rows) + self._top - self.size.height)
        self.scroll_to(y=max(0, min(y, highest)), animate=False, force=True, immediate=True)

    def _refresh_row(self, index: int) -> None:
        y = index - self.scroll_offset.y + self._top
        if self._top <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def _tell_parent(self, event: events.Event) -> None:
        if self.parent is not None:
            self.parent.post_message(event)

    @property
    def cursor_cell(self) -> Offset:
        """The row under the cursor."""
        return Offset(0, self._cursor - self.scroll_offset.y + self._top)

    def on_click(self, event: events.Click) -> None:
        """Move to the row that is clicked; a click on the cursor's own row opens it."""
        index = event.y - self._top + self.scroll_offset.y
        if not 0 <= index < len(self._rows):
            return
        if index == self._cursor:
            self.action_choose()
        else:
            self.move_to(index)

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        row = self.current
        if row is not None:
            self.post_message(self.Opened(self, row))

    def action_copy(self) -> None:
        """Copy what the row under the cursor is known by, such as the number of a message."""
        row = self.current
        if row is not None:
            self.post_message(CopyWanted(str(self._identity(row))))

    def action_move(self, rows: int) -> None:
        """Move the cursor ``rows`` down."""
        self.move_to(self._cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor ``pages`` screens down."""
        self.move_to(self._cursor + pages * max(1, self.size.height - self._top - 1))

    def action_first(self) -> None:
        """Move to the first row."""
        self.move_to(0)

    def action_last(self) -> None:
        """Move to the last row."""
        self.move_to(len(self._rows) - 1)
