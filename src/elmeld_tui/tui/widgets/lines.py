"""Lines of text in a few tones, with which every list, page and bar of this program is drawn.

A tone says what a text is; its appearance is a table here, in the colours of the theme. This is the only module that
makes the framework's segments, and no text gets into one without passing `harmless`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Offset, Region, Size
from textual.strip import Strip
from textual.widget import Widget

from elmeld_tui.model.harmless import harmless


class Tone(StrEnum):
    """What a piece of text is."""

    PLAIN = "plain"
    STRONG = "strong"
    MUTED = "muted"
    HEADING = "heading"
    KEY = "key"
    CHOSEN = "chosen"
    CURSOR = "cursor"
    DONE = "done"
    WAITING = "waiting"
    TROUBLE = "trouble"


class _Look(NamedTuple):
    """How a tone looks: names of the theme's colours (empty: the widget's own), and the letters."""

    colour: str = ""
    ground: str = ""
    letters: Style = Style()


_BOLD = Style(bold=True)
_TERMINAL_COLOURS = Style(color="default", bgcolor="default")

_LOOKS = {
    Tone.PLAIN: _Look(),
    Tone.STRONG: _Look(letters=_BOLD),
    Tone.MUTED: _Look("secondary"),
    Tone.HEADING: _Look("primary", letters=_BOLD),
    Tone.KEY: _Look("accent"),
    Tone.CHOSEN: _Look(ground="panel"),
    Tone.CURSOR: _Look("cursor-letters", "block-cursor-background", _BOLD),
    Tone.DONE: _Look("success"),
    Tone.WAITING: _Look("warning"),
    Tone.TROUBLE: _Look("error"),
}

_TERMINAL_LOOKS = {
    **_LOOKS,
    Tone.KEY: _Look("accent", letters=_BOLD),
    Tone.CHOSEN: _Look(letters=Style(underline=True)),
    Tone.CURSOR: _Look(letters=Style(reverse=True)),
    Tone.TROUBLE: _Look("error", letters=_BOLD),
}
"""For a terminal's own sixteen colours, or none: what must be seen is told by the letters."""


class Toned(Widget):
    """A widget that draws with tones.

    The looks are a table of ours, not component classes of the style sheet: the framework resolves each component
    class of each widget at start, which made a third of the time to the first screen.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the framework's name
        super().__init__(id=id)
        self._tone_styles: dict[Tone, Style] = {}

    @property
    def cursor_cell(self) -> Offset:
        """Where in it the terminal's own cursor stands while it has the focus: the line a reader is at."""
        return Offset(0, 0)

    def tone_style(self, tone: Tone) -> Style:
        """Return how ``tone`` looks in this widget."""
        style = self._tone_styles.get(tone)
        if style is None:
            style = self._tone_styles[tone] = self._resolve(tone)
        return style

    def _resolve(self, tone: Tone) -> Style:
        theme, colours = self.app.current_theme, self.app.theme_variables
        look = (_TERMINAL_LOOKS if theme.ansi else _LOOKS)[tone]
        return (
            # Blending has no meaning among a terminal's own colours: black on black comes of it.
            (_TERMINAL_COLOURS if theme.ansi else self.rich_style)
            + look.letters
            + Style(
                # A theme that is not ours has no letters for the cursor but those of the widget.
                color=Color.parse(colours[look.colour]).rich_color if look.colour in colours else None,
                bgcolor=Color.parse(colours[look.ground]).rich_color if look.ground else None,
            )
        )

    def notify_style_update(self) -> None:
        """Forget the looks of the old style."""
        super().notify_style_update()
        self._tone_styles.clear()


class Span(NamedTuple):
    """A piece of a line; ``action`` is what a click on it does, in the framework's spelling."""

    text: str
    tone: Tone = Tone.PLAIN
    action: str = ""


Line = tuple[Span, ...]


def line(text: str, tone: Tone = Tone.PLAIN) -> Line:
    """Return a line of one tone."""
    return (Span(text, tone),)


def one_line(text: str) -> str:
    """Return ``text`` harmless and without line breaks or tabs, as a row of a list needs it."""
    return " ".join(harmless(text).split())


def fitted(text: str, width: int) -> str:
    """Return ``text`` on one line, exactly ``width`` cells wide; what does not fit ends in an ellipsis."""
    text = one_line(text)
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, max(0, width - 1)) + "…" if width else ""
    return text + " " * (width - length)


def sides(left: Line, right: Line, width: int) -> Line:
    """Return ``left`` and ``right`` at the two ends of a line of ``width`` cells; the left gives way, and says so."""
    return (*shortened(left, width - line_width(right)), *right)


def shortened(spans: Line, width: int) -> Line:
    """Return ``spans`` exactly ``width`` cells wide: what does not fit ends in an ellipsis, what is short filled up."""
    if width <= 0 or line_width(spans) <= width:
        return cut(spans, width)
    kept = [span for span in cut(spans, width - 1) if span.text]
    tone = kept[-1].tone if kept else spans[0].tone
    return (*kept, Span("…", tone))


def cut(spans: Line, width: int) -> Line:
    """Return ``spans`` exactly ``width`` cells wide: cut at the end, or filled up."""
    kept: list[Span] = []
    room = max(0, width)
    for span in spans:
        text = _drawn(span.text)
        length = cell_len(text)
        # What takes no cell, such as an accent that stands alone, is kept too.
        kept.append(span._replace(text=text if length <= room else set_cell_size(text, room)))
        room -= min(room, length)
    return (*kept, Span(" " * room)) if room else tuple(kept)


def line_width(spans: Line) -> int:
    """Return how many cells a line takes."""
    return sum(cell_len(_drawn(span.text)) for span in spans)


def _drawn(text: str) -> str:
    """Return ``text`` as it stands in one line of a screen: what is measured is what is drawn."""
    return harmless(text).replace("\t", "    ").replace("\n", "␊")


def to_strip(spans: Line, width: int, style: Callable[[Tone], Style]) -> Strip:
    """Return ``spans`` as the framework draws them: cut or padded to ``width`` cells, nothing in them obeyed."""
    segments = []
    for span in spans:
        look = style(span.tone)
        if span.action:
            look += Style.from_meta({"@click": span.action})
        segments.append(Segment(_drawn(span.text), look))
    return Strip(segments).adjust_cell_length(width, style(Tone.PLAIN))


Colour = tuple[int, int, int]
"""Red, green and blue, each 0 to 255."""


def picture_strip(upper: Sequence[Colour], lower: Sequence[Colour], width: int, ground: Style) -> Strip:
    """Return two rows of pixels as one line of half blocks, in the middle of ``width`` cells."""
    margin = Segment(" " * ((width - len(upper)) // 2), ground)
    cells = [
        Segment("▀", Style(color=RichColor.from_rgb(*above), bgcolor=RichColor.from_rgb(*below)))
        for above, below in zip(upper, lower, strict=True)
    ]
    return Strip([margin, *cells]).adjust_cell_length(width, ground)


def thumb(y: int, height: int, top: int, total: int) -> str:
    """Return the last cell of line ``y`` of a list or text: where in the whole of it one is.

    It is part of the line and looks as the line does. The framework's own scroll bar is a widget apart, which costs
    two kilobytes of repaint at every change of focus.
    """
    if total <= height or height <= 0:
        return " "
    size = max(1, height * height // total)
    start = round(top * (height - size) / (total - height))
    return "▐" if start <= y < start + size else " "


class Lines(Toned):
    """A few lines that stay where they are: a bar, a title, a note. Only lines that change are drawn again."""

    def __init__(self, *lines: Line, id: str | None = None) -> None:  # noqa: A002 - the framework's
        super().__init__(id=id)
        self._lines: tuple[Line, ...] = lines

    def show(self, *lines: Line) -> None:
        """Show ``lines`` from now on."""
        old, self._lines = self._lines, lines
        if len(old) != len(lines):
            self.refresh(layout=True)
            return
        width = self.size.width
        for y, (before, after) in enumerate(zip(old, lines, strict=True)):
            if before != after:
                self.refresh(Region(0, y, width, 1))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - the framework's
        """Return one row a line."""
        return len(self._lines)

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 - the framework's
        """Return the width of the longest line."""
        return max((line_width(spans) for spans in self._lines), default=0)

    def render_line(self, y: int) -> Strip:
        """Draw row ``y``."""
        spans = self._lines[y] if y < len(self._lines) else ()
        return to_strip(spans, self.size.width, self.tone_style)


class SidesLine(Lines):
    """One line with something at either end, whatever its width."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the framework's
        super().__init__((), id=id)
        self._ends: tuple[Line, Line] = ((), ())

    def tell(self, left: Line, right: Line = ()) -> None:
        """Show ``left`` and ``right`` from now on."""
        self._ends = (left, right)
        self.on_resize()

    def on_resize(self) -> None:
        """Set the two ends anew."""
        self.show(sides(*self._ends, self.size.width))


def key_line(keys: Sequence[tuple[str, str, str]], width: int) -> Line:
    """Return as many of ``keys`` (key, label, action) as fit in ``width`` cells; the last always does."""
    *most, last = [
        (Span(f" {key} ", Tone.KEY, action), Span(f"{one_line(label)} ", Tone.PLAIN, action))
        for key, label, action in keys
    ]
    room = width - line_width(last)
    spans: list[Span] = []
    for pair in most:
        need = line_width(pair)
        if need > room:
            continue
        spans.extend(pair)
        room -= need
    return (*spans, *last)
