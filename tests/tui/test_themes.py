"""Every theme can be read: the contrast of what stands on what, computed as WCAG 2.2 does (1.4.3, 1.4.6)."""

from __future__ import annotations

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem
from textual.color import Color

from elmeld_tui.tui.looks import Look, fitting
from elmeld_tui.tui.themes import THEMES
from elmeld_tui.tui.widgets.lines import _LOOKS

COLOURED = [Look.DARK, Look.LIGHT, Look.CONTRAST]
ENOUGH = {Look.DARK: 4.5, Look.LIGHT: 4.5, Look.CONTRAST: 7.0}


def luminance(colour: Color) -> float:
    """Relative luminance, from the definition."""
    parts = [part / 255 for part in colour.rgb]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("look", COLOURED)
def test_everything_that_is_written_can_be_read_on_what_it_is_written_on(look: Look) -> None:
    colours = {**THEMES[look].to_color_system().generate(), **THEMES[look].variables}
    letters = {tone: look.colour or "foreground" for tone, look in _LOOKS.items() if not look.ground}
    pairs = {(name, ground) for name in letters.values() for ground in ("background", "panel")}
    pairs |= {(look.colour or "foreground", look.ground) for look in _LOOKS.values() if look.ground}
    pairs |= {("foreground", "field-focus"), ("hint", "panel"), ("hint", "field-focus")}
    pairs |= {(f"input-{part}-foreground", f"input-{part}-background") for part in ("cursor", "selection")}
    told = {pair: round(contrast(*(Color.parse(colours[name]) for name in pair)), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in told.items() if ratio < ENOUGH[look]} == {}


@pytest.mark.parametrize("look", COLOURED)
def test_fields_and_borders_are_seen_on_the_background_in_256_colours(look: Look) -> None:
    theme = THEMES[look]
    assert theme.panel is not None
    assert theme.background is not None
    panel, background = (
        RichColor.parse(colour).downgrade(ColorSystem.EIGHT_BIT) for colour in (theme.panel, theme.background)
    )
    assert panel.number != background.number


@pytest.mark.parametrize("look", [Look.TERMINAL, Look.MONOCHROME])
def test_a_theme_of_the_terminals_own_colours_has_no_colour_of_ours(look: Look) -> None:
    colours = {**THEMES[look].to_color_system().generate(), **THEMES[look].variables}
    assert {colours[each.colour][:5] for each in _LOOKS.values() if each.colour} == {"ansi_"}


@pytest.mark.parametrize(
    ("environment", "look"),
    [
        ({"TERM": "xterm-256color"}, Look.DARK),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, Look.DARK),
        ({"TERM": "xterm-direct"}, Look.DARK),
        ({"TERM": "linux"}, Look.TERMINAL),
        ({"TERM": "screen"}, Look.TERMINAL),
        ({"TERM": "vt100"}, Look.MONOCHROME),
        ({"TERM": "vt220"}, Look.MONOCHROME),
        ({}, Look.MONOCHROME),
    ],
)
def test_a_terminal_gets_the_theme_that_suits_it(environment: dict[str, str], look: Look) -> None:
    assert fitting(environment) == look
