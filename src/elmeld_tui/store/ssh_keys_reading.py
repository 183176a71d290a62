"""Which SSH key is whose, for readers. A key belongs to one person and is identified, as in OpenSSH, by its SHA-256.

sshd waits for this at each login: plain SQL; imports nothing heavy.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

_TYPES = frozenset(
    {
        "ssh-ed25519",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "ssh-rsa",
        "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com",
    }
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


class PublicKey(NamedTuple):
    """A public key as OpenSSH writes it.

    Attributes:
        type: ``ssh-ed25519`` …
        blob: base64.
        comment: what its owner calls it; may be empty.
    """

    type: str
    blob: str
    comment: str = ""

    @property
    def fingerprint(self) -> str:
        """What ``ssh-keygen -l`` says: ``SHA256:`` and base64 without its padding."""
        digest = hashlib.sha256(base64.b64decode(self.blob)).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def read_public_key(line: str) -> PublicKey | None:
    """Return the key of one line of a ``.pub`` file; None where it is none of the kinds OpenSSH still takes.

    A line with options in front is none: what a key may do is not for its owner to say.
    """
    kind, _, rest = line.strip().partition(" ")
    blob, _, comment = rest.strip().partition(" ")
    if kind not in _TYPES or not _BASE64.fullmatch(blob):
        return None
    try:
        raw = base64.b64decode(blob, validate=True)
        (length,) = struct.unpack(">I", raw[:4])
    except (binascii.Error, struct.error):
        return None
    return PublicKey(kind, blob, comment.strip()) if raw[4 : 4 + length] == kind.encode() else None


class KnownKey(NamedTuple):
    """A key, and whose it is."""

    fingerprint: str
    login: str
    type: str
    blob: str
    comment: str
    added: str


def known_keys(ask: Callable[..., Sequence[tuple[Any, ...]]], fingerprint: str = "") -> list[KnownKey]:
    """Return the keys of everybody who works here, or the one with a fingerprint."""
    chosen = "AND k.fingerprint = ? " if fingerprint else ""
    found = ask(
        "SELECT k.fingerprint, p.login, k.type, k.blob, k.comment, k.added FROM ssh_key k "  # noqa: S608 - our own words
        f"JOIN person p ON p.id = k.person_id WHERE p.active = 1 {chosen}ORDER BY p.login, k.added, k.fingerprint",
        [fingerprint] if fingerprint else [],
    )
    return [KnownKey._make(one) for one in found]
