"""Forwarding (videresende): whoever has a message open hands it over, and no longer has it herself.

«Klinikken» keeps every message, so none is lost by this. An answer that the forwarder has begun remains her draft.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.people import CLINIC_MAILBOX, Actor, own_mailbox, team_mailbox
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import Action
from elmeld_tui.office.possible import not_forwardable
from elmeld_tui.office.reading import find_message
from elmeld_tui.store import events, post
from elmeld_tui.store.people_reading import Group, Person
from elmeld_tui.store.reading import Reader
from elmeld_tui.store.rows import PostItem
from elmeld_tui.store.timeline import EventName


class TargetKind(StrEnum):
    """As what somebody is forwarded to.

    Attributes:
        POSITION: whoever holds a position (stilling).
        GROUP: a group's mailbox.
        FUNCTION: everybody who has a function in a group.
    """

    POSITION = "position"
    GROUP = "group"
    FUNCTION = "function"


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a message can be forwarded to.

    Attributes:
        kind: position, group or function.
        key: by which it is chosen: ``position:NAME``, ``group:NAME`` or ``function:GROUP/NAME``.
        name: as shown: of the position or the group, or of the function with its group.
        people: names of those that is now.
        mailboxes: keys of the mailboxes it comes to.
        refusal: why nothing can be forwarded there now; empty where it can.
    """

    kind: TargetKind
    key: str
    name: str
    people: tuple[str, ...]
    mailboxes: tuple[str, ...]
    refusal: str = ""


def forward_targets(reader: Reader, words: str = "") -> list[Target]:
    """Return whom one can choose, positions first, then groups each with its functions.

    A vacant position is among them, with its refusal; a closed group is not.

    Args:
        reader: of the store.
        words: each of them stands in the name of the target, or in that of somebody it is now.
    """
    wanted = words.casefold().split()
    open_groups = [group for group in reader.people.groups() if group.active]
    return [
        target
        for target in _targets(reader, open_groups)
        if all(word in " ".join((target.name, *target.people)).casefold() for word in wanted)
    ]


def forward(office: Office, message_id: int, key: str, *, from_mailbox: str = "") -> Target:
    """Forward a message; who it goes to finds it unread in the inbox, and the forwarder has it no longer.

    Args:
        office: where it is done.
        message_id: of the message.
        key: of the target.
        from_mailbox: the mailbox she forwards it from. Out of a group's it goes for all of the group; «Klinikken»
            keeps it. Where it is not said: her own if it lies there, else that of a group of hers, else «Klinikken».

    Returns:
        Where it went.

    Raises:
        OfficeError: she may not, the message is not open, or it cannot go there; each with its own reason.
    """
    message = find_message(office, message_id)
    policy.require(office, Action.FORWARD, message_id)
    actor = office.actor
    at = to_text(office.clock())
    with office.database.transaction() as connection:
        # Nobody else writes from here on, so whoever the target is now, it is still when the message goes there.
        target = _target(office.reader, key)
        lies_in = post.items(connection, message_id)
        if reason := next(not_forwardable(message, lies_in.values()), ""):
            raise OfficeError(reason)
        leaves = _leaves(actor, lies_in, from_mailbox)
        comes_to = _comes_to(actor, target, lies_in)
        post.hand_over(connection, message_id, leaves=leaves, comes_to=comes_to, at=at)
        said = {"user": office.user.name, "to": target.name}
        events.record(connection, message_id, at=at, name=EventName.FORWARDED, detail=said)
        office.note(connection, str(Action.FORWARD), message_id, to=target.key, mailboxes=comes_to, left=leaves)
    return target


def _targets(reader: Reader, groups: list[Group]) -> Iterator[Target]:
    people = {person.id: person for person in reader.people.persons()}
    for position in reader.people.positions():
        yield _position(position.name, people.get(position.person_id or 0))
    for group in groups:
        yield _group(group, people)
        for function in sorted({name for names in group.members.values() for name in names}):
            yield _function(group, function, people)


def _position(name: str, holder: Person | None) -> Target:
    key = f"{TargetKind.POSITION}:{name}"
    if holder is None:
        vacant = t("Stillingen {name} er ubesatt. Velg en annen, eller en gruppe.", name=name)
        return Target(TargetKind.POSITION, key, name, (), (), vacant)
    return Target(TargetKind.POSITION, key, name, (holder.full_name,), (own_mailbox(holder.id),))


def _group(group: Group, people: dict[int, Person]) -> Target:
    refusal = ""
    if not group.active:
        refusal = t("Gruppen {name} er lagt ned. Velg en annen.", name=group.name)
    elif not group.members:
        refusal = t("Gruppen {name} har ingen medlemmer, så ingen ville se meldingen.", name=group.name)
    names = tuple(people[member].full_name for member in group.members)
    key = f"{TargetKind.GROUP}:{group.name}"
    return Target(TargetKind.GROUP, key, group.name, names, (team_mailbox(group.id),), refusal)


def _function(group: Group, function: str, people: dict[int, Person]) -> Target:
    having = [member for member, functions in group.members.items() if function in functions]
    refusal = ""
    if not group.active:
        refusal = t("Gruppen {name} er lagt ned. Velg en annen.", name=group.name)
    elif not having:
        refusal = t("Ingen i {group} har funksjonen {name} nå.", group=group.name, name=function)
    return Target(
        TargetKind.FUNCTION,
        f"{TargetKind.FUNCTION}:{group.name}/{function}",
        t("{function} i {group}", function=function, group=group.name),
        tuple(people[member].full_name for member in having),
        tuple(own_mailbox(member) for member in having),
        refusal,
    )


def _target(reader: Reader, key: str) -> Target:
    """Return what ``key`` means, large or small letters.

    Raises:
        OfficeError: there is no such target, or nothing can be forwarded there now.
    """
    wanted = key.strip().casefold()
    groups = reader.people.groups()
    found = next((one for one in _targets(reader, groups) if one.key.casefold() == wanted), None)
    found = found or _empty_function(groups, key.strip())
    if found is None:
        raise OfficeError(
            t(
                "Ingen stilling, gruppe eller funksjon heter «{key}». Skriv position:NAVN, group:NAVN eller "
                "function:GRUPPE/NAVN.",
                key=key,
            )
        )
    if found.refusal:
        raise OfficeError(found.refusal)
    return found


def _empty_function(groups: list[Group], key: str) -> Target | None:
    """Return a function that nobody in the group has: one who left may have had it."""
    for group in groups:
        begins = f"{TargetKind.FUNCTION}:{group.name}/"
        if key.casefold().startswith(begins.casefold()) and len(key) > len(begins):
            return _function(group, key[len(begins) :], {})
    return None


def _leaves(actor: Actor, lies_in: dict[str, PostItem], chosen: str) -> list[str]:
    """Return the mailboxes that the message goes out of: always hers, and the group's that she forwards it from."""
    if chosen and (chosen not in actor.mailboxes or chosen not in lies_in):
        raise OfficeError(t("Meldingen ligger ikke i den postkassen. Kanskje noen alt har videresendt den."))
    origin = chosen or next((mailbox for mailbox in actor.mailboxes if mailbox in lies_in), "")
    if not origin:
        raise OfficeError(t("Meldingen ligger ikke lenger i noen av postkassene dine."))
    own = actor.own_mailboxes[0]
    return [
        mailbox for mailbox in dict.fromkeys([own, origin]) if mailbox in lies_in and mailbox != CLINIC_MAILBOX
    ]


def _comes_to(actor: Actor, target: Target, lies_in: dict[str, PostItem]) -> list[str]:
    """Return the mailboxes that the message comes to: those of the target's that are not hers and lack it."""
    others = [mailbox for mailbox in target.mailboxes if mailbox != actor.own_mailboxes[0]]
    if not others:
        raise OfficeError(t("{name} er deg selv. Velg hvem som skal ta meldingen i stedet.", name=target.name))
    lacking = [mailbox for mailbox in others if mailbox not in lies_in]
    if not lacking:
        raise OfficeError(t("Meldingen ligger alt i innboksen til {name}.", name=target.name))
    return lacking
