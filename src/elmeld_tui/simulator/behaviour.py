"""How a partner misbehaves on command, so that a clinic can see how its own system reports it.

One table says what each behaviour concerns and when it acts; the code that acts asks the store for the rule that
applies at that point (`Store.take`) and knows nothing of scenarios.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Behaviour(StrEnum):
    """What a partner does with the next envelope, or the next few, that reach it or leave it."""

    NONE = "none"
    """Everything as it should be."""

    UNAVAILABLE = "unavailable"
    """Answer with an error status (503, by mail 451) and take nothing in."""

    LOSS = "loss"
    """Answer as if it had been taken in, and lose it; of the partner's own: never send it."""

    CUT_BEFORE = "cut_before"
    """Break the connection before anything has been taken in."""

    BOUNCE = "bounce"
    """Take the mail at the door, and return a bounce: ``failed``, or ``delayed`` and then take it in."""

    DELAY = "delay"
    """Do what is right, so many seconds too late."""

    MESSAGE_ERROR = "message_error"
    """Refuse the envelope with a signed MessageError."""

    WARNING = "warning"
    """Take the envelope in, and answer with a MessageError of severity Warning."""

    FAULT = "fault"
    """Answer with a SOAP Fault, and take nothing in."""

    UNKNOWN_CPA = "unknown_cpa"
    """Refuse the envelope because its CPAId is unknown; of the partner's own: send one with a CPAId nobody knows."""

    NO_ACK = "no_ack"
    """Take the envelope in, but do not answer; a retry gets the acknowledgement."""

    LATE_ACK = "late_ack"
    """Take the envelope in, and send the acknowledgement some seconds later as a message of its own."""

    CORRUPT = "corrupt"
    """Acknowledge with one bit of the signature turned; of the partner's own: with some of the content altered."""

    CUT = "cut"
    """Take the envelope in, then break the connection before the answer is through."""

    WRONG_CERTIFICATE = "wrong_certificate"
    """Sign as an authority that nobody knows would have it."""

    EXPIRED = "expired"
    """Sign with a certificate that has expired, and that the register gives."""

    REVOKED = "revoked"
    """Sign with a certificate that has been revoked, and that the register gives."""

    CLOCK = "clock"
    """Sign with a clock that is so many seconds off."""

    REJECT = "reject"
    """Acknowledge, then reject the document: AppRec status 2."""

    ACCEPT_WITH_FAULTS = "accept_with_faults"
    """Acknowledge, then accept the document with faults: AppRec status 3."""

    NO_APPREC = "no_apprec"
    """Acknowledge, and never send an AppRec."""

    DUPLICATE = "duplicate"
    """Send a message of its own twice, byte for byte."""

    REORDER = "reorder"
    """Hold a message of its own back until the next one has left."""


class Direction(StrEnum):
    """Whether a behaviour is about what reaches the partner, or about what the partner sends on its own account."""

    IN = "in"
    OUT = "out"


class Moment(StrEnum):
    """When a behaviour acts."""

    DOOR = "door"
    ARRIVAL = "arrival"
    SIGNAL = "signal"
    DOCUMENT = "document"
    PACKING = "packing"
    LEAVING = "leaving"


_B, _IN, _OUT = Behaviour, Direction.IN, Direction.OUT
ACTS: Mapping[Behaviour, Mapping[Direction, Moment]] = {
    _B.UNAVAILABLE: {_IN: Moment.ARRIVAL},
    _B.LOSS: {_IN: Moment.ARRIVAL, _OUT: Moment.LEAVING},
    _B.CUT_BEFORE: {_IN: Moment.ARRIVAL},
    _B.BOUNCE: {_IN: Moment.DOOR},
    _B.DELAY: {_IN: Moment.ARRIVAL, _OUT: Moment.LEAVING},
    _B.MESSAGE_ERROR: {_IN: Moment.SIGNAL},
    _B.WARNING: {_IN: Moment.SIGNAL},
    _B.FAULT: {_IN: Moment.SIGNAL},
    _B.UNKNOWN_CPA: {_IN: Moment.SIGNAL, _OUT: Moment.PACKING},
    _B.NO_ACK: {_IN: Moment.SIGNAL},
    _B.LATE_ACK: {_IN: Moment.SIGNAL},
    _B.CORRUPT: {_IN: Moment.SIGNAL, _OUT: Moment.PACKING},
    _B.CUT: {_IN: Moment.SIGNAL},
    _B.WRONG_CERTIFICATE: {_IN: Moment.SIGNAL, _OUT: Moment.PACKING},
    _B.EXPIRED: {_IN: Moment.SIGNAL, _OUT: Moment.PACKING},
    _B.REVOKED: {_IN: Moment.SIGNAL, _OUT: Moment.PACKING},
    _B.CLOCK: {_IN: Moment.SIGNAL, _OUT: Moment.PACKING},
    _B.REJECT: {_IN: Moment.DOCUMENT},
    _B.ACCEPT_WITH_FAULTS: {_IN: Moment.DOCUMENT},
    _B.NO_APPREC: {_IN: Moment.DOCUMENT},
    _B.DUPLICATE: {_OUT: Moment.LEAVING},
    _B.REORDER: {_OUT: Moment.LEAVING},
}
"""When each behaviour acts, by what it is about; the first direction is meant where none is said."""

WAYS = ("http", "mail")
ANYONE = "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """A behaviour for some messages.

    Attributes:
        how: what is done.
        partner: name of who does it; ``*`` for everyone.
        way: ``http`` or ``mail``; empty for both.
        direction: what it is about.
        skip: so many messages are let by first.
        times: so many are treated so.
        detail: what is said of it: ``code``, ``text``, ``seconds``, ``status``, ``action``.
    """

    how: Behaviour
    partner: str = ANYONE
    way: str = ""
    direction: Direction = Direction.IN
    skip: int = 0
    times: int = 1
    detail: Mapping[str, str | int | float] = field(default_factory=dict)

    @property
    def moment(self) -> Moment:
        """When it acts."""
        return ACTS[self.how][self.direction]

    def said(self, name: str, usual: str) -> str:
        """Return one of its details, or what is usual."""
        return str(self.detail.get(name, usual))

    def number(self, name: str, usual: float) -> float:
        """Return one of its details that is a number, or what is usual."""
        return float(self.detail.get(name, usual))


NOTHING = Rule(Behaviour.NONE)
"""Everything as it should be."""


def usual_direction(how: Behaviour) -> Direction:
    """Return what a behaviour is about where that is not said."""
    return next(iter(ACTS[how]))
