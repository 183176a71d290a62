"""The parties of a business document: units, persons, patients, addresses, as the document names them.

Addressing has two levels: the legal unit (virksomhet) and, below it, the communication party, a service or a
person, each with HER-id and name (HIS 1153-2 AD2.1-AD2.15).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from elmeld_tui.model.codes import NO_CODE, CodedValue, oid
from elmeld_tui.model.contact import Address, Telecom
from elmeld_tui.model.identifiers import register_number


@dataclass(frozen=True, slots=True)
class Ident:
    """One identifier: ``id`` in the series ``type`` (lists 9051, 8116, 8327: ``HER``, ``HPR``, ``FNR`` …)."""

    id: str
    type: CodedValue


SERIES = {
    "HER": "HER-id",
    "ENH": "Organisasjonsnummer",
    "HPR": "HPR-nummer",
    "FNR": "Fødselsnummer",
    "DNR": "D-nummer",
    "FHN": "Felles hjelpenummer",
    "HNR": "H-nummer",
}
"""What the series of identifiers are called, by their codes in the lists 9051 and 8116."""


def unit_ident(number: str, series: str) -> Ident:
    """Return a unit's number in one of the series of list 9051: ``HER`` or ``ENH``."""
    return Ident(number, CodedValue(series, oid(9051), SERIES[series]))


def person_ident(number: str, series: str) -> Ident:
    """Return a person's number in one of the series of list 8116: ``HER``, ``HPR``, ``FNR`` …."""
    return Ident(number, CodedValue(series, oid(8116), SERIES[series]))


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation or one of its services."""

    name: str
    idents: tuple[Ident, ...] = ()
    type: CodedValue = NO_CODE
    address: Address | None = None
    telecoms: tuple[Telecom, ...] = ()

    @property
    def her_id(self) -> str:
        """The HER-id as it is compared (`register_number`), or an empty string."""
        return register_number(ident_of(self.idents, "HER"))


@dataclass(frozen=True, slots=True)
class Professional:
    """A person in the health service."""

    family_name: str = ""
    middle_name: str = ""
    given_name: str = ""
    idents: tuple[Ident, ...] = ()
    profession: CodedValue = NO_CODE
    role_to_patient: CodedValue = NO_CODE
    address: Address | None = None
    telecoms: tuple[Telecom, ...] = ()

    @property
    def her_id(self) -> str:
        """The HER-id as it is compared (`register_number`), or an empty string."""
        return register_number(ident_of(self.idents, "HER"))

    @property
    def name(self) -> str:
        """Given, middle and family name, as one reads them."""
        return " ".join(part for part in (self.given_name, self.middle_name, self.family_name) if part)


@dataclass(frozen=True, slots=True)
class Party:
    """A sender or receiver: the legal unit, and below it the communication party that is addressed.

    Attributes:
        organisation: level 1.
        department: level 2 when it is a service; None when a person or nothing is named below the unit.
        person: level 2 when it is a person, or the professional who signs under a service.
        role: ``PRIM`` or ``COP`` (8112) for a receiver; empty for a sender.
    """

    organisation: Unit
    department: Unit | None = None
    person: Professional | None = None
    role: str = ""

    @property
    def her_id(self) -> str:
        """HER-id of level 2 (service before person, HITS 1168 §11.2); of level 1 where nothing below has one."""
        below = self.department.her_id if self.department else self.person.her_id if self.person else ""
        return below or self.organisation.her_id

    @property
    def name(self) -> str:
        """What a list shows: the communication party, and the unit it belongs to."""
        below = self.department.name if self.department else self.person.name if self.person else ""
        return ", ".join(part for part in (self.organisation.name, below) if part)


@dataclass(frozen=True, slots=True)
class Patient:
    """The patient as the document names them; nothing is derived or corrected."""

    family_name: str = ""
    middle_name: str = ""
    given_name: str = ""
    birth_date: date | None = None
    sex: CodedValue = NO_CODE
    idents: tuple[Ident, ...] = ()
    address: Address | None = None
    telecoms: tuple[Telecom, ...] = ()

    @property
    def name(self) -> str:
        """Given, middle and family name, as one reads them."""
        return " ".join(part for part in (self.given_name, self.middle_name, self.family_name) if part)

    @property
    def national_id(self) -> Ident | None:
        """The first fødselsnummer, D-number or FH-number, in one piece; None where the document gives none."""
        given = (i for i in self.idents if i.id and i.type.value in {"FNR", "DNR", "FHN"})
        return next((Ident("".join(i.id.split()), i.type) for i in given), None)


def ident_of(idents: tuple[Ident, ...], type_code: str) -> str:
    """Return the first identifier in the series ``type_code``, or an empty string."""
    return next((i.id.strip() for i in idents if i.type.value == type_code), "")
