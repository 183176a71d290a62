"""Demonstrations in processes of their own: told from others by a mark, and the bodies they leave."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

from lxml import etree

from tests.judges import DS

MARK = "ELMELD_TEST_RUN"
EB = "{http://www.oasis-open.org/committees/ebxml-msg/schema/msg-header-2_0.xsd}"


@dataclass(frozen=True)
class Body:
    """What one side said in one exchange, taken apart by the standard library's e-mail parser."""

    name: str
    soap: bytes
    payloads: dict[str, bytes]

    @property
    def envelope(self) -> etree._Element:
        return etree.fromstring(self.soap)

    @property
    def signer(self) -> bytes:
        return base64.b64decode(self.envelope.findtext(f".//{{{DS}}}X509Certificate") or "")

    @property
    def receiver(self) -> str:
        return self.envelope.findtext(f".//{EB}To/{EB}PartyId") or ""

    @property
    def action(self) -> str:
        return self.envelope.findtext(f".//{EB}Action") or ""


def taken_apart(path: Path) -> Body:
    soap, *payloads = [part for part in message_from_bytes(path.read_bytes()).walk() if not part.is_multipart()]
    return Body(
        path.stem[5:],
        soap.get_payload(decode=True),
        {part["Content-ID"].strip("<>"): part.get_payload(decode=True) for part in payloads},
    )


def marked(mark: str) -> dict[int, str]:
    """Return the command lines of the living processes that have ``mark`` in their environment."""
    found = {}
    for place in Path("/proc").iterdir():
        if place.name.isdecimal():
            try:
                environment = (place / "environ").read_bytes()
                command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if f"{MARK}={mark}".encode() in environment.split(b"\0"):
                found[int(place.name)] = command
    return found
