"""Whom a certificate names: the organisation number, which is in one of three places."""

from __future__ import annotations

import re

from cryptography import x509
from cryptography.x509.oid import NameOID

from elmeld_tui.i18n import t

ORGANIZATION_IDENTIFIER = NameOID.ORGANIZATION_IDENTIFIER
"""OID 2.5.4.97; holds ``NTRNO-`` and the organisation number in certificates of today (SEID 2)."""

_PLACES = (
    (ORGANIZATION_IDENTIFIER, re.compile(r"NTRNO-(\d{9})")),
    (NameOID.SERIAL_NUMBER, re.compile(r"(\d{9})")),
    (NameOID.ORGANIZATIONAL_UNIT_NAME, re.compile(r"ER:NO-(\d{9})")),
)
"""Where the number stands: today's certificates, older ones (SEID 1), and the sub-unit of either."""


def organisation_numbers(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the organisation numbers that a certificate names, the legal unit's first and a sub-unit's last."""
    found = []
    # Read once: the library parses the name anew each time it is asked for.
    subject = certificate.subject
    for oid, form in _PLACES:
        for attribute in subject.get_attributes_for_oid(oid):
            text = attribute.value if isinstance(attribute.value, str) else ""
            if named := form.fullmatch(text):
                found.append(named[1])
    return tuple(dict.fromkeys(found))


def organisation_number(certificate: x509.Certificate) -> str:
    """Return the organisation number a certificate names, of the legal unit where it names two, or an empty string."""
    return next(iter(organisation_numbers(certificate)), "")


def identity_remark(certificate: x509.Certificate, organisation_number: str) -> str:
    """Return how a certificate names another organisation than the register does, in the user's language; else empty.

    Where either says nothing there is nothing to compare. That they differ is for support to know and never a reason
    to refuse: a department may use its hospital's certificate, and a hospital its department's.
    """
    named = organisation_numbers(certificate)
    if not organisation_number or not named or organisation_number in named:
        return ""
    return t(
        "Sertifikatet er utstedt til organisasjonsnummer {named}, men registeret oppgir {registered}.",
        named=", ".join(named),
        registered=organisation_number,
    )
