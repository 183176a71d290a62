"""Encryption of payloads: CMS EnvelopedData, the form every partner on the health network reads.

No standard names the algorithms. We send AES-256-CBC under RSA PKCS#1 v1.5, what captured traffic shows, and also
read AES-128/192, 3DES, RSA-OAEP, BER of indefinite length and several recipients, which partners send.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import pkcs7

from elmeld_tui.i18n import t
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.security.keys import KeyPair


class DecryptionError(Exception):
    """A payload cannot be opened. One text for every cause: more would help whoever probes the key."""

    def __init__(self) -> None:
        super().__init__(t("Innholdet kan ikke dekrypteres med virksomhetens nøkler."))


@dataclass(frozen=True, slots=True)
class Decrypted:
    """What was enveloped.

    Attributes:
        data: the content.
        algorithm: of the content, e.g. ``aes256_cbc``.
        recipient_serial: of the certificate whose key opened it, decimal.
        findings: what is accepted but should be told.
    """

    data: bytes
    algorithm: str
    recipient_serial: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Enveloped:
    """What an envelope says of itself without being opened.

    Attributes:
        algorithm: of the content, e.g. ``aes256_cbc``.
        recipient_serials: certificate serial numbers (decimal) or subject key identifiers (hexadecimal).
    """

    algorithm: str
    recipient_serials: tuple[str, ...]


def encrypt(data: bytes, certificates: Sequence[x509.Certificate]) -> bytes:
    """Return ``data`` as DER EnvelopedData that the holder of any of the (RSA) certificates can open."""
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(data).set_content_encryption_algorithm(algorithms.AES256)
    for certificate in certificates:
        builder = builder.add_recipient(certificate)
    # Without Binary the library rewrites LF as CRLF, and gzip data with it.
    return builder.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


def describe(der: bytes) -> Enveloped | None:
    """Return what EnvelopedData says of itself, or None when ``der`` is something else."""
    try:
        envelope = _enveloped_data(der)
        recipients = [info.chosen["rid"] for info in envelope["recipient_infos"] if info.name == "ktri"]
        serials = tuple(_identifier_text(identifier) for identifier in recipients)
        return Enveloped(_content_algorithm(envelope), serials)
    except _MALFORMED:
        return None


def decrypt(der: bytes, keys: Sequence[KeyPair]) -> Decrypted:
    """Open EnvelopedData with whichever of ``keys`` it is addressed to.

    A wrong key does not fail: PKCS#1 v1.5 is decrypted with implicit rejection and gives random bytes. So the key
    is chosen by the recipient's issuer and serial number, or subject key identifier, never by trying.

    Raises:
        DecryptionError: none of the keys is a recipient's, or the content cannot be opened with it.
    """
    try:
        envelope = _enveloped_data(der)
        recipient, pair = _recipient(envelope, keys)
        content_key = _content_key(recipient, pair.private_key)
        data = _content(envelope, content_key)
        algorithm = _content_algorithm(envelope)
    except _MALFORMED as error:
        raise DecryptionError from error
    findings = _outdated(algorithm) if algorithm.startswith("tripledes") else ()
    return Decrypted(data, algorithm, str(pair.certificate.serial_number), findings)


_MALFORMED = (ValueError, TypeError, KeyError, LookupError, AttributeError)
"""What asn1crypto raises on bytes that are not what they should be, by kind of damage; also our own refusals."""


def _enveloped_data(der: bytes) -> Any:
    content = cms.ContentInfo.load(der)
    if content["content_type"].native != "enveloped_data":
        raise ValueError("not EnvelopedData")
    return content["content"]


def _content_algorithm(envelope: Any) -> str:
    algorithm = envelope["encrypted_content_info"]["content_encryption_algorithm"]
    return str(algorithm["algorithm"].native).replace("tripledes_3key", "tripledes_cbc")


def _identifier_text(identifier: Any) -> str:
    if identifier.name == "issuer_and_serial_number":
        return str(identifier.chosen["serial_number"].native)
    return bytes(identifier.chosen.native).hex()


def _recipient(envelope: Any, keys: Sequence[KeyPair]) -> tuple[Any, KeyPair]:
    for info in envelope["recipient_infos"]:
        if info.name != "ktri":
            continue
        for pair in keys:
            if _is_for(info.chosen["rid"], pair.certificate):
                return info.chosen, pair
    raise LookupError("no recipient of this envelope is ours")


def _is_for(identifier: Any, certificate: x509.Certificate) -> bool:
    if identifier.name == "issuer_and_serial_number":
        # Names are compared as names: partners re-encode them (PrintableString, UTF8String).
        issuer = asn1_x509.Name.load(certificate.issuer.public_bytes())
        chosen = identifier.chosen
        return bool(chosen["serial_number"].native == certificate.serial_number and chosen["issuer"] == issuer)
    try:
        own = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return False
    return bool(identifier.chosen.native == own)


_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


def _content_key(recipient: Any, key: rsa.RSAPrivateKey) -> bytes:
    algorithm = recipient["key_encryption_algorithm"]
    scheme: rsa_padding.AsymmetricPadding = rsa_padding.PKCS1v15()
    if algorithm["algorithm"].native == "rsaes_oaep":
        parameters = algorithm["parameters"]
        digest = _HASHES[parameters["hash_algorithm"]["algorithm"].native]()
        mask = _HASHES[parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native]()
        scheme = rsa_padding.OAEP(rsa_padding.MGF1(mask), digest, label=None)
    elif algorithm["algorithm"].native != "rsaes_pkcs1v15":
        raise ValueError("unknown key transport")
    return key.decrypt(recipient["encrypted_key"].native, scheme)


def _content(envelope: Any, content_key: bytes) -> bytes:
    content = envelope["encrypted_content_info"]
    algorithm = content["content_encryption_algorithm"]
    ciphers: dict[str, Callable[[bytes], BlockCipherAlgorithm]] = {"aes": algorithms.AES, "tripledes": TripleDES}
    if algorithm.encryption_mode != "cbc":
        raise ValueError("unknown cipher mode")
    cipher = ciphers[algorithm.encryption_cipher](content_key)
    decryptor = Cipher(cipher, modes.CBC(algorithm.encryption_iv)).decryptor()
    unpadder = padding.PKCS7(cipher.block_size).unpadder()
    plain = decryptor.update(content["encrypted_content"].native) + decryptor.finalize()
    return unpadder.update(plain) + unpadder.finalize()


def _outdated(algorithm: str) -> tuple[Finding, ...]:
    message = t("Innholdet er kryptert med {algorithm}, som er foreldet.", algorithm=algorithm)
    return (Finding(Severity.WARNING, "encryption_outdated", "", message),)
