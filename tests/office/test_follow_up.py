"""Changing and cancelling what was sent, copies, and enclosing what the record already holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from elmeld_tui.messages import document
from elmeld_tui.messages import writing as composing
from elmeld_tui.messages.attachments import references
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.nodes import find
from elmeld_tui.messages.reading import value
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.parties import Ident, Party, Unit
from elmeld_tui.office import beginning, drafts, writing
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft, Named
from elmeld_tui.office.enclosing import enclosable
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.patients import document_patient
from elmeld_tui.office.reading import open_message
from elmeld_tui.store.rows import Patient
from tests.office.conftest import take_in
from tests.office.written import REFERRAL


def _sent(office: Office, draft: Draft) -> tuple[int, Document]:
    number = writing.send(office, draft)
    raw = office.reader.part(number, "document")
    assert raw is not None
    return number, document.read(raw)


def _referral(office: Office, patient: Patient) -> tuple[int, Document]:
    draft = beginning.new_draft(office, "referral", patient_id=patient.id)
    return _sent(office, replace(draft, answers={**REFERRAL}, recipient_her="8200001"))


@pytest.mark.parametrize("service_type", ["M", "C"])
def test_a_change_carries_the_whole_document_under_its_id_and_first_date(
    office: Office, patient: Patient, service_type: str
) -> None:
    number, first = _referral(office, patient)
    draft = beginning.follow_up_draft(office, number, service_type)
    assert draft.answers == composing.answers_of("referral", first)
    assert draft.answers["reason"] == "Vurdering ønskes"
    _, changed = _sent(office, draft)
    assert changed.header.service_type == service_type
    assert changed.header.document_id == first.header.document_id
    assert changed.header.msg_id != first.header.msg_id
    dates = [value(one.root, "ServReq/IssueDate") for one in (first, changed)]
    assert dates[0] == dates[1]
    assert changed.header.receivers == first.header.receivers


def test_a_cancellation_is_one_act_and_the_last(office: Office, patient: Patient) -> None:
    number, first = _referral(office, patient)
    cancelled = writing.cancel(office, number)
    raw = office.reader.part(cancelled, "document")
    assert raw is not None
    assert document.read(raw).header.document_id == first.header.document_id
    with pytest.raises(OfficeError, match="allerede kansellert"):
        beginning.follow_up_draft(office, cancelled, "M")


def test_a_dialogue_cannot_be_cancelled_and_the_answer_says_what_to_do(office: Office, patient: Patient) -> None:
    draft = beginning.new_draft(office, "request", patient_id=patient.id)
    number, _ = _sent(office, replace(draft, answers={"type": "1"}, recipient_her="8200001"))
    with pytest.raises(OfficeError, match="Ring mottakeren"):
        writing.cancel(office, number)


def _with_attachment(office: Office, patient: Patient) -> int:
    """A dialogue from the hospital about the patient, with an attachment."""
    ours = Party(
        Unit(office.clinic.name, (_her(office.clinic.her_id),)),
        Unit("Allmennlege", (_her(office.clinic.services[0].her_id),)),
    )
    theirs = Party(Unit("Fjord sykehus", (_her("8200000"),)), Unit("Kirurgisk poliklinikk", (_her("8200001"),)))
    raw = composing.build(
        "request",
        {"type": "1"},
        composing.Addressing(
            theirs,
            ours,
            document_patient(office, patient.id),
            "6f8c4f0e-52a9-4d0c-9a37-0d6a9f7c1b52",
            office.clock(),
            test=True,
            enclosures=(Enclosure("EKG fra poliklinikken", "text/plain", b"sinusrytme"),),
        ),
    )
    return take_in(office, raw)


def _her(number: str) -> Ident:
    from elmeld_tui.model.codes import CodedValue, oid

    return Ident(number, CodedValue("HER", oid(9051), "HER-id"))


def test_what_the_record_holds_can_be_enclosed(office: Office, patient: Patient) -> None:
    _with_attachment(office, patient)
    assert enclosable(office, patient.id, "røntgen") == []
    (found,) = enclosable(office, patient.id, "ekg POLI")
    draft = beginning.new_draft(office, "referral", patient_id=patient.id)
    draft = replace(draft, answers={**REFERRAL}, recipient_her="8200001", enclosures=(found,))
    draft = drafts.load_draft(office, drafts.save_draft(office, draft).id or 0)
    number, sent = _sent(office, draft)
    (reference,) = references(sent)
    assert find(reference, "Description") is not None
    (attachment,) = open_message(office, number).view.attachments
    assert (attachment.description, attachment.content) == ("EKG fra poliklinikken", b"sinusrytme")


def test_an_attachment_that_is_gone_is_told_and_nothing_is_sent(office: Office, patient: Patient) -> None:
    number = _with_attachment(office, patient)
    draft = beginning.new_draft(office, "referral", patient_id=patient.id)
    gone = Named(f"{number}:7", "Borte")
    with pytest.raises(OfficeError, match="«Borte»"):
        writing.send(office, replace(draft, answers={**REFERRAL}, recipient_her="8200001", enclosures=(gone,)))


def test_the_receiver_cannot_get_a_copy_too(office: Office, patient: Patient) -> None:
    draft = beginning.new_draft(office, "referral", patient_id=patient.id)
    draft = replace(draft, answers={**REFERRAL}, recipient_her="8200001", copies=(Named("8200001", "samme"),))
    assert "copies" in writing.problems(draft)
