"""The clinic's people, groups and positions, for readers. Plain SQL; imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from elmeld_tui.model.clinic import User
from elmeld_tui.model.people import Actor, Relation, Team
from elmeld_tui.store.filters import marks

Ask = Callable[..., Sequence[tuple[Any, ...]]]

_AT_ONCE = 500
"""Messages that are asked about in one question; SQLite allows some thousand values in one."""


class Person(NamedTuple):
    """Someone who works here; see `office_models.Person`."""

    id: int
    login: str
    full_name: str
    profession: str
    hpr_number: str
    phone: str
    national_id: str
    her_id: str
    administrator: bool
    reads_all: bool
    active: bool
    added: str


class Group(NamedTuple):
    """A group; ``members`` are the ids of its active members, each with what she does in it."""

    id: int
    name: str
    her_id: str
    active: bool
    members: dict[int, tuple[str, ...]]


class Position(NamedTuple):
    """A position and who holds it; None while it is vacant."""

    id: int
    name: str
    person_id: int | None


class People:
    """Who works here, and whose post is whose.

    Args:
        ask: asks the database.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def persons(self) -> list[Person]:
        """Return everybody, by name; also those who have left."""
        found = self._ask(f"SELECT {', '.join(Person._fields)} FROM person ORDER BY full_name, id")  # noqa: S608
        return [Person._make([*one[:8], bool(one[8]), bool(one[9]), bool(one[10]), one[11]]) for one in found]

    def groups(self) -> list[Group]:
        """Return every group, by name; also those that are closed."""
        members: dict[int, dict[int, list[str]]] = {}
        for team, person, function in self._ask(
            "SELECT m.team_id, m.person_id, m.function FROM membership m JOIN person p ON p.id = m.person_id "
            "WHERE p.active = 1 ORDER BY m.team_id, m.person_id, m.function"
        ):
            functions = members.setdefault(team, {}).setdefault(person, [])
            if function:
                functions.append(function)
        return [
            Group(team, name, her_id, bool(active), {p: tuple(f) for p, f in members.get(team, {}).items()})
            for team, name, her_id, active in self._ask(
                "SELECT id, name, her_id, active FROM team ORDER BY name, id"
            )
        ]

    def positions(self) -> list[Position]:
        """Return every position, by name; one whose holder has left is vacant."""
        found = self._ask(
            "SELECT o.id, o.name, p.id FROM position o LEFT JOIN person p ON p.id = o.person_id AND p.active = 1 "
            "ORDER BY o.name, o.id"
        )
        return [Position._make(one) for one in found]

    def actor(self, login: str) -> Actor:
        """Return who is logged in: the person with this login, else the only one there is, else a stranger.

        A clinic of one person need not say what the operating system calls her.
        """
        people = self.persons()
        person = people[0] if len(people) == 1 else next((one for one in people if one.login == login), None)
        if person is None or not person.active:
            return Actor(None, login, login)
        teams = tuple(
            Team(group.id, group.name, group.members[person.id])
            for group in self.groups()
            if group.active and person.id in group.members
        )
        return Actor(person.id, person.login, person.full_name, person.administrator, person.reads_all, teams)

    def user(self, login: str) -> User | None:
        """Return who is logged in as documents sign; None for a stranger."""
        actor = self.actor(login)
        person = next((one for one in self.persons() if one.id == actor.id), None)
        if person is None:
            return None
        return User(
            person.login,
            person.full_name,
            person.profession,
            person.hpr_number,
            person.phone,
            person.national_id,
            person.her_id,
            person.administrator,
            person.reads_all,
        )

    def relation(self, actor: Actor, message_id: int) -> Relation:
        """Return how somebody stands to a message."""
        return self.relations(actor, [message_id])[message_id]

    def relations(self, actor: Actor, message_ids: Sequence[int]) -> dict[int, Relation]:
        """Return how somebody stands to each of some messages."""
        folders: dict[int, set[str]] = {message_id: set() for message_id in message_ids}
        own = actor.own_mailboxes
        for start in range(0, len(message_ids) if own else 0, _AT_ONCE):
            some = message_ids[start : start + _AT_ONCE]
            for message_id, folder in self._ask(
                f"SELECT message_id, folder FROM post_item WHERE message_id IN ({marks(some)})"  # noqa: S608
                f" AND mailbox IN ({marks(own)})",
                [*some, *own],
            ):
                folders[message_id].add(folder)
        return {message_id: _relation(lies_in) for message_id, lies_in in folders.items()}


def _relation(folders: set[str]) -> Relation:
    """Return how somebody stands to a message that lies in these folders of her mailboxes."""
    if folders - {"sent"}:
        return Relation.RECIPIENT
    return Relation.AUTHOR if folders else Relation.NONE
