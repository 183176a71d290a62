"""The locked screen: the user's code that opens it, and what the audit trail records of it."""

from __future__ import annotations

from sqlalchemy import Connection

from elmeld_tui.i18n import t
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import Action
from elmeld_tui.security.unlock_code import kept_form, opens
from elmeld_tui.store import unlock_codes

SHORTEST = 6
"""Characters of a code."""

MOST_TRIES = 5
"""Wrong codes after which one must log in anew."""


def set_code(office: Office, code: str, repeated: str) -> None:
    """Let ``code`` open the user's screen from now on.

    Raises:
        OfficeError: she is nobody here, it is too short, or was not written alike twice.
    """
    policy.require(office, Action.WRITE)
    if len(code) < SHORTEST:
        raise OfficeError(t("Koden er for kort: minst {n} tegn.", n=SHORTEST))
    if code != repeated:
        raise OfficeError(t("De to kodene er ikke like. Skriv den samme to ganger."))
    person_id = office.actor.id
    assert person_id is not None, "the policy lets no stranger by"
    with office.database.transaction() as connection:
        unlock_codes.keep(connection, person_id, kept_form(code))
        office.note(connection, "set_unlock_code")


def lock(office: Office, *, idle: bool) -> bool:
    """Note that the user's screen is locked; return whether she has a code that opens it."""
    with office.database.transaction() as connection:
        office.note(connection, "lock_screen", idle=idle)
        return bool(_kept(office, connection))


def unlock(office: Office, code: str) -> bool:
    """Return whether ``code`` opens the user's screen; each try is in the audit trail."""
    with office.database.snapshot() as connection:
        kept = _kept(office, connection)
    opened = bool(kept) and opens(code, kept)
    with office.database.transaction() as connection:
        office.note(connection, "unlock_screen" if opened else "unlock_refused")
    return opened


def _kept(office: Office, connection: Connection) -> str:
    person_id = office.actor.id
    return "" if person_id is None else unlock_codes.of(connection, person_id)
