"""The national profile of envelope signatures, as data.

Sources: HIS 1037 §5.5 and §6.2.3, HITS 1171 §5.2.5, HITS 1172 R32-R42. What we write is the first of each kind;
what we accept is the whole table. SHA-1 is accepted with a finding, since partners with old agreements still use
it; DSA, PSS and every other transform are not of the profile.
"""

from __future__ import annotations

import re

from cryptography.hazmat.primitives import hashes

from elmeld_tui.security.canonical import C14N

DS = "http://www.w3.org/2000/09/xmldsig#"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
EB = "http://www.oasis-open.org/committees/ebxml-msg/schema/msg-header-2_0.xsd"
XLINK = "http://www.w3.org/1999/xlink"

ENVELOPE_SCOPE = {"SOAP": SOAP, "eb": EB, "xlink": XLINK}
"""What the root of an envelope of ours declares, and with it every element below."""

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"

SIGNATURE_METHODS: dict[str, hashes.HashAlgorithm] = {
    RSA_SHA256: hashes.SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": hashes.SHA384(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": hashes.SHA512(),
    f"{DS}rsa-sha1": hashes.SHA1(),  # noqa: S303 - accepted with a finding
}
DIGEST_METHODS: dict[str, str] = {
    SHA256: "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
    f"{DS}sha1": "sha1",
}
"""Algorithm identifier to the name hashlib knows."""

ENVELOPED = f"{DS}enveloped-signature"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
TRANSFORMS: tuple[tuple[str, ...], ...] = ((ENVELOPED, XPATH, C14N), (ENVELOPED, C14N))
"""HIS 1037 §5.5 asks for three, §6.2.3 for two, and both occur."""

NEXT_ACTORS = (
    "urn:oasis:names:tc:ebxml-msg:actor:nextMSH",
    "http://schemas.xmlsoap.org/soap/actor/next",
)
"""Elements for these actors may be changed on the way, so the XPath transform takes them out of the digest."""

PROFILE_XPATH = " | ".join(f'ancestor-or-self::node()[@SOAP:actor="{actor}"]' for actor in NEXT_ACTORS).join(
    ("not(", ")")
)
ACCEPTED_XPATH = re.compile(
    r"\s*not\(\s*"
    + r"\s*\|\s*".join(
        rf"""ancestor-or-self::node\(\)\[\s*@{prefix}:actor\s*=\s*["']{re.escape(actor)}["']\s*\]"""
        for prefix, actor in zip((r"(?P<prefix>[A-Za-z_][\w.-]*)", "(?P=prefix)"), NEXT_ACTORS, strict=True)
    )
    + r"\s*\)\s*"
)
"""The same expression with any prefix, white space and quotes; the prefix must be bound to SOAP 1.1."""
