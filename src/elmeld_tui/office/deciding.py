"""Deciding what becomes of an incoming message that waits for a human: accept or refuse it, and whose it is."""

from __future__ import annotations

from elmeld_tui.engine import importing
from elmeld_tui.engine.again import case
from elmeld_tui.engine.entering import Imported
from elmeld_tui.engine.linking import link_patient
from elmeld_tui.engine.remedies import Act, CannotActError, refusal
from elmeld_tui.i18n import t
from elmeld_tui.messages import apprec, codelists
from elmeld_tui.messages.apprec import AppRecError
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.states import ImpossibleMoveError
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import Action
from elmeld_tui.office.reading import find_message
from elmeld_tui.store.events import StaleStateError

_ERRORS = "8221"
_WITHDRAWN = frozenset({"E20"})
_DEMANDS_TEXT = frozenset({"T99", "S99", "X99"})


def accept(office: Office, message_id: int) -> Imported:
    """Take in a message that awaits a decision; its sender gets a positive AppRec.

    Raises:
        OfficeError: it awaits none.
    """
    return _decide(office, message_id, ())


def refusals() -> dict[str, str]:
    """Return the codes that say by themselves why a message is refused, each with its words (8221)."""
    known = codelists.codes(_ERRORS)
    return {code: words for code, words in known.items() if code not in _WITHDRAWN | _DEMANDS_TEXT}


def refuse(office: Office, message_id: int, code: str, text: str = "") -> Imported:
    """Refuse a message that awaits a decision; its sender gets a negative AppRec, which is final.

    Args:
        office: where it is done.
        message_id: of the message.
        code: why (8221).
        text: the explanation its sender gets (OT); a code that says nothing by itself demands one (HITS 1168 §7).

    Raises:
        OfficeError: it awaits no decision, or the code cannot be given.
    """
    known = codelists.codes(_ERRORS)
    if code not in known or code in _WITHDRAWN:
        choices = ", ".join(one for one in known if one not in _WITHDRAWN)
        raise OfficeError(t("Koden «{code}» kan ikke brukes. Velg blant {choices}.", code=code, choices=choices))
    if code in _DEMANDS_TEXT and not text.strip():
        raise OfficeError(t("Koden {code} sier ikke hva som er galt. Skriv det også med ord.", code=code))
    return _decide(office, message_id, (apprec.error(code, text.strip()),))


def _decide(office: Office, message_id: int, errors: tuple[AppRecError, ...]) -> Imported:
    find_message(office, message_id)
    policy.require(office, Action.DECIDE, message_id)
    with office.database.snapshot() as connection:
        reason = refusal(Act.DECIDE, case(connection, message_id))
    if reason:
        raise OfficeError(reason)
    try:
        return importing.decide(
            office.database, office.clinic, office.clock, message_id, errors=errors, user=office.user.name
        )
    except (ImpossibleMoveError, StaleStateError) as error:
        raise OfficeError(t("Noen andre har avgjort meldingen i mellomtiden.")) from error


def file_under(office: Office, message_id: int, national_id: str) -> None:
    """File a message under the patient who has a number here.

    Raises:
        OfficeError: nobody here has it, or the message cannot be filed.
    """
    find_message(office, message_id)
    policy.require(office, Action.LINK_PATIENT, message_id)
    number = national_id.replace(" ", "").strip()
    patient = next((one for one in office.reader.patients(number) if one.national_id == number), None)
    if patient is None:
        raise OfficeError(t("Ingen pasient her har dette nummeret. Registrer pasienten først."))
    at = to_text(office.clock())
    try:
        with office.database.transaction() as connection:
            link_patient(connection, message_id, patient.id, at=at, user=office.user.name)
            office.note(connection, "link_patient", message_id, patient=patient.id)
    except CannotActError as error:
        raise OfficeError(str(error)) from error
