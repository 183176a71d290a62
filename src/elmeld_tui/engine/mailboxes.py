"""The mailboxes a message lies in besides the clinic's: those of people, groups and whoever it answers."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from elmeld_tui.model.header import Header
from elmeld_tui.model.parties import Party, ident_of
from elmeld_tui.store import people, post


def addressed(connection: Connection, header: Header, recipients: Iterable[Party]) -> list[str]:
    """Return the mailboxes that a message in comes to, besides «Klinikken».

    A person that it names by HER-id or HPR-number goes before the group whose service it names; whoever wrote what it
    answers (a request, an order, a referral) gets it too.
    """
    keys: list[str] = []
    for party in recipients:
        person = party.person
        hpr = ident_of(person.idents, "HPR") if person else ""
        named = people.mailbox_of_person(
            connection, her_id=person.her_id if person else party.her_id, hpr_number=hpr
        )
        keys += [named] if named else people.mailboxes_of_team(connection, party.her_id)
    answered = {header.order_id, header.conversation.parent if header.conversation else ""} - {""}
    if answered:
        keys += post.authors(connection, answered)
    return list(dict.fromkeys(keys))


def sending(connection: Connection, header: Header, login: str) -> list[str]:
    """Return the mailboxes among whose sent post a message out lies, besides «Klinikken»."""
    writer = people.mailbox_of_login(connection, login) if login else None
    group = people.mailboxes_of_team(connection, header.sender.her_id) if header.sender else []
    return [*([writer] if writer else []), *group]
