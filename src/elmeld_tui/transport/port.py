"""The port that messages travel by. An adapter knows one way of travelling and nothing of what it carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Parcel:
    """One ebXML message on its way out.

    Attributes:
        endpoint: where to, as a URL; its scheme says by which way: ``https:``, ``mailto:``, ``file:``.
        content_type: of the body.
        body: as it was packed; every attempt sends the same bytes.
        message_id: eb:MessageId, for the ways that have an envelope of their own to note it on.
        attempt: from 1; what such an envelope is called must differ from one attempt to the next (HITS 1171 §9.6).
        sender: the EDI address it comes from; only mail has one.
        once: whether it must not be sent again where it may have arrived.
    """

    endpoint: str
    content_type: str
    body: bytes
    message_id: str = ""
    attempt: int = 1
    sender: str = ""
    once: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back in the same exchange, or what a listener answers with.

    Attributes:
        content_type: of the body.
        body: a signal, as a rule.
        status: HTTP status; 500 for a SOAP Fault (SOAP 1.1 §6.2).
    """

    content_type: str
    body: bytes
    status: int = 200


class NotDeliveredError(Exception):
    """A message did not get through, or nobody knows whether it did.

    Attributes:
        reason: in the user's language, fit for a timeline; names the address but nothing of the content.
        retry: whether the same bytes may be sent again later.
        unknown: whether the partner may have the message already. A retry is the same bytes with the same
            eb:MessageId, so that the partner can tell (HITS 1171 §9.4).
        line: whether the trouble is with the line to the partner, so that everything else for it must wait too.
    """

    def __init__(self, reason: str, *, retry: bool, unknown: bool = False, line: bool | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry = retry
        self.unknown = unknown
        self.line = retry if line is None else line


class Transport(Protocol):
    """Carries whole ebXML messages; packing, signing and signals are ours."""

    def send(self, parcel: Parcel) -> Reply | None:
        """Hand one message over.

        Returns:
            The partner's signal when it came in the same exchange; None when it comes later as its own message.

        Raises:
            NotDeliveredError: see its attributes for what is known.
        """
        ...

    def limit(self, endpoint: str) -> int | None:
        """Return how many bytes a packed message to ``endpoint`` may have; None where nobody has set a limit."""
        ...
