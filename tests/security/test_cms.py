"""Payload encryption: judged by the openssl command both ways, in every form partners send."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import core
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elmeld_tui.security import cms, cms_reading
from elmeld_tui.security.authority import issue
from elmeld_tui.security.certificates import Use
from elmeld_tui.security.keys import CompanyKeys, KeyPair
from tests.judges import openssl, write_pem

DOCUMENT = b"<x>\n\r\n</x>\n" + bytes(range(256))


def test_the_openssl_command_opens_what_we_encrypt_byte_for_byte(hospital: CompanyKeys, tmp_path: Path) -> None:
    pair = hospital.decryption[0]
    certificate, key = write_pem(tmp_path, pair)
    envelope = tmp_path / "envelope.der"
    envelope.write_bytes(cms.encrypt(DOCUMENT, [pair.certificate]))
    command = (
        "cms",
        "-decrypt",
        "-binary",
        "-inform",
        "DER",
        "-in",
        envelope,
        "-recip",
        certificate,
        "-inkey",
        key,
    )
    assert openssl(*command) == DOCUMENT
    assert b"aes-256-cbc" in openssl("cms", "-cmsout", "-print", "-inform", "DER", "-in", envelope)


OAEP = ("-keyopt", "rsa_padding_mode:oaep")
FORMS = {
    "aes-256, DER": (("-aes-256-cbc",), "aes256_cbc"),
    "aes-128": (("-aes-128-cbc",), "aes128_cbc"),
    "aes-192": (("-aes-192-cbc",), "aes192_cbc"),
    "aes-256, BER of indefinite length": (("-aes-256-cbc", "-stream"), "aes256_cbc"),
    "aes-256, by key identifier": (("-aes-256-cbc", "-keyid"), "aes256_cbc"),
    "3des": (("-des3",), "tripledes_cbc"),
    "oaep": (("-aes-256-cbc", *OAEP), "aes256_cbc"),
    "oaep, sha256": (("-aes-256-cbc", *OAEP, "-keyopt", "rsa_oaep_md:sha256"), "aes256_cbc"),
}


def _made_by_openssl(form: str, pair: KeyPair, directory: Path) -> bytes:
    certificate, _ = write_pem(directory, pair)
    document = directory / "document"
    document.write_bytes(DOCUMENT)
    cipher, *options = FORMS[form][0]
    # Options of a recipient's key follow the recipient, all others may too, save -keyid.
    before, after = (options, []) if "-keyid" in options else ([], options)
    return openssl(
        *("cms", "-encrypt", "-binary", "-in", document, "-outform", "DER", cipher, *before),
        *("-recip", certificate, *after),
    )


@pytest.mark.parametrize("form", FORMS)
def test_we_open_what_the_openssl_command_encrypts(form: str, hospital: CompanyKeys, tmp_path: Path) -> None:
    pair = hospital.decryption[0]
    envelope = _made_by_openssl(form, pair, tmp_path)
    opened = cms.decrypt(envelope, [pair])
    assert opened.data == DOCUMENT
    assert opened.algorithm == FORMS[form][1]
    assert opened.recipient_serial == str(pair.certificate.serial_number)
    assert [finding.code for finding in opened.findings] == (["encryption_outdated"] if form == "3des" else [])


@pytest.mark.parametrize("form", ["aes-256, DER", "aes-128", "aes-192"])
def test_the_usual_form_is_read_alike_by_both_readers(form: str, hospital: CompanyKeys, tmp_path: Path) -> None:
    def read_by(reader: Callable[[bytes], cms_reading.Envelope | None], made: bytes) -> cms_reading.Envelope:
        envelope = reader(made)
        assert envelope
        assert isinstance(envelope.recipients[0].padding, PKCS1v15)
        return replace(envelope, recipients=tuple(replace(one, padding=None) for one in envelope.recipients))

    pair = hospital.decryption[0]
    for made in (_made_by_openssl(form, pair, tmp_path), cms.encrypt(DOCUMENT, [pair.certificate] * 2)):
        assert read_by(cms_reading._read_usual, made) == read_by(cms_reading._read_any, made)


@pytest.mark.parametrize("form", [form for form in FORMS if not form.startswith(("aes-1", "aes-256, DER"))])
def test_every_other_form_is_left_to_the_general_reader(form: str, hospital: CompanyKeys, tmp_path: Path) -> None:
    assert cms_reading._read_usual(_made_by_openssl(form, hospital.decryption[0], tmp_path)) is None


def test_a_recipient_is_known_also_by_a_name_in_another_encoding(hospital: CompanyKeys, tmp_path: Path) -> None:
    """Partners re-encode the issuer's name: UTF8String becomes PrintableString."""
    pair = hospital.decryption[0]
    envelope = cms_reading.read(cms.encrypt(DOCUMENT, [pair.certificate]))
    assert envelope
    recipient = envelope.recipients[0]
    name = asn1_x509.Name.load(recipient.issuer).copy()
    for sequence in name.chosen:
        for attribute in sequence:
            attribute["value"] = asn1_x509.DirectoryString(
                name="bmp_string", value=core.BMPString(attribute["value"].native)
            )
    other = replace(recipient, issuer=name.dump(force=True))
    assert other.issuer != recipient.issuer
    assert other.is_for(pair.certificate)
    assert not replace(other, serial_number=1).is_for(pair.certificate)


def test_the_indefinite_form_is_really_that(hospital: CompanyKeys, tmp_path: Path) -> None:
    envelope = _made_by_openssl("aes-256, BER of indefinite length", hospital.decryption[0], tmp_path)
    assert envelope[1] == 0x80


def test_every_recipient_can_open_and_nobody_else(
    authority: KeyPair, clinic: CompanyKeys, hospital: CompanyKeys
) -> None:
    recipients = [clinic.decryption[0].certificate, hospital.decryption[0].certificate]
    envelope = cms.encrypt(DOCUMENT, recipients)
    for keys in (clinic, hospital):
        assert cms.decrypt(envelope, keys.decryption).data == DOCUMENT
    stranger = issue(authority, "Andre", "777777774", Use.ENCRYPTION)
    with pytest.raises(cms.DecryptionError):
        cms.decrypt(envelope, [stranger])
    described = cms.describe(envelope)
    assert described
    assert set(described.recipient_serials) == {str(c.serial_number) for c in recipients}


def test_both_keys_of_a_change_of_certificate_open(authority: KeyPair, hospital: CompanyKeys) -> None:
    new = issue(authority, "Storbyen sykehus", "888888880", Use.ENCRYPTION)
    for certificate in (new.certificate, hospital.decryption[0].certificate):
        opened = cms.decrypt(cms.encrypt(DOCUMENT, [certificate]), [new, *hospital.decryption])
        assert opened.recipient_serial == str(certificate.serial_number)


def test_a_key_that_does_not_belong_to_the_certificate_fails_like_everything_else(
    clinic: CompanyKeys, hospital: CompanyKeys
) -> None:
    """A wrong RSA key gives random bytes, not an error: the failure must look the same as any other."""
    impostor = KeyPair(clinic.decryption[0].private_key, hospital.decryption[0].certificate)
    texts = set()
    for envelope in (cms.encrypt(DOCUMENT, [hospital.decryption[0].certificate]), b"", b"0\x80", os.urandom(300)):
        with pytest.raises(cms.DecryptionError) as failed:
            cms.decrypt(envelope, [impostor])
        texts.add(str(failed.value))
    assert len(texts) == 1


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_damaged_envelopes_never_fail_otherwise(data: st.DataObject, hospital: CompanyKeys) -> None:
    envelope = cms.encrypt(DOCUMENT, [hospital.decryption[0].certificate])
    position = data.draw(st.integers(0, len(envelope) - 1))
    damaged = envelope[:position] + data.draw(st.binary(max_size=3)) + envelope[position + 1 :]
    cms.describe(damaged)
    with suppress(cms.DecryptionError):
        cms.decrypt(damaged, hospital.decryption)


def test_other_cms_is_not_an_envelope(hospital: CompanyKeys, tmp_path: Path) -> None:
    certificate, key = write_pem(tmp_path, hospital.decryption[0])
    document = tmp_path / "document"
    document.write_bytes(DOCUMENT)
    signed = openssl("cms", "-sign", "-in", document, "-outform", "DER", "-signer", certificate, "-inkey", key)
    assert cms.describe(signed) is None
    assert cms.describe(DOCUMENT) is None
