"""What a form demands of the frame: who answers for the message, whom NAV hears from, what a change goes back to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from message_samples import CLINIC, DOCTOR, HOSPITAL, NOW, PATIENT, addressing

from elmeld_tui.messages import framing, writing
from elmeld_tui.messages.composing.parties import nav_party
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.header import Conversation
from elmeld_tui.model.identifiers import with_check_digits
from elmeld_tui.model.parties import Ident, Party

FORMS = writing.forms()
SIGNER = replace(
    DOCTOR,
    idents=(
        *DOCTOR.idents,
        Ident(str(with_check_digits("158175001")), CodedValue("FNR", oid(8116), "Fødselsnummer")),
    ),
)
TO_NAV = {"sender": replace(CLINIC, person=SIGNER), "receiver": nav_party()}
SILENT = replace(DOCTOR, telecoms=())


def places(name: str, **changes: object) -> set[str]:
    return set(framing.problems(FORMS[name], {}, addressing(**changes)))


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_whole_frame_is_enough_for_every_form(name: str) -> None:
    frame = TO_NAV if FORMS[name].to_nav else {}
    assert places(name, **frame) == set()


@pytest.mark.parametrize("name", ["referral", "referral-2.0", "discharge-summary", "treatment-note"])
def test_a_clinical_document_names_who_answers_for_it(name: str) -> None:
    assert places(name, sender=replace(CLINIC, person=None)) == {"sender.person"}


def test_whoever_else_is_named_as_responsible_answers_for_a_discharge_summary() -> None:
    answers = {"responsible": [{"name": "Liv Eksempel"}]}
    nobody = addressing(sender=replace(CLINIC, person=None))
    assert framing.problems(FORMS["discharge-summary"], answers, nobody) == {}


@pytest.mark.parametrize("name", ["referral", "referral-2.0", "dialogue"])
def test_who_refers_or_asks_can_be_called(name: str) -> None:
    assert places(name, sender=replace(CLINIC, person=SILENT)) == {"sender.person.phone"}


def test_a_professional_dialogue_may_come_from_a_unit_alone() -> None:
    assert places("dialogue", sender=replace(CLINIC, person=None)) == set()


def test_a_referral_names_the_profession_of_who_refers() -> None:
    unknown = replace(CLINIC, person=replace(DOCTOR, profession=CodedValue("")))
    assert places("referral-2.0", sender=unknown) == {"sender.person.profession"}


@pytest.mark.parametrize(
    ("name", "change"), [("order-laboratory", "A"), ("referral", "C"), ("discharge-summary", "M")]
)
def test_a_change_names_the_document_and_keeps_when_it_was_issued(name: str, change: str) -> None:
    assert places(name, service_type=change) == {"document_id", "issued"}
    assert places(name, service_type=change, document_id="D-1", issued=NOW) == set()


def test_a_change_in_a_msghead_keeps_its_thread() -> None:
    changed = {"service_type": "C", "document_id": "D-1", "issued": NOW}
    assert places("referral-2.0", **changed) == {"conversation"}
    assert places("referral-2.0", **changed, conversation=Conversation("A", "A")) == set()


def test_nobody_gets_the_same_message_twice() -> None:
    other = Party(HOSPITAL.organisation, replace(HOSPITAL.organisation, name="Medisinsk"), role="COP")
    assert places("referral", copies=(other,)) == set()
    assert places("referral", copies=(replace(HOSPITAL, role="COP"), other, other)) == {"copies.0", "copies.2"}


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if form.to_nav])
def test_nav_is_written_to_by_a_person_it_can_know_about_a_person_it_can_know(name: str) -> None:
    nameless = replace(CLINIC, person=replace(SILENT, idents=()))
    assert places(name, **TO_NAV | {"sender": nameless}) == {
        "sender.person.national_id",
        "sender.person.hpr_number",
        "sender.person.phone",
    }
    assert places(name, **TO_NAV, patient=replace(PATIENT, idents=())) == {"patient.national_id"}
    assert places(name, **TO_NAV, patient=replace(PATIENT, idents=SIGNER.idents)) == {"patient.national_id"}
    assert places(name, **TO_NAV | {"receiver": HOSPITAL}) == {"receiver"}


def test_nav_takes_in_dialogue_from_those_who_treat() -> None:
    secretary = {"sender": replace(CLINIC, person=replace(SIGNER, profession=CodedValue("HE")))}
    assert places("nav-inquiry", **TO_NAV | secretary) == {"sender.person.profession"}
    assert places("sick-note", **TO_NAV | secretary) == set()
