"""What a header says, read from documents of both families."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from message_samples import CLINIC, HOSPITAL, MSG_ID, NATIONAL_ID, NOW, PATIENT, altered, referral, request

from elmeld_tui.messages.document import read
from elmeld_tui.model.header import Conversation
from elmeld_tui.model.kinds import Kind


def test_an_own_root_message_names_its_parties_by_the_direction_of_the_service() -> None:
    header = referral().header
    assert (header.kind, header.version, header.type_code) == (Kind.REFERRAL, "1.1", "HENVISNING")
    assert header.sender is not None
    assert header.sender.her_id == CLINIC.her_id
    assert [party.her_id for party in header.receivers] == [HOSPITAL.her_id]
    assert header.receivers[0].role == "PRIM"
    assert (header.msg_id, header.original_id, header.generated) == (MSG_ID, MSG_ID, NOW)
    assert header.document_id != MSG_ID
    assert header.service_type == "N"


def test_msghead_names_its_parties_and_its_patient() -> None:
    header = request().header
    assert (header.kind, header.version, header.type_code) == (Kind.DIALOGUE, "1.0", "DIALOG_FORESPORSEL")
    assert header.sender is not None
    assert (header.sender.her_id, header.sender.name) == (CLINIC.her_id, "Fjellveien legesenter, Allmennlege")
    assert header.patient is not None
    assert header.patient.name == "Márjá Iŋgadóttir"
    assert header.patient.birth_date == PATIENT.birth_date
    assert header.patient.national_id is not None
    assert header.patient.national_id.id == NATIONAL_ID
    assert header.conversation is None


def test_a_conversation_is_read() -> None:
    assert request(conversation=Conversation("p", "s")).header.conversation == Conversation("p", "s")


def test_kind_and_version_come_from_the_body_and_not_from_the_type() -> None:
    old_code = altered(referral(), ('V="HENVISNING" DN="Henvisning"', 'V="S" DN="Svarrapport"'))
    assert (old_code.header.kind, old_code.header.version, old_code.header.type_code) == (
        Kind.REFERRAL,
        "1.1",
        "S",
    )


def test_a_business_time_without_zone_is_norwegian() -> None:
    document = altered(request(), ("2026-11-22T09:12:00+01:00</GenDate>", "2026-07-01T09:12:00</GenDate>"))
    assert document.header.generated == datetime(2026, 7, 1, 7, 12, tzinfo=UTC)
    assert document.header.generated_text == "2026-07-01T09:12:00"


@pytest.mark.parametrize("time", ["", "i går", "0001-01-01T00:00:00", "9999-12-31T23:59:59-14:00", "2026-13-01"])
def test_a_time_that_is_none_stops_nothing(time: str) -> None:
    document = altered(request(), ("2026-11-22T09:12:00+01:00</GenDate>", f"{time}</GenDate>"))
    assert document.header.generated is None


def test_the_wrapper_of_the_national_insurance_is_taken_off() -> None:
    wrapped = b'<EI_fellesformat xmlns="http://www.nav.no/xml/eiff/2/">%s<MottakenhetBlokk ebRole="x"/></EI_fellesformat>'
    inner = request().raw.partition(b"?>")[2].strip()
    assert read(wrapped % inner).header == request().header


def test_an_emergency_is_seen() -> None:
    assert altered(referral(), ('Priority V="N"', 'Priority V="0"')).header.emergency
    assert not referral().header.emergency


def test_a_test_message_is_seen_in_both_families() -> None:
    assert referral(test=True).header.processing == "T"
    assert request(test=True).header.processing == "D"
    assert referral().header.processing == ""


@pytest.mark.parametrize(
    "document",
    [
        b"<a/>",
        b'<MsgHead xmlns="http://www.kith.no/xmlstds/msghead/2006-05-24"/>',
        b'<Message xmlns="http://www.kith.no/xmlstds/henvisning/2012-02-15"><ServReq/></Message>',
        b'<AppRec xmlns="http://www.kith.no/xmlstds/apprec/2012-02-15"><Sender><HCP/></Sender></AppRec>',
        b'<Message xmlns="http://www.kith.no/xmlstds/labsvar/2012-02-15"/>',
    ],
)
def test_what_is_missing_is_empty(document: bytes) -> None:
    header = read(document).header
    assert (header.sender, header.receivers, header.patient) == (None, (), None)
    assert header.msg_id == ""


def test_every_corpus_document_is_read(shared: Path) -> None:
    kinds = set()
    for path in sorted((shared / "corpus").glob("*/*/*.xml")):
        header = read(path.read_bytes()).header
        kinds.add(header.kind)
        assert header.kind is not Kind.UNKNOWN, path
        if path.name.startswith("generated_sm") or path.name == "helseopplysninger-UTF-8.xml":
            continue  # bodies without their envelope
        assert header.sender is not None, path
        assert header.receivers, path
        assert header.generated is not None, path
        assert header.msg_id, path
    assert kinds == set(Kind) - {Kind.UNKNOWN}
