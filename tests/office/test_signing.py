"""What goes to NAV leaves signed by a person or not at all, and the very bytes that were signed are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from elmeld_tui.engine import receipts
from elmeld_tui.messages import apprec, document, schemas
from elmeld_tui.model.clinic import KeyFile
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.contact import Address
from elmeld_tui.model.directory import DirectoryParty, PartyType
from elmeld_tui.model.forms import Answers
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.states import State
from elmeld_tui.office import beginning, drafts, signing, writing
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.faults import explain
from elmeld_tui.office.recreating import recreate_draft
from elmeld_tui.security.authority import company_keys, create_authority, issue_person, to_pkcs12
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.security.signer import ExerciseSigner
from elmeld_tui.store import messages
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.rows import Patient
from tests.judges import xmlsec_accepts

PASSWORD = "ELMELD_TEST_CARD"
NAV = DirectoryParty(
    her_id="9104000",
    name="NAV (simulert)",
    type=PartyType.ORGANIZATION,
    organisation_number="889640782",
    endpoint="http://127.0.0.1:1/ebxml",
    encryption_certificate=b"certificate",
)
NOTE: Answers = {
    "case_start": "2026-11-20",
    "employer_name": "Brygga kafé",
    "diagnosis": "ICPC-2:L03",
    "periods": [{"from_date": "2026-11-20", "to_date": "2026-11-27", "medical_reasons": ["1"]}],
    "treated": "2026-11-20T09:30",
}


@pytest.fixture(scope="session")
def card() -> KeyPair:
    return issue_person(create_authority("kort"), "Kari Prøve")


@pytest.fixture
def with_card(office: Office, card: KeyPair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The clinic with a doctor who may sign, and a key that stands for her card."""
    monkeypatch.setenv(PASSWORD, "hemmelig")
    monkeypatch.setattr("tests.office.conftest.PARTIES", (NAV,))
    (tmp_path / "card.p12").write_bytes(to_pkcs12(card, b"hemmelig"))
    clinic = replace(office.clinic, exercise_signature=KeyFile(tmp_path / "card.p12", PASSWORD))
    return replace(office, clinic=clinic, user=replace(office.user, national_id="21867842265"))


@pytest.fixture
def draft(with_card: Office, patient: Patient) -> Draft:
    fresh = beginning.new_draft(with_card, "sick-note", patient_id=patient.id)
    return replace(fresh, answers=NOTE, recipient_her=NAV.her_id, recipient_name=NAV.name)


def stored(office: Office, message_id: int) -> bytes:
    raw = office.reader.part(message_id, "document")
    assert raw is not None
    return raw


def test_what_is_stored_is_what_was_signed_and_holds_for_xmlsec_and_the_schema(
    with_card: Office, draft: Draft, card: KeyPair
) -> None:
    raw = stored(with_card, writing.send(with_card, draft))
    assert xmlsec_accepts(raw, card.certificate)
    assert not xmlsec_accepts(raw.replace(b"Brygga", "Bryggå".encode()), card.certificate)
    assert schemas.validate(document.read(raw).root) == []
    assert "Adresse" in raw.decode()
    (nav,) = document.read(raw).header.receivers
    assert (nav.her_id, nav.department) == (NAV.her_id, None)
    sender = document.read(raw).header.sender
    assert sender is not None
    assert sender.person is not None
    assert {ident.type.value: ident.id for ident in sender.person.idents} == {
        "FNR": "21867842265",
        "HPR": "9144889",
    }


def test_the_preview_is_not_signed_and_says_that_sending_signs(with_card: Office, draft: Draft) -> None:
    preview = writing.preview(with_card, draft)
    assert b"SignatureValue" not in preview.document
    assert "signeres personlig" in preview.next_step


def test_nothing_leaves_without_a_signer(with_card: Office, draft: Draft) -> None:
    without = replace(with_card, clinic=replace(with_card.clinic, exercise_signature=None))
    kept = drafts.save_draft(without, draft)
    with pytest.raises(OfficeError, match="signeres personlig"):
        writing.send(without, kept)
    assert without.reader.page(Filter(folder="sent"), 0) == []
    assert len(without.reader.drafts("lege")) == 1


def test_an_exercise_key_signs_nothing_in_a_clinic_that_is_no_test(with_card: Office) -> None:
    with pytest.raises(OfficeError, match="gjelder bare for øvelse"):
        signing.signer_of(replace(with_card.clinic, test=False))


@pytest.mark.parametrize(
    "changes", [{"national_id": ""}, {"national_id": "21867842266"}, {"hpr_number": ""}, {"phone": ""}]
)
def test_a_user_whom_nav_cannot_know_is_told_what_is_missing(
    with_card: Office, draft: Draft, changes: dict[str, str]
) -> None:
    with pytest.raises(OfficeError, match=r"clinic\.toml"):
        writing.preview(replace(with_card, user=replace(with_card.user, **changes)), draft)


def test_an_organisation_s_key_is_no_person_s() -> None:
    company = company_keys(create_authority(), "Fjellveien legesenter", "999999993").signing
    with pytest.raises(OfficeError, match="virksomhet"):
        signing.sign_personally(ExerciseSigner(company), b'<MsgHead xmlns="x:y"/>')


def test_a_signature_that_does_not_hold_does_not_leave(card: KeyPair) -> None:
    class Careless:
        """Writes the document anew after signing it."""

        def sign(self, document: bytes) -> bytes:
            return ExerciseSigner(card).sign(document).replace(b"<MsgInfo>", b"<MsgInfo> ")

    with pytest.raises(OfficeError, match="holder ikke"):
        signing.sign_personally(Careless(), b'<MsgHead xmlns="x:y"><MsgInfo>a</MsgInfo></MsgHead>')


def test_the_national_number_stands_only_in_what_is_signed(with_card: Office, draft: Draft) -> None:
    ordinary = replace(
        draft,
        form="dialogue",
        answers={"theme": "6", "subject": "x", "text": "y", "contact_profession": "LE"},
    )
    assert b"21867842265" in writing.preview(with_card, draft).document
    assert b"21867842265" not in writing.preview(with_card, ordinary).document


def test_settings_keep_the_doctor_s_number_and_the_exercise_key(with_card: Office, tmp_path: Path) -> None:
    from elmeld_tui.store.settings import read_clinic, write_clinic

    here = Address(street="Fjellveien 1", postal_code="5555", city="Fjellveien")
    clinic = replace(with_card.clinic, users=(with_card.user,), address=here)
    write_clinic(tmp_path, clinic)
    assert read_clinic(tmp_path) == clinic


def test_a_document_that_is_ready_leaves_only_with_a_signature_that_holds(card: KeyPair) -> None:
    ready = b'<MsgHead xmlns="x:y"><MsgInfo>a</MsgInfo></MsgHead>'
    after = ExerciseSigner(card).sign(ready)
    assert signing.signature_problem(after) == ""
    assert "personlig signert" in signing.signature_problem(ready)
    assert "holder ikke" in signing.signature_problem(after.replace(b">a<", b">b<"))


def test_what_nav_refused_is_signed_anew_when_it_is_made_anew(
    with_card: Office, draft: Draft, card: KeyPair
) -> None:
    number = writing.send(with_card, draft)
    first = stored(with_card, number)
    (party,) = document.read(first).header.receivers
    outcome = apprec.Outcome("2", (apprec.AppRecError(CodedValue("21", oid(8222), "Feil diagnose"), ""),))
    answer = apprec.build(document.read(first).header, party, outcome, apprec_id=new_uuid(), now=with_card.clock())
    at = to_text(with_card.clock())
    with with_card.database.transaction() as connection:
        receipt = messages.add(connection, direction="in", state=State.RECEIVED, at=at, kind="apprec")
        receipts.take(connection, receipt, document.read(answer), at=at)
    (told,) = explain(with_card.reader, number)
    assert "Feil diagnose" in told.said
    again = stored(with_card, writing.send(with_card, recreate_draft(with_card, number)))
    assert xmlsec_accepts(again, card.certificate)
    assert document.read(again).header.msg_id != document.read(first).header.msg_id
    assert b"Brygga" in again


def test_a_card_that_does_not_sign_is_an_alert_until_it_does(
    with_card: Office, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD, "feil")
    for _ in range(2):
        with pytest.raises(OfficeError):
            writing.send(with_card, draft)
    (alert,) = with_card.reader.open_alerts()
    assert (alert.code, alert.detail["whose"]) == ("card_trouble", with_card.user.full_name)
    assert alert.detail["reason"]
    monkeypatch.setenv(PASSWORD, "hemmelig")
    writing.send(with_card, draft)
    assert with_card.reader.open_alerts() == []


def test_that_no_card_can_be_used_yet_is_no_alert(with_card: Office, draft: Draft) -> None:
    without = replace(with_card, clinic=replace(with_card.clinic, exercise_signature=None))
    with pytest.raises(OfficeError):
        writing.send(without, draft)
    assert with_card.reader.open_alerts() == []
