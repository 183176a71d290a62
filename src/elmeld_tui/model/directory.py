"""A communication party as the address register knows it, and the port through which one is looked up.

Source: Adresseregisteret (AR); one record normalised from its SOAP and REST forms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from elmeld_tui.i18n import t


class PartyType(StrEnum):
    """What a communication party is; the values are the register's own."""

    ORGANIZATION = "Organization"
    SERVICE = "Service"
    PERSON = "Person"


class PartySort(StrEnum):
    """What people call a communication party; the values are the words that narrow a search."""

    CLINICIAN = "behandler"
    CLINIC = "klinikk"
    INSTITUTION = "institusjon"
    SERVICE = "tjeneste"

    @property
    def label(self) -> str:
        """In the user's language."""
        return _SORT_LABELS[self]()


_SORT_LABELS: dict[PartySort, Callable[[], str]] = {
    PartySort.CLINICIAN: lambda: t("behandler"),
    PartySort.CLINIC: lambda: t("klinikk"),
    PartySort.INSTITUTION: lambda: t("institusjon"),
    PartySort.SERVICE: lambda: t("tjeneste"),
}

_CLINIC_TYPE = "103"
"""General practitioners and other private providers (code list 9040)."""


@dataclass(frozen=True, slots=True)
class DirectoryParty:
    """One communication party.

    Attributes:
        her_id: digits; the key everywhere.
        name: display name if registered, else name.
        type: organisation (level 1), service or person (level 2).
        parent_her_id: of the organisation above; empty for an organisation.
        parent_name: of the organisation above.
        organisation_number: nine digits, own or the parent's.
        service_code: value of the service type (with ``service_oid``), or empty.
        service_oid: number of the code list of ``service_code``, e.g. ``8655``.
        edi_address: for SMTP, or empty.
        endpoint: URL for ebXML over HTTP, or empty.
        hpr_number: of a person, or empty.
        city: of the postal address.
        business_type: of an organisation (code list 9040), or empty.
        below: HER-ids of the services and persons below an organisation.
        is_ready_to_decrypt: whether the register has an encryption certificate for it now; None where it does not say.
        signing_certificate: DER; empty when the register has none.
        encryption_certificate: DER; empty when the register has none.
        valid_from: aware, UTC; None when open.
        valid_to: aware, UTC; None when open.
    """

    her_id: str
    name: str
    type: PartyType
    parent_her_id: str = ""
    parent_name: str = ""
    organisation_number: str = ""
    service_code: str = ""
    service_oid: str = ""
    edi_address: str = ""
    endpoint: str = ""
    hpr_number: str = ""
    city: str = ""
    business_type: str = ""
    below: tuple[str, ...] = ()
    is_ready_to_decrypt: bool | None = None
    signing_certificate: bytes = b""
    encryption_certificate: bytes = b""
    valid_from: datetime | None = None
    valid_to: datetime | None = None

    @property
    def sort(self) -> PartySort:
        """What people call it."""
        if self.type is PartyType.ORGANIZATION:
            return PartySort.CLINIC if self.business_type == _CLINIC_TYPE else PartySort.INSTITUTION
        return PartySort.CLINICIAN if self.type is PartyType.PERSON else PartySort.SERVICE

    @property
    def full_name(self) -> str:
        """Organisation and party, as a recipient list shows them."""
        return ", ".join(part for part in (self.parent_name, self.name) if part)


class DirectoryUnavailableError(Exception):
    """The register cannot be reached or does not answer as it should; what was last known may still be used."""


class UnknownPartyError(LookupError):
    """The register knows no party with this HER-id."""


class Directory(Protocol):
    """Port: who is where. Adapters ask the register, or answer from what was last fetched."""

    def get(self, her_id: str) -> DirectoryParty:
        """Return the party with its certificates.

        Raises:
            UnknownPartyError: there is no such party.
            DirectoryUnavailableError: the register does not answer.
        """
        ...

    def search(self, words: str, *, limit: int = 50) -> list[DirectoryParty]:
        """Return parties whose name, place or HER-id matches every word, best first, certificates not filled in.

        Raises:
            DirectoryUnavailableError: the register does not answer.
        """
        ...

    def close(self) -> None:
        """Let go of the line to the register; it is opened again when it is asked."""
        ...
