"""The parties we write to, by HER-id, from the address register or our own copy of it."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.model.directory import DirectoryParty, DirectoryUnavailableError, UnknownPartyError
from elmeld_tui.model.identifiers import is_her_id
from elmeld_tui.model.nav import HER_ID, is_nav_address
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError


def nav(office: Office) -> DirectoryParty | None:
    """Return NAV as the register has it; None where it is not found, or the register does not answer."""
    try:
        return office.directory.get(HER_ID)
    except UnknownPartyError:
        return _navs_other_number(office)
    except DirectoryUnavailableError:
        return None


def _navs_other_number(office: Office) -> DirectoryParty | None:
    """NAV has another HER-id in a test register."""
    try:
        return next((party for party in office.directory.search("NAV") if is_nav_address(party)), None)
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
