"""How long before expiry a human is told: certificates are valid for three years and take weeks to order."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

STAGES = (1, 7, 30, 60)
"""Days before the end at which a human is told, once at each."""


class What(StrEnum):
    """What runs out; stable, since alerts carry it."""

    SIGNING = "signing"
    DECRYPTION = "decryption"
    PARTNER_SIGNING = "partner_signing"
    PARTNER_ENCRYPTION = "partner_encryption"
    AUTHORITY = "authority"
    REVOCATION_LIST = "revocation_list"
    AGREEMENT = "agreement"


def stage(valid_to: datetime, now: datetime) -> int | None:
    """Return the last stage that has been reached: one of `STAGES`, 0 after the end, None before the first."""
    left = valid_to - now
    if left < timedelta():
        return 0
    return next((days for days in STAGES if left <= timedelta(days=days)), None)


def days_left(valid_to: datetime, now: datetime) -> int:
    """Return how many whole days are left; negative after the end."""
    return (valid_to - now).days
