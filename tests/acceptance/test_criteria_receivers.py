"""The national acceptance criteria for receiving, R21–R24: whom a message is addressed to, and what refuses it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import incoming_samples as samples
import pytest
from incoming_samples import COPY, DOCUMENT_ID, KINDS

from elmeld_tui.messages.attachments import references
from elmeld_tui.messages.document import read
from elmeld_tui.model.clinic import UnknownReceiver
from tests.acceptance.changed_documents import OLD, WRONG, changed, renumbered, to
from tests.acceptance.receiving import CLINIC, TWO_SERVICES, Practice, Received

pytestmark = pytest.mark.acceptance


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
