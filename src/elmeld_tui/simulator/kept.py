"""The rows that the simulator's store returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredReply:
    """What was answered to an envelope, to be answered again, byte for byte, when the envelope comes again.

    Attributes:
        fingerprint: of the digests of the envelope's signature: another one under the same id is no repetition.
        content_type: of the answer.
        body: of the answer.
    """

    fingerprint: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """A document that a partner has taken in.

    Attributes:
        partner: name of who got it.
        sender_her: of the sender.
        kind: value of `Kind`.
        msg_id: of the document.
        about: for an AppRec the id it answers, else empty.
        outcome: status of the AppRec given (or, for an AppRec, received): ``1``, ``2``, ``3``.
        received: stored time.
    """

    partner: str
    sender_her: str
    kind: str = ""
    msg_id: str = ""
    about: str = ""
    outcome: str = ""
    received: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """An envelope on its way out: packed once, and posted until it is acknowledged or refused.

    Attributes:
        message_id: eb:MessageId.
        partner: name of who sends it.
        receiver_her: of the addressee, in whose register entry the endpoint stands.
        kind: value of `Kind`; ``signal`` for a late acknowledgement, which is posted once.
        msg_id: of the document; empty for a signal.
        content_type: of the body.
        body: every attempt posts these bytes.
        digests: by reference URI, what an acknowledgement of it must repeat.
        attempts: made so far.
        state: ``waiting``, ``acknowledged`` or ``refused``.
        reason: why it was refused, or why the last attempt failed.
        way: ``http`` or ``mail``; empty for whichever the receiver has.
    """

    message_id: str
    partner: str
    receiver_her: str
    kind: str
    msg_id: str
    content_type: str
    body: bytes
    digests: dict[str, str]
    attempts: int = 0
    state: str = "waiting"
    reason: str = ""
    way: str = ""


@dataclass(frozen=True, slots=True)
class LyingMail:
    """A mail in a mailbox: its number, the id that a mailbox protocol knows it by, its size in bytes."""

    id: int
    uid: str
    size: int
