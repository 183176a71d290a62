"""Sending under an agreement: what it lacks is said to whoever sends, and the draft stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from elmeld_tui.engine import outbox
from elmeld_tui.model.collaborations import Collaboration
from elmeld_tui.office import agreements, beginning, drafts, writing
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.rows import Patient
from tests.transport.agreements import AgreementPlan

ANSWERS = {"theme": "6", "subject": "Blodtrykk", "text": "Kan dere kontrollere?", "contact_profession": "LE"}


def test_what_the_agreement_lacks_is_not_sent_and_the_draft_stays(
    office: Office, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic, partner = AgreementPlan().parties
    plan = AgreementPlan(
        parties=(replace(clinic, her_ids=("8094002",)), replace(partner, her_ids=("8200001",))),
    )
    agreements.take_in(office, plan.raw)
    draft = replace(
        beginning.new_draft(office, "dialogue", patient_id=patient.id),
        answers=ANSWERS,
        recipient_her="8200001",
        recipient_name="Fjord sykehus",
    )
    kept = drafts.save_draft(office, draft)
    assert kept.id is not None
    lacking = Collaboration("Legemelding", "Legeerklaring", "Lege", "Nav")
    monkeypatch.setattr(outbox, "collaboration", lambda _: lacking)
    with pytest.raises(OfficeError, match="nav:x:1"):
        writing.send(office, kept)
    assert drafts.load_draft(office, kept.id) == kept
    assert office.reader.page(Filter(), 0) == []
