"""Certificates: whose, for what, when, by whom, and revoked or not."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from elmeld_tui.security.authority import create_authority, issue
from elmeld_tui.security.certificates import (
    Anchors,
    TrustDirectoryError,
    UnreadableCertificateError,
    Use,
    examine,
    load_anchors,
    organisation_number,
    read_certificate,
)
from elmeld_tui.security.keys import CompanyKeys, KeyPair
from elmeld_tui.security.revocation_list import read_revocation_list
from tests.judges import openssl, write_pem

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def anchors(authority: KeyPair) -> Anchors:
    return Anchors((authority.certificate,))


def test_a_serial_number_below_nought_is_no_reason_to_speak_on_stderr(authority: KeyPair) -> None:
    der = authority.certificate.public_bytes(Encoding.DER)
    serial = authority.certificate.serial_number
    number = serial.to_bytes(serial.bit_length() // 8 + 1)
    negative = der.replace(number, bytes([number[0] | 0x80]) + number[1:], 1)
    program = (
        "import sys; from elmeld_tui.security.certificates import read_certificate as read; "
        "print(read(sys.stdin.buffer.read()).serial_number)"
    )
    run = subprocess.run([sys.executable, "-c", program], input=negative, capture_output=True, check=True)
    assert int(run.stdout) < 0
    assert run.stderr == b""


def test_a_certificate_is_trusted_for_its_own_use_only(clinic: CompanyKeys, anchors: Anchors) -> None:
    signing, decryption = clinic.signing.certificate, clinic.decryption[0].certificate
    report = examine(signing, at=NOW, anchors=anchors, use=Use.SIGNING)
    assert (report.trusted, report.code, report.reason) == (True, "", "")
    assert report.org_number == "999999993"
    assert report.serial == str(signing.serial_number)
    assert examine(decryption, at=NOW, anchors=anchors, use=Use.ENCRYPTION).trusted
    assert examine(signing, at=NOW, anchors=anchors, use=Use.ENCRYPTION).code == "usage"
    assert examine(decryption, at=NOW, anchors=anchors, use=Use.SIGNING).code == "usage"


def test_what_counts_is_the_time_of_the_message(authority: KeyPair, anchors: Anchors) -> None:
    start, end = NOW - timedelta(days=300), NOW - timedelta(days=10)
    expired = issue(authority, "X", "999999993", Use.SIGNING, valid_from=start, valid_to=end).certificate
    codes = {
        days: examine(expired, at=NOW + timedelta(days=days), anchors=anchors, use=Use.SIGNING).code
        for days in (-301, -299, -11, -9)
    }
    assert codes == {-301: "validity", -299: "", -11: "", -9: "validity"}


def test_the_day_that_is_told_is_the_day_in_norway(authority: KeyPair, anchors: Anchors) -> None:
    start, end = datetime(2025, 6, 30, 22, 30, tzinfo=UTC), datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    signing = issue(authority, "X", "999999993", Use.SIGNING, valid_from=start, valid_to=end).certificate
    told = {
        at: examine(signing, at=at, anchors=anchors, use=Use.SIGNING).reason for at in (start - DAY, end + DAY)
    }
    assert list(told.values()) == [
        "Sertifikatet gjelder først fra 01.07.2025.",
        "Sertifikatet gikk ut 25.11.2026.",
    ]


def test_an_issuer_nobody_chose_is_not_trusted(clinic: CompanyKeys) -> None:
    same_name = Anchors((create_authority("elmeld øvings-CA").certificate,))
    for unknown in (same_name, Anchors()):
        report = examine(clinic.signing.certificate, at=NOW, anchors=unknown, use=Use.SIGNING)
        assert (report.trusted, report.code) == (False, "issuer")


def test_a_changed_byte_in_a_certificate_ends_the_trust(clinic: CompanyKeys, anchors: Anchors) -> None:
    der = bytearray(clinic.signing.certificate.public_bytes(Encoding.DER))
    name = der.index(b"Fjellbygda")
    der[name] ^= 1
    changed = read_certificate(bytes(der))
    assert examine(changed, at=NOW, anchors=anchors, use=Use.SIGNING).code == "issuer"


def test_a_damaged_certificate_is_refused_when_it_is_read(clinic: CompanyKeys) -> None:
    der = clinic.signing.certificate.public_bytes(Encoding.DER)
    with pytest.raises(UnreadableCertificateError):
        read_certificate(der.replace(b"\x0c\x15Fjellbygda legekontor", b"\x0c\x15\xff\xfeellbygda legekontor"))


def test_a_certificate_that_says_a_thing_twice_is_refused_when_it_is_read(clinic: CompanyKeys) -> None:
    key_usage, basic_constraints = b"\x55\x1d\x0f", b"\x55\x1d\x13"
    der = clinic.signing.certificate.public_bytes(Encoding.DER)
    with pytest.raises(UnreadableCertificateError):
        read_certificate(der.replace(basic_constraints, key_usage))


def test_a_certificate_of_a_version_that_there_is_none_of_is_refused_when_it_is_read(clinic: CompanyKeys) -> None:
    der = clinic.signing.certificate.public_bytes(Encoding.DER)
    version_3, version_5 = bytes.fromhex("a003020102"), bytes.fromhex("a003020104")
    with pytest.raises(UnreadableCertificateError):
        read_certificate(der.replace(version_3, version_5))


def test_a_certificate_with_a_name_that_the_library_does_not_know_is_refused_when_it_is_read() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    x400_address = x509.UnrecognizedExtension(x509.SubjectAlternativeName.oid, bytes.fromhex("3004a3020500"))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    strange = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW + timedelta(days=1))
        .add_extension(x400_address, critical=False)
        .sign(key, hashes.SHA256())
    )
    with pytest.raises(UnreadableCertificateError):
        read_certificate(strange.public_bytes(Encoding.DER))


def _revocation_list(
    authority: KeyPair, revoked: x509.Certificate, at: datetime
) -> x509.CertificateRevocationList:
    entry = x509.RevokedCertificateBuilder().serial_number(revoked.serial_number).revocation_date(at).build()
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(at)
        .next_update(at + timedelta(days=3650))
        .add_revoked_certificate(entry)
        .sign(authority.private_key, hashes.SHA256())
    )


def test_a_revoked_certificate_is_refused_from_that_day_on(authority: KeyPair, clinic: CompanyKeys) -> None:
    revoked = clinic.signing.certificate
    crl = _revocation_list(authority, revoked, NOW - timedelta(hours=1))
    anchors = Anchors((authority.certificate,), (crl,))
    assert examine(revoked, at=NOW, anchors=anchors, use=Use.SIGNING).code == "revoked"
    assert examine(revoked, at=NOW - timedelta(hours=2), anchors=anchors, use=Use.SIGNING).trusted
    assert examine(clinic.decryption[0].certificate, at=NOW, anchors=anchors, use=Use.ENCRYPTION).trusted


def test_a_revocation_list_of_somebody_else_revokes_nothing(authority: KeyPair, clinic: CompanyKeys) -> None:
    forger = KeyPair(create_authority().private_key, authority.certificate)
    crl = _revocation_list(forger, clinic.signing.certificate, NOW - timedelta(days=1))
    anchors = Anchors((authority.certificate,), (crl,))
    assert examine(clinic.signing.certificate, at=NOW, anchors=anchors, use=Use.SIGNING).trusted


def _certificate(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(oid, text) for oid, text in attributes])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    return builder.sign(key, hashes.SHA256())


def test_the_organisation_number_is_found_where_certificates_put_it() -> None:
    assert organisation_number(_certificate((NameOID.ORGANIZATION_IDENTIFIER, "NTRNO-999999993"))) == "999999993"
    assert organisation_number(_certificate((NameOID.SERIAL_NUMBER, "888888880"))) == "888888880"
    assert organisation_number(_certificate((NameOID.SERIAL_NUMBER, "9578-4050-127"))) == ""


def test_a_key_that_is_not_rsa_is_not_used(anchors: Anchors) -> None:
    elliptic = _certificate((NameOID.COMMON_NAME, "x"))
    assert examine(elliptic, at=NOW, anchors=anchors, use=Use.SIGNING).code == "usage"


def test_the_trust_directory_takes_pem_der_and_revocation_lists(authority: KeyPair, tmp_path: Path) -> None:
    other = create_authority("Annen")
    crl = _revocation_list(authority, other.certificate, NOW)
    (tmp_path / "a.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "b.cer").write_bytes(other.certificate.public_bytes(Encoding.DER))
    (tmp_path / "c.crl").write_bytes(crl.public_bytes(Encoding.DER))
    (tmp_path / "README").write_text("not a certificate")
    assert load_anchors(tmp_path) == Anchors((authority.certificate, other.certificate), (crl,))


def test_a_trust_directory_that_cannot_be_read_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(TrustDirectoryError, match="absent"):
        load_anchors(tmp_path / "absent")
    (tmp_path / "broken.crt").write_text("x")
    with pytest.raises(TrustDirectoryError, match=r"broken\.crt"):
        load_anchors(tmp_path)
    (tmp_path / "a folder.pem").mkdir()
    with pytest.raises(TrustDirectoryError, match=r"a folder\.pem"):
        load_anchors(tmp_path)


def test_a_revocation_list_of_a_version_that_there_is_none_of_is_refused_when_it_is_read(
    authority: KeyPair, clinic: CompanyKeys
) -> None:
    der = _revocation_list(authority, clinic.signing.certificate, NOW).public_bytes(Encoding.DER)
    version_2 = der.index(bytes.fromhex("020101"))
    with pytest.raises(ValueError, match="version"):
        read_revocation_list(der[:version_2] + bytes.fromhex("020104") + der[version_2 + 3 :])


def test_the_exercise_authority_makes_what_openssl_calls_a_chain(
    authority: KeyPair, clinic: CompanyKeys, tmp_path: Path
) -> None:
    root = tmp_path / "root.pem"
    root.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    for pair, usage in (
        (clinic.signing, b"Non Repudiation\n"),
        (clinic.decryption[0], b"Digital Signature, Key Enc"),
    ):
        certificate, _ = write_pem(tmp_path, pair)
        assert openssl("verify", "-CAfile", root, certificate).endswith(b": OK\n")
        text = openssl("x509", "-in", certificate, "-noout", "-text")
        assert usage in text
        assert b"NTRNO-999999993" in text
        assert b"(2048 bit)" in text
