"""The codes a user sends most: counted as messages leave, and each user's own."""

from __future__ import annotations

from dataclasses import replace

from elmeld_tui.model.clinic import User
from elmeld_tui.model.forms import Answers
from elmeld_tui.office.beginning import new_draft
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.known_codes import most_used
from elmeld_tui.office.writing import send
from elmeld_tui.store.rows import Patient


def _send(office: Office, patient: Patient, *codes: str, **answers: object) -> None:
    draft = new_draft(office, "referral-2.0", patient_id=patient.id)
    written: Answers = {"reason": "Vurdering ønskes", "diagnosis": list(codes), **answers}  # type: ignore[dict-item]
    send(office, replace(draft, answers=written, recipient_her="8200001"))


def test_the_most_sent_codes_come_first_and_those_in_groups_count(office: Office, patient: Patient) -> None:
    _send(office, patient, "ICPC-2:T90")
    _send(office, patient, "ICPC-2:K86", "ICPC-2:T90", drugs=[{"drug": "ATC:A10BA02", "dosage": "1 x 2"}])
    _send(office, patient, "ICPC-2:K86")
    _send(office, patient, "ICPC-2:K86")
    assert most_used(office) == ["ICPC-2:K86", "ICPC-2:T90", "ATC:A10BA02"]


def test_what_one_sends_is_nobody_elses(office: Office, patient: Patient) -> None:
    _send(office, patient, "ICPC-2:T90")
    assert most_used(replace(office, user=User("sekr", "Ola Prøve"))) == []
