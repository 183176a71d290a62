"""The personal signature of a document: a port, and a signer for exercises.

Sick notes and medical certificates to NAV are signed with the doctor's own qualified certificate, inside MsgHead (HIS
80601; HIS 80805). This is not the envelope's signature: it has another key and another meaning.
"""

from __future__ import annotations

from typing import Protocol

from lxml import etree

from elmeld_tui.security.canonical import C14N, document_octets, parse
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.security.profile import ENVELOPED
from elmeld_tui.security.signature import Reference, append_signature

TEST_KEY_NAME = "TEST - not a personal signature"


class Signer(Protocol):
    """Signs documents as a person."""

    def sign(self, document: bytes) -> bytes:
        """Return ``document`` (a MsgHead, unsigned) with the person's signature as its last child.

        The bytes must not be written anew after this: a change of white space breaks the signature.

        Raises:
            UnsafeXmlError: ``document`` is not XML that is safe to read.
        """
        ...


class ExerciseSigner:
    """Signs with a PKCS#12 key, which no person is bound to: for demonstrations and tests.

    Its signatures hold, and KeyInfo says what they are.

    Args:
        pair: from `keys.load_pkcs12`.
    """

    def __init__(self, pair: KeyPair) -> None:
        self._pair = pair

    def sign(self, document: bytes) -> bytes:
        """See `Signer.sign`."""
        root = parse(document, bounded=False)
        whole = Reference("", (ENVELOPED, C14N), document_octets(root))
        append_signature(root, [whole], self._pair, key_name=TEST_KEY_NAME)
        return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
