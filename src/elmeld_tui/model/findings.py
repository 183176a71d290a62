"""What a check found: one fault or remark, phrased so that its reader can act on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ENVELOPE = "envelope"
"""Where a finding is that is about the envelope, and not about the document in it."""


class Severity(StrEnum):
    """How much a finding matters: an error stops the message, a warning is shown, a note is at hand."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or remark.

    Attributes:
        severity: what it does to the message.
        code: a stable name for scripts; an AppRec error code (8221) where one fits, e.g. ``T02`` or ``E36``.
        where: the place in the document (an XPath of local names), the header or the part; empty for the whole.
        message: what is wrong and what to do, in the user's language.
    """

    severity: Severity
    code: str
    where: str
    message: str
