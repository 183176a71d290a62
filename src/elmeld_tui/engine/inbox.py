"""A mailbox of the clinic, and how it has been; `fetching` empties it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime

from elmeld_tui.transport.mailbox import Mailbox


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

    def is_left_in_peace(self, now: datetime) -> bool:
        """Whether it is down, and not to be tried again yet."""
        return bool(self.failures) and self.next_at is not None and self.next_at > now
