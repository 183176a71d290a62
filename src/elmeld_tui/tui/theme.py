"""How it looks: a dark theme of our own, and one that uses only the terminal's own sixteen colours."""

from __future__ import annotations

import os

from textual.theme import Theme

DARK = Theme(
    name="elmeld",
    primary="#4f9fbf",
    secondary="#8aa8b8",
    accent="#d9a441",
    foreground="#d8dee4",
    background="#12181d",
    surface="#12181d",
    # Of 256 colours a bluer one is nearest to black, and fields and borders would not be seen on the background.
    panel="#20262b",
    success="#7fb685",
    warning="#d9a441",
    error="#e5736b",
    dark=True,
    variables={"block-cursor-background": "#2b5d75"},
)


def default_theme() -> str:
    """Return the theme to start with: the terminal's own colours where it has few, or wants none."""
    many_colours = os.environ.get("COLORTERM", "") in {"truecolor", "24bit"} or "256" in os.environ.get("TERM", "")
    return DARK.name if many_colours and not os.environ.get("NO_COLOR") else "ansi-dark"
