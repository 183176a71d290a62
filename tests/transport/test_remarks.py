"""Each rule of the profile that a message may break without being refused: broken alone, it is told alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from elmeld_tui.security import xmldsig
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.transport import mime, rules
from elmeld_tui.transport.envelope import EnvelopeHeader, EnvelopeRefusedError, ManifestEntry
from elmeld_tui.transport.inspection import inspect
from elmeld_tui.transport.message import Opened, Packed
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.remarks import remarks
from elmeld_tui.transport.signals import acknowledgement, message_error
from elmeld_tui.transport.writing import system_description, write
from tests.judges import xmlsec_signs
from tests.transport import wire

PARTS = {"a@x": b"<a/>"}
REMOVED = b""

PAYLOAD_BREACHES: dict[str, tuple[bytes, bytes]] = {
    "R4": (b'eb:version="2.0"><eb:From>', b'eb:version="1.0"><eb:From>'),
    "R7": (b'<eb:MessageHeader SOAP:mustUnderstand="1"', b'<eb:MessageHeader SOAP:mustUnderstand="0"'),
    "R12": (b"<eb:CPAId>79768_8141253", b"<eb:CPAId>nav:qass:35065"),
    "conversation_id": (b"<eb:ConversationId>", b"<eb:ConversationId>x"),
    "party_id": (b"<eb:PartyId", b'<eb:PartyId eb:type="ENH">1</eb:PartyId>' * 2 + b"<eb:PartyId"),
    "role": (b"<eb:Role>DIALOG_HELSEFAGLIGsender</eb:Role>", REMOVED),
    "R47": (b">DIALOG_HELSEFAGLIG</eb:Action>", b">DIALOG_NOTAT</eb:Action>"),
    "R102": (b"<eb:MessageId>", b"<eb:MessageId>no "),
    "timestamp_zone": (b"Z</eb:Timestamp>", b"</eb:Timestamp>"),
    "R74": (b"<eb:DuplicateElimination></eb:DuplicateElimination>", REMOVED),
    "R94": (b' eb:signed="true"', b' eb:signed="false"'),
    "message_order": (b"<eb:AckRequested", b"<eb:MessageOrder></eb:MessageOrder><eb:AckRequested"),
    "R5": (b'<eb:Manifest eb:version="2.0">', b'<eb:Manifest eb:version="1.0">'),
    "R265": (b' eb:location="urn:doc"', REMOVED),
    "R266": (b' eb:version="1.1"', REMOVED),
    "R271": (b'<eb:Description xml:lang="no">' + system_description().encode() + b"</eb:Description>", REMOVED),
    "R272": (b'{"MSH-system"', b'"MSH-system"'),
    "R273": (b'"MSH-system": "elmeld", ', REMOVED),
    "R274": (b'"MSH-versjon"', b'"versjon"'),
}  # fmt: skip
ACK_BREACHES: dict[str, tuple[bytes, bytes]] = {
    "R107": (b">Acknowledgment</eb:Action>", b">Kvittering</eb:Action>"),
    "R108": (b"<eb:MessageId>", b"<eb:MessageId>no "),
    "R109": (b"</eb:MessageData>", b"<eb:RefToMessageId>m</eb:RefToMessageId></eb:MessageData>"),
    "R116": (b'<ds:Reference xmlns:ds="http://www.w3.org/2000/09/xmldsig#" URI="">',
             b'<ds:Reference xmlns:ds="http://www.w3.org/2000/09/xmldsig#" URI="cid:b@x">'),
    "signal_asks": (b"</eb:MessageData>", b"</eb:MessageData><eb:DuplicateElimination></eb:DuplicateElimination>"),
}  # fmt: skip
ERROR_BREACHES: dict[str, tuple[bytes, bytes]] = {
    "R121": (b">MessageError</eb:Action>", b">Feil</eb:Action>"),
}


@pytest.fixture
def sound(header: EnvelopeHeader) -> bytes:
    return write(
        replace(header, description=system_description()), manifest=[ManifestEntry("a@x", "urn:doc", "1.1")]
    )


def told(content_type: str, body: bytes) -> list[str]:
    """Rules told of a message whose payload part is ours."""
    opened = unpack(content_type, body)
    return [finding.code for finding in remarks(opened)]


def _broken(octets: bytes, breach: tuple[bytes, bytes]) -> bytes:
    assert octets.count(breach[0]) >= 1
    return octets.replace(*breach, 1)


def test_a_sound_message_and_sound_signals_break_none(
    packed: Packed, hospital: CompanyKeys, now: datetime
) -> None:
    opened = unpack(packed.content_type, packed.body)
    assert opened.header
    error = message_error(opened.header, "Inconsistent", "nei", hospital, now)
    for message in (packed, acknowledgement(opened, hospital, now), error):
        assert told(message.content_type, message.body) == []
        assert unpack(message.content_type, message.body).findings == ()


@pytest.mark.parametrize("code", PAYLOAD_BREACHES)
def test_a_breach_of_a_message_is_told_alone(code: str, sound: bytes, clinic: CompanyKeys) -> None:
    assert told(*wire.signed(_broken(sound, PAYLOAD_BREACHES[code]), PARTS, clinic)) == [code]


@pytest.mark.parametrize("code", [*ACK_BREACHES, *ERROR_BREACHES])
def test_a_breach_of_a_signal_is_told_alone(
    code: str, packed: Packed, hospital: CompanyKeys, now: datetime
) -> None:
    opened = unpack(packed.content_type, packed.body)
    assert opened.header
    error = message_error(opened.header, "Inconsistent", "nei", hospital, now)
    signal = acknowledgement(opened, hospital, now) if code in ACK_BREACHES else error
    octets = _broken(xmldsig.verify(signal.body, {}).octets, (ACK_BREACHES | ERROR_BREACHES)[code])
    assert told(*wire.signed(octets, {}, hospital)) == [code]


def test_an_error_that_names_no_message_is_told(packed: Packed, hospital: CompanyKeys, now: datetime) -> None:
    opened = unpack(packed.content_type, packed.body)
    assert opened.header
    octets = xmldsig.verify(message_error(opened.header, "X", "nei", hospital, now).body, {}).octets
    start, end = octets.index(b"<eb:RefToMessageId>"), octets.index(b"</eb:MessageData>")
    assert told(*wire.signed(octets[:start] + octets[end:], {}, hospital)) == ["R122"]


def test_a_signature_of_two_transforms_is_told(sound: bytes, clinic: CompanyKeys) -> None:
    assert told(*wire.wrap(xmlsec_signs(sound, clinic.signing, PARTS), PARTS)) == ["R37"]


@pytest.mark.parametrize(("days", "code"), [(-40, "R104"), (2000, "R105")])
def test_a_message_from_outside_the_days_of_its_certificate_is_told(
    days: int, code: str, header: EnvelopeHeader, clinic: CompanyKeys
) -> None:
    at = clinic.signing.certificate.not_valid_before_utc + timedelta(days=days)
    old = replace(header, timestamp=at, description=system_description())
    octets = write(old, manifest=[ManifestEntry("a@x", "urn:doc", "1.1")])
    assert told(*wire.signed(octets, PARTS, clinic)) == [code]


SOAP_PARTS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "R255": ('application/xml; charset="UTF-8"', bytes),
    "R256": ("text/xml", bytes),
    "R78": (mime.SOAP_TYPE, lambda soap: soap.partition(b"\n")[2]),
}


@pytest.mark.parametrize("code", SOAP_PARTS)
def test_a_breach_of_the_soap_part_is_told_alone(code: str, packed: Packed) -> None:
    soap_type, change = SOAP_PARTS[code]
    soap, parts = wire.taken_apart(packed)
    assert told(*wire.wrap(change(soap), parts, soap_type=soap_type)) == [code]


@pytest.mark.parametrize(
    ("media_type", "code"),
    [
        ("text/xml; smime-type=enveloped-data", "R259"),
        ("application/pkcs7-mime", "R260"),
        ("application/pkcs7-mime; smime-type=signed-data", "R260"),
    ],
)
def test_a_label_of_the_payload_is_told(media_type: str, code: str, packed: Packed) -> None:
    soap, payload = mime.parse(packed.content_type, packed.body)
    assert told(*mime.build(soap, [replace(payload, content_type=media_type)])) == [code]


def test_a_payload_that_is_not_base64_is_told(packed: Packed) -> None:
    soap, payload = mime.parse(packed.content_type, packed.body)
    content_type, body = mime.build(soap, [])
    boundary = body[: body.index(b"\r\n")]
    raw = (
        b"\r\nContent-Type: " + payload.content_type.encode() + b"\r\nContent-ID: <" + payload.content_id.encode()
        + b">\r\nContent-Transfer-Encoding: binary\r\n\r\n" + payload.data + b"\r\n"
    )  # fmt: skip
    body = body.removesuffix(boundary + b"--\r\n") + boundary + raw + boundary + b"--\r\n"
    assert told(content_type, body) == ["R260"]


MAIL = {
    "From": "a@edi.no",
    "To": "b@edi.no",
    "Date": "Sun, 22 Nov 2026 09:00:00 +0100",
    "Message-ID": "<1@edi.no>",
    "MIME-Version": "1.0",
    "SOAPAction": '"ebXML"',
    "Received": "by mx",
}


def _mail(packed: Packed, fields: dict[str, str]) -> bytes:
    lines = "".join(
        f"{name}: {value}\r\n" for name, value in (fields | {"Content-Type": packed.content_type}).items()
    )
    return lines.encode() + b"\r\n" + packed.body


@pytest.mark.parametrize("rule", rules.FIELD_RULES, ids=lambda rule: rule.code)
def test_a_missing_field_of_a_mail_is_told_alone(rule: rules.FieldRule, packed: Packed) -> None:
    assert inspect(_mail(packed, MAIL))["findings"] == []
    found = inspect(_mail(packed, {name: MAIL[name] for name in MAIL if name != rule.field}))["findings"]
    assert [finding["code"] for finding in found] == [rule.code]
    assert found[0]["message"]


def test_every_rule_has_its_test() -> None:
    covered = {*PAYLOAD_BREACHES, *ACK_BREACHES, *ERROR_BREACHES, *SOAP_PARTS, "R37", "R122", "R259", "R260"}
    table = {rule.code for group in (rules.RULES, rules.SOAP_RULES, rules.PAYLOAD_RULES) for rule in group}
    assert table <= covered


def _in_another_encoding(packed: Packed, encoding: str, charset: str) -> tuple[str, bytes]:
    soap, parts = wire.taken_apart(packed)
    text = soap.decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
    return wire.wrap(text.encode(encoding), parts, soap_type=f"text/xml; charset={charset}")


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-16", "windows-1252"])
def test_another_encoding_is_taken_and_answered_with_a_warning(encoding: str, packed: Packed) -> None:
    opened = unpack(*_in_another_encoding(packed, encoding, encoding))
    assert [finding.code for finding in opened.warnings] == ["R68"]
    assert opened.digests == packed.digests


def test_ascii_is_no_other_encoding(packed: Packed) -> None:
    assert unpack(*_in_another_encoding(packed, "US-ASCII", "us-ascii")).warnings == ()


def test_a_label_that_contradicts_the_declaration_is_refused(header: EnvelopeHeader, clinic: CompanyKeys) -> None:
    octets = write(replace(header, description="Blåfjell"), manifest=[ManifestEntry("a@x")])
    soap = xmldsig.sign(octets, PARTS, clinic.signing).soap
    assert unpack(*wire.wrap(soap, PARTS)).header
    with pytest.raises(EnvelopeRefusedError) as refused:
        unpack(*wire.wrap(soap, PARTS, soap_type="text/xml; charset=iso-8859-1"))
    assert (refused.value.code, refused.value.error_code) == ("soap_encoding", "OtherXml")
    assert refused.value.unverified
    assert refused.value.unverified.message_id == header.message_id


def test_a_message_that_asks_for_no_answer_is_warned_of(header: EnvelopeHeader, clinic: CompanyKeys) -> None:
    octets = write(replace(header, ack_requested=False), manifest=[ManifestEntry("a@x")])
    opened: Opened = unpack(*wire.signed(octets, PARTS, clinic))
    assert [finding.code for finding in opened.warnings] == ["R75"]


def test_a_fault_breaks_no_rule_of_envelopes() -> None:
    soap = b"""<?xml version="1.0"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><S:Fault>
      <faultcode>S:Client</faultcode><faultstring>nei</faultstring></S:Fault></S:Body></S:Envelope>"""
    opened = unpack(mime.SOAP_TYPE, soap)
    assert list(remarks(opened)) == []
