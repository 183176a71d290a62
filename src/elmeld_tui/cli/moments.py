"""Dates and times as command-line arguments."""

from __future__ import annotations

from elmeld_tui.cli.errors import WRONG_USE, CommandError
from elmeld_tui.i18n import t
from elmeld_tui.model import clock


def moment(text: str | None) -> str:
    """Return a date or a moment as the store writes it; empty for None.

    Raises:
        CommandError: it is neither.
    """
    if text is None:
        return ""
    try:
        return clock.to_text(clock.parse_business_time(text))
    except ValueError as error:
        raise CommandError(
            t("«{text}» er ikke en dato eller et tidspunkt; skriv for eksempel 2026-11-22", text=text), WRONG_USE
        ) from error
