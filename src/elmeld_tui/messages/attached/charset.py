"""Decoding plain text of unknown character encoding; senders seldom say which."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# Named by the sender; never the codecs of Python that are no charsets, or that run long.
_NAMED = frozenset(
    {"utf-8", "iso8859-1", "iso8859-15", "cp1252", "cp850", "cp865", "utf-16", "utf-16-le", "utf-16-be", "ascii"}
)


def is_text(content: bytes) -> bool:
    """Return whether ``content`` can be text: no NUL, unless a byte order mark says why there are some."""
    return b"\x00" not in content or _marked(content) != ""


def is_utf_8(content: bytes) -> bool:
    """Return whether ``content`` is UTF-8 and holds none but printable characters and white space."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return not re.search("[\x00-\x08\x0e-\x1f\x7f]", text)


def decoded(content: bytes, declared: str = "") -> str:
    """Return ``content`` as text; nothing is left out, and no bytes make it fail.

    A byte order mark decides, then the charset that the media type ``declared`` names, then UTF-8 where the bytes
    are that, else what Norwegian systems have written: Windows-1252, or ISO-8859-1 where that has no such byte.
    """
    named = _CHARSET.search(declared)
    for charset in (_marked(content), _known(named[1]) if named else "", "utf-8", "cp1252"):
        try:
            if charset:
                return content.decode(charset)
        except UnicodeDecodeError:
            continue
    return content.decode("iso8859-1")


def _marked(content: bytes) -> str:
    return next((charset for mark, charset in _MARKS if content.startswith(mark)), "")


def _known(name: str) -> str:
    try:
        charset = codecs.lookup(name).name
    except LookupError:
        return ""
    return charset if charset in _NAMED else ""
