"""Signals: signed answers that are for these very bytes or refused, and never answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from lxml import etree

from elmeld_tui.security import xmldsig
from elmeld_tui.security.canonical import parse
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.security.profile import DS, EB, SOAP
from elmeld_tui.transport import envelope, mime, signals
from elmeld_tui.transport.envelope import SIGNAL_SERVICE, EnvelopeHeader, EnvelopeRefusedError
from elmeld_tui.transport.message import (
    Acknowledgment,
    ErrorEntry,
    Fault,
    MessageError,
    MessageKind,
    Opened,
    Packed,
)
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.writing import write
from tests.judges import xmlsec_accepts, xmlsec_signs


@pytest.fixture
def opened(packed: Packed) -> Opened:
    return unpack(packed.content_type, packed.body)


@pytest.fixture
def ack(opened: Opened, hospital: CompanyKeys, now: datetime) -> Packed:
    return signals.acknowledgement(opened, hospital, now)


def test_an_ack_is_for_the_very_bytes_that_were_sent(ack: Packed, packed: Packed, now: datetime) -> None:
    answer = unpack(ack.content_type, ack.body)
    assert answer.kind is MessageKind.ACK
    assert isinstance(answer.signal, Acknowledgment)
    assert answer.signal.timestamp == now
    check = signals.check_acknowledgement(answer.signal, message_id=packed.message_id, digests=packed.digests)
    assert check == ()


def test_an_ack_or_error_that_spells_our_id_in_capitals_is_for_us(
    opened: Opened, packed: Packed, hospital: CompanyKeys, now: datetime
) -> None:
    assert opened.header is not None
    spelt = replace(opened.header, message_id=packed.message_id.upper())
    ack = signals.acknowledgement(replace(opened, header=spelt), hospital, now)
    error = signals.message_error(spelt, "Inconsistent", "nei", hospital, now)
    for signal in (unpack(one.content_type, one.body).signal for one in (ack, error)):
        assert signal is not None
        assert signal.ref_to_message_id == packed.message_id  # type: ignore[union-attr]


def test_an_ack_mirrors_the_parties_and_holds_for_xmlsec(
    ack: Packed, header: EnvelopeHeader, hospital: CompanyKeys
) -> None:
    answer = unpack(ack.content_type, ack.body).header
    assert answer
    assert (answer.from_her, answer.to_her) == (header.to_her, header.from_her)
    assert answer.conversation_id == header.conversation_id
    assert answer.cpa_id == "79768_8141253"
    assert answer.message_id != header.message_id
    assert not answer.ack_requested
    # HITS 1172 R109: the reference stands in eb:Acknowledgment alone.
    assert answer.ref_to_message_id == ""
    assert ack.content_type.startswith("text/xml")
    assert xmlsec_accepts(ack.body, hospital.signing.certificate)


def test_the_references_are_repeated_word_for_word(
    header: EnvelopeHeader, clinic: CompanyKeys, hospital: CompanyKeys, now: datetime
) -> None:
    """Also where the partner bound other prefixes than we do."""
    xpath = """not(ancestor-or-self::node()[@S:actor="urn:oasis:names:tc:ebxml-msg:actor:nextMSH"]
        | ancestor-or-self::node()[@S:actor="http://schemas.xmlsoap.org/soap/actor/next"])"""
    entry = envelope.ManifestEntry("a@x")
    soap = xmlsec_signs(write(header, manifest=[entry]), clinic.signing, {"a@x": b"<a/>"}, xpath=xpath)
    body = mime.build(mime.Part("s", mime.SOAP_TYPE, soap), [mime.Part("a@x", "text/xml", b"<a/>")])
    answer = signals.acknowledgement(unpack(*body), hospital, now)
    sent = etree.fromstring(soap).findall(f".//{{{DS}}}SignedInfo/{{{DS}}}Reference")
    repeated = etree.fromstring(answer.body).findall(f".//{{{EB}}}Acknowledgment/{{{DS}}}Reference")
    assert [_alone(reference) for reference in repeated] == [_alone(reference) for reference in sent]
    expression = repeated[0].find(f".//{{{DS}}}XPath")
    assert expression is not None
    assert expression.nsmap.get("S") == SOAP


def _alone(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def _replace(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda soap: soap.replace(old, new, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_replace(b"<eb:RefToMessageId>", b"<eb:RefToMessageId>0"), "envelope_changed"),
        (_replace(b"<ds:DigestValue>", b"<ds:DigestValue>A"), "envelope_changed"),
        (_replace(b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA"), "signature_value"),
        (_replace(b"Acknowledgment</eb:Action>", b"MessageError</eb:Action>"), "envelope_changed"),
    ],
)
def test_a_changed_ack_is_refused(change: Callable[[bytes], bytes], code: str, ack: Packed) -> None:
    with pytest.raises(EnvelopeRefusedError) as refused:
        unpack(ack.content_type, change(ack.body))
    assert refused.value.code == code


def test_an_ack_of_another_message_or_of_other_bytes_is_refused(ack: Packed, packed: Packed) -> None:
    signal = unpack(ack.content_type, ack.body).signal
    assert isinstance(signal, Acknowledgment)

    def refusal(read: Acknowledgment, message_id: str, digests: dict[str, str]) -> str:
        with pytest.raises(EnvelopeRefusedError) as refused:
            signals.check_acknowledgement(read, message_id=message_id, digests=digests)
        return refused.value.code

    assert refusal(signal, "another", packed.digests) == "ack_other_message"
    for uri in packed.digests:
        assert refusal(signal, packed.message_id, packed.digests | {uri: "AAAA"}) == "ack_other_bytes"
    fewer = replace(signal, digests={"": packed.digests[""]})
    assert refusal(fewer, packed.message_id, packed.digests) == "ack_other_bytes"


def test_an_ack_without_digests_is_taken_and_told(ack: Packed, packed: Packed) -> None:
    signal = unpack(ack.content_type, ack.body).signal
    assert isinstance(signal, Acknowledgment)
    old = replace(signal, digests={})
    findings = signals.check_acknowledgement(old, message_id=packed.message_id, digests=packed.digests)
    assert [finding.code for finding in findings] == ["ack_without_digests"]


@pytest.mark.parametrize(
    ("whole", "each", "refused"),
    [
        ("Warning", ["Warning"], False),
        ("Warning", [], False),
        ("Warning", ["Warning", "Error"], True),
        ("Error", ["Warning"], True),
        ("", ["Error"], True),
    ],
)
def test_one_error_refuses_the_message_whatever_the_list_is_called(
    whole: str, each: list[str], refused: bool
) -> None:
    errors = tuple(ErrorEntry("Unknown", severity, "", "") for severity in each)
    assert MessageError("m", whole, errors).refused is refused


@pytest.mark.parametrize(("severity", "refused"), [("Error", True), ("Warning", False)])
def test_a_message_error_says_what_and_of_which_message(
    severity: str, refused: bool, opened: Opened, hospital: CompanyKeys, now: datetime, packed: Packed
) -> None:
    assert opened.header
    made = signals.message_error(opened.header, "SecurityFailure", "Æ < &", hospital, now, severity)
    answer = unpack(made.content_type, made.body)
    assert answer.kind is MessageKind.ERROR
    assert isinstance(answer.signal, MessageError)
    assert answer.signal.ref_to_message_id == packed.message_id
    assert answer.signal.refused is refused
    assert [(error.code, error.text) for error in answer.signal.errors] == [("SecurityFailure", "Æ < &")]


def test_a_warning_whose_attributes_have_no_namespace_is_no_refusal(
    opened: Opened, hospital: CompanyKeys, now: datetime
) -> None:
    assert opened.header
    made = signals.message_error(opened.header, "OtherXml", "nesten", hospital, now, "Warning").body
    for name in (b"highestSeverity", b"errorCode", b"severity"):
        made = made.replace(b"eb:" + name, name)
    signal = signals.read_signal(parse(made), replace(opened.header, service=SIGNAL_SERVICE))
    assert isinstance(signal, MessageError)
    assert not signal.refused
    assert [error.code for error in signal.errors] == ["OtherXml"]


def test_a_fault_is_read_without_signature_and_without_parties() -> None:
    made = signals.soap_fault("MIME kan ikke leses")
    answer = unpack(made.content_type, made.body)
    assert (answer.kind, answer.header, answer.verified) == (MessageKind.FAULT, None, None)
    assert answer.signal == Fault("SOAP:Client", "MIME kan ikke leses")


def test_a_signal_that_is_two_things_or_none_is_refused(header: EnvelopeHeader, clinic: CompanyKeys) -> None:
    ping = replace(header, service=envelope.SIGNAL_SERVICE, action="Ping", ack_requested=False)
    disguised = write(header, signal="<eb:Acknowledgment></eb:Acknowledgment>")
    for soap in (write(ping), disguised):
        with pytest.raises(EnvelopeRefusedError) as refused:
            unpack("text/xml", xmldsig.sign(soap, {}, clinic.signing).soap)
        assert refused.value.code == "signal_form"
