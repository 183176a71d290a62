"""The border between text and screen: message content is shown, never obeyed.

There are two real dangers in Textual: a ``str`` given to a widget is read as markup (``[mmol/mol]`` disappears and
``[/]`` ends the program), and control characters reach the terminal as they are. So text becomes a `Line` in
`widgets.lines`, which nobody parses. `ControlFilter` stands behind it, at the last step before bytes are written, and
covers what the framework draws by itself, such as an input field's value.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from elmeld_tui.model.harmless import harmless


class ControlFilter(LineFilter):
    """Takes the characters that a terminal would obey out of every line that is about to be drawn.

    They are dropped, not replaced, since a line's width is already decided when it comes here.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - the port's
        """Return ``segments`` with text only; segments that are harmless, nearly all, are the same objects."""
        return [segment if _is_safe(segment.text) else _printable(segment) for segment in segments]


def _is_safe(text: str) -> bool:
    return text.isprintable() and harmless(text) == text


def _printable(segment: Segment) -> Segment:
    kept = "".join(char for char in segment.text if char not in "\n\t" and harmless(char) == char)
    return Segment(kept, segment.style, segment.control)
