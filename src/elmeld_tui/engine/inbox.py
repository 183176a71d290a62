"""A mailbox of the clinic and its current condition; `fetching` empties it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from elmeld_tui.transport.mailbox import Mailbox

_LONGEST_WAIT = timedelta(hours=2)
"""Nothing is waited for so long: the clock was ahead when the next turn was set."""


@dataclass(slots=True)
class Watched:
    """A mailbox and how it has been.

    Attributes:
        mailbox: the mailbox.
        turn: held while somebody empties it.
        emptied: when the last time it was emptied began; None before the first.
        next_at: when its turn comes; None at once.
        failures: in a row.
        set_aside: names of what the program failed at, or could not have; the next start tries them again.
    """

    mailbox: Mailbox
    turn: threading.Lock = field(default_factory=threading.Lock)
    emptied: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0
    set_aside: set[str] = field(default_factory=set)

    def is_due(self, now: datetime) -> bool:
        """Whether its turn has come; after a clock was set back, at once."""
        if self.next_at is None or self.next_at <= now:
            return True
        return self.next_at - now > _LONGEST_WAIT or (self.emptied is not None and self.emptied > now)

    def is_left_in_peace(self, now: datetime) -> bool:
        """Whether it is down, and not to be tried again yet."""
        return bool(self.failures) and not self.is_due(now)
