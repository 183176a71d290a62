"""Judging a document for this clinic: by its own addresses and settings, whom it trusts, and the patients it knows."""

from __future__ import annotations

from sqlalchemy import Connection

from elmeld_tui.engine.keys import trusted
from elmeld_tui.messages import signatures
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.patients import Record, linking_id, shares_a_name
from elmeld_tui.messages.rules import Judgement, judge
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.store import messages
from elmeld_tui.store.database import Database


def judge_here(
    database: Database, clinic: Clinic, document: Document, message_id: int, *, checked: bool = False
) -> Judgement:
    """Judge a document by the clinic's own choices and by whom it knows.

    Args:
        database: where patients are known.
        clinic: its addresses, its choices and whom it trusts.
        document: as read.
        message_id: of its message.
        checked: whether it has been held to its schema before.
    """
    with database.snapshot() as connection:
        record = _record(connection, document, message_id, test_mode=clinic.test)
    return judge(
        document,
        our_her_ids=clinic.her_ids,
        test_mode=clinic.test,
        schema_findings=[] if checked else None,
        signature_findings=signatures.findings(document, trusted(clinic))
        if signatures.is_signed(document)
        else [],
        record=record,
        unknown_receivers=clinic.unknown_receivers,
        unknown_patients=clinic.unknown_patients,
    )


def _record(connection: Connection, document: Document, message_id: int, *, test_mode: bool) -> Record | None:
    """Return whether the patient has a record here; None where the document names none."""
    patient = document.header.patient
    if patient is None:
        return None
    number = linking_id(patient, test_mode=test_mode)
    known_as = messages.patient_name(connection, number) if number else None
    if known_as is not None:
        return Record.HERE if shares_a_name(patient.name, known_as) else Record.NAMED_OTHERWISE
    return Record.UNSURE if messages.has_namesake(connection, patient, but=message_id) else Record.NONE
