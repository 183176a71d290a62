"""Writing and sending: what is missing is said, what is sent is owed, and nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from elmeld_tui.messages import document, schemas
from elmeld_tui.model.forms import Answers
from elmeld_tui.office import beginning, drafts, writing
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.ready import send_document
from elmeld_tui.store import tables
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.rows import Patient
from tests.office.conftest import SURGERY, Register, take_in
from tests.office.written import DIALOGUE


@pytest.fixture
def draft(office: Office, patient: Patient) -> Draft:
    return replace(
        beginning.new_draft(office, "dialogue", patient_id=patient.id),
        answers=DIALOGUE,
        recipient_her="8200001",
        recipient_name="Fjord sykehus, Kirurgisk poliklinikk",
    )


def test_an_empty_draft_says_everything_that_is_missing(office: Office) -> None:
    missing = writing.problems(beginning.new_draft(office, "referral"))
    assert {"recipient", "patient"} <= set(missing)
    assert len(missing) > 2
    assert all(text.strip() for text in missing.values())


def test_every_form_one_can_begin_has_a_title_and_required_fields() -> None:
    forms = beginning.startable_forms()
    assert {"referral", "dialogue", "request"} <= {form.name for form in forms}
    assert not any(form.answers_a_message for form in forms)
    assert all(form.title and any(field.required for field in form.fields) for form in forms)


def test_a_draft_comes_back_as_it_was_left(office: Office, draft: Draft) -> None:
    kept = drafts.save_draft(office, draft)
    assert kept.id is not None
    assert drafts.load_draft(office, kept.id) == kept


def test_saving_again_changes_the_same_draft(office: Office, draft: Draft) -> None:
    kept = drafts.save_draft(office, draft)
    changed = drafts.save_draft(office, replace(kept, answers={"text": "æøå 中文 🩺"}))
    assert changed.id == kept.id
    assert [d.answers for d in office.reader.drafts("lege")] == [{"text": "æøå 中文 🩺"}]


def test_a_draft_is_its_owner_s(office: Office, draft: Draft) -> None:
    kept = drafts.save_draft(office, draft)
    other = replace(office, user=office.clinic.users[1])
    assert kept.id is not None
    with pytest.raises(OfficeError, match="finnes ikke lenger"):
        drafts.load_draft(other, kept.id)


def test_the_preview_is_what_the_receiver_will_read(office: Office, draft: Draft) -> None:
    preview = writing.preview(office, draft)
    shown = str(preview.view.as_data())
    assert "Kan dere kontrollere?" in shown
    assert "Ørjan" in shown
    assert "Kirurgisk poliklinikk" in preview.next_step
    assert schemas.validate(document.read(preview.document).root) == []


def test_a_sent_message_is_owed_and_lies_in_sent_and_its_draft_is_gone(office: Office, draft: Draft) -> None:
    message_id = writing.send(office, drafts.save_draft(office, draft))
    message = office.reader.message(message_id)
    assert message is not None
    assert (message.state, message.receipt) == ("queued", "awaited")
    assert [attempt.receiver_her for attempt in office.reader.attempts(message_id)] == ["8200001"]
    assert [row.id for row in office.reader.page(Filter(folder="sent"), 0)] == [message_id]
    assert office.reader.drafts("lege") == []


def test_sending_what_is_not_ready_says_why_and_keeps_the_draft(office: Office, draft: Draft) -> None:
    kept = drafts.save_draft(office, replace(draft, recipient_her=""))
    with pytest.raises(OfficeError, match="Velg en mottaker"):
        writing.send(office, kept)
    assert len(office.reader.drafts("lege")) == 1


def test_a_recipient_without_certificate_cannot_be_written_to(office: Office, draft: Draft) -> None:
    with pytest.raises(OfficeError, match="krypteringssertifikat"):
        writing.preview(office, replace(draft, recipient_her="8200002"))


def test_a_recipient_that_has_closed_since_it_was_chosen_cannot_be_written_to(
    office: Office, register: Register, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = document.read(writing.preview(office, draft).document)
    closed = replace(SURGERY, valid_to=office.clock() - timedelta(days=1))
    monkeypatch.setattr(register, "get", lambda _her_id: closed)
    with pytest.raises(OfficeError, match="Nedlagt 21"):
        writing.send(office, draft)
    with pytest.raises(OfficeError, match="Nedlagt 21"):
        send_document(office, ready)
    monkeypatch.undo()
    assert send_document(office, ready) > 0


def test_a_referral_passes_its_schema_whatever_is_written_in_it(office: Office, patient: Patient) -> None:
    answers: Answers = {}
    for field in beginning.startable_forms()[0].fields:
        if field.choices:
            answers[field.name] = field.choices[-1].value if field.name == "consent" else field.choices[0].value
        elif field.codelists:
            answers[field.name] = ["ICPC-2:T90"] if field.repeats else "ICPC-2:T90"
        elif field.type == "date":
            answers[field.name] = "2026-12-24"
        elif field.type != "group":
            answers[field.name] = "<b>&amp; «æøå» 中文 🩺" + ("\nlinje to" if field.type == "text" else "")
    draft = Draft("referral", answers, "8200001", "Fjord sykehus", "8094002", patient.id)
    assert writing.problems(draft) == {}
    raw = writing.preview(office, draft).document
    assert "«æøå» 中文 🩺".encode() in raw


def test_an_answer_goes_back_to_who_asked_and_names_the_question(office: Office, draft: Draft) -> None:
    """The question as another clinic would send it: built by the same form, from them to us."""
    asked = writing.preview(office, draft).document.replace(b"8200001", b"XX").replace(b"8094002", b"8200001")
    question = take_in(office, asked.replace(b"XX", b"8094002"))
    reply = beginning.reply_draft(office, question)
    assert reply.form == "dialogue"
    assert reply.recipient_her == "8200001"
    assert reply.sender_her == "8094002"
    raw = writing.preview(office, replace(reply, answers=DIALOGUE)).document
    header = document.read(raw).header
    original = office.reader.message(question)
    assert original is not None
    assert header.conversation is not None
    assert (header.conversation.parent, header.conversation.start) == (original.msg_id, original.msg_id)


def test_our_own_messages_are_not_answered(office: Office, draft: Draft) -> None:
    with pytest.raises(OfficeError, match="kan ikke besvares"):
        beginning.reply_draft(office, writing.send(office, draft))


def test_s2_what_a_message_was_held_against_is_in_the_audit_trail(office: Office, draft: Draft) -> None:
    number = writing.send(office, draft)
    with office.database.snapshot() as connection:
        noted = connection.execute(
            select(tables.audit.c.detail).where(tables.audit.c.message_id == number)
        ).scalar_one()
    assert noted["schemas"] == ["msghead-1.2.xsd", "dialogue-1.1.xsd"]
