"""A failed message is made anew with all it said, under an id of its own, to those it failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from elmeld_tui.engine import receipts
from elmeld_tui.messages import apprec, document
from elmeld_tui.messages import writing as composing
from elmeld_tui.messages.document import Document
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.states import State
from elmeld_tui.office import beginning, drafts, writing
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.connections import links
from elmeld_tui.office.drafts import Draft, Named
from elmeld_tui.office.enclosing import enclosable
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.faults import explain
from elmeld_tui.office.recreating import recreate_draft, with_answers
from elmeld_tui.office.standing import case
from elmeld_tui.store import events, messages, outbox
from elmeld_tui.store.check import check
from elmeld_tui.store.rows import Patient
from elmeld_tui.store.timeline import EventName
from tests.office.written import REFERRAL

SURGERY, OTHER = "8200001", "8094002"


def _send(office: Office, draft: Draft) -> tuple[int, Document]:
    number = writing.send(office, draft)
    return number, _document(office, number)


def _document(office: Office, number: int) -> Document:
    raw = office.reader.part(number, "document")
    assert raw is not None
    return document.read(raw)


def _referral(office: Office, patient: Patient, **frame: object) -> tuple[int, Document]:
    draft = beginning.new_draft(office, "referral", patient_id=patient.id)
    return _send(office, replace(draft, answers={**REFERRAL}, recipient_her=SURGERY, **frame))


def _fail(office: Office, number: int) -> None:
    """End what a message owes as the engine does when every attempt is used up."""
    at = to_text(office.clock())
    with office.database.transaction() as connection:
        rows = outbox.of_message(connection, number)
        outbox.finish_all(connection, {row.id: State.UNDELIVERED for row in rows})
        events.move(connection, number, State.QUEUED, State.UNDELIVERED, at=at, name=EventName.UNDELIVERED)


def _answer(office: Office, sent: Document, status: str, her_id: str = SURGERY) -> None:
    errors = () if status == "1" else (apprec.error("E21", "Flyttet til Bergen"),)
    recipient = next(party for party in sent.header.receivers if party.her_id == her_id)
    raw = apprec.build(
        sent.header, recipient, apprec.Outcome(status, errors), apprec_id=new_uuid(), now=office.clock()
    )
    at = to_text(office.clock())
    with office.database.transaction() as connection:
        number = messages.add(connection, direction="in", state=State.RECEIVED, at=at, kind="apprec")
        events.record(connection, number, at=at, name=EventName.RECEIVED, state=State.RECEIVED)
        receipts.take(connection, number, document.read(raw), at=at)


def _names(rows: Sequence[Named]) -> list[str]:
    return [row.name for row in rows]


def test_all_that_was_said_goes_out_again_under_a_new_id(office: Office, patient: Patient) -> None:
    assert patient.id is not None
    number, sent = _referral(office, patient)
    _fail(office, number)
    draft = drafts.load_draft(office, drafts.save_draft(office, recreate_draft(office, number)).id or 0)
    assert draft.answers == composing.answers_of("referral", sent)
    assert draft.recipient_her == SURGERY
    new, again = _send(office, with_answers(draft, {"comment": "Haster mer"}))
    assert again.header.msg_id != sent.header.msg_id
    assert composing.answers_of("referral", again) == {**draft.answers, "comment": "Haster mer"}
    assert [(link.number, link.relation) for link in links(office.reader, new)] == [(number, "erstatter")]
    assert [(link.number, link.relation) for link in links(office.reader, number)] == [
        (new, "opprettet på nytt som")
    ]
    assert office.reader.events(number)[-1].detail["message"] == new
    assert check(office.database) == []


def test_the_document_keeps_its_id_where_it_may_have_arrived_all_the_same(
    office: Office, patient: Patient
) -> None:
    lost, sent = _referral(office, patient)
    _fail(office, lost)
    _, again = _send(office, recreate_draft(office, lost))
    assert again.header.document_id == sent.header.document_id
    elsewhere, sent = _referral(office, patient)
    _fail(office, elsewhere)
    _, again = _send(office, recreate_draft(office, elsewhere, receiver=OTHER))
    assert again.header.document_id != sent.header.document_id
    assert [party.her_id for party in again.header.receivers] == [OTHER]


def test_what_was_refused_is_a_new_document_and_is_settled_when_that_is_accepted(
    office: Office, patient: Patient
) -> None:
    number, sent = _referral(office, patient)
    _answer(office, sent, "2")
    (alert,) = office.reader.open_alerts()
    (told,) = explain(office.reader, number)
    assert told.said == "E21 – Mottaker finnes ikke – Flyttet til Bergen"
    assert (told.acts[0], told.receiver) == ("recreate", "Fjord sykehus, Kirurgisk poliklinikk")
    new, again = _send(office, recreate_draft(office, number))
    assert again.header.document_id != sent.header.document_id
    assert office.reader.open_alerts() == [alert]
    _answer(office, again, "1")
    assert office.reader.open_alerts() == []
    (told,) = explain(office.reader, number)
    assert (told.code, told.acts) == ("handled", ())
    with pytest.raises(OfficeError, match=f"melding {new}"):
        recreate_draft(office, number)
    found = case(office.reader, number)
    assert found is not None
    assert found.handled
    assert check(office.database) == []


def test_whoever_has_accepted_it_does_not_get_another(office: Office, patient: Patient) -> None:
    number, sent = _referral(office, patient, copies=(Named(OTHER, "Allmennlege"),))
    _answer(office, sent, "1")
    with pytest.raises(OfficeError, match="på vei"):
        recreate_draft(office, number)
    _answer(office, sent, "2", OTHER)
    draft = recreate_draft(office, number)
    assert (draft.recipient_her, draft.copies) == (OTHER, ())


def test_attachments_go_again(office: Office, patient: Patient, enclosure: Named) -> None:
    number, _ = _referral(office, patient, enclosures=(enclosure,))
    _fail(office, number)
    draft = recreate_draft(office, number)
    assert _names(draft.enclosures) == [enclosure.name]
    new, _ = _send(office, draft)
    message = office.reader.message(new)
    assert message is not None
    assert message.attachments == 1


@pytest.fixture
def enclosure(office: Office, patient: Patient) -> Named:
    from elmeld_tui.model.enclosures import Enclosure
    from elmeld_tui.model.receiver import receiver_party
    from elmeld_tui.office.patients import document_patient
    from tests.office.conftest import PARTIES, take_in
    from tests.office.conftest import SURGERY as PARTY

    assert patient.id is not None
    addressing = composing.Addressing(
        sender=replace(receiver_party(PARTY), role=""),
        receiver=receiver_party(PARTIES[3]),
        patient=document_patient(office, patient.id),
        msg_id=new_uuid(),
        now=office.clock(),
        enclosures=(Enclosure("Røntgen", "text/plain", b"Normalt"),),
    )
    answers = {"theme": "6", "subject": "Svar", "text": "Se vedlagt.", "contact_profession": "LE"}
    take_in(office, composing.build("dialogue", answers, addressing))
    return enclosable(office, patient.id, "")[0]


def test_two_cannot_make_it_anew(office: Office, patient: Patient) -> None:
    number, _ = _referral(office, patient)
    _fail(office, number)
    mine, yours = recreate_draft(office, number), recreate_draft(office, number)
    writing.send(office, mine)
    with pytest.raises(OfficeError, match="opprettet på nytt"):
        writing.send(office, yours)
    assert len(office.reader.links(number)) == 1


def test_what_nobody_has_refused_is_not_made_anew(office: Office, patient: Patient) -> None:
    number, sent = _referral(office, patient)
    _answer(office, sent, "1")
    with pytest.raises(OfficeError, match="godtatt"):
        recreate_draft(office, number)
