"""The port that messages are fetched by: mailboxes and drop folders hand over one thing at a time.

What is fetched is removed only after it has been kept; whoever dies in between finds it again.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from typing import Protocol

from elmeld_tui.i18n import t
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
        remove: takes it away, once it is kept; raises `MailboxDownError` where the line broke, and it stays.
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

    def fetch(self, limit: int, skip: Container[str] = ()) -> Iterator[Item]:
        """Yield what lies there, one at a time, each read only when its turn comes; leave when all are yielded.

        Args:
            limit: bytes; what is larger is told of and not read.
            skip: names of what is left alone.

        Raises:
            MailboxDownError: it cannot be looked into, or the connection broke.
        """
        ...


def too_large(size: int, limit: int) -> str:
    """Return what a human is told of something that is larger than is fetched; sizes in bytes."""
    return t("Det er {size} MB; grensen er {limit} MB.", size=f"{size / 1e6:.1f}", limit=f"{limit / 1e6:.0f}")


def undeliverable(error: Exception) -> str:
    """Return what a human is told of one mail that a server cannot deliver."""
    return t("Postkassen kan ikke levere e-posten: {reason}", reason=said_by(error))


def down(server: str, error: Exception) -> MailboxDownError:
    """Return what is raised where a mail server fails; ``server`` is its host and port."""
    return MailboxDownError(
        t("Postkassen hos {name} svarer ikke som den skal: {reason}", name=server, reason=said_by(error))
    )


def said_by(error: Exception) -> str:
    """Return what a mail server said, or what went wrong with the line to it."""
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(error) or type(error).__name__
