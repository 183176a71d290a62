"""Themes: light, dark, high contrast, the terminal's own colours, or no colour at all.

How a theme's colours are used is defined by ``widgets/lines.py`` and the style sheets; a test computes the contrast
of every pair. In the last two themes, everything that must be seen is told by the text alone.
"""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

from elmeld_tui.tui.looks import Look


def _own(
    name: str,
    colours: dict[str, str],
    *,
    cursor: tuple[str, str],
    field: str,
    dark: bool = True,
) -> Theme:
    """Return a theme in colours of our own.

    Args:
        name: of the theme.
        colours: by the framework's names for them.
        cursor: letters and ground of the line under the cursor.
        field: ground of the field that is being written in.
        dark: whether it is light on dark.
    """
    letters, ground = cursor
    return Theme(
        name=name,
        primary=colours["primary"],
        secondary=colours["secondary"],
        accent=colours["accent"],
        success=colours["success"],
        warning=colours["accent"],
        error=colours["error"],
        foreground=colours["foreground"],
        background=colours["background"],
        surface=colours["background"],
        panel=colours["panel"],
        dark=dark,
        variables={
            "cursor-letters": letters,
            "block-cursor-background": ground,
            "field-focus": field,
            "hint": colours["secondary"],
            "input-cursor-foreground": colours["background"],
            "input-cursor-background": colours["foreground"],
            "input-selection-foreground": letters,
            "input-selection-background": ground,
        },
    )


_DARK = _own(
    Look.DARK,
    {
        "primary": "#62b0d0",
        "secondary": "#8aa8b8",
        "accent": "#d9a441",
        "success": "#7fb685",
        "error": "#e8807a",
        "foreground": "#d8dee4",
        "background": "#12181d",
        # Of 256 colours a bluer one is nearest to black, and fields would not be seen on the background.
        "panel": "#20262b",
    },
    cursor=("#e6ebf0", "#2b5d75"),
    field="#1f3a47",
)
_LIGHT = _own(
    Look.LIGHT,
    {
        "primary": "#0b5475",
        "secondary": "#46545e",
        "accent": "#7a4700",
        "success": "#1d6330",
        "error": "#a0201a",
        "foreground": "#1b2328",
        "background": "#fbfbf9",
        "panel": "#e3e6e8",
    },
    cursor=("#0d1317", "#b5d8e8"),
    field="#d5e9f2",
    dark=False,
)
_CONTRAST = _own(
    Look.CONTRAST,
    {
        "primary": "#8fdcff",
        "secondary": "#dcdcdc",
        "accent": "#ffd75f",
        "success": "#a0ffa0",
        "error": "#ffb3ad",
        "foreground": "#ffffff",
        "background": "#000000",
        "panel": "#262626",
    },
    cursor=("#000000", "#ffff5f"),
    field="#00375a",
)

_LETTERS_ONLY = {
    # The colours of a terminal are its owner's: none of them can be trusted to be seen on another.
    "cursor-letters": "ansi_default",
    "block-cursor-background": "ansi_default",
    "field-focus": "ansi_default",
    "ansi-background": "ansi_default",
    "input-selection-background": "ansi_default",
    "scrollbar": "ansi_default",
    "scrollbar-background": "ansi_default",
    "hint": "ansi_default",
}
_TERMINAL = Theme(
    name=Look.TERMINAL,
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_default",
    accent="ansi_magenta",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables=_LETTERS_ONLY,
)
_MONOCHROME = Theme(
    name=Look.MONOCHROME,
    ansi=True,
    primary="ansi_default",
    secondary="ansi_default",
    accent="ansi_default",
    success="ansi_default",
    warning="ansi_default",
    error="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables=_LETTERS_ONLY,
)

THEMES: dict[Look, Theme] = {
    Look.DARK: _DARK,
    Look.LIGHT: _LIGHT,
    Look.CONTRAST: _CONTRAST,
    Look.TERMINAL: _TERMINAL,
    Look.MONOCHROME: _MONOCHROME,
}


class WithoutColours(LineFilter):
    """Takes every colour out of what is about to be drawn; bold, underlined and reversed letters stay.

    The framework's own filter for this asks for the default colours, which is a colour escape all the same.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - the port's
        """Return ``segments`` in no colour."""
        return [
            segment._replace(style=None if segment.style is None else _colourless(segment.style))
            for segment in segments
        ]


@lru_cache(1024)
def _colourless(style: Style) -> Style:
    # What a click on the text does goes with its style.
    return style.without_color + Style.from_meta(style.meta)
