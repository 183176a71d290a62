"""How a partner misbehaves on command, so that a clinic can see what its own system then says and does."""

from __future__ import annotations

from enum import StrEnum


class Behaviour(StrEnum):
    """What a partner does with the next envelope, or the next few, that reach it or leave it."""

    NONE = "none"
    """Everything as it should be."""

    REJECT = "reject"
    """Acknowledge, then reject the document: AppRec status 2, E21 Mottaker finnes ikke."""

    MESSAGE_ERROR = "message_error"
    """Refuse the envelope with a signed MessageError, SecurityFailure."""

    NO_ACK = "no_ack"
    """Take the envelope in, but answer with an empty 204; a retry gets the acknowledgement."""

    LATE_ACK = "late_ack"
    """Take the envelope in, answer with an empty 204, and post the acknowledgement a little later."""

    DUPLICATE = "duplicate"
    """Post every message of its own twice, byte for byte."""

    CORRUPT = "corrupt"
    """Acknowledge with one bit of the signature value turned."""

    UNAVAILABLE = "unavailable"
    """Answer 503 and take nothing in."""

    CUT = "cut"
    """Take the envelope in, then break the answer off half-way."""
