"""Everything that was tried on an envelope, each refused by its name, in bounded time and memory.

The attacker holds a genuine signed message and may change every byte of it; where it says so, also a certificate
of their own. What is signed with a key is whatever the test wants, so that only the one thing is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from lxml import etree

from elmeld_tui.security import profile, xmldsig
from elmeld_tui.security.canonical import document_octets, parse
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.transport import mime
from elmeld_tui.transport.envelope import EnvelopeHeader, ManifestEntry
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.signals import acknowledgement, message_error, soap_fault
from elmeld_tui.transport.writing import write
from tests.judges import xmlsec_accepts
from tests.transport import wire
from tests.transport.refusing import between, refused

# What is put into a genuine envelope


@pytest.mark.parametrize("actor", profile.NEXT_ACTORS)
def test_a_second_header_for_the_next_actor(actor: str, packed: Packed, clinic: CompanyKeys) -> None:
    false = f'<eb:MessageHeader SOAP:actor="{actor}"><eb:CPAId>false</eb:CPAId></eb:MessageHeader>'.encode()
    soap, parts = wire.taken_apart(packed)
    soap = soap.replace(b"<SOAP:Header>", b"<SOAP:Header>" + false)
    assert xmlsec_accepts(soap, clinic.signing.certificate, parts), "the profile itself does not cover it"
    assert refused(*wire.wrap(soap, parts)).code == "unsigned_element"


def test_a_header_inside_what_the_next_actor_may_have(packed: Packed) -> None:
    false = b"<eb:MessageHeader><eb:CPAId>false</eb:CPAId></eb:MessageHeader>"
    reply = b'<eb:SyncReply SOAP:actor="http://schemas.xmlsoap.org/soap/actor/next">%s</eb:SyncReply>' % false
    opened = unpack(*wire.changed(packed, between(b"<SOAP:Header>", b"<SOAP:Header>" + reply)))
    assert opened.header
    assert opened.header.cpa_id == "79768_8141253"
    assert not opened.header.sync_reply


@pytest.mark.parametrize("name", [b"CPAId", b"MessageId", b"ConversationId", b"PartyId"])
def test_a_comment_inside_an_identifier(name: bytes, packed: Packed) -> None:
    soap, _ = wire.taken_apart(packed)
    start = soap.index(b">", soap.index(b"<eb:" + name)) + 3
    cut = unpack(*wire.changed(packed, lambda soap: soap[:start] + b"<!-- x -->" + soap[start:]))
    assert cut.header == unpack(packed.content_type, packed.body).header


def test_a_processing_instruction_inside_an_identifier(
    packed: Packed, header: EnvelopeHeader, clinic: CompanyKeys
) -> None:
    assert refused(*wire.changed(packed, between(b">8141253<", b">8<?x?>141253<"))).code == "xml"
    octets = write(header, manifest=[ManifestEntry("a")]).replace(b">8141253<", b">8<?x?>141253<")
    assert refused(*wire.signed(octets, {"a": b""}, clinic)).code == "xml"


DOCTYPES = {
    "bare": "<!DOCTYPE SOAP:Envelope>",
    "internal entity": '<!DOCTYPE x [<!ENTITY a "8141253">]>',
    "external entity": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;]>',
    "external subset": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "attribute default": '<!DOCTYPE x [<!ATTLIST SOAP:Header SOAP:actor CDATA "x">]>',
    "laughs": "<!DOCTYPE x [<!ENTITY l0 'lol'>"
    + "".join(f"<!ENTITY l{n + 1} '{f'&l{n};' * 10}'>" for n in range(12))
    + "]>",
}


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
@pytest.mark.parametrize("what", DOCTYPES)
def test_a_document_type(what: str, encoding: str, packed: Packed) -> None:
    def change(soap: bytes) -> bytes:
        declaration, _, root = soap.decode().partition("\n")
        root = root.replace(">8141253<", ">&a;<") if "ENTITY a" in DOCTYPES[what] else root
        return f"{declaration.replace('UTF-8', encoding)}{DOCTYPES[what]}{root}".encode(encoding)

    soap, parts = wire.taken_apart(packed)
    assert refused(*wire.wrap(change(soap), parts, soap_type="text/xml")).code == "xml"


# What is moved


def _wrapped(place: str) -> Callable[[bytes], bytes]:
    """Move the signed MessageHeader into ``place`` and put a false one where it stood."""

    def change(soap: bytes) -> bytes:
        start = soap.index(b"<eb:MessageHeader")
        end = soap.index(b"</eb:MessageHeader>") + len(b"</eb:MessageHeader>")
        header, false = soap[start:end], soap[start:end].replace(b">79768<", b">79769<", 1)
        without = soap[:start] + false + soap[end:]
        return without.replace(place.encode(), place.encode() + b"<w>" + header + b"</w>", 1)

    return change


@pytest.mark.parametrize("place", ["<SOAP:Body>", "</ds:KeyInfo>", "<SOAP:Header>"])
def test_the_signed_header_moved_and_a_false_one_in_its_place(place: str, packed: Packed) -> None:
    assert refused(*wire.changed(packed, _wrapped(place))).code == "envelope_changed"


def test_the_whole_signed_envelope_inside_another(packed: Packed) -> None:
    def change(soap: bytes) -> bytes:
        inner = soap.partition(b"\n")[2]
        start, end = inner.index(b"<ds:Signature "), inner.index(b"</ds:Signature>") + len(b"</ds:Signature>")
        false = inner[:start].replace(b">79768<", b">79769<", 1)
        return (
            false
            + inner[start:end]
            + b"</SOAP:Header><SOAP:Body><w>"
            + inner
            + b"</w></SOAP:Body></SOAP:Envelope>"
        )

    assert refused(*wire.changed(packed, change)).code == "signature_place"


@pytest.mark.parametrize(
    ("element", "code"),
    [
        (b"<SOAP:Body></SOAP:Body>", "soap_form"),
        (b"<SOAP:Header></SOAP:Header>", "soap_form"),
        (b"<x></x>", "soap_form"),
    ],
)
def test_a_second_body_or_header_even_when_signed(
    element: bytes, code: str, packed: Packed, header: EnvelopeHeader, clinic: CompanyKeys
) -> None:
    added = between(b"</SOAP:Envelope>", element + b"</SOAP:Envelope>")
    assert refused(*wire.changed(packed, added)).code == "envelope_changed"
    octets = added(write(header, manifest=[ManifestEntry("a")]))
    assert refused(*wire.signed(octets, {"a": b""}, clinic)).code == code


def test_two_headers_even_when_signed(header: EnvelopeHeader, clinic: CompanyKeys) -> None:
    octets = write(header, manifest=[ManifestEntry("a")])
    start, end = octets.index(b"<eb:MessageHeader"), octets.index(b"<eb:AckRequested")
    doubled = octets[:end] + octets[start:end] + octets[end:]
    assert refused(*wire.signed(doubled, {"a": b""}, clinic)).code == "message_header"


def test_another_root_than_an_envelope(header: EnvelopeHeader, clinic: CompanyKeys) -> None:
    octets = write(header, manifest=[ManifestEntry("a")]).replace(b"SOAP:Envelope", b"SOAP:Letter")
    assert refused(*wire.signed(octets, {"a": b""}, clinic)).code == "soap_form"


# Parts


def test_a_part_more_than_is_signed(packed: Packed) -> None:
    soap, parts = wire.taken_apart(packed)
    assert refused(*wire.wrap(soap, parts | {"extra@x": b"x"})).code == "attachment_unsigned"


def test_a_signed_part_that_the_manifest_does_not_list(header: EnvelopeHeader, clinic: CompanyKeys) -> None:
    octets = write(header, manifest=[ManifestEntry("a")])
    assert refused(*wire.signed(octets, {"a": b"", "b": b""}, clinic)).code == "part_unlisted"


def test_two_parts_of_one_name(packed: Packed) -> None:
    soap, payload = mime.parse(packed.content_type, packed.body)
    assert refused(*mime.build(soap, [payload, replace(payload, data=b"x")])).code == "mime_content_id"


def test_a_start_that_makes_another_part_the_envelope(packed: Packed) -> None:
    soap, payload = mime.parse(packed.content_type, packed.body)
    content_type = packed.content_type.replace(soap.content_id, payload.content_id)
    assert refused(content_type, packed.body).code == "xml"


@pytest.mark.parametrize("content_id", ["a\x00b", "a\rb", "a\x1b[31m", "a\x7f"])
def test_a_control_character_in_a_content_id(content_id: str) -> None:
    part = mime.Part(content_id, "x/y", b"x")
    assert refused(*mime.build(mime.Part("s", mime.SOAP_TYPE, b"<x/>"), [part])).code == "mime_content_id"


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_a_line_break_in_a_field_makes_no_other_field(ending: str) -> None:
    raw = f"Content-ID: <a>{ending}X: y".encode() + b"\r\nContent-Transfer-Encoding: binary\r\n\r\nx"
    fields = mime.header_fields(raw)
    assert ("x" in fields) is ending.endswith("\n")


@pytest.mark.parametrize("name", ["MessageId", "ConversationId", "CPAId", "Action", "Service"])
@pytest.mark.parametrize("inside", ["a&#13;&#10;Bcc: x", "a\nb", "a&#x9b;31m", "a" * 501])
def test_a_control_character_in_an_identifier(
    inside: str, name: str, header: EnvelopeHeader, clinic: CompanyKeys
) -> None:
    root = parse(write(header, manifest=[ManifestEntry("a")]))
    element = next(root.iter(f"{{*}}{name}"))
    element.text = etree.fromstring(f"<a>{inside}</a>").text
    assert refused(*wire.signed(document_octets(root), {"a": b""}, clinic)).code == "element_form"


def test_what_is_told_of_an_attack_is_sound_xml_itself(
    header: EnvelopeHeader, clinic: CompanyKeys, hospital: CompanyKeys, now: datetime
) -> None:
    reason = "Delen a\x00b\x1b<x> ]]>&#0; mangler\r\n\ud7ff\ufffe"
    answer = message_error(header, "MimeProblem", reason, hospital, now)
    assert unpack(answer.content_type, answer.body).signal
    fault = soap_fault(reason)
    assert unpack(fault.content_type, fault.body).signal


# Signals


def test_an_acknowledgment_signed_by_another_shows_whose_it_is(
    packed: Packed, clinic: CompanyKeys, hospital: CompanyKeys, now: datetime
) -> None:
    forged = acknowledgement(unpack(packed.content_type, packed.body), clinic, now)
    opened = unpack(forged.content_type, forged.body)
    assert opened.verified
    assert opened.verified.certificate == clinic.signing.certificate != hospital.signing.certificate


def test_an_acknowledgment_with_a_payload_beside_it(packed: Packed, hospital: CompanyKeys, now: datetime) -> None:
    ack = acknowledgement(unpack(packed.content_type, packed.body), hospital, now)
    octets = xmldsig.verify(ack.body, {}).octets
    assert refused(*wire.signed(octets, {"a": b"x"}, hospital)).code == "part_unlisted"


def test_a_fault_inside_a_signed_message_is_believed_no_more_than_a_fault(packed: Packed) -> None:
    opened = unpack(*wire.changed(packed, between(b"<SOAP:Body>", b"<SOAP:Body><SOAP:Fault/>")))
    assert opened.header is None
    assert opened.verified is None
