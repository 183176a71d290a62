"""The national acceptance criteria for receiving (R), on documents of our own, by the commands a person would use.

Every AppRec is held against the project's schema and, where it is at hand, the national one, and mirrors what it
answers (`receiving._check`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from lxml import etree

from tests.acceptance.receiving import CLINIC, TWO_SERVICES, Practice, Received  # isort: skip - finds the samples below

import incoming_samples as samples
from incoming_samples import COPY, DOCUMENT_ID, KINDS, ORDER_ID
from message_samples import NATIONAL_ID, PATIENT

from elmeld_tui.messages.attachments import references
from elmeld_tui.messages.document import read
from elmeld_tui.messages.reading import find, local
from elmeld_tui.messages.service_report import Result
from elmeld_tui.model.clinic import UnknownPatient, UnknownReceiver
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.header import Conversation
from elmeld_tui.model.identifiers import new_uuid, with_check_digits
from elmeld_tui.model.parties import Ident
from elmeld_tui.office.replies import reply_form
from elmeld_tui.store.reading import Filter

pytestmark = pytest.mark.acceptance

OWN_ROOT = [name for name in KINDS if not name.startswith(("dialogue", "referral 2"))]
OLD = frozenset(name for name in KINDS if name.endswith((" 1.0", " 1.1", " 1.5", " 1.3"))) - {
    "referral 1.1",
    "dialogue 1.1",
}
"""What AppRec 1.0 answers (HITS 1168 §8)."""

H_NUMBER = with_check_digits("135169001")
D_NUMBER = next(n for i in range(100, 500, 2) if (n := with_check_digits(f"539169{i}")))
WRONG = f"{str(NATIONAL_ID)[:-1]}{(int(str(NATIONAL_ID)[-1]) + 1) % 10}"


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return Practice(tmp_path)


@pytest.fixture
def known(practice: Practice) -> Practice:
    """A practice where the patient has a record."""
    assert practice.receive(samples.dialogue()).decision == "imported"
    return practice


def changed(raw: bytes, *changes: tuple[str, str]) -> bytes:
    text = raw.decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def edited(raw: bytes, change: Callable[[etree._Element], None]) -> bytes:
    root = etree.fromstring(raw)
    change(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _patient(root: etree._Element) -> etree._Element:
    return next(root.iter("{*}Patient"))


def _drop(root: etree._Element, *names: str) -> None:
    for name in names:
        for element in list(root.iter(f"{{*}}{name}")):
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)


IDENTIFYING = {
    "FamilyName",
    "GivenName",
    "Name",
    "DateOfBirth",
    "Sex",
    "Ident",
    "OffId",
    "TypeOffId",
    "AdditionalId",
}


def without_identity(raw: bytes) -> bytes:
    """Return the document with a patient who is not said to be anybody."""

    def change(root: etree._Element) -> None:
        patient = _patient(root)
        for child in [child for child in patient if local(child) in IDENTIFYING]:
            patient.remove(child)

    return edited(raw, change)


def with_empty_patient(raw: bytes) -> bytes:
    return edited(raw, lambda root: [_patient(root).remove(child) for child in list(_patient(root))] and None)


def without_patient(raw: bytes) -> bytes:
    return edited(raw, lambda root: _patient(root).getparent().remove(_patient(root)))  # type: ignore[union-attr]


def renumbered(raw: bytes, number: str | None, kind: str = "FNR", *, born: bool = True) -> bytes:
    """Return the document with another official number, or with none."""

    def change(root: etree._Element) -> None:
        patient = _patient(root)
        if not born:
            for child in [child for child in patient if local(child) in {"DateOfBirth", "Sex"}]:
                patient.remove(child)
        for child in list(patient):
            if local(child) == "OffId":
                child.text = number
            elif local(child) == "TypeOffId":
                child.set("V", kind)
                child.set("DN", kind)
            elif local(child) == "Ident" and number is not None:
                child[0].text = number
                child[1].set("V", kind)
            if number is None and local(child) in {"OffId", "TypeOffId", "Ident"}:
                patient.remove(child)

    return edited(raw, change)


# --- R1-R10: read, logged, kept, answered, shown ---------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_r1_r6_r7_r8_every_kind_is_read_logged_kept_and_answered(kind: str, practice: Practice) -> None:
    raw = KINDS[kind]()
    received = practice.receive(raw)
    assert (received.decision, received.told["schema_valid"]) == ("imported", True)
    (receipt,) = received.receipts
    assert (receipt.version, receipt.status, receipt.errors) == ("1.0" if kind in OLD else "1.1", "1", ())
    assert practice.folder(received) == "inbox"
    assert practice.reader.part(received.id) == raw
    assert practice.log(received)["state"] == "imported"
    assert practice.reader.events(received.id)[0].name == "received"
    assert "Iŋgadóttir" in practice.text(received)


@pytest.mark.parametrize("kind", KINDS)
def test_r2_as32_as34_a_syntax_error_is_rejected_and_told(kind: str, practice: Practice) -> None:
    """T01 where it is not well-formed but says who sent it (S34), T02 where it breaks its schema (S32)."""
    cut = practice.receive(KINDS[kind]()[:-20])
    assert (cut.decision, cut.codes, cut.told["well_formed"]) == ("rejected", ["T01"], False)
    assert cut.receipts[0].errors[0].detail.startswith("linje ")
    assert practice.folder(cut) is None
    invalid = practice.receive(changed(KINDS[kind](), ("<Patient>", "<Uventet/><Patient>")))
    assert (invalid.decision, invalid.codes) == ("rejected", ["T02"])
    assert "Uventet" in invalid.receipts[0].errors[0].detail
    assert "Uventet" in practice.text(invalid)
    assert practice.folder(invalid) is None
    assert practice.log(invalid)["state"] == "rejected"


def test_r2_what_names_no_sender_is_quarantined_with_an_alert(practice: Practice) -> None:
    received = practice.receive(b"<Message><MsgId>1</MsgId>")
    assert (received.decision, received.documents, practice.alerts()) == (
        "quarantined",
        [],
        ["document_unreadable"],
    )


@pytest.mark.parametrize(
    ("raw", "kind", "version"),
    [
        (changed(samples.report(), ('V="SVAR_LAB"', 'V="S"')), "service_report", "1.4"),
        (changed(samples.discharge(), ('V="EPIKRISE"', 'V="H"')), "discharge_summary", "1.2"),
        (changed(samples.referral("1.0"), ('V="H"', 'V="HENVISNING"')), "referral", "1.0"),
    ],
)
def test_r3_the_namespace_decides_not_the_type(raw: bytes, kind: str, version: str, practice: Practice) -> None:
    received = practice.receive(raw)
    assert (received.decision, received.told["kind"], received.told["version"]) == ("imported", kind, version)
    assert len(received.receipts) == 1


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "UTF-16"])
@pytest.mark.parametrize("kind", ["report 1.3", "referral 1.1", "dialogue 1.0"])
def test_r4_letters_survive_every_encoding(encoding: str, kind: str, practice: Practice) -> None:
    text = changed(KINDS[kind](), ("Iŋgadóttir", "Ærlig Åsgård Ødegård")).decode()
    if encoding == "UTF-8":
        text = text.replace("Márjá", "Ovlláš Boŋgu")
    else:
        # These letters are not in ISO-8859-1; the declaration is the sender's own.
        text = text.replace("UTF-8", encoding).replace("utf-8", encoding)
    received = practice.receive(text.encode(encoding))
    assert received.decision == "imported"
    seen = practice.text(received)
    assert "Ærlig Åsgård Ødegård" in seen
    assert ("Ovlláš Boŋgu" if encoding == "UTF-8" else "Márjá") in seen
    assert practice.reader.patients("ærlig åsg")


@pytest.mark.parametrize("kind", KINDS)
def test_r5_r9_all_that_is_said_is_shown(kind: str, practice: Practice) -> None:
    received = practice.receive(KINDS[kind]())
    seen = practice.text(received).casefold()
    for element in read(received.original).body.iter("{*}*"):
        for said in (element.text, element.get("DN"), element.get("OT")):
            words = " ".join((said or "").split())
            if words and not words[0].isdigit() and local(element) not in {"Base64Container", "MIGversion"}:
                assert all(word in seen for word in words.casefold().replace('"', "").split(", ")), (kind, words)


def test_r10_codes_are_shown_as_words(practice: Practice) -> None:
    bare = changed(
        samples.report(),
        ('DN="Endelig', 'DN="'),
        ('DevResultInd V="2" DN="Under nedre referansegrense"', 'DevResultInd V="2"'),
    )
    seen = practice.text(practice.receive(bare))
    assert "Endelig" in seen
    assert "↓ under" in seen


# --- R11-R20: who it is about, who wrote it --------------------------------------------------------------------


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
    received = practice.receive(edited(KINDS[kind](), lambda root: _drop(root, "OffId")))
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
        lambda root: _drop(
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
    received = practice.receive(edited(KINDS[kind](), lambda root: _drop(root, "RelServProvider", "RelServProv")))
    assert (received.decision, received.receipts[0].status) == ("imported", "1")
    assert "no_AHP" in received.warnings
    assert "Ansvarlig" in practice.text(received)


@pytest.mark.parametrize("kind", OWN_ROOT)
def test_r17_a_missing_time_of_writing_is_rejected(kind: str, practice: Practice) -> None:
    received = practice.receive(edited(KINDS[kind](), lambda root: _drop(root, "IssueDate")))
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
    received = practice.receive(edited(KINDS[kind](), lambda root: _drop(root, element)))
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


# --- R21-R24: whom it is addressed to --------------------------------------------------------------------------


def to(raw: bytes, her_id: str) -> bytes:
    return changed(raw, ("8094002", her_id))


@pytest.mark.parametrize("kind", KINDS)
def test_r22_as20_as36_an_unknown_service_is_refused(kind: str, practice: Practice) -> None:
    received = practice.receive(to(KINDS[kind](), "8094009"))
    assert (received.decision, received.codes) == ("rejected", ["E21"])
    assert received.receipts[0].sender.her_id == "8094009", "mirrored as received"
    assert practice.folder(received) is None


def test_r21_as19_an_unknown_doctor_is_refused(practice: Practice) -> None:
    doctor = "<HCPerson><Name>Dr. Finnesikke</Name><Id>8094009</Id><TypeId V='HER' DN='HER-id'/></HCPerson>"
    service = '<Dept><Name>Allmennlege</Name><Id>8094002</Id><TypeId V="HER" DN="HER-id"/></Dept>'
    received = practice.receive(changed(samples.discharge(), (service, doctor)))
    assert (received.decision, received.codes) == ("rejected", ["E21"])
    assert "Finnesikke" in received.receipts[0].errors[0].detail
    person = received.receipts[0].sender.person
    assert person is not None
    assert person.name == "Dr. Finnesikke"


def test_r22_as20_the_clinic_may_choose_to_ask_a_human_instead(tmp_path: Path) -> None:
    practice = Practice(tmp_path, replace(CLINIC, unknown_receivers=UnknownReceiver.ASK))
    received = practice.receive(to(samples.discharge(), "8094009"))
    assert (received.decision, received.documents, practice.alerts()) == ("manual", [], ["manual"])
    assert "E21" in received.warnings


def test_as17_as18_a_missing_level_is_told_of_and_refuses_nothing(practice: Practice) -> None:
    unit_alone = changed(
        samples.discharge(),
        ('<Dept><Name>Allmennlege</Name><Id>8094002</Id><TypeId V="HER" DN="HER-id"/></Dept>', ""),
    )
    received = practice.receive(unit_alone)
    assert (received.decision, received.receipts[0].status) == ("imported", "1")
    assert "receiver_level" in received.warnings
    service_alone = changed(samples.discharge(), ("<Id>8094001</Id>", "<Id>0</Id>"))
    assert practice.receive(service_alone).decision == "imported"


@pytest.mark.parametrize("kind", KINDS)
def test_as21_as22_what_is_for_others_is_logged_and_not_answered(kind: str, practice: Practice) -> None:
    raw = changed(KINDS[kind](), ("8094001", "7000001"), ("8094002", "7000002"))
    received = practice.receive(raw)
    assert (received.decision, received.documents) == ("not_for_us", [])
    assert practice.folder(received) is None
    assert practice.alerts() == ["not_for_us"]


def test_r23_as10_a_copy_is_taken_in_answered_as_one_and_says_so(practice: Practice) -> None:
    raw = changed(
        samples.discharge(copies=COPY.replace("8094003", "8094002")),
        (
            "<Requester><HCP><Inst><Name>Fjellveien legesenter</Name><Id>8094001</Id>",
            "<Requester><HCP><Inst><Name>Annet legesenter</Name><Id>7000001</Id>",
        ),
        ("<Name>Allmennlege</Name><Id>8094002</Id>", "<Name>Allmennlege</Name><Id>7000002</Id>"),
    )
    received = practice.receive(raw)
    assert received.decision == "imported"
    assert _roles(received) == ["COP"]
    assert "opi" in practice.text(received)


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_r24_as7_as11_primary_and_copy_in_one_clinic_are_both_answered_once(version: str, tmp_path: Path) -> None:
    practice = Practice(tmp_path, TWO_SERVICES)
    raw = samples.discharge(version, copies=COPY)
    first, second = practice.receive(raw), practice.receive(raw)
    assert first.decision == "imported"
    assert _roles(first) == (["REQ", "COP"] if version == "1.1" else ["PRIM", "COP"])
    assert [receipt.status for receipt in first.receipts] == ["1", "1"]
    assert (second.decision, second.documents) == ("duplicate", [])
    assert practice.reader.counts()["inbox"] == (1, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_as7_as8_as9_the_role_is_that_of_the_version(kind: str, practice: Practice) -> None:
    """AppRec 1.0 tells the one who asked from the one who provides; 1.1 has the primary receiver alone."""
    asked = kind.startswith(("discharge", "report"))
    assert _roles(practice.receive(KINDS[kind]())) == [("REQ" if asked else "SPR") if kind in OLD else "PRIM"]


def test_as39_an_unknown_copy_receiver_is_refused_and_the_known_one_is_not(practice: Practice) -> None:
    received = practice.receive(samples.discharge(copies=COPY))
    assert received.decision == "imported"
    assert _roles(received) == ["PRIM", "COP"]
    assert [(one.status, [e.code.value for e in one.errors]) for one in received.receipts] == [
        ("1", []),
        ("2", ["E21"]),
    ]
    assert "E21" in received.warnings


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_as36_as37_as40_two_unknown_receivers_are_both_refused_once(version: str, practice: Practice) -> None:
    raw = to(samples.discharge(version, copies=COPY), "8094009")
    first, second = practice.receive(raw), practice.receive(raw)
    assert first.decision == "rejected"
    assert _roles(first) == (["REQ", "COP"] if version == "1.1" else ["PRIM", "COP"])
    assert all([e.code.value for e in one.errors] == ["E21"] for one in first.receipts)
    assert (second.decision, second.documents) == ("duplicate", [])


@pytest.mark.parametrize("kind", KINDS)
def test_as12_as41_a_message_that_comes_twice_is_answered_once(kind: str, practice: Practice) -> None:
    right = KINDS[kind]()
    assert [practice.receive(right).decision for _ in range(2)] == ["imported", "duplicate"]
    wrong = changed(KINDS[kind](), ("<Patient>", "<Uventet/><Patient>"))
    first, second = practice.receive(wrong), practice.receive(wrong)
    assert (first.decision, len(first.documents)) == ("rejected", 1)
    assert (second.decision, second.documents) == ("duplicate", [])
    broken = KINDS[kind]()[:-20]
    first, second = practice.receive(broken), practice.receive(broken)
    assert (first.codes, second.decision, second.documents) == (["T01"], "duplicate", [])


def _roles(received: Received) -> list[str]:
    return [document.root.find("{*}Sender/{*}Role").get("V") for document in received.documents]


@pytest.mark.parametrize("kind", KINDS)
def test_as26_several_faults_are_all_told_with_an_explanation(kind: str, practice: Practice) -> None:
    raw = changed(renumbered(KINDS[kind](), WRONG, born=False), ("<Patient>", "<Uventet/><Patient>"))
    received = practice.receive(to(raw, "8094009"))
    expected = {"T02", "E21", "E31" if kind in OLD else "E36"}
    assert set(received.codes) == expected
    assert all(error.detail and error.code.text for error in received.receipts[0].errors)


@pytest.mark.parametrize("kind", KINDS)
def test_as28_an_id_that_is_no_uuid_refuses_the_types_of_apprec_1_1(kind: str, practice: Practice) -> None:
    received = practice.receive(KINDS[kind](msg_id="melding-1"))
    assert received.decision == ("imported" if kind in OLD else "rejected")
    assert received.codes == ([] if kind in OLD else ["E10"])


@pytest.mark.parametrize(
    "namespace", ["http://ehelse.no/xmlstds/plo/2017-01-01", "http://www.kith.no/xmlstds/eresept/m1/2013-10-08"]
)
def test_as33_a_format_we_do_not_have_is_refused_and_can_be_read(namespace: str, practice: Practice) -> None:
    raw = changed(samples.dialogue(), ("http://www.kith.no/xmlstds/dialog/2013-01-23", namespace))
    received = practice.receive(raw)
    assert (received.decision, received.codes) == ("rejected", ["T10"])
    assert "Se vedlagt." in practice.text(received)


def test_dialogue_with_a_citizen_is_filed_under_its_own_type(practice: Practice) -> None:
    raw = changed(samples.dialogue(), ("DIALOG_HELSEFAGLIG", "DIALOG_INNBYGGER_EKONTAKT"))
    received = practice.receive(raw)
    assert (received.decision, received.told["type"]) == ("imported", "DIALOG_INNBYGGER_EKONTAKT")
    assert practice.show(received)["title"].startswith("E-kontakt")


def test_an_attachment_nobody_can_open_refuses_the_message(practice: Practice) -> None:
    from elmeld_tui.model.enclosures import Enclosure

    raw = samples.referral(enclosures=(Enclosure("Skjult", "application/x-msdownload", b"MZ\x90\x00 program"),))
    assert references(read(raw))
    received = practice.receive(raw)
    assert (received.decision, received.codes) == ("rejected", ["T99"])
    assert "Skjult" in received.receipts[0].errors[0].detail


def test_several_reports_in_one_message_are_answered_one_by_one(practice: Practice) -> None:
    text = samples.report("1.3").decode()
    start, end = text.index("<ServReport"), text.index("</ServReport>") + len("</ServReport>")
    second = text[start:end].replace(DOCUMENT_ID, "nummer-to")
    received = practice.receive((text[:end] + second + text[end:]).encode())
    assert received.decision == "imported"
    assert [receipt.original_id for receipt in received.receipts] == [DOCUMENT_ID, "nummer-to"]


def test_unknown_codes_and_odd_meaning_are_told_of_and_never_refuse(practice: Practice) -> None:
    raw = changed(
        samples.discharge(),
        ('ServType V="N" DN="Status"', 'ServType V="Z" DN="Status"'),
        ("1969-11-13", "1970-01-01"),
    )
    received = practice.receive(raw)
    assert (received.decision, received.receipts[0].status) == ("imported", "1")
    assert {"unknown_code", "birth_date"} <= received.warnings


# --- R25-R27: change and cancellation --------------------------------------------------------------------------

CHANGING = {
    "referral 1.1": lambda kind, at, n: changed(
        samples.referral("1.1", service_type=kind), ("2026-11-22T09:12:00+01:00", at)
    ),
    "referral 2.0": lambda kind, at, n: changed(
        samples.referral("2.0", service_type=kind), ("2026-11-22T09:12:00+01:00", at)
    ),
    "discharge 1.1": lambda kind, at, n: samples.discharge("1.1", service_type=kind, generated=at),
    "discharge 1.2": lambda kind, at, n: samples.discharge("1.2", service_type=kind, generated=at),
    "report 1.3": lambda kind, at, n: changed(
        samples.report("1.3", replace(samples.REPORT, service_type=kind)), ("2026-11-22T09:12:00+01:00", at)
    ),
    "report 1.4": lambda kind, at, n: changed(
        samples.report("1.4", replace(samples.REPORT, service_type=kind)), ("2026-11-22T09:12:00+01:00", at)
    ),
}


def edition(kind: str, service_type: str, hour: int) -> bytes:
    return CHANGING[kind](service_type, f"2026-11-22T{hour:02}:00:00+01:00", hour)


@pytest.mark.parametrize("kind", CHANGING)
def test_r25_a_change_replaces_what_came_before_and_both_can_be_read(kind: str, practice: Practice) -> None:
    first = practice.receive(edition(kind, "N", 8))
    second = practice.receive(edition(kind, "M", 9))
    third = practice.receive(edition(kind, "M", 10))
    assert [one.receipts[0].status for one in (first, second, third)] == ["1", "1", "1"]
    assert [practice.folder(one) for one in (first, second, third)] == ["replaced", "replaced", "inbox"]
    assert [practice.log(one)["document_state"] for one in (first, second, third)] == ["superseded"] * 2 + [
        "current"
    ]
    assert practice.log(first)["superseded_by"] == third.id
    assert f"ERSTATTET av en nyere utgave: melding {third.id}" in practice.show(first)["banner"][0]
    assert practice.reader.part(first.id) == first.original
    seen = practice.show(third)["banner"]
    assert any("ENDRET" in line for line in seen)
    assert any(f"Andre utgaver av samme dokument: melding {first.id}, {second.id}" in line for line in seen)
    assert practice.reader.counts()["inbox"] == (1, 1)


@pytest.mark.parametrize("kind", CHANGING)
def test_r26_a_cancellation_hides_the_original_and_deletes_nothing(kind: str, practice: Practice) -> None:
    first, second = practice.receive(edition(kind, "N", 8)), practice.receive(edition(kind, "C", 9))
    assert [practice.log(one)["document_state"] for one in (first, second)] == ["cancelled", "current"]
    assert (practice.folder(first), practice.folder(second)) == ("replaced", "inbox")
    assert f"TRUKKET TILBAKE av avsenderen: melding {second.id}" in practice.show(first)["banner"][0]
    assert any("KANSELLERT" in line for line in practice.show(second)["banner"])
    assert practice.reader.part(first.id) == first.original
    assert {one.id for one in practice.reader.page(Filter(patient_id=1), 0)} == {first.id, second.id}
    assert {one.id for one in practice.reader.page(Filter(patient_id=1, current=True), 0)} == {second.id}


@pytest.mark.parametrize("kind", CHANGING)
def test_r27_what_comes_before_its_original_shows_on_it(kind: str, practice: Practice) -> None:
    cancellation = practice.receive(edition(kind, "C", 9))
    assert "ikke mottatt" in practice.show(cancellation)["banner"][0]
    original = practice.receive(edition(kind, "N", 8))
    assert original.receipts[0].status == "1"
    assert practice.folder(original) == "replaced"
    assert f"KANSELLERT før originalen kom: melding {cancellation.id}" in practice.show(original)["banner"][0]


def test_r27_a_change_before_its_original_stands(practice: Practice) -> None:
    change, original = (
        practice.receive(edition("discharge 1.2", "M", 9)),
        practice.receive(edition("discharge 1.2", "N", 8)),
    )
    assert practice.log(original)["document_state"] == "superseded"
    assert (practice.log(change)["document_state"], practice.folder(change)) == ("current", "inbox")


def test_r25_r26_r27_any_order_of_arrival_ends_the_same(practice: Practice) -> None:
    editions = (("N", 8), ("M", 9), ("M", 10), ("C", 11))
    for count, expected in ((3, ["superseded", "superseded", "current"]), (4, ["cancelled"] * 3 + ["current"])):
        for order in permutations(range(count)):
            document_id = f"dokument-{count}-{order}"
            found = {}
            for index in order:
                kind, hour = editions[index]
                raw = samples.discharge(
                    service_type=kind, generated=f"2026-11-22T{hour:02}:00:00+01:00", document_id=document_id
                )
                found[index] = practice.receive(raw)
            ended = [practice.reader.message(found[index].id) for index in range(count)]
            assert [one.document_state for one in ended if one] == expected, order
            last = found[count - 1].id
            assert [one.superseded_by for one in ended if one] == [last] * (count - 1) + [None], order


def test_an_edition_about_another_patient_is_told_of_and_touches_nothing(practice: Practice) -> None:
    first = practice.receive(samples.discharge())
    other = with_check_digits("218582300")
    stranger = changed(
        samples.discharge(service_type="C"),
        (str(NATIONAL_ID), str(other)),
        ("Iŋgadóttir, Márjá", "Åsen, Ørjan"),
        ("1969-11-13", "1982-05-21"),
    )
    second = practice.receive(stranger)
    assert practice.log(first)["document_state"] == "current"
    assert practice.alerts() == ["other_patient"]
    assert any(line.startswith("ANNEN PASIENT") for line in practice.show(second)["banner"])


def test_another_organisation_cannot_cancel_what_it_did_not_send(practice: Practice) -> None:
    first = practice.receive(samples.discharge())
    practice.receive(changed(samples.discharge(service_type="C"), ("8200000", "7100000"), ("8200001", "7100001")))
    assert practice.log(first)["document_state"] == "current"


# --- R28, R31-R40: shown, linked, gathered ---------------------------------------------------------------------


def test_r28_an_analysis_without_code_or_name_is_visibly_so(practice: Practice) -> None:
    named = replace(samples.REPORT, results=(Result(CodedValue(original_text="Spesialprøve X"), number="5"),))
    assert "Spesialprøve X" in practice.text(practice.receive(samples.report(told=named)))
    nameless = edited(samples.report(document_id="uten"), lambda root: _drop(root, "Investigation"))
    received = practice.receive(nameless)
    assert received.decision == "imported"
    seen = practice.text(received)
    assert "analyse ikke oppgitt" in seen
    assert "10,2 g/dL" in seen


@pytest.mark.parametrize("report_first", [False, True])
def test_r31_r32_a_report_is_tied_to_its_order_and_its_patient(practice: Practice, *, report_first: bool) -> None:
    documents = {"order": samples.order(document_id=ORDER_ID), "report": samples.report()}
    names = ["report", "order"] if report_first else ["order", "report"]
    received = {name: practice.receive(documents[name]) for name in names}
    order, report = received["order"], received["report"]
    assert practice.log(report)["links"] == [{"id": order.id, "relation": "order"}]
    assert practice.log(order)["links"] == [{"id": report.id, "relation": "report"}]
    assert f"melding {order.id}" in practice.text(report)
    (patient,) = practice.reader.patients("iŋga")
    assert {event.message_id for event in practice.reader.journal(patient.id)} == {order.id, report.id}


def test_r31_an_order_the_laboratory_did_not_get_ties_nothing(practice: Practice) -> None:
    practice.receive(samples.order(document_id="NULL"))
    report = practice.receive(samples.report(told=replace(samples.REPORT, order_id="NULL")))
    assert practice.log(report)["links"] == []


def test_r31_a_report_about_another_patient_is_never_tied_to_the_order(practice: Practice) -> None:
    practice.receive(samples.order(document_id=ORDER_ID))
    other = replace(
        PATIENT, family_name="Åsen", idents=(replace(PATIENT.idents[0], id=str(with_check_digits("218582300"))),)
    )
    report = practice.receive(samples.report(patient=other))
    assert practice.log(report)["links"] == []
    assert practice.alerts() == ["other_patient"]
    assert practice.show(report)["banner"][0].startswith("ANNEN PASIENT")


@pytest.mark.parametrize("version", ["1.1", "2.0"])
@pytest.mark.parametrize("discharge_first", [False, True])
def test_a_discharge_summary_is_tied_to_its_referral(
    practice: Practice, version: str, *, discharge_first: bool
) -> None:
    """HITS 1218 §3: a referral 1.x by its document id, 2.0 by its MsgId."""
    msg_id = new_uuid()
    referral = samples.referral(version, msg_id=msg_id, document_id=ORDER_ID)
    discharge = samples.discharge(order_id=msg_id if version == "2.0" else ORDER_ID)
    if discharge_first:
        letter, asked = practice.receive(discharge), practice.receive(referral)
    else:
        asked, letter = practice.receive(referral), practice.receive(discharge)
    assert practice.log(letter)["links"] == [{"id": asked.id, "relation": "referral"}]
    assert practice.log(asked)["links"] == [{"id": letter.id, "relation": "discharge"}]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_r33_a_dialogue_becomes_one_thread_in_any_order(practice: Practice, order: tuple[int, ...]) -> None:
    ids = [new_uuid() for _ in range(3)]
    talks = [None, Conversation(ids[0], ids[0]), Conversation(ids[1], ids[0])]
    hours = (8, 9, 10)
    documents = [
        changed(
            samples.dialogue(msg_id=msg_id, conversation=talk),
            ("2026-11-22T09:12:00+01:00", f"2026-11-22T{hour:02}:12:00+01:00"),
        )
        for msg_id, talk, hour in zip(ids, talks, hours, strict=True)
    ]
    received = {index: practice.receive(documents[index]) for index in order}
    thread = [received[index].id for index in range(3)]
    for one in received.values():
        assert [row.id for row in practice.reader.thread(one.id)] == thread
    assert {"id": received[0].id, "relation": "parent"} in practice.log(received[1])["links"]
    assert {"id": received[2].id, "relation": "child"} in practice.log(received[1])["links"]


@pytest.mark.parametrize(
    ("type_code", "word"),
    [("DIALOG_AVVIK", "avviket gjelder"), ("DIALOG_STATUS_HENVISNING", "gitt status på")],
)
@pytest.mark.parametrize("version", ["1.0", "1.1", "2.0"])
def test_a_deviation_or_a_status_is_tied_to_its_message(
    practice: Practice, type_code: str, word: str, version: str
) -> None:
    msg_id = new_uuid()
    about = practice.receive(samples.referral(version, msg_id=msg_id))
    named = read(about.original).header.original_id
    talk = Conversation(named, named)
    told = practice.receive(changed(samples.dialogue(conversation=talk), ("DIALOG_HELSEFAGLIG", type_code)))
    assert {"id": about.id, "relation": "parent"} in practice.log(told)["links"]
    assert word in practice.text(told)


def test_r35_everything_about_a_patient_is_found_together(practice: Practice) -> None:
    received = [practice.receive(make(document_id=f"d{n}")) for n, make in enumerate(_with_document_id())]
    (patient,) = practice.reader.patients("márjá")
    together = {row.id for row in practice.reader.page(Filter(patient_id=patient.id), 0)}
    assert together == {one.id for one in received}
    assert len(practice.reader.journal(patient.id)) == len(received)


def _with_document_id() -> list[Callable[..., bytes]]:
    return [KINDS[name] for name in OWN_ROOT]


def test_r36_formatting_and_line_breaks_are_rendered(practice: Practice) -> None:
    inner = '<p xmlns="http://www.w3.org/1999/xhtml">Første<br/>linje <b>fet</b></p>'
    formatted = f"<TextResultValue>{inner}</TextResultValue>"
    raw = changed(samples.discharge(), ("<TextResultValue>Penicillin i fire uker.</TextResultValue>", formatted))
    received = practice.receive(raw)
    paragraphs = [text for section in practice.show(received)["sections"] for text in section["text"]]
    seen = json.dumps(practice.show(received), ensure_ascii=False)
    assert "<b>" not in seen
    assert "Første\\nlinje" in seen, paragraphs
    plain = changed(samples.discharge(document_id="d2"), ("Penicillin i fire uker.", "Første&#13;&#10;andre"))
    assert "Første\\nandre" in practice.text(practice.receive(plain))


def test_r37_a_resistance_without_its_finding_is_still_shown(practice: Practice) -> None:
    resistance = Result(
        CodedValue("X3", oid(8212), "Us-Ampicillin"),
        text_codes=(CodedValue("R", oid(8271), "Resistent"),),
        heading="RSB",
        refers_to="finnes-ikke",
    )
    told = replace(samples.REPORT, discipline="MBIO", results=(resistance,))
    seen = practice.text(practice.receive(samples.report(told=told)))
    assert "Ampicillin" in seen
    assert "Resistent" in seen


@pytest.mark.parametrize("version", ["1.0", "1.1", "2.0"])
@pytest.mark.parametrize(
    "fault",
    [without_identity, without_patient, lambda raw: to(raw, "8094009")],
    ids=["identity", "patient", "receiver"],
)
def test_r38_an_emergency_referral_is_always_accepted(
    version: str, fault: Callable[[bytes], bytes], practice: Practice
) -> None:
    emergency = edited(samples.referral(version), _make_emergency)
    received = practice.receive(fault(emergency))
    assert (received.decision, received.receipts[0].status) == ("imported", "1")
    assert practice.folder(received) == "inbox"
    assert received.warnings
    assert any("ØYEBLIKKELIG HJELP" in line for line in practice.show(received)["banner"])


def _make_emergency(root: etree._Element) -> None:
    for priority in root.iter("{*}Priority"):
        if local(priority.getparent()) == "ReqServ":
            priority.set("V", "0")


def test_r40_a_referral_can_be_asked_about(practice: Practice) -> None:
    for version in ("1.0", "1.1", "2.0"):
        received = practice.receive(samples.referral(version, document_id=version))
        message = practice.reader.message(received.id)
        assert message is not None
        assert reply_form(message.direction, message.type_code)
