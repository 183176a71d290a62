"""The port that messages are fetched by: mailboxes and drop folders hand over one thing at a time.

What is fetched is removed only after it has been kept; whoever dies in between finds it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from elmeld_tui.model.arrival import Way


class MailboxDownError(Exception):
    """A mailbox cannot be looked into now; the text says why, in the user's language."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that lay there.

    Attributes:
        name: what the mailbox calls it: a UID, a file's name.
        size: bytes, as far as the mailbox says.
        raw: the whole of it; None where it could not be had.
        problem: why it could not, in the user's language.
        remove: takes it away, once it is kept.
    """

    name: str
    size: int
    raw: bytes | None
    problem: str
    remove: Callable[[], None]


class Mailbox(Protocol):
    """Something that messages lie in until they are fetched."""

    @property
    def name(self) -> str:
        """What logs and alerts call it."""
        ...

    @property
    def way(self) -> Way:
        """How what lies in it has come."""
        ...

    def fetch(self, limit: int) -> Iterator[Item]:
        """Yield what lies there, one at a time, each read only when its turn comes; leave when all are yielded.

        Args:
            limit: bytes; what is larger is told of and not read.

        Raises:
            MailboxDownError: it cannot be looked into, or the connection broke.
        """
        ...
