"""The XML signature of an ebXML envelope: exactly the national profile, and nothing beyond it.

One Signature in SOAP:Header; one Reference with URI="" for the envelope and one ``cid:`` Reference for each MIME
part, over its decoded bytes; RSA; one certificate in KeyInfo, though a chain is accepted with a finding. What a
message supplies is compared with the tables in `profile` and never evaluated: no path leads from a signature to the
file system, the network or XPath.

The profile leaves elements with actor next or nextMSH outside the digest, and C14N drops comments. Such elements are
therefore refused, and values are read only from what was signed: the octets, or the tree they were written from.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from cryptography import x509
from lxml import etree

from elmeld_tui.i18n import t
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.security import profile
from elmeld_tui.security import signature_reading as reading
from elmeld_tui.security.canonical import C14N, UnsafeXmlError, document_octets, namespaces, parse, remove
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.security.profile import DS, EB, SOAP
from elmeld_tui.security.signature import DEFAULT_ALGORITHMS, Algorithms, Reference, write_signature
from elmeld_tui.security.signature_reading import SignatureRefusedError

__all__ = ["SignatureRefusedError", "Signed", "SignedReference", "Verified", "sign", "verify", "verify_parsed"]


@dataclass(frozen=True, slots=True)
class SignedReference:
    """One ds:Reference of a signature that held.

    Attributes:
        uri: empty for the envelope, ``cid:…`` for a MIME part.
        digest_method: identifier of the algorithm.
        digest: base64 without white space.
        element: the ds:Reference itself with its namespaces, as an acknowledgment repeats it.
    """

    uri: str
    digest_method: str
    digest: str
    element: bytes


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that held.

    Attributes:
        octets: the canonical XML that was signed.
        certificate: from KeyInfo. Whose it is and whether to trust it is another question.
        references: the envelope's and one for each MIME part.
        algorithm: identifier of the signature method.
        findings: what is accepted but should be told.
    """

    octets: bytes
    certificate: x509.Certificate
    references: tuple[SignedReference, ...]
    algorithm: str
    findings: tuple[Finding, ...]

    @property
    def digests(self) -> dict[str, str]:
        """Digest by reference URI: what an acknowledgment must repeat, and what tells false duplicates."""
        return {reference.uri: reference.digest for reference in self.references}


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed envelope.

    Attributes:
        soap: its bytes, to be sent as they are.
        digests: by reference URI, as `Verified.digests`.
    """

    soap: bytes
    digests: dict[str, str]


_NEXT = " or ".join(f'. = "{actor}"' for actor in profile.NEXT_ACTORS)
_FOR_NEXT_ACTORS = etree.XPath(f"//@SOAP:actor[{_NEXT}]/..", namespaces={"SOAP": SOAP})
_CONTEXT = namespaces(profile.ENVELOPE_SCOPE | {"ds": DS})
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_END_OF_HEADER = b"</SOAP:Header>"


def sign(
    octets: bytes,
    attachments: Mapping[str, bytes],
    key: KeyPair,
    algorithms: Algorithms = DEFAULT_ALGORITHMS,
) -> Signed:
    """Return an envelope with its signature as the last child of SOAP:Header.

    Args:
        octets: an envelope of our own, written as canonical XML under `profile.ENVELOPE_SCOPE`.
        attachments: bytes of each MIME part before transfer encoding, by Content-ID without angle brackets.
        key: of the sending organisation.
        algorithms: what the agreement asks for.
    """
    references = [Reference("", profile.TRANSFORMS[0], octets)]
    references += [
        Reference(f"cid:{quote(content_id, safe='@')}", (), data) for content_id, data in attachments.items()
    ]
    signature = write_signature(references, key, context=_CONTEXT, algorithms=algorithms)
    before, end, after = octets.partition(_END_OF_HEADER)
    assert end, "an envelope of ours"
    return Signed(b"".join((DECLARATION, before, signature.text.encode(), end, after)), signature.digests)


def verify(soap: bytes, attachments: Mapping[str, bytes]) -> Verified:
    """Check the signature of an envelope and return what it signed.

    Args:
        soap: the SOAP part as it came, byte for byte.
        attachments: decoded bytes of each other MIME part, by Content-ID without angle brackets.

    Raises:
        SignatureRefusedError: the signature does not hold, or something in the message lies outside it.
    """
    try:
        return verify_parsed(parse(soap), attachments)
    except UnsafeXmlError as error:
        raise SignatureRefusedError("xml", t("Konvolutten er ikke lesbar XML, eller har DOCTYPE.")) from error


def verify_parsed(root: etree._Element, attachments: Mapping[str, bytes]) -> Verified:
    """Do the same for an envelope from `canonical.parse`, which is left with what was signed and nothing else.

    Raises:
        SignatureRefusedError: as `verify`.
        UnsafeXmlError: the envelope has no canonical form.
    """
    signature = _only_signature(root)
    for_next_actors = _for_next_actors(root)
    signed_info = reading.child(signature, "SignedInfo")
    reading.algorithm(signed_info, "CanonicalizationMethod", {C14N})
    method = reading.algorithm(signed_info, "SignatureMethod", profile.SIGNATURE_METHODS)
    certificates = list(signature.iter(f"{{{DS}}}X509Certificate"))
    if not certificates:
        raise SignatureRefusedError("certificate_missing", t("Signaturen har ikke sertifikat."))
    certificate = reading.signer(signature, certificates, method)

    references, has_xpath = _references(signed_info)
    for element in (signature, *(for_next_actors if has_xpath else ())):
        remove(element)
    octets = document_octets(root)
    _check_digest(references[""], octets)
    _check_attachments(references, attachments)
    weakness = reading.weakness({method, *(reference.digest_method for reference in references.values())})
    findings = (*weakness, *_further_certificates(certificates))
    return Verified(octets, certificate, tuple(references.values()), method, findings)


def _further_certificates(certificates: Sequence[etree._Element]) -> tuple[Finding, ...]:
    """Return that a signature carries its issuers along, which the profile does not have (HIS 1037 §5.5)."""
    if len(certificates) == 1:
        return ()
    text = t("Signaturen har {count} sertifikater; den skal ha ett (HIS 1037 §5.5).", count=len(certificates))
    return (Finding(Severity.WARNING, "signature_chain", "ds:KeyInfo", text),)


def _only_signature(root: etree._Element) -> etree._Element:
    signatures = list(root.iter(f"{{{DS}}}Signature"))
    if not signatures:
        raise SignatureRefusedError("signature_missing", t("Konvolutten er ikke signert."))
    parent = signatures[0].getparent()
    if (
        len(signatures) > 1
        or parent is None
        or parent.tag != f"{{{SOAP}}}Header"
        or parent.getparent() is not root
    ):
        raise SignatureRefusedError(
            "signature_place", t("Konvolutten skal ha nøyaktig én signatur, rett under SOAP Header.")
        )
    return signatures[0]


def _for_next_actors(root: etree._Element) -> list[etree._Element]:
    """Return what the XPath transform takes out of the digest, which only a SyncReply may be."""
    found: list[etree._Element] = _FOR_NEXT_ACTORS(root)  # type: ignore[assignment]
    for element in found:
        if element.tag != f"{{{EB}}}SyncReply":
            raise SignatureRefusedError(
                "unsigned_element",
                t("Elementet {name} ligger utenfor signaturen (actor next).", name=etree.QName(element).localname),
            )
    return found


def _references(signed_info: etree._Element) -> tuple[dict[str, SignedReference], bool]:
    """Return the references by URI, and whether the envelope's has the XPath transform."""
    references: dict[str, SignedReference] = {}
    has_xpath = False
    for element in signed_info.iterchildren(f"{{{DS}}}Reference"):
        uri = element.get("URI")
        if uri is None or unquote(uri) in map(unquote, references):
            raise SignatureRefusedError(
                "reference_form", t("En referanse i signaturen mangler URI eller er gjentatt.")
            )
        transforms = [
            transform
            for group in element.iterchildren(f"{{{DS}}}Transforms")
            for transform in group.iterchildren(f"{{{DS}}}Transform")
        ]
        if uri == "":
            has_xpath = _check_envelope_transforms(transforms)
        elif not uri.startswith("cid:"):
            scheme = uri.partition(":")[0] if ":" in uri else "#"
            raise SignatureRefusedError(
                "reference_outside",
                t("Signaturen viser til noe utenfor meldingen ({scheme}), og det hentes aldri.", scheme=scheme),
            )
        elif transforms:
            raise SignatureRefusedError("transforms", t("Referansen {uri} har transformasjoner.", uri=uri))
        method = reading.algorithm(element, "DigestMethod", profile.DIGEST_METHODS)
        digest = base64.b64encode(reading.octets(reading.child(element, "DigestValue"))).decode()
        references[uri] = SignedReference(uri, method, digest, etree.tostring(element, with_tail=False))
    if "" not in references:
        raise SignatureRefusedError("envelope_unsigned", t('Signaturen dekker ikke konvolutten (URI="" mangler).'))
    return references, has_xpath


def _check_envelope_transforms(transforms: list[etree._Element]) -> bool:
    names = tuple(transform.get("Algorithm", "") for transform in transforms)
    if names not in profile.TRANSFORMS:
        raise SignatureRefusedError("transforms", t("Konvoluttens transformasjoner er ikke de profilen tillater."))
    if profile.XPATH not in names:
        return False
    xpath = reading.child(transforms[names.index(profile.XPATH)], "XPath")
    match = profile.ACCEPTED_XPATH.fullmatch(xpath.text or "")
    if match is None or len(xpath) or xpath.nsmap.get(match["prefix"]) != SOAP:
        raise SignatureRefusedError("xpath", t("XPath-uttrykket i signaturen er ikke det profilen foreskriver."))
    return True


def _check_digest(reference: SignedReference, data: bytes) -> None:
    if reading.digest_of(data, reference.digest_method) == reference.digest:
        return
    if reference.uri:
        raise SignatureRefusedError(
            "attachment_changed", t("Vedlegget {uri} er endret etter signering.", uri=reference.uri)
        )
    raise SignatureRefusedError("envelope_changed", t("Konvolutten er endret etter signering."))


def _check_attachments(references: Mapping[str, SignedReference], attachments: Mapping[str, bytes]) -> None:
    signed = set()
    for uri, reference in references.items():
        if not uri:
            continue
        content_id = unquote(uri.removeprefix("cid:"))
        if content_id not in attachments:
            raise SignatureRefusedError(
                "attachment_missing", t("Delen {cid} er signert, men mangler i meldingen.", cid=content_id)
            )
        _check_digest(reference, attachments[content_id])
        signed.add(content_id)
    for content_id in attachments.keys() - signed:
        raise SignatureRefusedError(
            "attachment_unsigned", t("Delen {cid} er ikke dekket av signaturen.", cid=content_id)
        )
