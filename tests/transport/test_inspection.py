"""The report on a captured message: right on a sound one, and of use on a broken one."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.security.authority import create_authority
from elmeld_tui.security.certificates import Anchors
from elmeld_tui.security.keys import CompanyKeys, KeyPair
from elmeld_tui.transport import mime
from elmeld_tui.transport.inspection import inspect
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.signals import acknowledgement
from tests.judges import xmlsec_signs
from tests.transport.agreements import cpa


@pytest.fixture
def captured(packed: Packed) -> bytes:
    return f"POST /ebxml HTTP/1.1\r\nContent-Type: {packed.content_type}\r\n\r\n".encode() + packed.body


@pytest.fixture
def anchors(authority: KeyPair) -> Anchors:
    return Anchors((authority.certificate,))


def codes(report: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in report["findings"]}


def test_a_sound_message_is_told_in_full(
    captured: bytes, packed: Packed, hospital: CompanyKeys, clinic: CompanyKeys, anchors: Anchors, now: datetime
) -> None:
    at = now + timedelta(days=700)
    report = inspect(captured, keys=hospital.decryption, anchors=anchors, at=at)
    assert [part["bytes"] for part in report["parts"]] == [
        len(part.data) for part in mime.parse(packed.content_type, packed.body)
    ]
    header = report["header"]
    assert (header["from"], header["to"], header["cpa_id"]) == ("8141253", "79768", "79768_8141253")
    assert (header["service"], header["action"]) == ("S-DIALOG_HELSEFAGLIG", "DIALOG_HELSEFAGLIG")
    assert (header["message_id"], header["timestamp"]) == (packed.message_id, "2026-11-22T08:00:00.000Z")
    signature = report["signature"]
    assert (signature["valid"], signature["algorithm"][-10:]) == (True, "rsa-sha256")
    assert signature["signer"]["org_number"] == "999999993"
    assert signature["signer"]["serial"] == str(clinic.signing.certificate.serial_number)
    assert report["payload"] == {
        "encrypted": True,
        "algorithm": "aes256_cbc",
        "recipient_serial": str(hospital.decryption[0].certificate.serial_number),
        "decrypted": True,
        "reason": "",
        "compressed": True,
        "kind": "unknown",
    }
    assert report["cpa"] is None
    assert report["findings"] == []


def test_the_certificate_chain_is_shown_up_to_whom_the_clinic_trusts_or_as_far_as_anybody_is_known(
    captured: bytes, anchors: Anchors, authority: KeyPair
) -> None:
    def chain(trusted: Anchors) -> list[tuple[str, bool]]:
        told = inspect(captured, anchors=trusted)["signature"]["chain"]
        assert all(below["issuer"] == above["subject"] for below, above in pairwise(told))
        return [(one["fingerprint"], one["anchor"]) for one in told]

    signer, root = chain(anchors)
    assert root == (authority.certificate.fingerprint(hashes.SHA256()).hex(), True)
    assert signer[1] is False
    # An authority of the same name is another one: it has not signed this.
    assert chain(Anchors((create_authority().certificate,))) == [signer]


def test_trust_is_asked_at_the_messages_own_time(captured: bytes, anchors: Anchors, now: datetime) -> None:
    def trust(**asked: Any) -> tuple[bool, str]:
        signature = inspect(captured, **asked)["signature"]
        assert signature["valid"]
        return signature["trusted"], signature["code"]

    # The certificates of this run begin the day before it, which may be after the message.
    wall_clock = datetime.now(now.tzinfo)
    assert trust(anchors=anchors, at=wall_clock) == (True, "")
    assert trust(anchors=anchors, at=wall_clock + timedelta(days=5000)) == (False, "validity")
    assert trust(anchors=Anchors((create_authority().certificate,)), at=wall_clock) == (False, "issuer")
    assert trust(at=wall_clock) == (False, "issuer")


def test_a_changed_message_still_tells_who_says_so(captured: bytes, packed: Packed) -> None:
    soap, payload = mime.parse(packed.content_type, packed.body)
    changed = mime.Part(soap.content_id, soap.content_type, soap.data.replace(b">79768<", b">79769<", 1))
    content_type, body = mime.build(changed, [payload])
    report = inspect(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    assert (report["signature"]["valid"], report["signature"]["code"]) == (False, "envelope_changed")
    assert report["signature"]["signer"]["org_number"] == "999999993"
    assert (report["header"]["to"], report["header"]["verified"]) == ("79769", False)
    assert "envelope_changed" in codes(report)


def test_without_the_right_key_the_report_says_whose_it_needs(
    captured: bytes, clinic: CompanyKeys, hospital: CompanyKeys
) -> None:
    serial = str(hospital.decryption[0].certificate.serial_number)
    reasons = set()
    for keys in ((), clinic.decryption):
        payload = inspect(captured, keys=keys)["payload"]
        assert (payload["encrypted"], payload["decrypted"], payload["recipient_serial"]) == (True, False, serial)
        reasons.add(payload["reason"])
    assert len(reasons) == 2


def test_every_form_of_capture_is_understood(packed: Packed, captured: bytes) -> None:
    bare = packed.body
    without_blank_line = f"Content-Type: {packed.content_type}\r\n".encode() + packed.body
    for raw in (captured, bare, without_blank_line, captured.replace(b"\r\n", b"\n"), b"\r\n" + captured):
        report = inspect(raw)
        assert report["signature"]["valid"], raw[:100]
        assert len(report["parts"]) == 2


def test_signals_are_reported_as_they_come_by_http_and_by_mail(
    packed: Packed, hospital: CompanyKeys, now: datetime
) -> None:
    ack = acknowledgement(unpack(packed.content_type, packed.body), hospital, now)
    by_mail = b"Content-Type: text/xml\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(ack.body)
    for raw in (ack.body, by_mail):
        report = inspect(raw)
        assert report["signature"]["valid"]
        assert report["header"]["action"] == "Acknowledgment"
        assert report["payload"] is None


def test_a_departure_from_the_agreement_is_a_finding(captured: bytes) -> None:
    report = inspect(captured, cpa=cpa())
    assert report["cpa"]["id"] == "nav:x:1"
    assert not report["cpa"]["covers"]
    assert {"cpa_id", "cpa_action"} <= codes(report)


def test_legitimate_departures_from_the_profile_are_notes(packed: Packed, clinic: CompanyKeys) -> None:
    soap = b"""<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xmlns:x="http://www.w3.org/1999/xlink"
      xmlns:e="http://www.oasis-open.org/committees/ebxml-msg/schema/msg-header-2_0.xsd"><S:Header>
      <e:MessageHeader><e:From><e:PartyId e:type="HER">1</e:PartyId></e:From><e:To><e:PartyId e:type="HER">2</e:PartyId>
      </e:To><e:CPAId>1_2</e:CPAId><e:ConversationId>x</e:ConversationId><e:Service>S</e:Service><e:Action>A</e:Action>
      <e:MessageData><e:MessageId>m</e:MessageId><e:Timestamp>2026-11-22T08:00:00Z</e:Timestamp></e:MessageData>
      </e:MessageHeader></S:Header><S:Body><e:Manifest><e:Reference x:href="cid:a"/></e:Manifest></S:Body></S:Envelope>"""
    signed = xmlsec_signs(soap, clinic.signing, {"a": b"<a/>"}).partition(b"\n")[2]
    content_type, body = mime.build(mime.Part("s", "text/xml", signed), [mime.Part("a", "text/xml", b"<a/>")])
    report = inspect(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    told = {finding["code"]: finding["severity"] for finding in report["findings"]}
    # Missing AckRequested is answered with a Warning (HITS 1171 §5.2.4); all else is only noted.
    assert told.pop("R75") == "warning"
    assert set(told.values()) == {"note"}
    assert told.keys() == {
        *("R256", "R78", "R4", "R7", "role", "conversation_id", "R102", "R74", "R271"),
        *("R37", "R5", "R265", "R266", "R259", "R260"),
    }
    assert report["payload"]["encrypted"] is False


@given(raw=st.binary(max_size=300))
def test_no_bytes_end_otherwise_than_in_a_report(raw: bytes) -> None:
    for head in (b"", b"Content-Type: text/xml\r\n\r\n", b"--b\r\n", b"<S:Envelope>"):
        report = inspect(head + raw)
        assert set(report) == {"parts", "header", "signature", "payload", "cpa", "findings"}
        assert report["findings"]
