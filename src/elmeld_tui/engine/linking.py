"""Linking an imported message to a patient's record, when a person has said whose it is."""

from __future__ import annotations

from sqlalchemy import Connection

from elmeld_tui.engine.remedies import CannotActError
from elmeld_tui.i18n import t
from elmeld_tui.model.kinds import Kind, type_name
from elmeld_tui.model.states import State
from elmeld_tui.store import alerts, answering, editions, events, messages
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode


def link_patient(connection: Connection, message_id: int, patient_id: int, *, at: str, user: str) -> None:
    """File a message under a patient, in the caller's transaction, also where it lay under another.

    Args:
        connection: of the caller's transaction.
        message_id: of a message in that was taken in.
        patient_id: row of the patient.
        at: now.
        user: who says so.

    Raises:
        CannotActError: the message was not taken in, is a receipt, or lies there already.
    """
    message = messages.get(connection, message_id)
    if message.direction != "in" or message.state != State.IMPORTED or message.kind == Kind.APPREC:
        raise CannotActError(t("Bare mottatte meldinger som er lest inn, kan kobles til en pasient."))
    if message.patient_id == patient_id:
        raise CannotActError(t("Meldingen er koblet til denne pasienten fra før."))
    messages.change(connection, message_id, patient_id=patient_id)
    title = message.title or type_name(message.type_code, Kind(message.kind))
    messages.move_journal_event(connection, patient_id, message_id, at=at, title=title)
    detail = {"user": user, "patient": patient_id, "earlier": message.patient_id}
    events.record(connection, message_id, at=at, name=EventName.PATIENT_LINKED, detail=detail)
    alerts.clear_for(connection, AlertCode.PATIENT_UNSURE, at=at, message_id=message_id)
    editions.settle(connection, message_id, at=at)
    answering.settle(connection, message_id, at=at)
