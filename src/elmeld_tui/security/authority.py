"""A small certificate authority for exercises, with which the simulated Helsenett and the tests make their keys.

Nothing it issues deserves trust. The certificates look like today's Norwegian organisation certificates (SEID 2): a
pair for each organisation, one for signing (contentCommitment only) and one for receiving (digitalSignature and
keyEncipherment), the organisation number in OID 2.5.4.97, no alternative names, RSA-2048.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from elmeld_tui.security.certificates import Use
from elmeld_tui.security.identity import ORGANIZATION_IDENTIFIER
from elmeld_tui.security.keys import CompanyKeys, KeyPair

_USAGES = {
    Use.SIGNING: {"content_commitment"},
    Use.ENCRYPTION: {"digital_signature", "key_encipherment"},
}
_ALL_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def create_authority(name: str = "elmeld øvings-CA", *, now: datetime | None = None) -> KeyPair:
    """Return a new self-signed authority, valid for twelve years from a year before ``now`` (default: at once)."""
    start = (now or datetime.now(UTC)) - timedelta(days=365)
    key = _new_key()
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NO"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "elmeld, kun for øvelse"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    builder = (
        _builder(subject, subject, key, start, start + timedelta(days=12 * 365))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage({"key_cert_sign", "crl_sign"}), critical=True)
    )
    return KeyPair(key, builder.sign(key, hashes.SHA256()))


def issue(
    authority: KeyPair,
    name: str,
    organisation_number: str,
    use: Use,
    *,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    responder_url: str = "",
    list_url: str = "",
) -> KeyPair:
    """Return a new key for an organisation with a certificate that ``authority`` has issued.

    Args:
        authority: from `create_authority`.
        name: of the organisation.
        organisation_number: nine digits.
        use: decides the key usage.
        valid_from: aware; default a day ago.
        valid_to: aware; default three years after ``valid_from``.
        responder_url: where ``authority`` can be asked of the certificate; empty where it cannot.
        list_url: where its revocation list lies; empty where it has none.
    """
    subject = x509.Name(
        [
            x509.NameAttribute(ORGANIZATION_IDENTIFIER, f"NTRNO-{organisation_number}"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NO"),
        ]
    )
    return _issue(authority, subject, use, valid_from, valid_to, _locations(responder_url, list_url))


def _locations(responder_url: str, list_url: str) -> tuple[x509.ExtensionType, ...]:
    found: list[x509.ExtensionType] = []
    if responder_url:
        location = x509.UniformResourceIdentifier(responder_url)
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, location)
        found.append(x509.AuthorityInformationAccess([access]))
    if list_url:
        name = [x509.UniformResourceIdentifier(list_url)]
        found.append(x509.CRLDistributionPoints([x509.DistributionPoint(name, None, None, None)]))
    return tuple(found)


def issue_person(
    authority: KeyPair, name: str, *, valid_from: datetime | None = None, valid_to: datetime | None = None
) -> KeyPair:
    """Return a key that signs as a person, shaped as on a smart card: name and serial number, no national id.

    Args:
        authority: from `create_authority`.
        name: of the person.
        valid_from: aware; default a day ago.
        valid_to: aware; default three years after ``valid_from``.
    """
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NO"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, f"9578-4050-{x509.random_serial_number() % 10**9:09d}"),
        ]
    )
    return _issue(authority, subject, Use.SIGNING, valid_from, valid_to)


def _issue(
    authority: KeyPair,
    subject: x509.Name,
    use: Use,
    valid_from: datetime | None,
    valid_to: datetime | None,
    more: tuple[x509.ExtensionType, ...] = (),
) -> KeyPair:
    start = valid_from or datetime.now(UTC) - timedelta(days=1)
    key = _new_key()
    issuer_key = authority.private_key.public_key()
    builder = (
        _builder(subject, authority.certificate.subject, key, start, valid_to or start + timedelta(days=3 * 365))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=False)
        .add_extension(_key_usage(_USAGES[use]), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )
    for extension in more:
        builder = builder.add_extension(extension, critical=False)
    return KeyPair(key, builder.sign(authority.private_key, hashes.SHA256()))


def company_keys(
    authority: KeyPair, name: str, organisation_number: str, *, now: datetime | None = None
) -> CompanyKeys:
    """Return a signing key and one decryption key for an organisation, valid for three years from the day before.

    Args:
        authority: from `create_authority`.
        name: of the organisation.
        organisation_number: nine digits.
        now: aware; default the present.
    """
    start = (now or datetime.now(UTC)) - timedelta(days=1)
    return CompanyKeys(
        signing=issue(authority, name, organisation_number, Use.SIGNING, valid_from=start),
        decryption=(issue(authority, name, organisation_number, Use.ENCRYPTION, valid_from=start),),
    )


def to_pkcs12(pair: KeyPair, password: bytes, *, friendly_name: str = "elmeld") -> bytes:
    """Return ``pair`` as the content of a PKCS#12 file under ``password``, which must not be empty."""
    return pkcs12.serialize_key_and_certificates(
        friendly_name.encode(), pair.private_key, pair.certificate, None, BestAvailableEncryption(password)
    )


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_usage(usages: set[str]) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage in usages for usage in _ALL_USAGES})
