"""A patient with a history: blood tests over a year, what was ordered, asked and referred, and what was answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from elmeld_tui.messages import service_report, writing
from elmeld_tui.messages.service_report import Result, Sample, ServiceReport
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office.clinic import Office
from elmeld_tui.store import messages, post, tables
from tests.tui.conftest import NOW, addressing, take_in

HAEMOGLOBIN = (("14.6", ""), ("13.9", ""), ("12.4", ""), ("11.3", "2"), ("10.8", "2"))
"""Over a year, oldest first, with the laboratory's word on each (8244)."""


def result(code: str, name: str, number: str = "", unit: str = "", **other: str) -> Result:
    return Result(
        analysis=CodedValue(code, oid(7280) if code else "", name if code else "", "" if code else name),
        number=number,
        unit=unit,
        service_type=other.pop("service_type", "N"),
        status="3",
        id=other.pop("id", code or name),
        sample_ids=("1",),
        **other,  # type: ignore[arg-type]
    )


def report(taken: datetime, *results: Result, **other: str) -> ServiceReport:
    return ServiceReport(
        discipline="CLIN",
        samples=(Sample("1", CodedValue("B", oid(8351), "Blod"), taken),),
        results=results,
        **other,  # type: ignore[arg-type]
    )


def blood_tests(office: Office, patient_id: int, *, first: int = 100) -> None:
    """Take in a blood test each season, haemoglobin falling."""
    for number, (value, deviation) in enumerate(HAEMOGLOBIN):
        taken = NOW - timedelta(days=75 * (len(HAEMOGLOBIN) - number))
        told = report(
            taken,
            result("NOR05172", "B-Hemoglobin", value, "g/dL", reference="11,7 – 15,3", deviation=deviation),
            result("NPU27300", "B-HbA1c", str(37 + number), "mmol/mol", reference="20 – 42"),
            result("NPU12312", "U-hCG", text="Negativ", heading="VU"),
        )
        at = taken + timedelta(days=1)
        take_in(
            office, service_report.build(told, addressing(office, patient_id, number=first + number, now=at)), at
        )


def history(office: Office) -> int:
    """Give Ørjan Åsen a history; return the patient's number."""
    patient_id = office.reader.patients("Åsen")[0].id
    blood_tests(office, patient_id)
    out(office, patient_id, "order", "REQ_LAB", number=1, days=20)
    out(office, patient_id, "referral", "HENVISNING", number=2, days=40)
    out(office, patient_id, "dialogue", "DIALOG_HELSEFAGLIG", number=3, days=50)
    with office.database.transaction() as connection:
        for number in range(1, 4):
            connection.execute(
                tables.journal_event.insert().values(
                    patient_id=patient_id,
                    message_id=number,
                    at=to_text(NOW - timedelta(days=number)),
                    title="Henvisning",
                )
            )
    return patient_id


def out(office: Office, patient_id: int, kind: str, type_code: str, *, number: int, days: int) -> int:
    """Put a message to the hospital that was accepted into Sendt."""
    at = to_text(NOW - timedelta(days=days))
    with office.database.transaction() as connection:
        message_id = messages.add(
            connection,
            direction="out",
            state=State.DELIVERED,
            receipt=Receipt.ACCEPTED,
            at=at,
            kind=kind,
            type_code=type_code,
            msg_id=f"10000000-0000-4000-8000-{number:012}",
            document_id=f"20000000-0000-4000-8000-{number:012}",
            sender_name="Fjellveien legesenter",
            receiver_name="Fjord sykehus",
            patient_id=patient_id,
            patient_name="Ørjan Åsen",
            generated=at,
        )
        post.put(connection, message_id, folder="sent", unread=False, at=at)
    return message_id


def question(office: Office, patient_id: int, *, number: int) -> int:
    asked = writing.build(
        "request",
        {"type": "7", "question": "Når ble prøven tatt?"},
        addressing(office, patient_id, number=number, now=NOW - timedelta(hours=2)),
    )
    return take_in(office, asked, NOW - timedelta(hours=2))
