"""Reference intervals as laboratories write them, ``11,7 – 15,3``, ``< 5``, and where a value lies relative to one."""

from __future__ import annotations

import re
from enum import Enum

_NUMBER = r"(-?\d+(?:[.,]\d+)?)"
_BETWEEN = re.compile(rf"\(?{_NUMBER}\s*[–—-]\s*{_NUMBER}\)?(?:\s.*)?")
_BELOW = re.compile(rf"[<≤]\s*{_NUMBER}(?:\s.*)?")
_ABOVE = re.compile(rf"[>≥]\s*{_NUMBER}(?:\s.*)?")

Limits = tuple[float | None, float | None]
"""The lower and the upper limit of a reference interval; None for one that there is not."""


class Side(Enum):
    """Where a number lies of a reference interval."""

    BELOW = -1
    WITHIN = 0
    ABOVE = 1


def side(number: str, reference: str) -> Side:
    """Return where a number lies of a reference interval in words; within it where nobody can tell."""
    measured, (low, high) = number_of(number), limits(reference)
    if measured is not None and low is not None and measured < low:
        return Side.BELOW
    return Side.ABOVE if measured is not None and high is not None and measured > high else Side.WITHIN


def limits(reference: str) -> Limits:
    """Return the limits that a reference interval in words tells, as far as it is of one of the usual shapes."""
    written = reference.strip()
    if found := _BETWEEN.fullmatch(written):
        low, high = number_of(found[1]), number_of(found[2])
        return (low, high) if low is not None and high is not None and low <= high else (None, None)
    if found := _BELOW.fullmatch(written):
        return None, number_of(found[1])
    if found := _ABOVE.fullmatch(written):
        return number_of(found[1]), None
    return None, None


def number_of(written: str) -> float | None:
    """Return a decimal number with point or comma; None where it is none."""
    if not re.fullmatch(_NUMBER, written):
        return None
    return float(written.replace(",", "."))
