"""Writing a ds:Signature: RSA over digests, the signer's certificate alone in KeyInfo.

It is written as canonical XML from the start, so that signing is a digest and one RSA operation and no walk of a
tree; tests hold it against lxml's canonicalisation and against xmlsec. The elements carry the prefix ``ds``: an
unprefixed Signature is canonicalised differently by some receivers.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from elmeld_tui.security import profile
from elmeld_tui.security.canonical import C14N, attribute, inherited_attributes, namespaces, text
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.security.profile import DS


@dataclass(frozen=True, slots=True)
class Reference:
    """What a signature covers: a URI, the transforms a verifier applies, and the octets they come to."""

    uri: str
    transforms: Sequence[str]
    octets: bytes


@dataclass(frozen=True, slots=True)
class Algorithms:
    """What a signature is made with; an agreement may ask for others.

    Attributes:
        signature: a key of `profile.SIGNATURE_METHODS`.
        digest: a key of `profile.DIGEST_METHODS`.
    """

    signature: str = profile.RSA_SHA256
    digest: str = profile.SHA256


DEFAULT_ALGORITHMS = Algorithms()


@dataclass(frozen=True, slots=True)
class WrittenSignature:
    """A ds:Signature.

    Attributes:
        text: the element, canonical where its scope is what it was written for.
        digests: base64, by reference URI.
    """

    text: str
    digests: dict[str, str]


def write_signature(
    references: Sequence[Reference],
    key: KeyPair,
    *,
    context: str,
    algorithms: Algorithms = DEFAULT_ALGORITHMS,
    key_name: str = "",
) -> WrittenSignature:
    """Sign ``references``.

    Args:
        references: what is covered, each URI once.
        key: signs.
        context: what SignedInfo inherits where it will stand, ``ds`` included, as canonical XML writes it on the
            first element of a subtree: namespace declarations (`canonical.namespaces`), then xml: attributes.
        algorithms: default RSA with SHA-256 over SHA-256.
        key_name: for people who read the KeyInfo.
    """
    digests = {reference.uri: _digest(reference.octets, algorithms.digest) for reference in references}
    content = (
        f'<ds:CanonicalizationMethod Algorithm="{C14N}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{algorithms.signature}"></ds:SignatureMethod>'
        + "".join(_reference(reference, digests[reference.uri], algorithms.digest) for reference in references)
        + "</ds:SignedInfo>"
    )
    signed = f"<ds:SignedInfo{context}>{content}"
    method = profile.SIGNATURE_METHODS[algorithms.signature]
    value = base64.b64encode(key.private_key.sign(signed.encode(), padding.PKCS1v15(), method)).decode()
    name = f"<ds:KeyName>{text(key_name)}</ds:KeyName>" if key_name else ""
    return WrittenSignature(
        f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>{content}<ds:SignatureValue>{value}</ds:SignatureValue>'
        f"<ds:KeyInfo>{name}{_x509_data(key.certificate)}</ds:KeyInfo></ds:Signature>",
        digests,
    )


def append_signature(
    parent: etree._Element, references: Sequence[Reference], key: KeyPair, *, key_name: str = ""
) -> None:
    """Add the signature as the last child of ``parent``; ``key_name`` is for people who read the KeyInfo."""
    context = namespaces({prefix or "": uri for prefix, uri in parent.nsmap.items()} | {"ds": DS})
    for name, value in sorted(inherited_attributes(parent).items()):
        context += f' xml:{name}="{attribute(value)}"'
    written = write_signature(references, key, context=context, key_name=key_name)
    parent.append(etree.fromstring(written.text))


def _digest(octets: bytes, method: str) -> str:
    return base64.b64encode(hashlib.new(profile.DIGEST_METHODS[method], octets).digest()).decode()


def _reference(reference: Reference, digest: str, method: str) -> str:
    return (
        f'<ds:Reference URI="{attribute(reference.uri)}">{_transforms(tuple(reference.transforms))}'
        f'<ds:DigestMethod Algorithm="{method}"></ds:DigestMethod>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
    )


@cache
def _transforms(algorithms: tuple[str, ...]) -> str:
    if not algorithms:
        return ""
    # Its expression uses the prefix SOAP, which every envelope of ours declares on its root.
    xpath = f"<ds:XPath>{text(profile.PROFILE_XPATH)}</ds:XPath>"
    transforms = (
        f'<ds:Transform Algorithm="{attribute(name)}">{xpath if name == profile.XPATH else ""}</ds:Transform>'
        for name in algorithms
    )
    return f"<ds:Transforms>{''.join(transforms)}</ds:Transforms>"


@lru_cache(maxsize=32)
def _x509_data(certificate: x509.Certificate) -> str:
    der = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    return f"<ds:X509Data><ds:X509Certificate>{der}</ds:X509Certificate></ds:X509Data>"
