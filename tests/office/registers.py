"""A register with every sort of party."""

from __future__ import annotations

from dataclasses import replace

from elmeld_tui.model.directory import DirectoryParty, PartyType, UnknownPartyError
from tests.office.conftest import SURGERY, Register

HOSPITAL = replace(
    SURGERY,
    her_id="8200000",
    name="Fjord sykehus",
    type=PartyType.ORGANIZATION,
    parent_her_id="",
    parent_name="",
    business_type="101",
    below=("8200001", "8200003"),
)
PRACTICE = replace(HOSPITAL, her_id="8300000", name="Kaien legekontor", business_type="103", below=("8300001",))
DOCTOR = replace(
    SURGERY,
    her_id="8300001",
    name="Ragna Holmsund",
    type=PartyType.PERSON,
    parent_her_id="8300000",
    parent_name="Kaien legekontor",
    hpr_number="9900301",
    service_code="",
    service_oid="",
)
WARD = replace(SURGERY, her_id="8200003", name="Medisinsk avdeling")
NAV = replace(HOSPITAL, her_id="9104000", name="NAV", organisation_number="889640782", below=())


class Full(Register):
    """A register with every sort of party."""

    parties = (SURGERY, WARD, HOSPITAL, PRACTICE, DOCTOR, NAV)

    def get(self, her_id: str) -> DirectoryParty:
        self._answer()
        for party in self.parties:
            if party.her_id == her_id:
                return party
        raise UnknownPartyError(her_id)

    def search(self, words: str, *, limit: int = 50) -> list[DirectoryParty]:
        self._answer()
        wanted = words.casefold().split()
        return [one for one in self.parties if all(word in one.full_name.casefold() for word in wanted)][:limit]
