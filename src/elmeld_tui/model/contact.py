"""Addresses and telephone numbers as documents give them."""

from __future__ import annotations

from dataclasses import dataclass

from elmeld_tui.model.codes import NO_CODE, CodedValue


@dataclass(frozen=True, slots=True)
class Telecom:
    """A telephone number or the like; ``address`` is the URL as received (``tel:…``, ``mailto:…``)."""

    type: CodedValue
    address: str


@dataclass(frozen=True, slots=True)
class Address:
    """A postal or visiting address; what is absent is empty."""

    type: CodedValue = NO_CODE
    street: str = ""
    postbox: str = ""
    postal_code: str = ""
    city: str = ""
    county: CodedValue = NO_CODE
    country: CodedValue = NO_CODE
    telecoms: tuple[Telecom, ...] = ()
