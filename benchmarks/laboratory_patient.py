"""A clinic with a patient who has had five hundred blood tests, for anything that measures Pasient."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.lab_history import history, report, result
from tests.office.conftest import CLINIC, Register
from tests.tui.conftest import NOW, addressing, take_in

from benchmarks import full_postbox
from elmeld_tui.login import login
from elmeld_tui.messages import service_report
from elmeld_tui.model.clinic import User
from elmeld_tui.model.clock import to_text
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.patients import register_patient
from elmeld_tui.store import people
from elmeld_tui.store.database import open_database
from elmeld_tui.store.reading import open_reader

NAME = "Åsen"
_ANALYSES = ("B-Hemoglobin", "P-Kreatinin", "P-Kalium", "P-Natrium", "P-CRP", "P-ALAT", "P-Glukose", "P-Ferritin")


def fill(data_dir: Path, reports: int = 500, *, others: int = 2000) -> None:
    """Make a clinic in ``data_dir`` with ``reports`` reports about one patient, beside ``others`` other messages."""
    full_postbox.fill(data_dir, others)
    database = open_database(data_dir)
    with database.transaction() as connection:
        people.take_in(connection, [User(login(), "Kari Prøve", "LE", reads_all=True)], at=to_text(NOW))
    office = Office(CLINIC, data_dir, database, open_reader(data_dir), Register(), CLINIC.users[0], lambda: NOW)
    patient_id = register_patient(office, "21858230052", "Ørjan", NAME).id
    history(office)
    for number in range(reports):
        taken = NOW - timedelta(days=2 * (reports - number))
        values = [
            result(f"NPU{place:05}", name, str(10 + (number * 7 + place) % 90), "mmol/L", reference="20 – 80")
            for place, name in enumerate(_ANALYSES)
        ]
        frame = addressing(office, patient_id, number=1000 + number, now=taken)
        take_in(office, service_report.build(report(taken, *values), frame), taken)
    office.close()
