"""What was tried on a signature and on who it is from; what is signed with a key is whatever the test wants."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from elmeld_tui.security import profile, xmldsig
from elmeld_tui.security.canonical import document_octets, parse
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.security.profile import DS
from elmeld_tui.security.signature import Reference, append_signature
from elmeld_tui.transport.envelope import EnvelopeHeader, ManifestEntry
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.writing import write
from tests.transport import wire
from tests.transport.refusing import between, refused

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
    change = between(profile.RSA_SHA256.encode(), algorithm.encode())
    assert refused(*wire.changed(packed, change)).code == "algorithm"


@pytest.mark.parametrize("method", [f"{DS}sha1", "http://www.w3.org/2001/04/xmldsig-more#md5", "none"])
def test_another_digest_algorithm(method: str, packed: Packed) -> None:
    change = between(profile.SHA256.encode(), method.encode())
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
    change = between(_base64(own.public_bytes(Encoding.DER)), _base64(other.public_bytes(Encoding.DER)))
    assert refused(*wire.changed(packed, change)).code == "key_type"


def test_a_certificate_of_a_version_that_there_is_none_of(packed: Packed, clinic: CompanyKeys) -> None:
    """Whoever sends it needs no key: it must be answered as any other, and never end the program."""
    own = clinic.signing.certificate.public_bytes(Encoding.DER)
    strange = own.replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020104"))
    error = refused(*wire.changed(packed, between(_base64(own), _base64(strange))))
    assert (error.code, error.error_code) == ("certificate_unreadable", "SecurityFailure")


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data)


# Who signed


def test_the_certificate_swapped_for_the_attackers(
    packed: Packed, clinic: CompanyKeys, hospital: CompanyKeys
) -> None:
    own, other = (pair.certificate.public_bytes(Encoding.DER) for pair in (clinic.signing, hospital.signing))
    assert refused(*wire.changed(packed, between(_base64(own), _base64(other)))).code == "signature_value"


def test_a_false_from_signed_by_the_attacker_shows_whose_signature_it_is(
    header: EnvelopeHeader, clinic: CompanyKeys, hospital: CompanyKeys
) -> None:
    """The mathematics holds; the engine compares the certificate with the register's for From (HITS 1172 R79)."""
    opened = unpack(*wire.signed(write(header, manifest=[ManifestEntry("a")]), {"a": b""}, hospital))
    assert opened.header
    assert opened.verified
    assert opened.header.from_her == header.from_her
    assert opened.verified.certificate == hospital.signing.certificate != clinic.signing.certificate


def test_a_certificate_beside_the_signers_speaks_for_nobody(
    packed: Packed, clinic: CompanyKeys, hospital: CompanyKeys
) -> None:
    other = _base64(hospital.signing.certificate.public_bytes(Encoding.DER))
    beside = b"<ds:X509Certificate>" + other + b"</ds:X509Certificate>"
    start, end = b"<ds:X509Data>", b"</ds:X509Data>"
    for change in (between(start, start + beside), between(end, beside + end)):
        opened = unpack(*wire.changed(packed, change))
        assert opened.verified
        assert opened.verified.certificate == clinic.signing.certificate
