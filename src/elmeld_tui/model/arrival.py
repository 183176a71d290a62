"""A message as it came from the network, before anything in it is trusted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """How a message came. Only over HTTP can it be answered in the same exchange.

    A ``REPLY`` is itself the answer of an exchange that we began (syncReplyMode of the agreement).
    """

    HTTP = "http"
    MAIL = "mail"
    FOLDER = "folder"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message as it came in.

    Attributes:
        content_type: as received.
        body: as received, without the transfer encoding of the way.
        way: how it came.
        reply_to: URL where a SOAP Fault to it goes, whose sender nothing in it tells; empty where none can go.
        refers_to: ids of ours that the way's own envelope refers to: eb:MessageIds found in In-Reply-To, References
            or Original-Envelope-Id (HITS 1172 §4.2.3).
    """

    content_type: str
    body: bytes
    way: Way = Way.HTTP
    reply_to: str = ""
    refers_to: tuple[str, ...] = ()
