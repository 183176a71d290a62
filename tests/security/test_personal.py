"""The personal signature in a document: genuine ones hold, every changed one is refused, and xmlsec agrees."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from elmeld_tui.security import personal
from elmeld_tui.security.authority import create_authority, issue, issue_person
from elmeld_tui.security.canonical import EXCLUSIVE_C14N
from elmeld_tui.security.certificates import Anchors, Use
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.security.signature_reading import SignatureRefusedError
from elmeld_tui.security.signer import ExerciseSigner
from tests.judges import DS, xmlsec_accepts

NOW = datetime.now(UTC)
DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<MsgHead xmlns="http://www.kith.no/xmlstds/msghead/2006-05-24"><MsgInfo><MsgId>æ</MsgId>
<Patient xmlns:f="urn:f" a="1">  Ŋ </Patient><?hint one?><!-- said --></MsgInfo></MsgHead>""".encode()


@pytest.fixture(scope="session")
def doctor(authority: KeyPair) -> KeyPair:
    return issue_person(authority, "Åse Nordfjord")


@pytest.fixture(scope="session")
def signed(doctor: KeyPair) -> bytes:
    return ExerciseSigner(doctor).sign(DOCUMENT)


def signed_by_xmlsec(
    key: KeyPair,
    *,
    canonical: str = xmlsec.Transform.C14N,
    weak: bool = False,
    prefix: str | None = "ds",
    signing_time: str = "",
    times: int = 1,
    kept: str = "",
) -> bytes:
    """What other systems write: other canonicalisations, SHA-1, no prefix."""
    root = etree.fromstring(DOCUMENT)
    method = xmlsec.Transform.RSA_SHA1 if weak else xmlsec.Transform.RSA_SHA256
    node = xmlsec.template.create(root, canonical, method, ns=prefix)
    root.append(node)
    whole = xmlsec.template.add_reference(node, xmlsec.Transform.SHA1 if weak else xmlsec.Transform.SHA256, uri="")
    xmlsec.template.add_transform(whole, xmlsec.Transform.ENVELOPED)
    if canonical != xmlsec.Transform.C14N:
        xmlsec.template.add_transform(whole, canonical)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(node))
    if signing_time:
        for _ in range(times):
            xmlsec.template.add_reference(node, xmlsec.Transform.SHA256, uri="#properties")
        properties = etree.SubElement(
            etree.SubElement(node, f"{{{DS}}}Object"), "SignedProperties", Id="properties"
        )
        properties.text = signing_time
        xmlsec.tree.add_ids(root, ["Id"])
    for asks in node.iterfind(f".//{{*}}*[@Algorithm='{EXCLUSIVE_C14N}']") if kept else ():
        etree.SubElement(asks, f"{{{EXCLUSIVE_C14N}}}InclusiveNamespaces", PrefixList=kept)
    context = xmlsec.SignatureContext()
    pem = key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context.key = xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.PEM)
    context.key.load_cert_from_memory(key.certificate.public_bytes(Encoding.DER), xmlsec.KeyFormat.CERT_DER)
    context.sign(node)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def refusal(document: bytes) -> SignatureRefusedError:
    with pytest.raises(SignatureRefusedError) as caught:
        personal.verify(document)
    return caught.value


def test_our_own_holds_for_us_and_for_xmlsec_and_names_the_signer(signed: bytes, doctor: KeyPair) -> None:
    held = personal.verify(signed)
    assert xmlsec_accepts(signed, doctor.certificate)
    assert (held.signer, held.organisation_number) == ("Åse Nordfjord", "")
    assert held.findings == ()


@pytest.mark.parametrize("prefix", ["ds", None])
@pytest.mark.parametrize(
    "canonical", [xmlsec.Transform.C14N, xmlsec.Transform.C14N_COMMENTS, xmlsec.Transform.EXCL_C14N]
)
def test_what_other_systems_sign_holds(doctor: KeyPair, canonical: str, prefix: str | None) -> None:
    document = signed_by_xmlsec(doctor, canonical=canonical, prefix=prefix)
    assert xmlsec_accepts(document, doctor.certificate)
    assert personal.verify(document).certificate == doctor.certificate


def test_the_signer_is_whose_key_signed_wherever_in_its_chain_she_stands(
    authority: KeyPair, signed: bytes, doctor: KeyPair
) -> None:
    """XMLDSig §4.4.4 gives the certificates of KeyInfo no order, and several X509Data are allowed."""
    own, issuer = as_certificate(doctor), as_certificate(authority)
    apart = issuer + b"</ds:X509Data><ds:X509Data>" + own
    for chain in (own + issuer, issuer + own, issuer + own + issuer, apart):
        held = personal.verify(signed.replace(own, chain))
        assert (held.certificate, held.signer) == (doctor.certificate, "Åse Nordfjord")
    stranger = as_certificate(issue_person(authority, "Per Sandøy"))
    assert refusal(signed.replace(own, issuer + stranger)).code == "signature_value"
    assert refusal(signed.replace(own, issuer * 10 + own)).code == "certificate_count"


def as_certificate(pair: KeyPair) -> bytes:
    der = base64.b64encode(pair.certificate.public_bytes(Encoding.DER))
    return b"<ds:X509Certificate>" + der + b"</ds:X509Certificate>"


def test_prefixes_that_an_exclusive_canonicalisation_keeps_are_kept(doctor: KeyPair) -> None:
    """Exclusive XML Canonicalization §3: prefixes that stand in values are named, so that they are signed too."""
    document = signed_by_xmlsec(doctor, canonical=xmlsec.Transform.EXCL_C14N, kept="f missing")
    assert xmlsec_accepts(document, doctor.certificate)
    assert personal.verify(document).certificate == doctor.certificate
    default = signed_by_xmlsec(doctor, canonical=xmlsec.Transform.EXCL_C14N, kept="f #default")
    assert personal.is_unsupported(refusal(default))
    turned = document.replace(b'xmlns:f="urn:f"', b'xmlns:f="urn:g"')
    assert not xmlsec_accepts(turned, doctor.certificate)
    assert refusal(turned).code == "document_changed"


def test_what_a_signature_signs_of_itself_must_hold_too(doctor: KeyPair) -> None:
    """XAdES: a second reference, to the signer's own properties within the signature."""
    document = signed_by_xmlsec(doctor, signing_time="2026-11-22T08:00:00Z")
    assert xmlsec_accepts(document, doctor.certificate, ids=("Id",))
    assert personal.verify(document).certificate == doctor.certificate
    later = document.replace(b"2026-11-22T08", b"2026-11-23T08")
    assert not xmlsec_accepts(later, doctor.certificate, ids=("Id",))
    assert refusal(later).code == "document_changed"
    body = document.replace("æ".encode(), "ø".encode())
    assert refusal(body).code == "document_changed"
    twin = document.replace(b"<ds:Object>", b'<ds:Object><x Id="properties"/>')
    assert refusal(twin).code == "transforms"


def test_references_without_number_are_not_followed(doctor: KeyPair) -> None:
    many = signed_by_xmlsec(doctor, signing_time="2026-11-22T08:00:00Z", times=20)
    assert xmlsec_accepts(many, doctor.certificate, ids=("Id",))
    assert personal.is_unsupported(refusal(many))


def test_sha_1_holds_and_is_told(doctor: KeyPair) -> None:
    (finding,) = personal.verify(signed_by_xmlsec(doctor, weak=True)).findings
    assert finding.code == "signature_sha1"


def test_as29_a_changed_document_is_refused(signed: bytes, doctor: KeyPair) -> None:
    changed = signed.replace("æ".encode(), "ø".encode())
    assert not xmlsec_accepts(changed, doctor.certificate)
    assert refusal(changed).code == "document_changed"
    assert not personal.is_unsupported(refusal(changed))


@given(place=st.integers(0, 10**6), bit=st.integers(0, 6))
def test_as29_no_flipped_bit_is_believed(
    authority: KeyPair, signed: bytes, doctor: KeyPair, place: int, bit: int
) -> None:
    """Whatever bit is turned: what holds, holds for xmlsec too; and a changed certificate is nobody's."""
    at = place % len(signed)
    turned = signed[:at] + bytes([signed[at] ^ (1 << bit)]) + signed[at + 1 :]
    try:
        held = personal.verify(turned)
    except SignatureRefusedError:
        return
    assert xmlsec_accepts(turned, held.certificate)
    code, _ = personal.certificate_problem(held, at=NOW, anchors=Anchors((authority.certificate,)))
    assert (code == "") == (held.certificate == doctor.certificate)


def test_as29_a_signature_from_another_document_is_refused(signed: bytes, doctor: KeyPair) -> None:
    other = ExerciseSigner(doctor).sign(DOCUMENT.replace("æ".encode(), "å".encode()))
    start, end = b"<ds:Signature ", b"</ds:Signature>"
    moved = other[other.index(start) : other.index(end) + len(end)]
    forged = signed[: signed.index(start)] + moved + b"</MsgHead>"
    assert refusal(forged).code == "document_changed"


def test_as29_a_signature_over_a_part_is_refused(signed: bytes) -> None:
    assert refusal(signed.replace(b'URI=""', b'URI="#x"')).code in {"signature_value", "reference_part"}


def test_two_signatures_or_one_elsewhere_are_refused(signed: bytes) -> None:
    start, end = b"<ds:Signature ", b"</ds:Signature>"
    signature = signed[signed.index(start) : signed.index(end) + len(end)]
    assert refusal(signed.replace(end, end + signature)).code == "signature_place"
    assert refusal(signed.replace(b"</MsgHead>", b"<Later/></MsgHead>")).code == "signature_place"
    assert refusal(DOCUMENT).code == "signature_place"


def test_what_cannot_be_checked_is_not_called_wrong(signed: bytes) -> None:
    unknown = refusal(signed.replace(b"xmldsig-more#rsa-sha256", b"xmldsig-more#rsa-ripemd160"))
    assert personal.is_unsupported(unknown)


def test_a_document_type_is_refused(signed: bytes) -> None:
    body = signed.partition(b"?>")[2]
    assert refusal(b"<!DOCTYPE MsgHead>" + body).code == "xml"


def test_as30_expired_self_made_and_wrongly_used_certificates_are_invalid(
    authority: KeyPair, doctor: KeyPair
) -> None:
    anchors = Anchors((authority.certificate,))
    expired = issue_person(
        authority, "Åse", valid_from=NOW - timedelta(days=300), valid_to=NOW - timedelta(days=100)
    )
    company = issue(authority, "Fjellveien", "999999993", Use.ENCRYPTION)
    stranger = issue_person(create_authority("en annen"), "Åse")
    assert problem(expired, anchors) == problem(expired, None) == "validity"
    assert problem(company, None) == "usage"
    assert problem(stranger, anchors) == "issuer"
    assert problem(doctor, anchors) == problem(doctor, None) == problem(stranger, None) == ""


def test_a_signature_from_when_the_certificate_was_valid_is_believed_later(authority: KeyPair) -> None:
    then = NOW - timedelta(days=200)
    pair = issue_person(authority, "Åse", valid_from=NOW - timedelta(days=300), valid_to=NOW - timedelta(days=100))
    signature = personal.verify(ExerciseSigner(pair).sign(DOCUMENT))
    anchors = Anchors((authority.certificate,))
    assert personal.certificate_problem(signature, at=then, anchors=anchors) == ("", "")


def test_as31_a_revoked_certificate_is_told_as_revoked(authority: KeyPair, doctor: KeyPair) -> None:
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(doctor.certificate.serial_number)
        .revocation_date(NOW - timedelta(hours=1))
        .build()
    )
    crl = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(NOW - timedelta(minutes=1))
        .next_update(NOW + timedelta(days=1))
        .add_revoked_certificate(entry)
        .sign(authority.private_key, hashes.SHA256())
    )
    assert problem(doctor, Anchors((authority.certificate,), (crl,))) == "revoked"


def problem(pair: KeyPair, anchors: Anchors | None) -> str:
    signature = personal.verify(ExerciseSigner(pair).sign(DOCUMENT))
    code, reason = personal.certificate_problem(signature, at=NOW, anchors=anchors)
    assert bool(code) == bool(reason)
    return code
