"""The national acceptance criteria for receiving, R11–R20: who a message is about, and who wrote it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import incoming_samples as samples
import pytest
from incoming_samples import KINDS
from lxml import etree
from message_samples import NATIONAL_ID, PATIENT

from elmeld_tui.messages.reading import find
from elmeld_tui.model.clinic import UnknownPatient
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.parties import Ident
from tests.acceptance.changed_documents import (
    D_NUMBER,
    H_NUMBER,
    OLD,
    OWN_ROOT,
    WRONG,
    changed,
    drop,
    edited,
    renumbered,
    with_empty_patient,
    without_identity,
    without_patient,
)
from tests.acceptance.receiving import CLINIC, Practice

pytestmark = pytest.mark.acceptance


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("degree", [without_identity, with_empty_patient, without_patient], ids=["a", "b", "c"])
def test_r11_as24_missing_patient_information_is_rejected(
    kind: str, degree: Callable[[bytes], bytes], practice: Practice
) -> None:
    received = practice.receive(degree(KINDS[kind]()))
    assert received.decision == "rejected"
    assert set(received.codes) - {"T02"} <= ({"E30", "E32"} if kind in OLD else {"E36"})
    assert set(received.codes) - {"T02"}
    assert practice.folder(received) is None
    assert "pasient" in practice.text(received).casefold()


@pytest.mark.parametrize("kind", KINDS)
def test_r11_name_birth_date_and_sex_are_enough_and_are_remarked_on(kind: str, practice: Practice) -> None:
    raw = renumbered(KINDS[kind](), None)
    received = practice.receive(raw)
    if kind.startswith(("order", "report")):
        # Here the national schema itself demands an official number before the responsible doctor.
        assert (received.decision, received.codes) == ("rejected", ["T02"])
        return
    assert (received.decision, received.receipts[0].status) == ("imported", "1")
    assert "no_national_id" in received.warnings
    assert "har ikke fødselsnummer" in practice.text(received)
    message = practice.reader.message(received.id)
    assert message is not None
    assert message.patient_id is None


@pytest.mark.parametrize("kind", KINDS)
def test_r12_a_wrong_number_is_shown_as_it_came_with_a_warning(kind: str, practice: Practice) -> None:
    received = practice.receive(renumbered(KINDS[kind](), WRONG))
    assert (received.decision, received.receipts[0].status) == ("imported", "1")
    assert "E31" in received.warnings
    seen = practice.text(received)
    assert WRONG in seen
    assert "feil kontrollsiffer" in seen
    assert practice.reader.patients("iŋga") == []


@pytest.mark.parametrize("kind", KINDS)
def test_r12_a_wrong_number_alone_is_rejected(kind: str, practice: Practice) -> None:
    received = practice.receive(renumbered(KINDS[kind](), WRONG, born=False))
    assert received.decision == "rejected"
    assert set(received.codes) - {"T02"} == ({"E31"} if kind in OLD else {"E36"})


@pytest.mark.parametrize("kind", OWN_ROOT)
def test_r12_a_type_without_its_number_breaks_the_schema(kind: str, practice: Practice) -> None:
    received = practice.receive(edited(KINDS[kind](), lambda root: drop(root, "OffId")))
    if kind.startswith(("order", "report")):
        assert (received.decision, received.codes) == ("rejected", ["T02"])
    else:
        # These schemas let a type stand alone; the patient then has no number, which is told.
        assert (received.decision, "no_national_id" in received.warnings) == ("imported", True)


@pytest.mark.parametrize("kind", KINDS)
def test_r13_a_patient_without_a_record_is_told_of(kind: str, practice: Practice) -> None:
    received = practice.receive(KINDS[kind]())
    assert (received.decision, received.receipts[0].status) == ("imported", "1")
    told = "unknown_patient" in received.warnings
    assert told == (not kind.startswith(("referral", "order")))
    assert ("Pasienten finnes ikke her" in practice.text(received)) == told


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("choice", "decision"), [(UnknownPatient.REJECT, "rejected"), (UnknownPatient.ASK, "manual")]
)
def test_r13_as23_the_clinic_chooses_what_becomes_of_patients_without_a_record(
    kind: str, choice: UnknownPatient, decision: str, tmp_path: Path
) -> None:
    practice = Practice(tmp_path, replace(CLINIC, unknown_patients=choice))
    received = practice.receive(KINDS[kind]())
    chosen = kind.startswith(("discharge", "report"))
    assert received.decision == (decision if chosen else "imported")
    if chosen and decision == "rejected":
        assert received.codes == ["E35"]
    if chosen and decision == "manual":
        assert (received.documents, practice.alerts()) == ([], ["manual"])


def test_r13_a_patient_who_has_a_record_is_not_remarked_on(known: Practice) -> None:
    assert "unknown_patient" not in known.receive(samples.discharge()).warnings


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("degree", ["empty", "missing"])
def test_r14_a_message_from_nobody_is_in_the_error_log_alone(kind: str, degree: str, practice: Practice) -> None:
    def change(root: etree._Element) -> None:
        own = "Requester" if kind.startswith(("referral 1", "order")) else "ServProvider"
        name = "Sender" if find(root, "MsgInfo") is not None else own
        sender = next(iter(root.iter(f"{{*}}{name}")))
        if degree == "missing":
            sender.getparent().remove(sender)  # type: ignore[union-attr]
        else:
            for child in list(sender):
                sender.remove(child)

    received = practice.receive(edited(KINDS[kind](), change))
    assert (received.decision, received.documents) == ("rejected", [])
    assert practice.folder(received) is None
    assert "oppgir ingen avsender" in practice.text(received)


def test_r14_a_sender_with_a_name_alone_cannot_be_answered_but_is_told_of(practice: Practice) -> None:
    raw = changed(samples.discharge(), ("<Id>8200000</Id>", "<Id>?</Id>"), ("<Id>8200001</Id>", "<Id>?</Id>"))
    received = practice.receive(raw)
    assert "wrong_id" in received.warnings
    assert "kan ikke være et gyldig nummer" in practice.text(received)


def _nobody_responsible(raw: bytes) -> bytes:
    return edited(
        raw,
        lambda root: drop(
            root, "PatRelHCP", "ResponsibleHcp", "RelServProvider", "RelServProv", "HCPerson", "AnsvarForRapport"
        ),
    )


@pytest.mark.parametrize("kind", [name for name in KINDS if not name.startswith("dialogue")])
def test_r15_a_missing_referring_or_ordering_doctor_is_told_of(kind: str, practice: Practice) -> None:
    received = practice.receive(_nobody_responsible(KINDS[kind]()))
    assert (received.decision, received.receipts[0].status) == ("imported", "1")
    assert ("no_REK" if kind.startswith(("order", "report")) else "no_HHE") in received.warnings
    assert "lege er ikke oppgitt" in practice.text(received)


@pytest.mark.parametrize("kind", ["discharge 1.1", "discharge 1.2", "report 1.3", "report 1.4"])
def test_r16_a_missing_responsible_doctor_is_told_of(kind: str, practice: Practice) -> None:
    received = practice.receive(edited(KINDS[kind](), lambda root: drop(root, "RelServProvider", "RelServProv")))
    assert (received.decision, received.receipts[0].status) == ("imported", "1")
    assert "no_AHP" in received.warnings
    assert "Ansvarlig" in practice.text(received)


@pytest.mark.parametrize("kind", OWN_ROOT)
def test_r17_a_missing_time_of_writing_is_rejected(kind: str, practice: Practice) -> None:
    received = practice.receive(edited(KINDS[kind](), lambda root: drop(root, "IssueDate")))
    assert (received.decision, received.codes) == ("rejected", ["T02"])


@pytest.mark.parametrize(
    ("kind", "element"),
    [
        ("report 1.3", "CollectedDate"),
        ("report 1.4", "CollectedDate"),
        ("discharge 1.1", "StartDateTime"),
        ("discharge 1.2", "StartDateTime"),
    ],
)
def test_r18_a_missing_time_of_examination_is_told_of(kind: str, element: str, practice: Practice) -> None:
    received = practice.receive(edited(KINDS[kind](), lambda root: drop(root, element)))
    # A stay without its beginning breaks the schema; a sample without its time does not.
    assert (received.decision, received.codes) == (
        ("imported", []) if kind.startswith("report") else ("rejected", ["T02"])
    )
    assert received.warnings & {"no_examination_date", "no_contact_date"}
    assert "Tidspunktet for" in practice.text(received)


@pytest.mark.parametrize("kind", ["discharge 1.1", "discharge 1.2", "referral 1.0", "referral 1.1"])
def test_r19_every_kind_of_identifier_is_handled(kind: str, practice: Practice) -> None:
    with_birth_date = practice.receive(renumbered(KINDS[kind](document_id="a"), H_NUMBER, "HNR"))
    alone = practice.receive(renumbered(KINDS[kind](document_id="b"), H_NUMBER, "HNR", born=False))
    assert with_birth_date.decision == "imported"
    assert (alone.decision, alone.documents) == ("manual", [])
    assert "manual" in practice.alerts()
    assert "local_id_only" in alone.warnings
    for received in (with_birth_date, alone):
        message = practice.reader.message(received.id)
        assert message is not None
        assert message.patient_id is None
    assert practice.reader.patients("iŋga") == []
    d_number = practice.receive(renumbered(KINDS[kind](document_id="c"), D_NUMBER, "DNR", born=False))
    assert d_number.decision == "imported"
    assert [patient.id_type for patient in practice.reader.patients("iŋga")] == ["DNR"]
    assert "H-nummer" in practice.text(with_birth_date) or "HNR" in practice.text(with_birth_date)


def test_r19_a_fodselsnummer_beside_an_h_number_identifies(practice: Practice) -> None:
    both = replace(PATIENT, idents=(*PATIENT.idents, Ident(str(H_NUMBER), CodedValue("HNR", "", "H-nummer"))))
    received = practice.receive(samples.report(patient=both))
    assert received.decision == "imported"
    assert [patient.national_id for patient in practice.reader.patients("iŋga")] == [NATIONAL_ID]
    seen = practice.text(received)
    assert str(NATIONAL_ID) in seen
    assert str(H_NUMBER) in seen


def test_r20_a_patient_known_under_a_fodselsnummer_is_not_linked_by_an_h_number(known: Practice) -> None:
    received = known.receive(renumbered(samples.discharge(), H_NUMBER, "HNR"))
    message = known.reader.message(received.id)
    assert message is not None
    assert message.patient_id is None
    assert known.alerts() == ["patient_unsure"]
    assert "kjent her under et annet nummer" in known.text(received)


def test_r20_a_patient_known_under_an_h_number_is_told_of_when_a_fodselsnummer_comes(practice: Practice) -> None:
    first = practice.receive(renumbered(samples.discharge(), H_NUMBER, "HNR"))
    second = practice.receive(samples.discharge(document_id="d2"))
    assert practice.alerts() == ["patient_unsure"]
    assert "other_number" in second.warnings
    message = practice.reader.message(first.id)
    assert message is not None
    assert message.patient_id is None


def test_somebody_else_under_a_known_number_is_told_of(known: Practice) -> None:
    stranger = replace(PATIENT, given_name="Nils", middle_name="", family_name="Berg")
    received = known.receive(samples.report(patient=stranger))
    assert "other_name" in received.warnings
    assert "heter noe annet" in known.text(received)
