"""The result of a check: how it went, what was found, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a check came to."""

    OK = "ok"
    REMARK = "remark"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        name: stable, for scripts.
        verdict: a fault stops messages; a remark will, or may.
        told: what was found.
        mend: what to do; empty when nothing.
    """

    name: str
    verdict: Verdict
    told: str
    mend: str = ""
