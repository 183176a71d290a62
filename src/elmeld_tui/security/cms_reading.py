"""Reading CMS EnvelopedData without opening it.

Nearly all that partners send is one form: DER, RSA PKCS#1 v1.5, AES-CBC, nothing optional. That form is declared
here and read at once. Everything else a partner may send (BER of indefinite length, key identifiers, RSA-OAEP,
3DES) is read by asn1crypto, which takes some twenty times as long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding


@dataclass(frozen=True, slots=True)
class Recipient:
    """One for whom the content key is enveloped.

    Attributes:
        issuer: DER of the name that issued the recipient's certificate; empty where a key identifier is given.
        serial_number: of that certificate.
        key_identifier: of the recipient's key, else empty.
        padding: that the content key was encrypted with; None where it is none of those in use.
        encrypted_key: the content key.
    """

    issuer: bytes
    serial_number: int
    key_identifier: bytes
    padding: padding.AsymmetricPadding | None
    encrypted_key: bytes

    def is_for(self, certificate: x509.Certificate) -> bool:
        """Return whether this is the holder of ``certificate``."""
        if self.key_identifier:
            return self.key_identifier == _key_identifier(certificate)
        if self.serial_number != certificate.serial_number:
            return False
        own = certificate.issuer.public_bytes()
        # Names are compared as names: partners re-encode them (PrintableString, UTF8String).
        return bool(self.issuer == own or asn1_x509.Name.load(self.issuer) == asn1_x509.Name.load(own))


@dataclass(frozen=True, slots=True)
class Envelope:
    """EnvelopedData, unopened.

    Attributes:
        recipients: those by key transport; others cannot be served.
        algorithm: of the content, e.g. ``aes256_cbc``.
        initialisation_vector: for CBC; empty for other modes.
        octets: the encrypted content.
    """

    recipients: tuple[Recipient, ...]
    algorithm: str
    initialisation_vector: bytes
    octets: bytes


def read(data: bytes) -> Envelope | None:
    """Return the envelope, or None where ``data`` is no EnvelopedData or is damaged."""
    try:
        return _read_usual(data) or _read_any(data)
    except MALFORMED:
        return None


MALFORMED = (ValueError, TypeError, KeyError, LookupError, AttributeError, RecursionError)
"""What asn1crypto raises on bytes that are not what they should be, by kind of damage."""


@asn1.sequence
class _IssuerAndSerialNumber:
    issuer: asn1.TLV
    serial_number: int


@asn1.sequence
class _KeyTransport:
    algorithm: x509.ObjectIdentifier
    parameters: asn1.Null


@asn1.sequence
class _UsualRecipient:
    version: int
    certificate: _IssuerAndSerialNumber
    transport: _KeyTransport
    encrypted_key: bytes


@asn1.sequence
class _ContentCipher:
    algorithm: x509.ObjectIdentifier
    initialisation_vector: bytes


@asn1.sequence
class _EncryptedContent:
    content_type: x509.ObjectIdentifier
    cipher: _ContentCipher
    octets: Annotated[bytes, asn1.Implicit(0)]


@asn1.sequence
class _EnvelopedData:
    version: int
    recipients: asn1.SetOf[_UsualRecipient]
    content: _EncryptedContent


@asn1.sequence
class _ContentInfo:
    content_type: x509.ObjectIdentifier
    content: Annotated[_EnvelopedData, asn1.Explicit(0)]


_ENVELOPED_DATA = x509.ObjectIdentifier("1.2.840.113549.1.7.3")
_RSA = x509.ObjectIdentifier("1.2.840.113549.1.1.1")
_AES_CBC = {
    x509.ObjectIdentifier("2.16.840.1.101.3.4.1.2"): "aes128_cbc",
    x509.ObjectIdentifier("2.16.840.1.101.3.4.1.22"): "aes192_cbc",
    x509.ObjectIdentifier("2.16.840.1.101.3.4.1.42"): "aes256_cbc",
}


def _read_usual(data: bytes) -> Envelope | None:
    try:
        info = asn1.decode_der(_ContentInfo, data)
    except ValueError:
        return None
    content = info.content.content
    recipients = info.content.recipients.as_list()
    algorithm = _AES_CBC.get(content.cipher.algorithm)
    if info.content_type != _ENVELOPED_DATA or algorithm is None:
        return None
    if any(recipient.transport.algorithm != _RSA for recipient in recipients):
        return None
    return Envelope(
        tuple(map(_usual_recipient, recipients)), algorithm, content.cipher.initialisation_vector, content.octets
    )


def _usual_recipient(recipient: _UsualRecipient) -> Recipient:
    issuer = asn1.encode_der(recipient.certificate.issuer)
    serial_number = recipient.certificate.serial_number
    return Recipient(issuer, serial_number, b"", padding.PKCS1v15(), recipient.encrypted_key)


def _read_any(data: bytes) -> Envelope | None:
    info = cms.ContentInfo.load(data)
    if info["content_type"].native != "enveloped_data":
        return None
    content = info["content"]["encrypted_content_info"]
    cipher = content["content_encryption_algorithm"]
    algorithm = str(cipher["algorithm"].native).replace("tripledes_3key", "tripledes_cbc")
    recipients = [entry.chosen for entry in info["content"]["recipient_infos"] if entry.name == "ktri"]
    return Envelope(
        tuple(map(_any_recipient, recipients)),
        algorithm,
        cipher.encryption_iv if algorithm.endswith("_cbc") else b"",
        content["encrypted_content"].native or b"",
    )


def _any_recipient(recipient: Any) -> Recipient:
    transport, encrypted_key = _padding(recipient["key_encryption_algorithm"]), recipient["encrypted_key"].native
    chosen = recipient["rid"].chosen
    if recipient["rid"].name == "issuer_and_serial_number":
        return Recipient(chosen["issuer"].dump(), chosen["serial_number"].native, b"", transport, encrypted_key)
    return Recipient(b"", 0, bytes(chosen.native), transport, encrypted_key)


_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


def _padding(algorithm: Any) -> padding.AsymmetricPadding | None:
    if algorithm["algorithm"].native == "rsaes_pkcs1v15":
        return padding.PKCS1v15()
    if algorithm["algorithm"].native != "rsaes_oaep":
        return None
    parameters = algorithm["parameters"]
    digest = _HASHES[parameters["hash_algorithm"]["algorithm"].native]()
    mask = _HASHES[parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native]()
    return padding.OAEP(padding.MGF1(mask), digest, label=None)


def _key_identifier(certificate: x509.Certificate) -> bytes | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return None
