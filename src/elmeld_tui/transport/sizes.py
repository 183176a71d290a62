"""How large a document becomes on its way, told before it is packed (HIS 1036 §2.2)."""

from __future__ import annotations

import gzip

_ENVELOPE = 20_000
"""Bytes of a signed SOAP part in base64, with long names and a long certificate chain's first certificate."""

_ENCRYPTION = 1_500
"""Bytes that encrypting for one receiver adds, for the longest keys in use."""

_BASE64_LINES = 4 / 3 * 78 / 76
"""MIME's base64, with its line ends (RFC 2045 §6.8)."""


def packed_size(document: bytes) -> int:
    """Return how many bytes a document has at most when it is packed: compressed, encrypted, and in base64 lines."""
    compressed = len(gzip.compress(document, compresslevel=6, mtime=0))
    return _ENVELOPE + round((compressed + _ENCRYPTION) * _BASE64_LINES)


def surely_fits(document: bytes, limit: int) -> bool:
    """Return whether a document fits whatever compressing it brings; costs nothing."""
    return _ENVELOPE + (len(document) + _ENCRYPTION) * _BASE64_LINES <= limit
