"""A clinic with one of what the terminal's keys work on: whoever presses them all has something under each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from elmeld_tui.login import login
from elmeld_tui.messages import writing
from elmeld_tui.model import clock
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office.clinic import open_office
from elmeld_tui.office.patients import register_patient
from elmeld_tui.registry.local import KeptDirectory
from elmeld_tui.simulator.lab_result import lab_result
from elmeld_tui.store.settings import write_clinic
from tests.office.conftest import CLINIC, SURGERY
from tests.tui.conftest import addressing, sent, take_in


def fill(place: Path) -> None:
    """Make the clinic; whoever runs this is its first user."""
    mine = replace(CLINIC.users[0], name=login())
    write_clinic(place, replace(CLINIC, users=(mine, CLINIC.users[1]), lock_after_minutes=0))
    office = open_office(place)
    try:
        now = clock.now()
        patient = register_patient(office, "21858230052", "Ørjan", "Åsen")
        fault = {"code": "E21", "text": "Mottaker finnes ikke", "detail": "avdelingen er lagt ned"}
        sent(office, state=State.DELIVERED, receipt=Receipt.ACCEPTED, at=now - timedelta(days=2), errors=[])
        sent(office, state=State.DELIVERED, receipt=Receipt.REJECTED, at=now - timedelta(days=1), errors=[fault])
        for number in range(1, 41):
            report = lab_result(addressing(office, patient.id, number=number, now=now - timedelta(hours=number)))
            take_in(office, report, now - timedelta(hours=number))
        question = {"type": "7", "question": "Bruker pasienten fortsatt acetylsalisylsyre?"}
        request = writing.build("request", question, addressing(office, patient.id, number=90, now=now))
        take_in(office, request, now)
        directory = KeptDirectory(None, office.database, clock.now)
        directory.keep(SURGERY)
    finally:
        office.close()
