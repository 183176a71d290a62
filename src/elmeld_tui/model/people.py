"""People who work at the clinic, from the post's point of view: their mailboxes, and how they relate to a message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CLINIC_MAILBOX = "clinic"
"""The main mailbox «Klinikken», where every message lies."""


def own_mailbox(person_id: int) -> str:
    """Return the key of somebody's main mailbox «Min post»."""
    return f"person:{person_id}"


def team_mailbox(team_id: int) -> str:
    """Return the key of a group's main mailbox."""
    return f"team:{team_id}"


class Relation(StrEnum):
    """How somebody stands to a message.

    Attributes:
        RECIPIENT: it came to her, or to a group of hers.
        AUTHOR: she, or a group of hers, has sent it.
        NONE: neither.
    """

    RECIPIENT = "recipient"
    AUTHOR = "author"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Team:
    """A group that somebody is in.

    Attributes:
        id: of the group.
        name: what it is called.
        functions: what she does in it.
    """

    id: int
    name: str
    functions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who is logged in.

    Attributes:
        id: of the person; None for a stranger, who may do nothing.
        login: the operating system's user name.
        name: given and family name.
        administrator: whether she looks after people and access.
        reads_all: whether she has access to all messages.
        teams: the groups she is in, by name.
        operator: whether she acts under the account that owns the clinic's directory.
    """

    id: int | None
    login: str
    name: str
    administrator: bool = False
    reads_all: bool = False
    teams: tuple[Team, ...] = ()
    operator: bool = False

    @property
    def own_mailboxes(self) -> tuple[str, ...]:
        """Keys of the mailboxes whose post is hers: her own and her groups'."""
        if self.id is None:
            return ()
        return (own_mailbox(self.id), *(team_mailbox(team.id) for team in self.teams))

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """Keys of the main mailboxes she may open, in the order they are shown."""
        return (*self.own_mailboxes, CLINIC_MAILBOX) if self.reads_all else self.own_mailboxes
