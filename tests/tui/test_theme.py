"""Colours that must be told from each other where a terminal has only 256 of them."""

from __future__ import annotations

from rich.color import Color, ColorSystem

from elmeld_tui.tui.theme import DARK


def test_fields_and_borders_are_seen_on_the_background_in_256_colours() -> None:
    assert DARK.panel is not None
    assert DARK.background is not None
    panel, background = (
        Color.parse(colour).downgrade(ColorSystem.EIGHT_BIT) for colour in (DARK.panel, DARK.background)
    )
    assert panel.number != background.number
