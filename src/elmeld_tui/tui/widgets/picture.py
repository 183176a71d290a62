"""A picture in half blocks: each cell of the terminal is two pixels, one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from textual.strip import Strip

from elmeld_tui.i18n import t
from elmeld_tui.tui.widgets.lines import Colour, Tone, Toned, line, picture_strip, to_strip

if TYPE_CHECKING:
    from elmeld_tui.messages.attached.opening import Picture


class PictureView(Toned, can_focus=True):
    """Shows the whole of a picture, as large as there is room for."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the framework's
        super().__init__(id=id)
        self._picture: Picture | None = None
        self._rows: Sequence[Sequence[Colour]] = ()

    def show(self, picture: Picture) -> None:
        """Show ``picture``."""
        self._picture = picture
        self._lay_out()

    def on_resize(self) -> None:
        """Make the picture anew for the room there is."""
        self._lay_out()

    def _lay_out(self) -> None:
        if self._picture is not None and self.size.width and self.size.height:
            self._rows = scaled(self._picture, self.size.width, 2 * self.size.height)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the two rows of pixels at line ``y``."""
        ground = self.tone_style(Tone.PLAIN)
        if self.app.current_theme.ansi:
            told = t(" Bildet kan ikke vises uten farger. Lagre det, og åpne det i et annet program.")
            return to_strip(line(told if y == 0 else ""), self.size.width, self.tone_style)
        if 2 * y + 1 >= len(self._rows):
            return Strip.blank(self.size.width, ground)
        return picture_strip(self._rows[2 * y], self._rows[2 * y + 1], self.size.width, ground)


def scaled(picture: Picture, width: int, height: int) -> list[list[Colour]]:
    """Return the rows of ``picture``, an even number of them, made to fit in ``width`` by ``height`` pixels.

    Each new pixel is the mean of those it stands for. A picture is never made larger.
    """
    share = min(1.0, width / picture.width, height / picture.height)
    across, down = max(1, int(picture.width * share)), max(2, int(picture.height * share) // 2 * 2)
    columns = _cuts(picture.width, across)
    return [_row(picture, span, columns) for span in _cuts(picture.height, down)]


def _cuts(length: int, pieces: int) -> list[range]:
    """Cut ``length`` pixels in ``pieces``; where there are more pieces than pixels, a pixel is used twice."""
    starts = [number * length // pieces for number in range(pieces + 1)]
    return [range(start, max(start + 1, end)) for start, end in pairwise(starts)]


def _row(picture: Picture, rows: range, columns: Sequence[range]) -> list[Colour]:
    stride = 3 * picture.width
    lines = [picture.pixels[stride * y : stride * (y + 1)] for y in rows]
    found = []
    for span in columns:
        first, end = 3 * span.start, 3 * span.stop
        number = len(span) * len(lines)
        red, green, blue = (
            sum(sum(line[first + part : end : 3]) for line in lines) // number for part in range(3)
        )
        found.append((red, green, blue))
    return found
