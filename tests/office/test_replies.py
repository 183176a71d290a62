"""Which form answers what: by type, and by what the document says where NAV wrote it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from elmeld_tui.messages import writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.header import Conversation, Header
from elmeld_tui.model.nav import HER_ID
from elmeld_tui.model.parties import Ident, Party, Unit
from elmeld_tui.office.beginning import deviation_draft, new_draft, reply_draft
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.reading import open_message
from elmeld_tui.office.replies import deviation_form, reply_form
from elmeld_tui.office.writing import preview, problems, send
from elmeld_tui.store.rows import Patient
from tests.office.conftest import take_in

NAV = Party(Unit("NAV", (Ident(HER_ID, CodedValue("HER", oid(9051))),)))


@pytest.fixture
def raw(office: Office, patient: Patient) -> bytes:
    """A request as a hospital sends it."""
    draft = replace(new_draft(office, "request", patient_id=patient.id), recipient_her="8200001")
    return preview(office, replace(draft, answers={"type": "1", "question": "Hva nå?"})).document


@pytest.fixture
def document(raw: bytes) -> Document:
    return read(raw)


def themed(header: Header, codelist: int, type_code: str) -> Header:
    return replace(header, type_code=type_code, sender=NAV, theme=CodedValue("1", oid(codelist)))


@pytest.mark.parametrize(
    ("type_code", "form"),
    [
        ("DIALOG_FORESPORSEL", "answer"),
        ("DIALOG_NOTAT", "note"),
        ("DIALOG_HELSEFAGLIG", "dialogue"),
        ("DIALOG_STATUS_HENVISNING", "dialogue"),
        ("EPIKRISE", "dialogue"),
        ("DIALOG_SVAR", ""),
        ("DIALOG_INNBYGGER_EKONTAKT", ""),
        ("SVAR_LAB", ""),
        ("APPREC", ""),
    ],
)
def test_what_was_received_is_answered_in_a_form_there_is(type_code: str, form: str) -> None:
    assert reply_form("in", type_code) == form
    assert reply_form("out", type_code) == ""
    assert not form or form in writing.forms()


@pytest.mark.parametrize(
    ("type_code", "codelist", "form"),
    [
        ("DIALOG_FORESPORSEL", 8129, "nav-answer"),
        ("DIALOG_FORESPORSEL", 8125, "nav-meeting"),
        ("DIALOG_NOTAT", 8127, "nav-inquiry"),
        ("DIALOG_FORESPORSEL", 9152, ""),
    ],
)
def test_nav_is_answered_in_its_own_forms(document: Document, type_code: str, codelist: int, form: str) -> None:
    assert reply_form("in", type_code, themed(document.header, codelist, type_code)) == form
    assert not form or writing.forms()[form].to_nav


def test_others_are_answered_by_type_also_with_the_document_at_hand(document: Document) -> None:
    assert reply_form("in", "DIALOG_FORESPORSEL", document.header) == "answer"


def test_a_fault_is_reported_on_what_was_received_and_to_those_who_take_reports(document: Document) -> None:
    for type_code in ("EPIKRISE", "SVAR_LAB", "S", "DIALOG_NOTAT", "HENVISNING"):
        assert deviation_form("in", type_code) == "deviation"
        assert deviation_form("out", type_code) == ""
    for type_code in ("APPREC", "DIALOG_AVVIK", "DIALOG_INNBYGGER_EKONTAKT"):
        assert deviation_form("in", type_code) == ""
    assert deviation_form("in", "DIALOG_FORESPORSEL", document.header) == "deviation"
    assert deviation_form("in", "DIALOG_NOTAT", themed(document.header, 8127, "DIALOG_NOTAT")) == ""


def test_a_request_from_nav_begins_an_answer_to_nav(office: Office, raw: bytes) -> None:
    navs = raw.replace(b"<Id>310412368</Id>", b"<Id>889640782</Id>").replace(b".9152", b".8125")
    received = take_in(office, navs)
    assert open_message(office, received).reply_form == "nav-meeting"
    assert reply_draft(office, received).form == "nav-meeting"
    with pytest.raises(OfficeError, match="Avvik"):
        deviation_draft(office, received)


def test_a_deviation_goes_to_the_sender_and_names_the_message(office: Office, raw: bytes) -> None:
    received = take_in(office, raw)
    draft = replace(deviation_draft(office, received), recipient_her="8200001", answers={"text": "Feil pasient"})
    header = read(preview(office, draft).document).header
    msg_id = read(raw).header.msg_id
    assert header.type_code == "DIALOG_AVVIK"
    assert header.conversation == Conversation(msg_id, msg_id)


def test_a_deviation_may_leave_without_a_patient_and_nothing_else_may(office: Office, raw: bytes) -> None:
    begun = replace(deviation_draft(office, take_in(office, raw)), recipient_her="8200001", patient_id=None)
    deviation = replace(begun, answers={"text": "Feil adressat"})
    assert problems(deviation) == {}
    assert read(preview(office, deviation).document).header.patient is None
    assert set(problems(replace(deviation, form="note"))) == {"patient"}


def test_no_fault_is_reported_on_what_we_sent(office: Office, patient: Patient) -> None:
    draft = replace(new_draft(office, "note", patient_id=patient.id), recipient_her="8200001")
    sent = send(office, replace(draft, answers={"text": "Hei"}))
    with pytest.raises(OfficeError, match="Avvik"):
        deviation_draft(office, sent)
