"""The port that messages leave by. An adapter knows one way of travelling and nothing of what it carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


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
    """

    def __init__(self, reason: str, *, retry: bool, unknown: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry = retry
        self.unknown = unknown


class Transport(Protocol):
    """Carries whole ebXML messages; packing, signing and signals are ours."""

    def send(self, endpoint: str, content_type: str, body: bytes) -> Reply | None:
        """Post one message.

        Args:
            endpoint: where to, e.g. a URL.
            content_type: of the body.
            body: the message as it was packed.

        Returns:
            The partner's signal when it came in the same exchange; None when it comes later as its own message.

        Raises:
            NotDeliveredError: see its attributes for what is known.
        """
        ...


class DocumentTransport(Protocol):
    """Carries business documents and does the ebXML itself (NHN's Meldingstjener, EDI 2.0)."""

    def submit(self, document: bytes) -> str:
        """Hand over one document, whose own header addresses it; return the carrier's id for it.

        Raises:
            NotDeliveredError: see its attributes for what is known.
        """
        ...
