"""Whether a certificate has been revoked: the outcomes, and how long one may be relied on.

«Good» is what the certificate's own issuer says, in its list or through its responder. That nobody could be asked,
and that whoever was asked does not know the certificate, are outcomes of their own: neither is an answer (AMQP
§2.1.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

CLOCK_SKEW = timedelta(hours=2)
"""How far an issuer's clock and ours may differ: a statement that is that much too new or too old still counts."""

_UNSAID = timedelta(days=1)


class Outcome(StrEnum):
    """What asking about a certificate came to; stable, since the store and scripts use it.

    Attributes:
        GOOD: its issuer says that it is not revoked.
        REVOKED: its issuer says that it is, or was.
        UNKNOWN: who was asked does not know the certificate, or nobody is named who could be asked.
        OFFLINE: nobody who may answer has done so credibly.
        NOT_ASKED: the clinic has chosen not to ask, or has no list of this issuer.
    """

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    OFFLINE = "offline"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class RevocationStatus:
    """What is known of one certificate.

    Attributes:
        outcome: of asking.
        source: who answered, or was asked: a URL, or the issuer of a list; empty where nobody was.
        checked_at: aware; when it was asked.
        valid_until: aware; how long the issuer stands by it; None where it does not say.
        revoked_at: aware; since when the certificate is revoked; None where it is not.
        reason: why there is no answer, in the user's language; empty where there is.
    """

    outcome: Outcome
    source: str = ""
    checked_at: datetime | None = None
    valid_until: datetime | None = None
    revoked_at: datetime | None = None
    reason: str = ""

    @property
    def decided(self) -> bool:
        """Whether the issuer has answered."""
        return self.outcome in {Outcome.GOOD, Outcome.REVOKED}

    def holds(self, now: datetime) -> bool:
        """Return whether the answer may still be relied on when no newer one is to be had.

        A revocation is not forgotten; that a certificate is good is believed as long as its issuer said it would be.
        """
        if self.outcome is Outcome.REVOKED:
            return True
        return self.outcome is Outcome.GOOD and self.valid_until is not None and now < self.valid_until

    def revoked_by(self, moment: datetime) -> bool:
        """Return whether the certificate was revoked at ``moment``; what happens later is not held against it."""
        return self.outcome is Outcome.REVOKED and (self.revoked_at is None or self.revoked_at <= moment)


NOT_ASKED = RevocationStatus(Outcome.NOT_ASKED)


def is_current(this_update: datetime, next_update: datetime | None, now: datetime) -> bool:
    """Return whether a statement that counts between two moments counts ``now`` (RFC 5280 §5.1.2, RFC 6960 §4.2.2.1).

    One that does not say how long it counts may be an old one that somebody sends again: it counts for a day.
    """
    return this_update - CLOCK_SKEW <= now <= (next_update or this_update + _UNSAID) + CLOCK_SKEW
