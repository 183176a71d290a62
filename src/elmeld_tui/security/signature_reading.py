"""Reading a ds:Signature: what the envelope's signature and a personal signature have in common.

What a message supplies is compared with tables and never evaluated.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Collection, Sequence
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from elmeld_tui.i18n import t
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.security import profile
from elmeld_tui.security.canonical import C14N, INCLUSIVE_NAMESPACES, subtree_octets
from elmeld_tui.security.certificates import UnreadableCertificateError, read_certificate
from elmeld_tui.security.profile import DS

MOST_CERTIFICATES = 10
"""In KeyInfo; a chain has three, and each that is read costs its sender nothing."""


class SignatureRefusedError(Exception):
    """A signature that does not hold, or is not of the profile.

    Attributes:
        code: stable name of the reason.
        reason: in the user's language.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def child(parent: etree._Element, name: str) -> etree._Element:
    """Return the only ds: child of that name.

    Raises:
        SignatureRefusedError: there is none, or several.
    """
    children = list(parent.iterchildren(f"{{{DS}}}{name}"))
    if len(children) != 1:
        raise SignatureRefusedError(
            "signature_form", t("Signaturen skal ha nøyaktig ett element {name}.", name=name)
        )
    return children[0]


def algorithm(parent: etree._Element, name: str, accepted: Collection[str]) -> str:
    """Return the algorithm that the ds: child ``name`` gives.

    Raises:
        SignatureRefusedError: it is none of ``accepted``.
    """
    given = child(parent, name).get("Algorithm", "")
    if given not in accepted:
        raise SignatureRefusedError(
            "algorithm", t("{name} «{algorithm}» godtas ikke i signaturer.", name=name, algorithm=given)
        )
    return given


def octets(element: etree._Element) -> bytes:
    """Return what an element holds as base64.

    Raises:
        SignatureRefusedError: it is no base64.
    """
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        name = etree.QName(element).localname
        raise SignatureRefusedError("signature_form", t("{name} er ikke gyldig base64.", name=name)) from error


def certificate(element: etree._Element) -> x509.Certificate:
    """Return the certificate in an X509Certificate.

    Raises:
        SignatureRefusedError: it cannot be read.
    """
    try:
        return _read(octets(element))
    except UnreadableCertificateError as error:
        raise SignatureRefusedError(
            "certificate_unreadable", t("Sertifikatet i signaturen kan ikke leses.")
        ) from error


@lru_cache(maxsize=256)
def _read(der: bytes) -> x509.Certificate:
    """Read each partner's certificate once: reading every field of it costs more than the signature does."""
    return read_certificate(der)


def kept_prefixes(asking: etree._Element) -> list[str]:
    """Return the prefixes that an exclusive canonicalisation keeps all the same (Exclusive XML Canonicalization §3).

    Args:
        asking: the element that names the canonicalisation.

    Raises:
        SignatureRefusedError: the default namespace is among them, which the library cannot be told.
    """
    named = asking.find(INCLUSIVE_NAMESPACES)
    prefixes = named.get("PrefixList", "").split() if named is not None else []
    if "#default" in prefixes:
        raise SignatureRefusedError("transforms", t("Signaturen har transformasjoner som ikke godtas."))
    return prefixes


def signer(
    signature: etree._Element, certificates: Sequence[etree._Element], method: str, canonical: str = C14N
) -> x509.Certificate:
    """Return the certificate whose key gave the signature value: XMLDSig lets a chain stand in any order (§4.4.4).

    Args:
        signature: where it stands in its document.
        certificates: every X509Certificate that it carries; at least one.
        method: a key of `profile.SIGNATURE_METHODS`.
        canonical: the canonicalisation of SignedInfo.

    Raises:
        SignatureRefusedError: none of their keys did, for the first one's reason; or there are more than a chain has.
    """
    if len(certificates) > MOST_CERTIFICATES:
        raise SignatureRefusedError(
            "certificate_count",
            t("Signaturen har {count} sertifikater, flere enn noen kjede.", count=len(certificates)),
        )
    signed_info = child(signature, "SignedInfo")
    prefixes = kept_prefixes(child(signed_info, "CanonicalizationMethod"))
    signed = subtree_octets(signed_info, canonical, prefixes)
    value = octets(child(signature, "SignatureValue"))
    refusals: list[SignatureRefusedError] = []
    for element in certificates:
        try:
            found = certificate(element)
            _check_value(value, signed, found, method)
        except SignatureRefusedError as error:
            refusals.append(error)
        else:
            return found
    raise refusals[0]


def _check_value(value: bytes, signed: bytes, signer: x509.Certificate, method: str) -> None:
    key = signer.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise SignatureRefusedError("key_type", t("Sertifikatets nøkkel er ikke RSA."))
    try:
        key.verify(value, signed, padding.PKCS1v15(), profile.SIGNATURE_METHODS[method])
    except InvalidSignature as error:
        raise SignatureRefusedError(
            "signature_value", t("Signaturverdien stemmer ikke med det som er signert og sertifikatet.")
        ) from error


def digest_of(data: bytes, method: str) -> str:
    """Return the digest of ``data`` as base64; ``method`` is a key of `profile.DIGEST_METHODS`."""
    return base64.b64encode(hashlib.new(profile.DIGEST_METHODS[method], data).digest()).decode()


def weakness(methods: Collection[str]) -> tuple[Finding, ...]:
    """Return what should be told of the algorithms, though they are accepted."""
    if not any(name.endswith("sha1") for name in methods):
        return ()
    return (
        Finding(
            Severity.WARNING, "signature_sha1", "ds:Signature", t("Signaturen bruker SHA-1, som er foreldet.")
        ),
    )
