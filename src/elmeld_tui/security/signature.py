"""Writing a ds:Signature: rsa-sha256 over sha256 digests, the signer's certificate alone in KeyInfo.

The elements carry the prefix ``ds``: an unprefixed Signature is canonicalised differently by some receivers.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from elmeld_tui.security import profile
from elmeld_tui.security.canonical import C14N, subtree_octets
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.security.profile import DS, SOAP


@dataclass(frozen=True, slots=True)
class Reference:
    """What a signature covers: a URI, the transforms a verifier applies, and the octets they come to."""

    uri: str
    transforms: Sequence[str]
    octets: bytes


def append_signature(
    parent: etree._Element, references: Sequence[Reference], key: KeyPair, *, key_name: str = ""
) -> None:
    """Add the signature as the last child of ``parent``; ``key_name`` is for people who read the KeyInfo."""
    signature = etree.SubElement(parent, f"{{{DS}}}Signature", nsmap={"ds": DS})
    signed_info = _add(signature, "SignedInfo")
    _add(signed_info, "CanonicalizationMethod", Algorithm=C14N)
    _add(signed_info, "SignatureMethod", Algorithm=profile.RSA_SHA256)
    for reference in references:
        _add_reference(signed_info, reference)
    hash_algorithm = profile.SIGNATURE_METHODS[profile.RSA_SHA256]
    value = key.private_key.sign(subtree_octets(signed_info), padding.PKCS1v15(), hash_algorithm)
    _add(signature, "SignatureValue").text = base64.b64encode(value).decode()
    key_info = _add(signature, "KeyInfo")
    if key_name:
        _add(key_info, "KeyName").text = key_name
    certificate = key.certificate.public_bytes(serialization.Encoding.DER)
    _add(_add(key_info, "X509Data"), "X509Certificate").text = base64.b64encode(certificate).decode()


def _add_reference(signed_info: etree._Element, reference: Reference) -> None:
    element = _add(signed_info, "Reference", URI=reference.uri)
    if reference.transforms:
        transforms = _add(element, "Transforms")
        for algorithm in reference.transforms:
            transform = _add(transforms, "Transform", Algorithm=algorithm)
            if algorithm == profile.XPATH:
                expression = etree.SubElement(transform, f"{{{DS}}}XPath", nsmap={"SOAP": SOAP})
                expression.text = profile.PROFILE_XPATH
    _add(element, "DigestMethod", Algorithm=profile.SHA256)
    _add(element, "DigestValue").text = base64.b64encode(hashlib.sha256(reference.octets).digest()).decode()


def _add(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{DS}}}{name}", attributes)
