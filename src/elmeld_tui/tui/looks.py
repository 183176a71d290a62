"""The names of the themes, and which one suits a terminal; the colours are in `themes`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from elmeld_tui.i18n import t


class Look(StrEnum):
    """A theme, by the name that the settings file, ``ELMELD_THEME`` and ``--theme`` have for it."""

    DARK = "dark"
    LIGHT = "light"
    CONTRAST = "contrast"
    TERMINAL = "terminal"
    MONOCHROME = "monochrome"

    @property
    def label(self) -> str:
        """The theme in the user's language."""
        return _LABELS[self]()


_LABELS: dict[Look, Callable[[], str]] = {
    Look.DARK: lambda: t("Mørkt"),
    Look.LIGHT: lambda: t("Lyst"),
    Look.CONTRAST: lambda: t("Høy kontrast"),
    Look.TERMINAL: lambda: t("Terminalens egne farger"),
    Look.MONOCHROME: lambda: t("Uten farger"),
}

_COLOURLESS = ("vt", "dumb", "unknown", "ansi-m", "xterm-mono", "screen-m")
"""How the names of terminals begin that have no colours, or of which nobody knows."""


def fitting(environment: Mapping[str, str]) -> Look:
    """Return the theme that suits a terminal whose owner has chosen none.

    Args:
        environment: of the process; ``TERM`` and ``COLORTERM`` in it say what the terminal can.
    """
    terminal = environment.get("TERM", "")
    if environment.get("COLORTERM", "") in {"truecolor", "24bit"} or "256" in terminal or "direct" in terminal:
        return Look.DARK
    return Look.MONOCHROME if not terminal or terminal.startswith(_COLOURLESS) else Look.TERMINAL
