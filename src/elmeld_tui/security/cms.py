"""Encryption of payloads: CMS EnvelopedData, the format that every partner on the health network reads.

No standard names the algorithms. We send AES-256-CBC under RSA PKCS#1 v1.5, as captured traffic does, and also read
AES-128/192, 3DES, RSA-OAEP, BER of indefinite length and several recipients, which partners send.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import padding, serialization
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import pkcs7

from elmeld_tui.i18n import t
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.security import cms_reading
from elmeld_tui.security.cms_reading import Envelope, Recipient
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
    # Without Binary the library rewrites LF as CRLF, and gzip data with it.
    return (
        _for(tuple(certificates)).set_data(data).encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )


@lru_cache(maxsize=256)
def _for(certificates: tuple[x509.Certificate, ...]) -> pkcs7.PKCS7EnvelopeBuilder:
    builder = pkcs7.PKCS7EnvelopeBuilder().set_content_encryption_algorithm(algorithms.AES256)
    for certificate in certificates:
        builder = builder.add_recipient(certificate)
    return builder


def describe(der: bytes) -> Enveloped | None:
    """Return what EnvelopedData says of itself, or None when ``der`` is something else."""
    envelope = cms_reading.read(der)
    if envelope is None:
        return None
    serials = (recipient.key_identifier.hex() or str(recipient.serial_number) for recipient in envelope.recipients)
    return Enveloped(envelope.algorithm, tuple(serials))


def decrypt(der: bytes, keys: Sequence[KeyPair]) -> Decrypted:
    """Open EnvelopedData with whichever of ``keys`` it is addressed to.

    Raises:
        DecryptionError: none of the keys is a recipient's, or the content cannot be opened with it.
    """
    envelope = cms_reading.read(der)
    if envelope is None:
        raise DecryptionError
    return open_envelope(envelope, keys)


def open_envelope(envelope: Envelope, keys: Sequence[KeyPair]) -> Decrypted:
    """Open what `cms_reading.read` has read with whichever of ``keys`` it is addressed to.

    A wrong key does not fail: PKCS#1 v1.5 is decrypted with implicit rejection and gives random bytes. So the key
    is chosen by the recipient's issuer and serial number, or subject key identifier, never by trying.

    Raises:
        DecryptionError: none of the keys is a recipient's, or the content cannot be opened with it.
    """
    try:
        recipient, pair = _recipient(envelope, keys)
        if recipient.padding is None:
            raise DecryptionError
        content_key = pair.private_key.decrypt(recipient.encrypted_key, recipient.padding)
        data = _content(envelope, content_key)
    except cms_reading.MALFORMED as error:
        raise DecryptionError from error
    findings = _outdated(envelope.algorithm) if envelope.algorithm.startswith("tripledes") else ()
    return Decrypted(data, envelope.algorithm, str(pair.certificate.serial_number), findings)


def _recipient(envelope: Envelope, keys: Sequence[KeyPair]) -> tuple[Recipient, KeyPair]:
    for recipient in envelope.recipients:
        for pair in keys:
            if recipient.is_for(pair.certificate):
                return recipient, pair
    raise DecryptionError


_CIPHERS: dict[str, Callable[[bytes], BlockCipherAlgorithm]] = {
    "aes128_cbc": algorithms.AES,
    "aes192_cbc": algorithms.AES,
    "aes256_cbc": algorithms.AES,
    "tripledes_cbc": TripleDES,
}


def _content(envelope: Envelope, content_key: bytes) -> bytes:
    cipher = _CIPHERS[envelope.algorithm](content_key)
    decryptor = Cipher(cipher, modes.CBC(envelope.initialisation_vector)).decryptor()
    unpadder = padding.PKCS7(cipher.block_size).unpadder()
    plain = decryptor.update(envelope.octets) + decryptor.finalize()
    # Only the last block has padding: to hand over the rest would copy a large content twice.
    before = max(0, len(plain) - cipher.block_size // 8)
    last = unpadder.update(plain[before:]) + unpadder.finalize()
    return plain[: before + len(last)]


def _outdated(algorithm: str) -> tuple[Finding, ...]:
    message = t("Innholdet er kryptert med {algorithm}, som er foreldet.", algorithm=algorithm)
    return (Finding(Severity.WARNING, "encryption_outdated", "", message),)
