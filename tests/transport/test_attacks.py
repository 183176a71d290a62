"""Everything that was tried on an envelope, each refused by its name, in bounded time and memory.

The attacker holds a genuine signed message and may change every byte of it; where it says so, also a certificate
of their own. What is signed with a key is whatever the test wants, so that only the one thing is wrong.
"""

from __future__ import annotations

import base64
import gzip
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from elmeld_tui.security import cms, cms_reading, profile, xmldsig
from elmeld_tui.security.canonical import document_octets, parse
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.security.profile import DS, SOAP
from elmeld_tui.security.signature import Reference, append_signature
from elmeld_tui.transport import mime
from elmeld_tui.transport.envelope import EnvelopeHeader, EnvelopeRefusedError, ManifestEntry
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.packing import open_payload, unpack
from elmeld_tui.transport.payloads import open_part
from elmeld_tui.transport.signals import acknowledgement, message_error, soap_fault
from elmeld_tui.transport.writing import write
from tests.judges import xmlsec_accepts
from tests.transport import wire

SECONDS = 3
MEGABYTES = 200


@contextmanager
def bounded() -> Iterator[None]:
    """Fail where the work takes more of the processor or of memory than any message may."""
    tracemalloc.start()
    start = time.process_time()
    try:
        yield
        spent = time.process_time() - start
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert spent < SECONDS
    assert peak < MEGABYTES * 1_000_000


def refused(content_type: str, body: bytes) -> EnvelopeRefusedError:
    with bounded(), pytest.raises(EnvelopeRefusedError) as error:
        unpack(content_type, body)
    assert error.value.reason
    assert error.value.error_code in {
        "SecurityFailure",
        "MimeProblem",
        "OtherXml",
        "Inconsistent",
        "ValueNotRecognized",
    }
    return error.value


def _between(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda soap: soap.replace(old, new, 1)


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
    opened = unpack(*wire.changed(packed, _between(b"<SOAP:Header>", b"<SOAP:Header>" + reply)))
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
    assert refused(*wire.changed(packed, _between(b">8141253<", b">8<?x?>141253<"))).code == "xml"
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
    added = _between(b"</SOAP:Envelope>", element + b"</SOAP:Envelope>")
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


# What a signature says of itself


def _crafted(clinic: CompanyKeys, header: EnvelopeHeader, *references: Reference) -> bytes:
    """Sign whatever references one likes, so that the mathematics holds."""
    root = parse(write(header, manifest=[ManifestEntry("a")]))
    append_signature(root[0], references, clinic.signing)
    return etree.tostring(root)


@pytest.fixture
def whole(header: EnvelopeHeader) -> Reference:
    return Reference("", profile.TRANSFORMS[1], write(header, manifest=[ManifestEntry("a")]))


@pytest.mark.parametrize(
    "uri", ["file:///etc/hostname", "http://127.0.0.1:9/x", "#id", "#xpointer(/)", "x.xml", "CID:a", "data:,x"]
)
def test_a_reference_outside_the_message(
    uri: str, header: EnvelopeHeader, whole: Reference, clinic: CompanyKeys
) -> None:
    soap = _crafted(clinic, header, whole, Reference(uri, (), b""))
    assert refused(*wire.wrap(soap, {})).code == "reference_outside"


@pytest.mark.parametrize("href", ["file:///etc/hostname", "http://127.0.0.1:9/", "a", "#a"])
def test_a_manifest_that_points_outside_the_message(
    href: str, header: EnvelopeHeader, clinic: CompanyKeys
) -> None:
    octets = write(header, manifest=[ManifestEntry("a")]).replace(b"cid:a", href.encode())
    assert refused(*wire.signed(octets, {"a": b""}, clinic)).code == "manifest_outside"


@pytest.mark.parametrize(
    "transforms",
    [
        (profile.ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116", profile.C14N),
        (profile.ENVELOPED, "http://www.w3.org/2002/06/xmldsig-filter2", profile.C14N),
        (profile.ENVELOPED, f"{DS}base64"),
        (profile.ENVELOPED,),
        (),
    ],
)
def test_a_foreign_transform(transforms: tuple[str, ...], header: EnvelopeHeader, clinic: CompanyKeys) -> None:
    octets = document_octets(parse(write(header, manifest=[ManifestEntry("a")])))
    soap = _crafted(clinic, header, Reference("", transforms, octets))
    assert refused(*wire.wrap(soap, {})).code == "transforms"


@pytest.mark.parametrize("second", ["", "cid:a", "cid:%61"])
def test_a_reference_given_twice(
    second: str, header: EnvelopeHeader, whole: Reference, clinic: CompanyKeys
) -> None:
    part = Reference("cid:a", (), b"x")
    again = replace(part, uri=second) if second else whole
    assert refused(*wire.wrap(_crafted(clinic, header, whole, part, again), {"a": b"x"})).code == "reference_form"


ALGORITHMS = [
    f"{DS}hmac-sha1",
    "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
    f"{DS}dsa-sha1",
    "http://www.w3.org/2009/xmldsig11#dsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
    "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
    "none",
    "",
]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_another_signature_algorithm(algorithm: str, packed: Packed) -> None:
    change = _between(profile.RSA_SHA256.encode(), algorithm.encode())
    assert refused(*wire.changed(packed, change)).code == "algorithm"


@pytest.mark.parametrize("method", [f"{DS}sha1", "http://www.w3.org/2001/04/xmldsig-more#md5", "none"])
def test_another_digest_algorithm(method: str, packed: Packed) -> None:
    change = _between(profile.SHA256.encode(), method.encode())
    assert refused(*wire.changed(packed, change)).code == "signature_value"


def test_a_digest_of_another_algorithm_than_it_says(
    header: EnvelopeHeader, clinic: CompanyKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(profile.DIGEST_METHODS, profile.SHA256, "sha512")
    soap = xmldsig.sign(write(header, manifest=[ManifestEntry("a")]), {"a": b""}, clinic.signing).soap
    monkeypatch.undo()
    assert refused(*wire.wrap(soap, {"a": b""})).code == "envelope_changed"


def test_a_certificate_with_another_kind_of_key(packed: Packed, clinic: CompanyKeys) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    key, own = ec.generate_private_key(ec.SECP256R1()), clinic.signing.certificate
    other = (
        x509.CertificateBuilder()
        .subject_name(own.subject)
        .issuer_name(own.issuer)
        .public_key(key.public_key())
        .serial_number(own.serial_number)
        .not_valid_before(own.not_valid_before_utc)
        .not_valid_after(own.not_valid_after_utc)
        .sign(key, hashes.SHA256())
    )
    change = _between(_base64(own.public_bytes(Encoding.DER)), _base64(other.public_bytes(Encoding.DER)))
    assert refused(*wire.changed(packed, change)).code == "key_type"


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data)


# Who signed


def test_the_certificate_swapped_for_the_attackers(
    packed: Packed, clinic: CompanyKeys, hospital: CompanyKeys
) -> None:
    own, other = (pair.certificate.public_bytes(Encoding.DER) for pair in (clinic.signing, hospital.signing))
    assert refused(*wire.changed(packed, _between(_base64(own), _base64(other)))).code == "signature_value"


def test_a_false_from_signed_by_the_attacker_shows_whose_signature_it_is(
    header: EnvelopeHeader, clinic: CompanyKeys, hospital: CompanyKeys
) -> None:
    """The mathematics holds; the engine compares the certificate with the register's for From (HITS 1172 R79)."""
    opened = unpack(*wire.signed(write(header, manifest=[ManifestEntry("a")]), {"a": b""}, hospital))
    assert opened.header
    assert opened.verified
    assert opened.header.from_her == header.from_her
    assert opened.verified.certificate == hospital.signing.certificate != clinic.signing.certificate


def test_two_certificates(packed: Packed) -> None:
    added = _between(b"</ds:X509Data>", b"<ds:X509Certificate>MAA=</ds:X509Certificate></ds:X509Data>")
    assert refused(*wire.changed(packed, added)).code == "certificate_count"


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


# Too much


@pytest.mark.parametrize("part", [b"\r\n\r\nx", b"Content-ID: <%d>\r\n\r\nx"])
def test_ten_thousand_parts(part: bytes) -> None:
    body = b"".join(b"--b\r\n" + part.replace(b"%d", b"%d" % n) + b"\r\n" for n in range(10_000)) + b"--b--"
    assert refused("multipart/related; boundary=b", body).code == "mime_parts"


BODIES: dict[str, tuple[str, bytes]] = {
    "delimiters without lines": ("mime_truncated", b"--b" * 2_000_000),
    "a delimiter and white space": ("mime_truncated", b"--b\n--b" + b" " * 5_000_000 + b"x"),
    "line breaks": ("mime", b"\n" * 5_000_000 + b"--b--"),
    "a field of megabytes": ("mime_fields", b"--b\r\nContent-ID: <" + b"a" * 5_000_000 + b">\r\n\r\n\r\n--b--"),
    "fields without number": ("mime_fields", b"--b\r\n" + b"X: y\r\n" * 500_000 + b"\r\n\r\n--b--"),
    "folding without end": ("mime_fields", b"--b\r\nContent-Type: x;" + b"\r\n a=b;" * 500_000 + b"\r\n\r\n\r\n--b--"),
    "a long content type": ("mime_fields", b"--b\r\nContent-Type: x/" + b"y" * 5_000 + b"\r\n\r\n\r\n--b--"),
    "quoted-printable": ("xml", b"--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=3D" * 2_000_000
                         + b"\r\n--b--"),
    "not base64": ("mime_encoding", b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"A*" * 2_000_000
                   + b"\r\n--b--"),
    "an unknown encoding": ("mime_encoding", b"--b\r\nContent-Transfer-Encoding: gzip\r\n\r\nx\r\n--b--"),
}  # fmt: skip


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_costs_more_than_it_is_worth(what: str) -> None:
    code, body = BODIES[what]
    assert refused("multipart/related; boundary=b", body).code == code


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/related; boundary=" + "(a" * 900,
        "multipart/related" + "; a=b" * 390,
        "multipart/related; a*0=b" + "; a*1=b" * 240,
        "a/b" + " " * 1_900 + ";",
        "multipart/related; boundary=b" + "x" * 1_000_000,
    ],
)
def test_a_content_type_that_is_hard_to_read(content_type: str) -> None:
    assert refused(content_type, b"x").code.startswith("mime")


def test_a_message_cut_anywhere(packed: Packed) -> None:
    # Whatever follows the closing delimiter's dashes is an epilogue.
    whole = packed.body.rindex(b"--") + 2
    for length in range(0, whole, 97):
        with pytest.raises(EnvelopeRefusedError) as error:
            unpack(packed.content_type, packed.body[:length])
        assert error.value.code.startswith("mime")
    assert unpack(packed.content_type, packed.body[:whole]).header


def _soap(inside_header: str = "", *, attributes: str = "") -> bytes:
    return f'<S:Envelope xmlns:S="{SOAP}"><S:Header{attributes}>{inside_header}</S:Header><S:Body/></S:Envelope>'.encode()


COSTLY: dict[str, Callable[[], bytes]] = {
    "elements within elements": lambda: _soap("<a>" * 9_000 + "</a>" * 9_000),
    "elements without number": lambda: _soap("<a/>" * 100_000),
    "attributes": lambda: _soap(attributes="".join(f' a{n}="x"' for n in range(15_000))),
    "namespaces": lambda: _soap(attributes="".join(f' xmlns:a{n}="u:{n}"' for n in range(15_000))),
    "namespaces over elements": lambda: _soap(
        "<a/>" * 8_000, attributes="".join(f' xmlns:a{n}="u:{n}"' for n in range(300))
    ),
    "namespaces within namespaces": lambda: _soap(
        "".join(f'<a xmlns:b{n}="u:{n}" xmlns:c{n}="u:{n}" xmlns:d{n}="u:{n}">' for n in range(240)) + "</a>" * 240
    ),
    "a text of twenty megabytes": lambda: _soap("a" * 20_000_000),
    "namespaces in UTF-16": lambda: (
        _soap("<a/>" * 8_000, attributes="".join(f' xmlns:a{n}="u:{n}"' for n in range(300)))
        .decode()
        .encode("utf-16")
    ),
}


@pytest.mark.parametrize("what", COSTLY)
def test_xml_that_costs_more_than_it_is_worth(what: str) -> None:
    assert refused("text/xml", COSTLY[what]()).code == "xml"


def test_the_dearest_xml_that_is_read_is_bounded(clinic: CompanyKeys) -> None:
    attributes = "".join(f' xmlns:a{n}="u:{n}"' for n in range(70))
    root = parse(_soap("<a/>" * 9_000, attributes=attributes))
    append_signature(root[0], [Reference("", profile.TRANSFORMS[1], document_octets(root))], clinic.signing)
    assert refused("text/xml", etree.tostring(root)).code == "message_header"


@pytest.mark.parametrize("name", ["SignatureValue", "X509Certificate", "DigestValue"])
def test_megabytes_of_base64(name: str, packed: Packed) -> None:
    def change(soap: bytes) -> bytes:
        return soap.replace(f"<ds:{name}>".encode(), f"<ds:{name}>".encode() + b"A" * 8_000_000, 1)

    expected = {"SignatureValue": "signature_value", "X509Certificate": "certificate_unreadable"}
    assert refused(*wire.changed(packed, change)).code == expected.get(name, "signature_value")


# What is encrypted


def _bomb(megabytes: int) -> bytes:
    deflate = zlib.compressobj(1, wbits=31)
    zeros = b" " * 1_000_000
    return deflate.compress(b"<a>") + b"".join(deflate.compress(zeros) for _ in range(megabytes)) + deflate.flush()


@pytest.mark.parametrize("within", [bytes, gzip.compress], ids=["gzip", "gzip in gzip"])
def test_a_bomb_inside_the_encryption(within: Callable[[bytes], bytes], hospital: CompanyKeys) -> None:
    bomb = cms.encrypt(within(_bomb(70)), [hospital.decryption[0].certificate])
    assert len(bomb) < 400_000
    with bounded(), pytest.raises(cms.DecryptionError):
        open_part(mime.Part("a", "x/y", bomb), hospital.decryption)


def _tlv(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x84]) + len(content).to_bytes(4, "big") + content


_ENVELOPED = bytes.fromhex("06092a864886f70d010703")
DAMAGED_CMS: dict[str, bytes] = {
    "indefinite within indefinite": _tlv(0x30, _ENVELOPED + _tlv(0xA0, b"\x30\x80" * 100_000)),
    "sets within sets": _tlv(0x30, _ENVELOPED + _tlv(0xA0, b"\x31\x80" * 50_000 + b"\x00\x00" * 50_000)),
    "a length beyond the end": b"\x30\x84\x7f\xff\xff\xff" + _ENVELOPED,
    "a length of a hundred bytes": b"\x30\xe4" + b"\xff" * 200,
    "zeros": b"\x00" * 1_000_000,
    "nothing inside": _tlv(0x30, _ENVELOPED + _tlv(0xA0, _tlv(0x30, b""))),
    "recipients without number": _tlv(
        0x30,
        _ENVELOPED + _tlv(0xA0, _tlv(0x30, b"\x02\x01\x00" + _tlv(0x31, _tlv(0x30, b"\x02\x01\x00") * 50_000))),
    ),
}


@pytest.mark.parametrize("what", DAMAGED_CMS)
def test_cms_that_is_none_fails_as_a_wrong_key_does(what: str, packed: Packed, hospital: CompanyKeys) -> None:
    with bounded(), pytest.raises(cms.DecryptionError) as failed:
        open_part(mime.Part("a", "x/y", DAMAGED_CMS[what]), hospital.decryption)
    assert str(failed.value) == str(cms.DecryptionError())


def test_a_key_is_never_tried_that_is_not_addressed(packed: Packed, clinic: CompanyKeys) -> None:
    with pytest.raises(cms.DecryptionError) as failed:
        open_payload(unpack(packed.content_type, packed.body), clinic)
    assert str(failed.value) == str(cms.DecryptionError())


@pytest.mark.parametrize("field", ["encrypted_key", "octets", "initialisation_vector"])
def test_padding_and_key_fail_alike(field: str, packed: Packed, hospital: CompanyKeys) -> None:
    """Whoever sends variations of a captured envelope learns nothing from how they fail."""
    _, parts = wire.taken_apart(packed)
    envelope = cms_reading.read(next(iter(parts.values())))
    assert envelope
    answers = set()
    for position in range(16):
        if field == "encrypted_key":
            key = bytearray(envelope.recipients[0].encrypted_key)
            key[-1 - position] ^= 1
            other = replace(envelope, recipients=(replace(envelope.recipients[0], encrypted_key=bytes(key)),))
        else:
            data = bytearray(getattr(envelope, field))
            data[-1 - position] ^= 0x80
            other = replace(envelope, **{field: bytes(data)})
        try:
            cms.open_envelope(other, hospital.decryption)
        except cms.DecryptionError as error:
            answers.add(str(error))
    assert answers <= {str(cms.DecryptionError())}


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
    opened = unpack(*wire.changed(packed, _between(b"<SOAP:Body>", b"<SOAP:Body><SOAP:Fault/>")))
    assert opened.header is None
    assert opened.verified is None
