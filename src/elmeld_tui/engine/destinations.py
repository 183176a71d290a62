"""Where a message to a party is sent and how large it may be, by the clinic's settings and the register's entry alone."""

from __future__ import annotations

from collections.abc import Iterator

from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.directory import DirectoryParty

_NETWORK = ("http:", "https:", "mailto:")


def own_choice(clinic: Clinic, her_id: str) -> str:
    """Return where the clinic itself says that what is for a party goes, as a URL; empty where it says nothing."""
    if chosen := clinic.routes.get(her_id):
        return chosen
    return clinic.folder.outgoing.as_uri() if clinic.folder.outgoing is not None else ""


def is_of_the_network(endpoint: str) -> bool:
    """Return whether a URL leads out of this machine: only the clinic itself may name its directories."""
    return endpoint.lower().startswith(_NETWORK)


def registered(party: DirectoryParty) -> Iterator[str]:
    """Yield where the register says that a party is reached, as URLs."""
    if is_of_the_network(party.endpoint):
        yield party.endpoint
    if party.edi_address:
        yield f"mailto:{party.edi_address}"


def size_limit(clinic: Clinic, party: DirectoryParty) -> int | None:
    """Return how many bytes a packed message to a party may have; None where nobody has set a limit.

    The mail server may know a smaller one, and says so when the message is sent.
    """
    chosen = own_choice(clinic, party.her_id)
    for endpoint in [chosen] if chosen else registered(party):
        if not endpoint.startswith("mailto:"):
            return None
        if clinic.mail is not None:
            return clinic.mail.size_limit
    return None
