"""What stands on top of an ebXML message that travels by mail or as a file (HITS 1172 §5.5.1, R18-R22, R250-R253).

The body is left as it was packed. Each attempt is a mail of its own, and is called so that what comes back about it
tells which message it is about: ``<eb:MessageId.attempt@host>`` (HITS 1171 §9.6, HITS 1172 §4.2.3.2).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl, quote, unquote

from elmeld_tui.transport.port import Parcel

_OURS = re.compile(r"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\.\d+(?:@|\Z)")
_ID = re.compile(r"[!-~]+")
_COLUMNS = 76
_MULTIPART = "multipart/"


def entity(parcel: Parcel, *, now: datetime) -> bytes:
    """Return a whole message: header fields, an empty line, the body; every line ends in CRLF.

    A signal, which is XML alone, is base64 as a whole; the parts of other messages are that already.

    Args:
        parcel: whose endpoint is a ``mailto:``, or a ``file:`` that has no addresses.
        now: aware.
    """
    to, in_reply_to = read_mailto(parcel.endpoint)
    multipart = parcel.content_type.lower().startswith(_MULTIPART)
    fields = [
        ("From", parcel.sender),
        ("To", to),
        ("Message-ID", f"<{mail_id(parcel)}>"),
        ("In-Reply-To", in_reply_to),
        ("References", in_reply_to),
        ("Date", format_datetime(now)),
        ("MIME-Version", "1.0"),
        ("SOAPAction", '"ebXML"'),
        ("Content-Type", parcel.content_type),
        ("Content-Transfer-Encoding", "7bit" if multipart else "base64"),
    ]
    head = "".join(f"{name}: {_folded(value)}\r\n" for name, value in fields if value)
    return head.encode() + b"\r\n" + (parcel.body if multipart else _base64(parcel.body))


def mail_id(parcel: Parcel) -> str:
    """Return what one attempt is called, without angle brackets; the host is that of the sender's address."""
    return f"{parcel.message_id}.{parcel.attempt}@{parcel.sender.rpartition('@')[2] or 'elmeld.invalid'}"


def ours_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the eb:MessageIds that fields such as In-Reply-To or Original-Envelope-Id name, each once."""
    return tuple(dict.fromkeys(found.lower() for text in texts for found in _OURS.findall(text)))


def mailto(address: str, in_reply_to: str = "") -> str:
    """Return the URL of a mail address, and of the mail that is answered (RFC 6068)."""
    answered = f"?In-Reply-To={quote(in_reply_to, safe='')}" if _ID.fullmatch(in_reply_to) else ""
    return f"mailto:{quote(address, safe='@+!#$&*/=^_`{|}~')}{answered}"


def read_mailto(endpoint: str) -> tuple[str, str]:
    """Return the address of a ``mailto:`` and the Message-ID of the mail that is answered; empty where there is none.

    Nothing else of such a URL is believed, and neither holds a space or a control character.
    """
    scheme, _, rest = endpoint.partition(":")
    if scheme.lower() != "mailto":
        return "", ""
    address, _, fields = rest.partition("?")
    said = {name.lower(): value for name, value in parse_qsl(fields)}
    answered = said.get("in-reply-to", "")
    return _plain(unquote(address)), _plain(answered)


def _plain(text: str) -> str:
    return text if _ID.fullmatch(text) else ""


def _folded(value: str) -> str:
    """Fold at parameters, so that no relay has to (RFC 5322 §2.2.3)."""
    return value.replace("; ", ";\r\n ") if len(value) > _COLUMNS - len("Content-Type: ") else value


def _base64(data: bytes) -> bytes:
    encoded = binascii.b2a_base64(data, newline=False)
    return b"".join(encoded[start : start + _COLUMNS] + b"\r\n" for start in range(0, len(encoded), _COLUMNS))
