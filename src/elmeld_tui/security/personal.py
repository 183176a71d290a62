"""The personal signature inside a MsgHead: whether it holds, who signed, and whether that person can be trusted.

The signature is the last child of the document, refers to the whole of it (``URI=""``), and is RSA (HIS 80601; HIS
80805 §4.1). Besides what is written here, receivers meet exclusive canonicalisation, SHA-1, a chain in KeyInfo, and
what the signature signs of itself (XAdES).
Whether a certificate has been revoked is asked of the lists that lie beside the authorities; nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID
from lxml import etree

from elmeld_tui.i18n import t
from elmeld_tui.model.findings import Finding
from elmeld_tui.security import profile
from elmeld_tui.security import signature_reading as reading
from elmeld_tui.security.canonical import (
    C14N,
    C14N_WITH_COMMENTS,
    EXCLUSIVE_C14N,
    INCLUSIVE_NAMESPACES,
    UnsafeXmlError,
    document_octets,
    parse,
    remove,
    subtree_octets,
)
from elmeld_tui.security.certificates import Anchors, Use, examine
from elmeld_tui.security.identity import organisation_number
from elmeld_tui.security.profile import DS, ENVELOPED
from elmeld_tui.security.signature_reading import SignatureRefusedError

_MOST_REFERENCES = 10
"""Of a signature; one with XAdES has two or three, and each costs a canonicalisation."""

_Canonical = tuple[str, list[str]]
"""A canonicalisation, and the prefixes that an exclusive one keeps."""

_CANONICAL = (C14N, C14N_WITH_COMMENTS, EXCLUSIVE_C14N)
_UNSUPPORTED = frozenset({"algorithm", "key_type", "transforms"})
"""Reasons that say nothing of the signature itself: this program cannot check it."""


@dataclass(frozen=True, slots=True)
class PersonalSignature:
    """A signature that held; whether to believe its certificate is another question.

    Attributes:
        certificate: of the signer.
        findings: what is accepted but should be told.
    """

    certificate: x509.Certificate
    findings: tuple[Finding, ...]

    @property
    def signer(self) -> str:
        """The name in the certificate; empty where it has none."""
        names = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else ""

    @property
    def organisation_number(self) -> str:
        """Nine digits where the certificate is an organisation's and no person's; else empty."""
        return organisation_number(self.certificate)


def is_signed(document: bytes) -> bool:
    """Return whether ``document``, well-formed XML, has a signature as a child of its root.

    Raises:
        UnsafeXmlError: it is not XML that is safe to read.
    """
    return parse(document, bounded=False).find(f"{{{DS}}}Signature") is not None


def verify(document: bytes) -> PersonalSignature:
    """Check the signature of a document, byte for byte as it came.

    Raises:
        SignatureRefusedError: it does not hold, or is not of a kind that can be checked (`is_unsupported`).
    """
    try:
        return _verify(parse(document, bounded=False))
    except UnsafeXmlError as error:
        raise SignatureRefusedError("xml", t("Det signerte dokumentet er ikke lesbar XML.")) from error


def is_unsupported(error: SignatureRefusedError) -> bool:
    """Return whether a signature was refused for what this program cannot check, and so may well hold."""
    return error.code in _UNSUPPORTED


def _verify(root: etree._Element) -> PersonalSignature:
    signatures = root.findall(f"{{{DS}}}Signature")
    if len(signatures) != 1 or root[-1] is not signatures[0]:
        raise SignatureRefusedError(
            "signature_place", t("Den personlige signaturen skal være én, og stå sist i dokumentet.")
        )
    signature = signatures[0]
    signed_info = reading.child(signature, "SignedInfo")
    signed_as = reading.algorithm(signed_info, "CanonicalizationMethod", _CANONICAL)
    method = reading.algorithm(signed_info, "SignatureMethod", profile.SIGNATURE_METHODS)
    certificates = list(reading.child(signature, "KeyInfo").iter(f"{{{DS}}}X509Certificate"))
    if not certificates:
        raise SignatureRefusedError("certificate_missing", t("Den personlige signaturen har ikke sertifikat."))
    certificate = reading.signer(signature, certificates, method, signed_as)
    whole, properties = _references(signed_info)
    for reference in properties:
        element, canonical = _signed_property(signature, reference)
        _check_digest(reference, subtree_octets(element, *canonical))
    canonical = _of_the_whole(whole)
    remove(signature)
    _check_digest(whole, document_octets(root, *canonical))
    digests = {reading.algorithm(one, "DigestMethod", profile.DIGEST_METHODS) for one in (whole, *properties)}
    return PersonalSignature(certificate, reading.weakness({method, *digests}))


def _references(signed_info: etree._Element) -> tuple[etree._Element, list[etree._Element]]:
    """Return the reference to the whole document, and those to what the signature says of itself (XAdES)."""
    references = list(signed_info.iterchildren(f"{{{DS}}}Reference"))
    whole = [one for one in references if one.get("URI") == ""]
    properties = [one for one in references if (one.get("URI") or "").startswith("#")]
    if len(references) > _MOST_REFERENCES:
        raise _not_accepted()
    if len(whole) != 1 or len(whole) + len(properties) != len(references):
        raise SignatureRefusedError("reference_part", t("Den personlige signaturen dekker ikke hele dokumentet."))
    return whole[0], properties


def _signed_property(signature: etree._Element, reference: etree._Element) -> tuple[etree._Element, _Canonical]:
    """Return the one element of the signature that a reference names by Id, and its canonicalisation.

    Raises:
        SignatureRefusedError: it names nothing in the signature, or asks for another transformation.
    """
    named = (reference.get("URI") or "")[1:]
    found = [one for one in signature.iter("{*}*") if one.get("Id") == named]
    if len(found) != 1:
        raise _not_accepted()
    return found[0], _canonical(_transforms(reference))


def _check_digest(reference: etree._Element, octets: bytes) -> None:
    method = reading.algorithm(reference, "DigestMethod", profile.DIGEST_METHODS)
    wanted = "".join((reading.child(reference, "DigestValue").text or "").split())
    if reading.digest_of(octets, method) != wanted:
        raise SignatureRefusedError("document_changed", t("Dokumentet er endret etter at det ble signert."))


def _transforms(reference: etree._Element) -> list[etree._Element]:
    return reference.findall(f"{{{DS}}}Transforms/{{{DS}}}Transform")


def _of_the_whole(reference: etree._Element) -> _Canonical:
    """Return the canonicalisation of the document without its signature."""
    transforms = _transforms(reference)
    if not transforms or transforms[0].get("Algorithm") != ENVELOPED or len(transforms[0]):
        raise _not_accepted()
    return _canonical(transforms[1:])


def _canonical(transforms: Sequence[etree._Element]) -> _Canonical:
    """Return what transforms come to: one canonicalisation, or none, which means the inclusive one."""
    if not transforms:
        return C14N, []
    name, within = transforms[0].get("Algorithm", ""), [child.tag for child in transforms[0]]
    allowed = ([], [INCLUSIVE_NAMESPACES]) if name == EXCLUSIVE_C14N else ([],)
    if len(transforms) > 1 or name not in _CANONICAL or within not in allowed:
        raise _not_accepted()
    return name, reading.kept_prefixes(transforms[0])


def _not_accepted() -> SignatureRefusedError:
    return SignatureRefusedError(
        "transforms", t("Den personlige signaturen har transformasjoner som ikke godtas.")
    )


def certificate_problem(signature: PersonalSignature, *, at: datetime, anchors: Anchors | None) -> tuple[str, str]:
    """Return why a signer's certificate cannot be believed, as `CertificateReport` has code and reason; else empty.

    Args:
        signature: that held.
        at: aware; when it was signed.
        anchors: whom the clinic trusts; without any, its issuer is not asked about, but its dates and use are.
    """
    report = examine(signature.certificate, at=at, anchors=anchors or Anchors(), use=Use.SIGNING)
    if report.trusted or (report.code == "issuer" and anchors is None):
        return "", ""
    return report.code, report.reason
