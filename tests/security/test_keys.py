"""Key files: what PKCS#12 programs make, and what goes wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from asn1crypto import pkcs12 as asn1_pkcs12
from asn1crypto.core import ParsableOctetString
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat, pkcs12

from elmeld_tui.security.authority import to_pkcs12
from elmeld_tui.security.keys import CompanyKeys, KeyFileError, KeyPair, load_pkcs12
from tests.judges import openssl, write_pem

PASSWORD = "pass ord æøå".encode()


def test_a_key_survives_the_file(clinic: CompanyKeys) -> None:
    loaded = load_pkcs12(to_pkcs12(clinic.signing, PASSWORD), PASSWORD)
    assert [pair.certificate for pair in loaded] == [clinic.signing.certificate]
    assert loaded[0].private_key.private_numbers() == clinic.signing.private_key.private_numbers()


@pytest.mark.parametrize("options", [(), ("-legacy",)], ids=["today", "legacy 3DES and RC2"])
def test_files_of_the_openssl_command_are_read(
    options: tuple[str, ...], clinic: CompanyKeys, hospital: CompanyKeys, tmp_path: Path
) -> None:
    certificate, key = write_pem(tmp_path, clinic.signing)
    certificate.write_bytes(certificate.read_bytes() + hospital.signing.certificate.public_bytes(Encoding.PEM))
    made = openssl(
        "pkcs12", "-export", *options, "-in", certificate, "-inkey", key, "-passout", "pass:secret", "-out", "-"
    )
    assert [pair.certificate for pair in load_pkcs12(made, b"secret")] == [clinic.signing.certificate]


def test_several_keys_in_one_file_are_all_found(clinic: CompanyKeys) -> None:
    pairs = [clinic.signing, *clinic.decryption]
    loaded = load_pkcs12(_with_keys(pairs), PASSWORD)
    assert {pair.certificate for pair in loaded} == {pair.certificate for pair in pairs}
    for pair in loaded:
        assert pair.private_key.public_key() == pair.certificate.public_key()


def _with_keys(pairs: list[KeyPair]) -> bytes:
    """Make a file as Java's keytool does, with a bag for each key; without the integrity check, which is optional."""
    bags = []
    for pair in pairs:
        shrouded = pair.private_key.private_bytes(
            Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(PASSWORD)
        )
        der = pair.certificate.public_bytes(Encoding.DER)
        certificate = asn1_pkcs12.CertBag({"cert_id": "x509", "cert_value": ParsableOctetString(der)})
        bags += [
            {"bag_id": "pkcs8_shrouded_key_bag", "bag_value": asn1_pkcs12.EncryptedPrivateKeyInfo.load(shrouded)},
            {"bag_id": "cert_bag", "bag_value": certificate},
        ]
    contents = asn1_pkcs12.SafeContents([asn1_pkcs12.SafeBag(bag) for bag in bags]).dump()
    safe = asn1_pkcs12.AuthenticatedSafe([{"content_type": "data", "content": contents}]).dump()
    return asn1_pkcs12.Pfx({"version": "v3", "auth_safe": {"content_type": "data", "content": safe}}).dump()


@pytest.mark.parametrize("password", [b"wrong", b""])
def test_a_wrong_password_is_told_and_not_repeated(password: bytes, clinic: CompanyKeys) -> None:
    with pytest.raises(KeyFileError) as refused:
        load_pkcs12(to_pkcs12(clinic.signing, PASSWORD), password)
    assert "passord" in str(refused.value)
    assert PASSWORD.decode() not in str(refused.value)


@pytest.mark.parametrize("data", [b"", b"-----BEGIN CERTIFICATE-----", b"0\x80\x00\x00"])
def test_a_file_that_is_not_pkcs12_is_told(data: bytes) -> None:
    with pytest.raises(KeyFileError):
        load_pkcs12(data, PASSWORD)


def test_a_file_without_a_private_key_is_told(clinic: CompanyKeys) -> None:
    only = pkcs12.serialize_key_and_certificates(
        None, None, None, [clinic.signing.certificate], BestAvailableEncryption(PASSWORD)
    )
    with pytest.raises(KeyFileError, match="privat"):
        load_pkcs12(only, PASSWORD)


def test_keys_do_not_show_themselves(clinic: CompanyKeys) -> None:
    assert "private_key" not in repr(clinic)
