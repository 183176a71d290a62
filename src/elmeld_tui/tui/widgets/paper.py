"""A text to read: lines in tones, laid out for the current width, scrolled without animation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.widgets.copying import CopyWanted
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, Toned, cut, thumb, to_strip

Layout = Callable[[int], Sequence[Line]]
"""Makes the lines of a text for a width in cells."""


class Paper(Toned, ScrollView, can_focus=True):
    """Shows what a `Layout` makes."""

    WHERE = Where.TEXT
    BINDINGS = bindings(Where.TEXT)

    def __init__(self, layout: Layout | None = None, *, id: str | None = None) -> None:  # noqa: A002 - the framework's
        super().__init__(id=id)
        self._layout_text: Layout = layout or (lambda _width: ())
        self._lines: Sequence[Line] = ()

    @property
    def lines(self) -> Sequence[Line]:
        """What is shown, as laid out now."""
        return self._lines

    def show(self, layout: Layout, *, keep_place: bool = False) -> None:
        """Show another text, from its beginning unless ``keep_place``."""
        self._layout_text = layout
        self._lay_out()
        if not keep_place:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self.refresh()

    def on_resize(self) -> None:
        """Lay the text out for the width there is."""
        self._lay_out()

    def _lay_out(self) -> None:
        width = self.size.width - 1
        self._lines = self._layout_text(width) if width > 0 else ()
        self.virtual_size = Size(0, len(self._lines))

    def render_line(self, y: int) -> Strip:
        """Draw the line at ``y`` rows from the top of the widget."""
        index = y + self.scroll_offset.y
        spans = self._lines[index] if index < len(self._lines) else ()
        width = self.size.width
        here = thumb(y, self.size.height, self.scroll_offset.y, len(self._lines))
        return to_strip((*cut(spans, width - 1), Span(here, Tone.MUTED)), width, self.tone_style)

    def action_roll(self, rows: int) -> None:
        """Scroll ``rows`` down."""
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False, force=True, immediate=True)

    def action_roll_page(self, pages: int) -> None:
        """Scroll ``pages`` screens down."""
        self.action_roll(pages * max(1, self.size.height - 1))

    def action_copy(self) -> None:
        """Copy the text."""
        self.post_message(
            CopyWanted("\n".join("".join(span.text for span in row).rstrip() for row in self._lines))
        )

    def action_to_top(self) -> None:
        """Go to the beginning."""
        self.scroll_to(y=0, animate=False, force=True, immediate=True)

    def action_to_bottom(self) -> None:
        """Go to the end."""
        self.scroll_to(y=len(self._lines), animate=False, force=True, immediate=True)
