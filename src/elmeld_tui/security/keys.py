"""Private keys with their certificates, read from PKCS#12 files.

Loading costs some 30 ms for an RSA-2048 key (it is checked at load), so a process loads each file once and keeps
the `CompanyKeys`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from elmeld_tui.i18n import t


class KeyFileError(Exception):
    """A PKCS#12 file cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key and the certificate that belongs to it."""

    private_key: rsa.RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class CompanyKeys:
    """An organisation's keys, by role: one is never used for the other's work (HITS 1171 §6).

    Attributes:
        signing: signs envelopes and signals; key usage contentCommitment.
        decryption: open payloads, newest first; two during a change of certificate (HITS 1177 §8).
    """

    signing: KeyPair
    decryption: tuple[KeyPair, ...]


def load_pkcs12(data: bytes, password: bytes) -> list[KeyPair]:
    """Return every RSA key of a PKCS#12 file that has its certificate there, in the order of the file.

    Args:
        data: the file.
        password: its pass phrase, as UTF-8.

    Raises:
        KeyFileError: the file is no PKCS#12, the password is wrong, or it holds no RSA key with a certificate.
    """
    try:
        content = pkcs12.load_pkcs12(data, password)
        keys = list(_private_keys(data, password))
    except (ValueError, TypeError) as error:
        raise KeyFileError(
            t("Nøkkelfilen kan ikke åpnes. Kontroller at den er PKCS#12 (.p12, .pfx) og at passordet er riktig.")
        ) from error
    if isinstance(content.key, rsa.RSAPrivateKey):
        keys.append(content.key)
    certificates = [entry.certificate for entry in (content.cert, *content.additional_certs) if entry]
    by_public_key = {_public_der(certificate.public_key()): certificate for certificate in certificates}
    pairs: dict[bytes, KeyPair] = {}
    for key in keys:
        public = _public_der(key.public_key())
        if public in by_public_key:
            pairs.setdefault(public, KeyPair(key, by_public_key[public]))
    if not pairs:
        raise KeyFileError(t("Nøkkelfilen inneholder ingen privat RSA-nøkkel med tilhørende sertifikat."))
    return list(pairs.values())


def _private_keys(data: bytes, password: bytes) -> Iterator[rsa.RSAPrivateKey]:
    """Yield the RSA keys of every bag: the library's own reader returns only one key of a file with several."""
    for content in asn1_pkcs12.Pfx.load(data).authenticated_safe:
        if content["content_type"].native != "data":
            continue
        for bag in asn1_pkcs12.SafeContents.load(content["content"].native):
            kind = bag["bag_id"].native
            if kind not in {"pkcs8_shrouded_key_bag", "key_bag"}:
                continue
            secret = password if kind == "pkcs8_shrouded_key_bag" else None
            key = serialization.load_der_private_key(bag["bag_value"].untag().dump(), secret)
            if isinstance(key, rsa.RSAPrivateKey):
                yield key


def _public_der(key: object) -> bytes:
    assert hasattr(key, "public_bytes")
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return bytes(der)
