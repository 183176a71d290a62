"""How a failed message was dealt with otherwise. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from elmeld_tui.i18n import t


class Reason(StrEnum):
    """How a failed message was dealt with; stable, since logs and scripts have them."""

    PHONE = "phone"
    PAPER = "paper"
    OTHER_MESSAGE = "other_message"
    NOT_NEEDED = "not_needed"
    MISTAKE = "mistake"
    CHECKED = "checked"


OF_MESSAGES: tuple[Reason, ...] = (
    Reason.PHONE,
    Reason.PAPER,
    Reason.OTHER_MESSAGE,
    Reason.NOT_NEEDED,
    Reason.MISTAKE,
)
OF_ALERTS: tuple[Reason, ...] = (Reason.CHECKED, Reason.PHONE, Reason.NOT_NEEDED)
"""What is asked about an alert that goes because somebody has looked."""


def reason_words(reason: Reason) -> str:
    """Return what a reason is called, in the user's language."""
    return _REASONS[reason]()


_REASONS: dict[Reason, Callable[[], str]] = {
    Reason.PHONE: lambda: t("Avtalt på telefon"),
    Reason.PAPER: lambda: t("Sendt på papir"),
    Reason.OTHER_MESSAGE: lambda: t("Sendt i en annen melding"),
    Reason.NOT_NEEDED: lambda: t("Trengs ikke lenger"),
    Reason.MISTAKE: lambda: t("Skulle ikke vært sendt"),
    Reason.CHECKED: lambda: t("Kontrollert og i orden"),
}
