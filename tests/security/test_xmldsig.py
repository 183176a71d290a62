"""The envelope signature: agreed on with xmlsec, and refused with a reason for everything that was tried on it."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from elmeld_tui.model import clock
from elmeld_tui.security import profile, signature, xmldsig
from elmeld_tui.security.canonical import C14N, document_octets, parse, subtree_octets
from elmeld_tui.security.certificates import Anchors, Use, examine
from elmeld_tui.security.keys import CompanyKeys, KeyPair
from elmeld_tui.security.signature import Reference, append_signature
from tests.judges import xmlsec_accepts, xmlsec_signs

SOAP_PART = b"""<SOAP:Envelope xmlns:SOAP="http://schemas.xmlsoap.org/soap/envelope/" \
xmlns:eb="http://www.oasis-open.org/committees/ebxml-msg/schema/msg-header-2_0.xsd" \
xmlns:xlink="http://www.w3.org/1999/xlink">
  <SOAP:Header><eb:MessageHeader eb:version="2.0"><eb:CPAId>79768_8141253</eb:CPAId></eb:MessageHeader></SOAP:Header>
  <SOAP:Body><eb:Manifest eb:version="2.0"></eb:Manifest></SOAP:Body>
</SOAP:Envelope>"""
PARTNER_PART = b"""<?xml version="1.0" encoding="UTF-8"?>
<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xml:lang="no"
  xmlns:eb="http://www.oasis-open.org/committees/ebxml-msg/schema/msg-header-2_0.xsd">
  <S:Header><eb:MessageHeader eb:version="2.0"><eb:CPAId>79768_8141253</eb:CPAId></eb:MessageHeader></S:Header>
  <S:Body><eb:Manifest eb:version="2.0"/></S:Body>
</S:Envelope>"""
SYNC_REPLY = b'<eb:SyncReply S:actor="http://schemas.xmlsoap.org/soap/actor/next" eb:version="2.0"/>'
PARTS = {"payload@elmeld": b"\x1f\x8b binary \r\n\x00", "other@elmeld": b"second"}
PARTNER_XPATH = """
    not(ancestor-or-self::node()[@S:actor='urn:oasis:names:tc:ebxml-msg:actor:nextMSH']
    | ancestor-or-self::node()[@S:actor='http://schemas.xmlsoap.org/soap/actor/next'])
"""


@pytest.fixture(scope="module")
def signed(clinic: CompanyKeys) -> bytes:
    return xmldsig.sign(SOAP_PART, PARTS, clinic.signing).soap


def refusal(soap: bytes, parts: dict[str, bytes] = PARTS) -> str:
    with pytest.raises(xmldsig.SignatureRefusedError) as refused:
        xmldsig.verify(soap, parts)
    assert refused.value.reason
    return refused.value.code


def test_our_signature_holds_for_xmlsec_and_for_us(signed: bytes, clinic: CompanyKeys) -> None:
    assert xmlsec_accepts(signed, clinic.signing.certificate, PARTS)
    verified = xmldsig.verify(signed, PARTS)
    assert verified.certificate == clinic.signing.certificate
    assert set(verified.digests) == {"", "cid:payload@elmeld", "cid:other@elmeld"}
    assert verified.findings == ()


def test_our_signature_has_the_three_transforms_and_one_certificate(signed: bytes) -> None:
    signature = etree.fromstring(signed).find(f".//{{{profile.DS}}}Signature")
    assert signature is not None
    assert [t.get("Algorithm") for t in signature.iter(f"{{{profile.DS}}}Transform")] == list(
        profile.TRANSFORMS[0]
    )
    assert len(list(signature.iter(f"{{{profile.DS}}}X509Certificate"))) == 1
    assert signature.getparent().tag == f"{{{profile.SOAP}}}Header"


@pytest.mark.parametrize("prefix", ["ds", None], ids=["prefixed", "default namespace"])
@pytest.mark.parametrize("xpath", [PARTNER_XPATH, ""], ids=["three transforms", "two transforms"])
@pytest.mark.parametrize("soap", [PARTNER_PART, PARTNER_PART.replace(b"</S:Header>", SYNC_REPLY + b"</S:Header>")])
def test_what_xmlsec_signs_in_the_profile_holds(
    soap: bytes, xpath: str, prefix: str | None, clinic: CompanyKeys
) -> None:
    signed = xmlsec_signs(soap, clinic.signing, PARTS, prefix=prefix, xpath=xpath)
    assert set(xmldsig.verify(signed, PARTS).digests) == {"", *(f"cid:{name}" for name in PARTS)}


def test_sha1_is_accepted_and_told(clinic: CompanyKeys) -> None:
    signed = xmlsec_signs(PARTNER_PART, clinic.signing, PARTS, xpath=PARTNER_XPATH, weak=True)
    assert [finding.code for finding in xmldsig.verify(signed, PARTS).findings] == ["signature_sha1"]


def test_the_envelope_survives_new_line_endings_and_serialisation_but_not_indentation(signed: bytes) -> None:
    octets = xmldsig.verify(signed, PARTS).octets
    assert xmldsig.verify(signed.replace(b"\n", b"\r\n"), PARTS).octets == octets
    assert xmldsig.verify(etree.tostring(etree.fromstring(signed)), PARTS).octets == octets
    root = etree.fromstring(signed, etree.XMLParser(remove_blank_text=True))
    assert refusal(etree.tostring(root, pretty_print=True)) == "signature_value"


def _replace(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def replaced(soap: bytes) -> bytes:
        assert old in soap
        return soap.replace(old, new, 1)

    return replaced


def _in_header(element: bytes) -> Callable[[bytes], bytes]:
    return _replace(b"</eb:MessageHeader>", b"</eb:MessageHeader>" + element)


def _flip_in(name: str) -> Callable[[bytes], bytes]:
    """Change one character of base64 in the middle of the first ``name``."""

    def flipped(soap: bytes) -> bytes:
        start = soap.index(f"<ds:{name}>".encode()) + len(name) + 5 + 20
        return soap[:start] + (b"A" if soap[start : start + 1] != b"A" else b"B") + soap[start + 1 :]

    return flipped


def _twice(soap: bytes) -> bytes:
    start, end = soap.index(b"<ds:Signature "), soap.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    return soap[:end] + soap[start:end] + soap[end:]


FALSE_HEADER = b"""<eb:MessageHeader SOAP:actor="%s"><eb:CPAId>false</eb:CPAId></eb:MessageHeader>"""
DOCTYPE = b'<!DOCTYPE SOAP:Envelope [<!ENTITY a "aaaaaaaaaa">]>\n<SOAP:Envelope'

CHANGES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "header value": ("envelope_changed", _replace(b"79768_", b"79769_")),
    "signature value": ("signature_value", _flip_in("SignatureValue")),
    "digest value": ("signature_value", _flip_in("DigestValue")),
    "certificate": ("signature_value", lambda soap: soap),
    "processing instruction in text": ("xml", _replace(b"79768_", b"79768<?x?>_")),
    "header for the next actor": ("unsigned_element", _in_header(FALSE_HEADER % profile.NEXT_ACTORS[0].encode())),
    "header for the next actor, SOAP": (
        "unsigned_element",
        _in_header(FALSE_HEADER % profile.NEXT_ACTORS[1].encode()),
    ),
    "document type": ("xml", _replace(b"<SOAP:Envelope", DOCTYPE)),
    "not well-formed": ("xml", _replace(b"</SOAP:Envelope>", b"")),
    "second signature": ("signature_place", _twice),
    "signature elsewhere": (
        "signature_place",
        lambda soap: soap.replace(b"<ds:Signature ", b"<SOAP:x><ds:Signature ").replace(
            b"</ds:Signature>", b"</ds:Signature></SOAP:x>"
        ),
    ),
    "no signature": ("signature_missing", lambda _: SOAP_PART),
    "unknown signature method": ("algorithm", _replace(b"#rsa-sha256", b"#rsa-md5")),
    "hmac": ("algorithm", _replace(b"2001/04/xmldsig-more#rsa-sha256", b"2000/09/xmldsig#hmac-sha1")),
    "exclusive canonicalisation": (
        "algorithm",
        _replace(b"TR/2001/REC-xml-c14n-20010315", b"2001/10/xml-exc-c14n#"),
    ),
    "no certificate": ("certificate_missing", _replace(b"X509Data", b"X509Date")),
    "certificate that is none": ("certificate_unreadable", _replace(b"Certificate>MII", b"Certificate>MAA")),
    "value that is not base64": ("signature_form", _replace(b"<ds:SignatureValue>", b"<ds:SignatureValue>*")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_envelope_is_refused_with_its_own_reason(
    what: str, signed: bytes, hospital: CompanyKeys, clinic: CompanyKeys
) -> None:
    code, change = CHANGES[what]
    changed = change(signed)
    if what == "certificate":
        changed = _with_certificate(signed, clinic.signing, hospital.signing)
    if what == "no certificate":
        changed = etree.tostring(_without_certificates(signed))
    assert refusal(changed) == code


def test_a_partner_that_sends_its_chain_along_is_believed_for_its_own_certificate_and_told_of(
    authority: KeyPair, clinic: CompanyKeys, signed: bytes
) -> None:
    own, issuer = (
        b"<ds:X509Certificate>" + _text(pair) + b"</ds:X509Certificate>" for pair in (clinic.signing, authority)
    )
    for chain in (own + issuer, issuer + own):
        verified = xmldsig.verify(signed.replace(own, chain), PARTS)
        assert verified.certificate == clinic.signing.certificate
        assert [finding.code for finding in verified.findings] == ["signature_chain"]
    assert refusal(signed.replace(own, issuer)) == "signature_value"


def _with_certificate(soap: bytes, old: KeyPair, new: KeyPair) -> bytes:
    return soap.replace(_text(old), _text(new))


def _text(pair: KeyPair) -> bytes:
    return base64.b64encode(pair.certificate.public_bytes(Encoding.DER))


def _without_certificates(soap: bytes) -> etree._Element:
    root = etree.fromstring(soap)
    for element in list(root.iter(f"{{{profile.DS}}}X509Certificate")):
        element.getparent().remove(element)
    return root


def test_the_attackers_own_certificate_with_a_signature_of_theirs_shows_whose_it_is(
    hospital: CompanyKeys, clinic: CompanyKeys
) -> None:
    forged = xmldsig.sign(SOAP_PART, PARTS, hospital.signing).soap
    assert xmldsig.verify(forged, PARTS).certificate != clinic.signing.certificate


def test_attachments_are_covered_each_and_all(signed: bytes) -> None:
    assert refusal(signed, PARTS | {"other@elmeld": b"seconD"}) == "attachment_changed"
    assert refusal(signed, {"other@elmeld": b"second"}) == "attachment_missing"
    assert refusal(signed, PARTS | {"extra@elmeld": b""}) == "attachment_unsigned"


def test_comments_cannot_hide_part_of_a_value(signed: bytes) -> None:
    commented = signed.replace(b"79768_8141253", b"79768_<!-- -->8141253")
    octets = xmldsig.verify(commented, PARTS).octets
    assert b"<eb:CPAId>79768_8141253</eb:CPAId>" in octets


def _crafted(clinic: CompanyKeys, *references: Reference) -> bytes:
    """Sign whatever references one likes, so that the mathematics holds."""
    root = parse(SOAP_PART)
    append_signature(root.find(f"{{{profile.SOAP}}}Header"), references, clinic.signing)
    return etree.tostring(root)


@pytest.mark.parametrize(
    "uri", ["file:///etc/hostname", "http://127.0.0.1/x", "#id", "x.xml", "CID:a", "http://[::1"]
)
def test_references_outside_the_message_are_never_followed(uri: str, clinic: CompanyKeys) -> None:
    envelope = Reference("", profile.TRANSFORMS[0], document_octets(parse(SOAP_PART)))
    assert refusal(_crafted(clinic, envelope, Reference(uri, (), b"")), {}) == "reference_outside"


@pytest.mark.parametrize(
    "transforms",
    [
        (),
        (profile.ENVELOPED,),
        (profile.XPATH, C14N),
        (profile.ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116", C14N),
        (profile.ENVELOPED, C14N, profile.XPATH),
        (profile.ENVELOPED, "http://www.w3.org/2002/06/xmldsig-filter2", C14N),
    ],
)
def test_other_transforms_are_refused_even_where_the_digest_would_hold(
    transforms: tuple[str, ...], clinic: CompanyKeys
) -> None:
    envelope = Reference("", transforms, document_octets(parse(SOAP_PART)))
    assert refusal(_crafted(clinic, envelope), {}) == "transforms"


@pytest.mark.parametrize(
    "xpath",
    [
        "not(ancestor-or-self::SOAP:Header)",
        "true()",
        profile.PROFILE_XPATH.replace("nextMSH", "toPartyMSH"),
        profile.PROFILE_XPATH[:-3],
    ],
)
def test_any_other_xpath_is_refused_unread(
    xpath: str, clinic: CompanyKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelope = Reference("", profile.TRANSFORMS[0], document_octets(parse(SOAP_PART)))
    monkeypatch.setattr(profile, "PROFILE_XPATH", xpath)
    monkeypatch.setattr(signature, "_transforms", signature._transforms.__wrapped__)
    assert refusal(_crafted(clinic, envelope), {}) == "xpath"


def test_an_xpath_whose_prefix_is_not_soap_is_refused(clinic: CompanyKeys) -> None:
    xpath = PARTNER_XPATH.replace("@S:", "@eb:")
    signed = xmlsec_signs(PARTNER_PART, clinic.signing, {}, xpath=xpath)
    assert xmlsec_accepts(signed, clinic.signing.certificate)
    assert refusal(signed, {}) == "xpath"


def test_a_signature_that_leaves_the_envelope_out_or_names_a_part_twice_is_refused(clinic: CompanyKeys) -> None:
    part = Reference("cid:a", (), b"a")
    envelope = Reference("", profile.TRANSFORMS[1], document_octets(parse(SOAP_PART)))
    assert refusal(_crafted(clinic, part), {"a": b"a"}) == "envelope_unsigned"
    assert refusal(_crafted(clinic, envelope, part, part), {"a": b"a"}) == "reference_form"
    assert refusal(_crafted(clinic, envelope, Reference("cid:a", (C14N,), b"a")), {"a": b"a"}) == "transforms"


def test_a_percent_encoded_content_id_finds_its_part(clinic: CompanyKeys) -> None:
    signed = xmldsig.sign(SOAP_PART, {"a b/<æ>": b"x"}, clinic.signing).soap
    assert xmldsig.verify(signed, {"a b/<æ>": b"x"}).digests.keys() == {"", "cid:a%20b%2F%3C%C3%A6%3E"}


def test_entities_do_not_grow(clinic: CompanyKeys) -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]><x a="&l12;">&l12;</x>'.encode()
    assert refusal(bomb, {}) == "xml"


def test_a_subtree_is_canonicalised_where_it_stands() -> None:
    """The minimal case in which lxml writes a false xmlns="" when it canonicalises in place."""
    root = etree.fromstring('<a xmlns="u:a" xml:lang="no"><S xmlns="u:s"><I><T><t/></T></I></S></a>')
    inner = root[0][0]
    assert subtree_octets(inner) == b'<I xmlns="u:s" xml:lang="no"><T><t></t></T></I>'


# A changed serial number may be a negative one, which the library warns of; the certificate is nobody's then.
@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_single_changed_byte_changes_what_is_read(
    data: st.DataObject, signed: bytes, authority: KeyPair, clinic: CompanyKeys
) -> None:
    """A changed byte is refused, or lies outside every value and the certificate is no longer one of ours."""
    position = data.draw(st.integers(0, len(signed) - 1))
    new = data.draw(st.integers(0, 255).filter(lambda byte: byte != signed[position]))
    changed = signed[:position] + bytes([new]) + signed[position + 1 :]
    whole = xmldsig.verify(signed, PARTS)
    try:
        verified = xmldsig.verify(changed, PARTS)
    except xmldsig.SignatureRefusedError:
        return
    assert verified.octets == whole.octets
    assert verified.digests == whole.digests
    if verified.certificate != whole.certificate:
        anchors = Anchors((authority.certificate,))
        assert not examine(verified.certificate, at=clock.now(), anchors=anchors, use=Use.SIGNING).trusted


@pytest.mark.parametrize("separator", [b' a%d="1"', b' xmlns:a%d="urn:%d"'])
def test_an_element_with_attributes_without_number_is_refused_before_it_costs_anything(separator: bytes) -> None:
    many = b"".join(separator.replace(b"%d", b"%d" % number) for number in range(25_000))
    assert refusal(SOAP_PART.replace(b"<SOAP:Header>", b"<SOAP:Header" + many + b">")) == "xml"


def test_an_encoding_in_which_markup_cannot_be_counted_is_refused() -> None:
    text = PARTNER_PART.decode().replace('encoding="UTF-8"', 'encoding="UTF-7"')
    assert refusal(text.encode()) == "xml"
