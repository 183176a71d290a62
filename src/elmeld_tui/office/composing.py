"""Composing a message from a JSON object in a clinic, with its own parties and the patients it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.messages.composing.building import ComposeError
from elmeld_tui.messages.composing.example import example
from elmeld_tui.messages.composing.identity import Said, Surroundings
from elmeld_tui.model.forms import FormDescription
from elmeld_tui.model.parties import Party, Patient
from elmeld_tui.model.receiver import receiver_party
from elmeld_tui.model.sender import sender_party
from elmeld_tui.office import recipients
from elmeld_tui.office.addresses import nav, recipient
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.patients import document_patient
from elmeld_tui.store import tables

_SENT = tables.message.c


def example_from_here(office: Office, form: FormDescription) -> dict[str, Any]:
    """Return an example of ``form`` that this clinic may send: from itself, to somebody it knows, with no copies.

    Where nobody it knows takes the form, the receiver is the example's own, who does not exist.
    """
    said = example(form) | {"sender": {"her_id": office.clinic.services[0].her_id}}
    said.pop("copies", None)
    receiver = _somebody_for(office, form)
    return said | ({"receiver": {"her_id": receiver}} if receiver else {})


def _somebody_for(office: Office, form: FormDescription) -> str:
    if form.to_nav:
        party = nav(office)
        return party.her_id if party else ""
    known = recipients.search(office, "", form, everybody=True).candidates
    return next((one.party.her_id for one in known if not one.refused), "")


def surroundings(
    office: Office, form: FormDescription, said: Said, open_file: Callable[[str], bytes]
) -> Surroundings:
    """Return what ``said`` leaves to the clinic: ourselves, parties named by HER-id, a patient named by number.

    Args:
        office: where it is composed.
        form: what is composed.
        said: an object without `checking.misuse`.
        open_file: gives the bytes of an attachment's file.

    Raises:
        ComposeError: one of them is not known.
    """
    problems: dict[str, str] = {}
    parties: dict[str, Party] = {}
    patient = None
    for path, look_up in _unsaid(office, form, said):
        try:
            parties[path] = look_up()
        except OfficeError as error:
            problems[path] = str(error)
    number = _only(said.get("patient"), "national_id")
    if number:
        patient = _known_patient(office, number)
        if patient is None:
            problems["patient.national_id"] = t("Ingen pasient her har dette nummeret. Skriv hele pasienten.")
    if problems:
        raise ComposeError(problems)
    return Surroundings(parties, patient, open_file, synthetic_allowed=office.clinic.test)


def _unsaid(office: Office, form: FormDescription, said: Said) -> Iterator[tuple[str, Callable[[], Party]]]:
    her_id = _only(said.get("sender"), "her_id")
    if her_id or "sender" not in said:
        yield "sender", lambda: _ourselves(office, form, her_id)
    if receiver := _only(said.get("receiver"), "her_id"):
        yield "receiver", lambda: _registered(office, receiver, "PRIM")
    for number, copy in enumerate(said.get("copies", ())):
        if copied := _only(copy, "her_id"):
            yield f"copies.{number}", lambda copied=copied: _registered(office, copied, "COP")  # type: ignore[misc]


def _only(said: object, name: str) -> str:
    """Return the text at the one key of an object; empty where it has others."""
    return str(said[name]).strip() if isinstance(said, dict) and set(said) == {name} else ""


def _ourselves(office: Office, form: FormDescription, her_id: str) -> Party:
    service = office.service(her_id) if her_id else office.clinic.services[0]
    return sender_party(office.clinic, service, office.user, signs=form.signed)


def _registered(office: Office, her_id: str, role: str) -> Party:
    return replace(receiver_party(recipient(office, her_id)), role=role)


def _known_patient(office: Office, number: str) -> Patient | None:
    found = (record for record in office.reader.patients(number) if record.national_id == number)
    record = next(found, None)
    return document_patient(office, record.id) if record else None
