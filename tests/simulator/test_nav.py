"""The simulated NAV takes what is signed by a person and in order, refuses the rest in words, and asks questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from elmeld_tui.messages import schemas
from elmeld_tui.messages.apprec import AppRec
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.collaborations import collaboration
from elmeld_tui.model.contact import Telecom
from elmeld_tui.model.forms import Answers
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.nav import is_nav
from elmeld_tui.model.parties import Ident, Party, Professional
from elmeld_tui.security.authority import create_authority, issue_person
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.security.signer import ExerciseSigner
from elmeld_tui.simulator.cast import as_receiver, as_sender, named
from elmeld_tui.simulator.incoming import receive
from elmeld_tui.simulator.keys import keys_of_partners
from elmeld_tui.simulator.letters import send
from tests.simulator.arrivals import arrived, receipts
from tests.simulator.clinic import HER_ID, NOW, Clinic
from tests.simulator.conftest import Post

NAV = "9104000"
NOTE: Answers = {
    "case_start": "2026-11-20",
    "employer_name": "Brygga kafé",
    "diagnosis": "ICPC-2:L03",
    "periods": [{"from_date": "2026-11-20", "to_date": "2026-11-27", "medical_reasons": ["1"]}],
    "treated": "2026-11-20T09:30",
}
CERTIFICATE: Answers = {
    "concerns": ["1"],
    "nav_office": "NAV Vikefjord",
    "diagnosis": "ICPC-2:L03",
    "assess_injury": "no",
    "status": "Vond rygg.",
    "symptoms": "Fysioterapi.",
    "measures_information": "Ingen.",
    "no_measures_reason": "Under behandling.",
    "situations": ["1"],
    "better": "yes",
    "withhold": "no",
}
HPR = Ident("9900401", CodedValue("HPR", oid(8116), "HPR-nummer"))
FNR = Ident("21867842265", CodedValue("FNR", oid(8116), "Fødselsnummer"))
DOCTOR = Professional("Fjellvang", "", "Astrid", (FNR, HPR), telecoms=(Telecom(CodedValue("WP"), "tel:55900401"),))


@pytest.fixture(scope="session")
def card() -> KeyPair:
    return issue_person(create_authority("kort", now=NOW), "Astrid Fjellvang", valid_from=NOW - timedelta(days=1))


def written(clinic: Clinic, form: str, answers: Answers, doctor: Professional = DOCTOR) -> Document:
    own = clinic.net.register.get(HER_ID)
    assert own is not None
    party = as_receiver(own)
    return clinic.write(form, answers, NAV, sender=Party(party.organisation, party.department, doctor))


def answered(clinic: Clinic, post: Post, raw: bytes) -> AppRec:
    packed = clinic.pack(read(raw), NAV)
    receive(clinic.net, packed.content_type, packed.body)
    (receipt,) = receipts(clinic, post)
    return receipt


@pytest.mark.parametrize(
    ("form", "answers"),
    [
        ("sick-note", NOTE),
        ("medical-certificate", CERTIFICATE),
        ("nav-inquiry", {"theme": "1", "text": "Kan vi snakke?"}),
    ],
)
def test_what_a_person_has_signed_is_accepted_with_apprec_1_0(
    clinic: Clinic, post: Post, card: KeyPair, form: str, answers: Answers
) -> None:
    signed = ExerciseSigner(card).sign(written(clinic, form, answers).raw)
    receipt = answered(clinic, post, signed)
    assert (receipt.version, receipt.status, receipt.errors) == ("1.0", "1", ())
    assert receipt.original_id == read(signed).header.msg_id


def test_as6_the_signer_is_left_out_of_the_receipt_where_a_service_is_addressed(
    clinic: Clinic, post: Post, card: KeyPair
) -> None:
    receipt = answered(clinic, post, ExerciseSigner(card).sign(written(clinic, "sick-note", NOTE).raw))
    assert receipt.receiver.her_id == HER_ID
    assert receipt.receiver.person is None


def test_what_nobody_has_signed_is_refused_with_nav_s_own_code_and_the_reason(clinic: Clinic, post: Post) -> None:
    receipt = answered(clinic, post, written(clinic, "sick-note", NOTE).raw)
    assert receipt.status == "2"
    assert [(error.code.value, error.code.text) for error in receipt.errors] == [
        ("X99", "Meldingen er ikke personlig signert.")
    ]


def test_as29_what_was_changed_after_signing_is_refused(clinic: Clinic, post: Post, card: KeyPair) -> None:
    signed = ExerciseSigner(card).sign(written(clinic, "sick-note", NOTE).raw)
    receipt = answered(clinic, post, signed.replace("Brygga kafé".encode(), b"Brygga kafe"))
    assert (receipt.status, [error.code.value for error in receipt.errors]) == ("2", ["S01"])


def test_a_signer_without_national_number_is_refused(clinic: Clinic, post: Post, card: KeyPair) -> None:
    document = written(clinic, "medical-certificate", CERTIFICATE, replace(DOCTOR, idents=(HPR,)))
    receipt = answered(clinic, post, ExerciseSigner(card).sign(document.raw))
    assert [error.code.value for error in receipt.errors] == ["X99"]


def test_an_organisation_signs_a_sick_note_with_hpr_number_and_nothing_else(clinic: Clinic, post: Post) -> None:
    company = ExerciseSigner(clinic.keys.signing)
    assert answered(clinic, post, company.sign(written(clinic, "sick-note", NOTE).raw)).status == "1"
    post.posted.clear()
    packed = clinic.pack(read(company.sign(written(clinic, "medical-certificate", CERTIFICATE).raw)), NAV)
    receive(clinic.net, packed.content_type, packed.body)
    refused = receipts(clinic, post)[-1]
    assert [error.code.value for error in refused.errors] == ["S02"]


def test_a_note_that_breaks_nav_s_rules_is_refused(clinic: Clinic, post: Post, card: KeyPair) -> None:
    raw = written(clinic, "sick-note", NOTE).raw.replace(
        b"<PeriodeTOMDato>2026-11-27", b"<PeriodeTOMDato>2026-11-19"
    )
    receipt = answered(clinic, post, ExerciseSigner(card).sign(raw))
    assert [error.code.value for error in receipt.errors] == ["X99"]
    assert "periods.0.to_date" in receipt.errors[0].code.text


@pytest.mark.parametrize(
    ("what", "type_code", "service"),
    [
        ("nav_request", "DIALOG_FORESPORSEL", "ForesporselFraSaksbehandler"),
        ("nav_meeting", "DIALOG_FORESPORSEL", "DialogmoteInnkalling"),
        ("nav_note", "DIALOG_NOTAT", "HenvendelseFraSaksbehandler"),
    ],
)
def test_what_nav_writes_is_valid_dialogue_under_nav_s_own_names(
    clinic: Clinic, post: Post, what: str, type_code: str, service: str
) -> None:
    receiver = clinic.net.register.get(HER_ID)
    assert receiver is not None
    send(clinic.net, what, receiver)
    (document,) = arrived(clinic, post)
    header = document.header
    assert (header.kind, header.version, header.type_code) == (Kind.DIALOGUE, "1.0", type_code)
    assert is_nav(header.sender)
    assert header.receivers[0].her_id == HER_ID
    assert collaboration(header).service == service
    assert schemas.validate(document.root) == []


def test_nav_is_marked_as_simulated_wherever_it_is_named() -> None:
    nav = named("nav")
    assert nav is not None
    assert nav.organisation.name == as_sender(nav, nav.parties[0]).organisation.name == "NAV (simulert)"


def test_a_simulator_from_before_nav_gets_keys_for_everyone(tmp_path: Path) -> None:
    before = keys_of_partners(tmp_path)
    (tmp_path / "keys" / "nav-encryption.p12").unlink()
    after = keys_of_partners(tmp_path)
    assert set(after) == set(before)
    assert after["gp"].signing.certificate != before["gp"].signing.certificate
