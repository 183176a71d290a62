"""Finding whom to write to, in the address register and in what is known of it here."""

from __future__ import annotations

from dataclasses import dataclass

from elmeld_tui.i18n import t
from elmeld_tui.model.directory import DirectoryParty, DirectoryUnavailableError, PartyType, UnknownPartyError
from elmeld_tui.model.identifiers import is_her_id
from elmeld_tui.model.nav import HER_ID, is_nav_address
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave.

    Attributes:
        parties: whom one can write to, best first.
        note: why the list may not be whole; empty when it is.
    """

    parties: list[DirectoryParty]
    note: str = ""


def find_recipients(office: Office, words: str, limit: int = 20) -> Found:
    """Return parties that can be written to: services and persons (level 2; HIS 1153-2 AD2.1), not our own; and NAV.

    NAV is addressed as a whole, since it has no services below it in the register.
    """
    try:
        parties = office.directory.search(words, limit=limit * 2)
    except DirectoryUnavailableError as error:
        return Found([], str(error))
    others = [p for p in parties if p.her_id not in office.clinic.her_ids and _can_be_written_to(p)]
    note = "" if others or not parties else t("Skriv til en avdeling eller en person, ikke til hele virksomheten.")
    return Found(others[:limit], note)


def _can_be_written_to(party: DirectoryParty) -> bool:
    return party.type is not PartyType.ORGANIZATION or is_nav_address(party)


def nav(office: Office) -> DirectoryParty | None:
    """Return NAV as the register has it; None where it is not found, or the register does not answer."""
    try:
        return office.directory.get(HER_ID)
    except UnknownPartyError:
        return next((party for party in find_recipients(office, "NAV").parties if is_nav_address(party)), None)
    except DirectoryUnavailableError:
        return None


def recipient(office: Office, her_id: str) -> DirectoryParty:
    """Return the party with this HER-id, with its certificates.

    Raises:
        OfficeError: nobody has it, or the register does not answer and it is not known here.
    """
    if not is_her_id(her_id):
        raise OfficeError(t("«{her_id}» er ikke en HER-id. Velg mottaker i adresseregisteret.", her_id=her_id))
    try:
        return office.directory.get(her_id)
    except UnknownPartyError as error:
        raise OfficeError(
            t("Ingen i adresseregisteret har HER-id {her_id}. Velg en annen mottaker.", her_id=her_id)
        ) from error
    except DirectoryUnavailableError as error:
        raise OfficeError(str(error)) from error
