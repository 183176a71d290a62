"""What the library raises on malformed certificates, revocation lists and OCSP answers.

It parses a field when the field is first read, and some of the exceptions it raises then are not ValueErrors.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

MALFORMED = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
