"""A code that opens a locked screen, kept so that whoever reads the store does not learn it (scrypt, RFC 7914)."""

from __future__ import annotations

import hashlib
import hmac
import os

_COST, _BLOCK, _LANES = 2**15, 8, 1
"""N, r and p: a tenth of a second and 32 MB a try."""

_MEMORY = 64 * 2**20
_SALT = 16


def kept_form(code: str) -> str:
    """Return ``code`` as it is kept: method, cost, salt and hash, the last two in hexadecimal."""
    salt = os.urandom(_SALT)
    return f"scrypt:{_COST}:{salt.hex()}:{_hash(code, salt, _COST).hex()}"


def opens(code: str, kept: str) -> bool:
    """Return whether ``code`` is the one that was kept; False where what is kept cannot be read."""
    method, _, rest = kept.partition(":")
    cost, _, rest = rest.partition(":")
    salt, _, digest = rest.partition(":")
    if method != "scrypt" or not cost.isdecimal():
        return False
    try:
        return hmac.compare_digest(_hash(code, bytes.fromhex(salt), int(cost)), bytes.fromhex(digest))
    except ValueError:
        return False


def _hash(code: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(code.encode("utf-8"), salt=salt, n=cost, r=_BLOCK, p=_LANES, maxmem=_MEMORY)
