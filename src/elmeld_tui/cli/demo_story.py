"""The story of the demonstration, told through the office as a user would: read, sign off, write, send."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from elmeld_tui.cli.demo_clinic import let_send
from elmeld_tui.i18n import t
from elmeld_tui.model.forms import Answers
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office import beginning, drafts, patients, post, reading, recipients, writing
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.simulator.cast import PATIENTS
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.rows import Row

_PATIENCE = 90.0
"""Seconds for any one step, on a machine with much else to do; the whole story takes a few."""

_LOOK_AGAIN = 0.05

_REFERRAL: Answers = {
    "urgency": "N",
    "content": "10",
    "diagnosis": ["ICPC-2:D98"],
    "reason": "Gjentatte smerteanfall under høyre kostebue etter fete måltider siste halvår.",
    "history": "Tre anfall siste måned, ett med kontakt med legevakt. Ingen feber eller gulsott.",
    "findings": "Lett ømhet under høyre kostebue. Ultralyd: flere konkrementer i galleblæren.",
    "medication": "Paracetamol ved behov.",
    "cave": "Ingen kjente.",
    "expected": "Vurdering for fjerning av galleblæren.",
}
_DIALOGUE: Answers = {
    "theme": "6",
    "subject": "Blodtrykk etter legevakt",
    "text": "Pasienten skal bo hos dere de neste ukene. Kan dere kontrollere blodtrykket og sende oss målingene?",
    "contact_profession": "LE",
}
_FIRST = ("lab_history", "request", "lab_result")
"""What partners send first, in this order."""


class StoryError(Exception):
    """Something did not happen as it should; the text says what."""


def know_patients(office: Office) -> None:
    """Give the clinic its patients."""
    for patient in PATIENTS:
        ident = patient.national_id
        assert ident is not None
        patients.register_patient(office, ident.id, patient.given_name, patient.family_name)


def receive_first_messages(office: Office) -> None:
    """Let the other practice ask something, and the laboratory send a result and another patient's year.

    Raises:
        StoryError: they did not come.
    """
    receive(office, _FIRST)


def receive(office: Office, what: Iterable[str]) -> None:
    """Let partners write to the clinic; return when all of it is in the inbox.

    Args:
        office: of the clinic.
        what: keys of `simulator.letters.SUBJECTS`, in the order they are sent.

    Raises:
        StoryError: it did not come.
    """
    sent = {let_send(office.clinic, one) for one in what}
    _wait(
        office,
        lambda: sent <= {_msg_id(office, row) for row in _rows(office, Filter(folder="inbox"))},
        t("meldingene fra partnerne kom ikke"),
    )


def tell(office: Office) -> None:
    """Tell the whole story; return when every message has come to its end.

    Raises:
        StoryError: a step failed, or something did not happen in time.
    """
    try:
        know_patients(office)
        receive_first_messages(office)
        patient_id = _read_and_sign_off(office)
        referral = _write(office, "referral", _REFERRAL, "Vikefjord kirurgisk", patient_id)
        dialogue = _write(office, "dialogue", _DIALOGUE, "Kaien allmennlege", patient_id)
        _wait(office, lambda: _accepted(office, referral), t("henvisningen ble ikke godtatt"))
        _wait(office, lambda: _accepted(office, dialogue), t("dialogmeldingen ble ikke godtatt"))
        _wait(office, lambda: bool(_rows(office, Filter(folder="inbox"))), t("svaret på dialogen kom ikke"))
        _read_and_sign_off(office)
        _wait(office, lambda: _all_ended(office), t("ikke alle meldingene kom til sin slutt"))
    except OfficeError as error:
        raise StoryError(str(error)) from error


def rows(office: Office) -> list[Row]:
    """Return every message, oldest first."""
    return _rows(office, Filter())[::-1]


def as_data(office: Office, row: Row) -> dict[str, Any]:
    """Return what happened to a message: its kind, direction and transport, each state with its time, the last one."""
    timeline = [
        {"at": event.at, "state": event.receipt or event.state or event.name}
        for event in office.reader.events(row.id)
        if event.receipt or event.state
    ]
    return {
        "kind": row.kind,
        "direction": row.direction,
        "transport": "ebxml-smtp" if office.clinic.mail else "ebxml-http",
        "timeline": timeline,
        "final": _final(row),
    }


def _final(row: Row) -> str:
    """The receiver's word is the last one of a message out; what became of it here that of a message in."""
    answered = row.direction == "out" and row.receipt not in {Receipt.NONE, Receipt.AWAITED}
    return row.receipt if answered else row.state


def _read_and_sign_off(office: Office) -> int:
    """Read and sign off everything in the inbox; return the patient of the newest."""
    patient_id: int | None = None
    for row in _rows(office, Filter(folder="inbox")):
        opened = reading.open_message(office, row.id)
        if not opened.view.sections:
            raise StoryError(t("melding {number} kan ikke leses", number=row.id))
        post.sign_off(office, row.id)
        patient_id = patient_id or reading.find_message(office, row.id).patient_id
    if patient_id is None:
        raise StoryError(t("ingen av meldingene gjelder en pasient"))
    return patient_id


def _write(office: Office, form: str, answers: Answers, words: str, patient_id: int) -> int:
    draft = beginning.new_draft(office, form, patient_id=patient_id)
    found = recipients.search(office, words, drafts.form_of(draft))
    receiver = next((one.party for one in found.candidates if not one.refused), None)
    if receiver is None:
        raise StoryError(found.note or t("fant ingen mottaker med «{words}»", words=words))
    draft = drafts.save_draft(
        office,
        replace(draft, answers=answers, recipient_her=receiver.her_id, recipient_name=receiver.full_name),
    )
    writing.preview(office, draft)
    return writing.send(office, draft)


def _accepted(office: Office, message_id: int) -> bool:
    message = reading.find_message(office, message_id)
    if message.receipt == Receipt.REJECTED or message.state == State.TRANSPORT_REJECTED:
        raise StoryError(t("melding {number} ble avvist", number=message_id))
    return message.receipt == Receipt.ACCEPTED


def _all_ended(office: Office) -> bool:
    return all(_ended_well(row) for row in _rows(office, Filter()))


def _ended_well(row: Row) -> bool:
    if row.direction == "in":
        return row.state == State.IMPORTED
    # An AppRec is never answered: delivered is all it can become (HIS 80415:2012 §3.2).
    return row.receipt == Receipt.ACCEPTED or (row.kind == Kind.APPREC and row.state == State.DELIVERED)


def _rows(office: Office, chosen: Filter) -> list[Row]:
    return office.reader.page(chosen, 0, size=1000)


def _msg_id(office: Office, row: Row) -> str:
    return reading.find_message(office, row.id).msg_id


def _wait(office: Office, happened: Callable[[], bool], otherwise: str) -> None:
    """Look each time the store has changed until ``happened``.

    Raises:
        StoryError: it did not happen in time; the text is ``otherwise``.
    """
    end = time.monotonic() + _PATIENCE
    version = None
    while time.monotonic() < end:
        if version != (version := office.reader.data_version()) and happened():
            return
        time.sleep(_LOOK_AGAIN)
    raise StoryError(t("{what} innen {seconds} sekunder", what=otherwise, seconds=round(_PATIENCE)))
