"""A document into an envelope and out again; every step judged by a tool that shares no code with the program."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.security import cms, xmldsig
from elmeld_tui.security.canonical import parse
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.security.profile import DS
from elmeld_tui.security.signature import Algorithms
from elmeld_tui.transport import envelope, mime, packing, payloads
from elmeld_tui.transport.envelope import EnvelopeHeader, EnvelopeRefusedError, ManifestEntry
from elmeld_tui.transport.message import MessageKind, Packed
from elmeld_tui.transport.mime import Part
from elmeld_tui.transport.packing import Terms, open_payload, open_payloads, pack, packed_size, unpack
from elmeld_tui.transport.writing import write
from tests.judges import openssl, write_pem, xmlsec_accepts


def test_the_document_arrives_byte_for_byte(packed: Packed, document: bytes, hospital: CompanyKeys) -> None:
    opened = unpack(packed.content_type, packed.body)
    assert opened.kind is MessageKind.PAYLOAD
    assert opened.digests == packed.digests
    assert open_payload(opened, hospital) == document


def test_xmlsec_openssl_and_gzip_open_it_too(
    packed: Packed, document: bytes, clinic: CompanyKeys, hospital: CompanyKeys, tmp_path: Path
) -> None:
    soap, payload = mime.parse(packed.content_type, packed.body)
    assert xmlsec_accepts(soap.data, clinic.signing.certificate, {payload.content_id: payload.data})
    certificate, key = write_pem(tmp_path, hospital.decryption[0])
    enveloped = tmp_path / "smime.p7m"
    enveloped.write_bytes(payload.data)
    inner = openssl(
        *("cms", "-decrypt", "-binary", "-inform", "DER", "-in", enveloped, "-recip", certificate, "-inkey", key)
    )
    assert gzip.decompress(inner) == document


def test_the_payload_is_labelled_as_the_profile_asks(packed: Packed) -> None:
    payload = mime.parse(packed.content_type, packed.body)[1]
    assert payload.content_type.startswith('application/pkcs7-mime; smime-type="enveloped-data"')
    assert 'type="text/xml"' in packed.content_type


def test_no_clinical_word_is_readable_on_the_way(packed: Packed) -> None:
    soap, payload = mime.parse(packed.content_type, packed.body)
    assert b"kollega" not in soap.data + payload.data


def _soap(packed: Packed, change: Callable[[bytes], bytes]) -> tuple[str, bytes]:
    soap, *others = mime.parse(packed.content_type, packed.body)
    return mime.build(Part(soap.content_id, soap.content_type, change(soap.data)), others)


def _refusal(content_type: str, body: bytes) -> EnvelopeRefusedError:
    with pytest.raises(EnvelopeRefusedError) as refused:
        unpack(content_type, body)
    return refused.value


def test_a_changed_header_is_refused_and_can_still_be_answered(packed: Packed, header: EnvelopeHeader) -> None:
    refused = _refusal(*_soap(packed, lambda soap: soap.replace(b">79768<", b">79769<", 1)))
    assert (refused.code, refused.error_code) == ("envelope_changed", "SecurityFailure")
    assert refused.unverified
    assert refused.unverified.message_id == header.message_id


def test_a_changed_payload_is_refused(packed: Packed) -> None:
    soap, payload = mime.parse(packed.content_type, packed.body)
    changed = Part(payload.content_id, payload.content_type, payload.data[:-1] + bytes([payload.data[-1] ^ 1]))
    assert _refusal(*mime.build(soap, [changed])).code == "attachment_changed"


def test_missing_extra_and_nameless_parts_are_refused(packed: Packed) -> None:
    soap, payload = mime.parse(packed.content_type, packed.body)
    missing = _refusal(*mime.build(soap, []))
    assert (missing.code, missing.error_code) == ("attachment_missing", "MimeProblem")
    assert (
        _refusal(*mime.build(soap, [payload, Part("extra@x", "text/plain", b"x")])).code == "attachment_unsigned"
    )
    assert _refusal(*mime.build(soap, [payload, Part("", "text/plain", b"x")])).code == "attachment_unsigned"


def _signed(
    header: EnvelopeHeader, manifest: list[str], parts: dict[str, bytes], keys: CompanyKeys
) -> tuple[str, bytes]:
    entries = [ManifestEntry(content_id) for content_id in manifest]
    soap = xmldsig.sign(write(header, manifest=entries), parts, keys.signing).soap
    return mime.build(
        Part("soap@x", mime.SOAP_TYPE, soap),
        [Part(name, "application/pkcs7-mime", data) for name, data in parts.items()],
    )


@pytest.mark.parametrize(
    ("manifest", "parts", "code"),
    [
        (["a"], {"a": b"", "b": b""}, "part_unlisted"),
        (["a", "b"], {"a": b""}, "part_missing"),
        (["a", "a"], {"a": b""}, "part_unlisted"),
        ([], {}, "payload_count"),
    ],
)
def test_manifest_and_parts_must_agree_even_when_all_is_signed(
    manifest: list[str], parts: dict[str, bytes], code: str, header: EnvelopeHeader, clinic: CompanyKeys
) -> None:
    refused = _refusal(*_signed(header, manifest, parts, clinic))
    assert refused.code == code
    assert refused.unverified == unpacked_header(header)


def unpacked_header(header: EnvelopeHeader) -> EnvelopeHeader:
    return envelope.read(parse(write(header)))


def test_several_documents_are_read_and_anything_beside_them_is_told_to_the_sender(
    header: EnvelopeHeader, clinic: CompanyKeys, hospital: CompanyKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HIS 1037 §3.1: several documents in an envelope have no attachments beside them."""
    both = unpack(*_signed(header, ["a", "b"], {"a": b"<a/>", "b": gzip.compress(b"<b/>")}, clinic))
    assert open_payloads(both, hospital) == (b"<a/>", b"<b/>")
    beside = unpack(*_signed(header, ["a", "b"], {"a": b"<a/>", "b": b"%PDF-1.4"}, clinic))
    for opened, most in ((beside, 100), (both, 7)):
        monkeypatch.setattr(packing, "MAX_DOCUMENT", most)
        with pytest.raises(EnvelopeRefusedError) as refused:
            open_payloads(opened, hospital)
        assert refused.value.error_code == "NotSupported"


def test_values_are_read_from_what_was_signed(packed: Packed) -> None:
    content_type, body = _soap(packed, lambda soap: soap.replace(b"79768_8", b"79768_<!-- nav -->8"))
    opened = unpack(content_type, body)
    assert opened.header
    assert opened.header.cpa_id == "79768_8141253"


@pytest.mark.parametrize("body", [b"", b"<x", b"<!DOCTYPE x><x/>", b"\xff\xfe"])
def test_what_is_not_xml_is_refused(body: bytes) -> None:
    refused = _refusal("text/xml", body)
    assert (refused.code, refused.error_code, refused.unverified) == ("xml", "OtherXml", None)


def test_a_message_to_somebody_else_cannot_be_opened(packed: Packed, clinic: CompanyKeys) -> None:
    with pytest.raises(cms.DecryptionError):
        open_payload(unpack(packed.content_type, packed.body), clinic)


XML = "\ufeff<?xml version='1.0'?><a>æ</a>".encode()
ENTITY = b"Content-Type: text/xml\r\nContent-Transfer-Encoding: base64\r\n\r\n"


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "clear"])
@pytest.mark.parametrize(
    ("inside", "document", "compressed"),
    [
        (XML, XML, False),
        (gzip.compress(XML, mtime=0), XML, True),
        (ENTITY + b"PGEvPg==\r\n", b"<a/>", False),
        (b"MIME-Version: 1.0\nContent-Type: application/gzip\n\n" + gzip.compress(XML), XML, True),
        ("<a/>".encode("utf-16"), "<a/>".encode("utf-16"), False),
        (gzip.compress(XML[:9]) + gzip.compress(XML[9:]), XML, True),
        (gzip.compress(XML) + b"\r\n", XML, True),
        (gzip.compress(XML[:9]) + gzip.compress(XML[9:]) + b"\0" * 9, XML, True),
    ],
    ids=["xml", "gzip", "mime entity", "gzip in a mime entity", "utf-16", "two members", "line end", "padding"],
)
def test_what_is_inside_is_found_by_looking(
    inside: bytes, document: bytes, compressed: bool, encrypted: bool, hospital: CompanyKeys
) -> None:
    pair = hospital.decryption[0]
    data = cms.encrypt(inside, [pair.certificate]) if encrypted else inside
    opened = payloads.open_part(Part("p", "application/pkcs7-mime", data), [pair])
    assert (opened.document, opened.compressed, opened.encrypted) == (document, compressed, encrypted)


@pytest.mark.parametrize(
    "inside",
    [
        b"",
        b"random bytes",
        gzip.compress(XML)[:-9],
        b"\x1f\x8b",
        gzip.compress(gzip.compress(gzip.compress(XML)))[:50],
        gzip.compress(XML) + gzip.compress(XML)[:-9],
        gzip.compress(XML) + b"<more/>",
        gzip.compress(XML) + gzip.compress(XML)[:10] + b"\xff" * 20,
    ],
    ids=[
        "nothing",
        "noise",
        "cut gzip",
        "gzip magic alone",
        "cut gzip in gzip",
        "cut member",
        "something after it",
        "noise in a member",
    ],
)
def test_what_is_no_document_fails_like_a_wrong_key(inside: bytes, hospital: CompanyKeys) -> None:
    pair = hospital.decryption[0]
    with pytest.raises(cms.DecryptionError):
        payloads.open_part(Part("p", "x/y", cms.encrypt(inside, [pair.certificate])), [pair])


def test_a_decompression_bomb_stops_at_the_limit(hospital: CompanyKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payloads, "MAX_DOCUMENT", 1000)
    for bomb in (gzip.compress(b"<" + b" " * 1000), gzip.compress(b"<") + gzip.compress(b" " * 600) * 2):
        with pytest.raises(cms.DecryptionError):
            payloads.open_part(Part("p", "x/y", bomb), [])


def test_a_retry_is_the_same_bytes_because_packing_happens_once(packed: Packed, hospital: CompanyKeys) -> None:
    """Two packings differ (session key, boundary), so a retry must not pack anew."""
    first, again = unpack(packed.content_type, packed.body), unpack(packed.content_type, packed.body)
    assert first == again


def test_certificates_in_messages_are_the_senders_own(packed: Packed, clinic: CompanyKeys, now: datetime) -> None:
    opened = unpack(packed.content_type, packed.body)
    assert opened.verified
    own = clinic.signing.certificate.public_bytes(Encoding.DER)
    assert opened.verified.certificate.public_bytes(Encoding.DER) == own


SHA512 = Algorithms("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", "http://www.w3.org/2001/04/xmlenc#sha512")
SHA1 = Algorithms(f"{DS}rsa-sha1", f"{DS}sha1")


@pytest.mark.parametrize("terms", [Terms(SHA512), Terms(SHA1), Terms(compress=False), Terms(inner_entity=True)])
def test_an_agreement_may_ask_for_other_packing(
    terms: Terms, document: bytes, header: EnvelopeHeader, clinic: CompanyKeys, hospital: CompanyKeys
) -> None:
    packed = pack(
        document,
        header,
        schema_location="urn:doc",
        schema_version="1.1",
        keys=clinic,
        recipient_certificate=hospital.decryption[0].certificate,
        terms=terms,
    )
    soap, payload = mime.parse(packed.content_type, packed.body)
    assert xmlsec_accepts(soap.data, clinic.signing.certificate, {payload.content_id: payload.data})
    opened = unpack(packed.content_type, packed.body)
    assert opened.verified
    assert opened.verified.algorithm == terms.algorithms.signature
    assert {reference.digest_method for reference in opened.verified.references} == {terms.algorithms.digest}
    assert payloads.open_part(opened.payloads[0], hospital.decryption).compressed is terms.compress
    assert open_payload(opened, hospital) == document


@pytest.mark.parametrize("terms", [Terms(), Terms(compress=False), Terms(inner_entity=True)])
@pytest.mark.parametrize("size", [1, 20_000, 1_000_000])
def test_the_size_is_known_before_anything_is_packed(
    size: int, terms: Terms, header: EnvelopeHeader, clinic: CompanyKeys, hospital: CompanyKeys
) -> None:
    document = random.Random(size).randbytes(size)
    certificate = hospital.decryption[0].certificate
    packed = pack(
        document,
        header,
        schema_location="urn:doc",
        schema_version="1.1",
        keys=clinic,
        recipient_certificate=certificate,
        terms=terms,
    )
    assert len(packed.body) <= packed_size(document, terms) <= len(packed.body) + 20_000
