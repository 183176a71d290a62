"""Coded values and the code lists a screen or a rule needs by name.

A code list is known by its OID; national lists share one root. The texts are those of the standards.
"""

from __future__ import annotations

from dataclasses import dataclass

NATIONAL_ROOT = "2.16.578.1.12.4.1.1."


@dataclass(frozen=True, slots=True)
class CodedValue:
    """A CS or CV as received: nothing is corrected, and what is absent is empty.

    Attributes:
        value: the code (``V``).
        system: OID of the code list (``S``); empty for a CS, whose list the place decides.
        text: the text the sender gave (``DN``).
        original_text: free text instead of, or beside, a code (``OT``).
    """

    value: str = ""
    system: str = ""
    text: str = ""
    original_text: str = ""

    def __bool__(self) -> bool:
        """A coded value without code and text says nothing."""
        return bool(self.value or self.text or self.original_text)


NO_CODE = CodedValue()
"""What a document that gives no code has."""


def oid(number: int) -> str:
    """Return the OID of the national code list ``number``."""
    return f"{NATIONAL_ROOT}{number}"
