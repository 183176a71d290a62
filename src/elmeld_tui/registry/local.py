"""Our copy of what the register said, so that messages can be sent and checked while the register is down.

Certificates and addresses change seldom, and a message refused because the register was away for a minute is a
message lost to its reader. A fresh copy is used without asking; a stale one is used when nothing better can be had (a
certificate is checked for validity wherever it is used).
"""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import Clock, from_text, to_text
from elmeld_tui.model.directory import (
    Directory,
    DirectoryParty,
    DirectoryUnavailableError,
    PartyType,
    UnknownPartyError,
)
from elmeld_tui.registry.rest import RestDirectory
from elmeld_tui.store import tables
from elmeld_tui.store.database import Database

_CERTIFICATES = ("signing_certificate", "encryption_certificate")
_TIMES = ("valid_from", "valid_to")
_LEFT_IN_PEACE = timedelta(seconds=30)
"""How long a register that did not answer a search is not asked to search again."""

_AT_HAND = timedelta(seconds=10)
"""How long what was read from the copy is used without looking again: another process may have renewed it."""


class Copy(NamedTuple):
    """A party as it was last known, and when that was (aware, UTC)."""

    party: DirectoryParty
    fetched: datetime


def copies_of(database: Database, her_ids: Collection[str]) -> dict[str, Copy]:
    """Return the copies of those parties that there is one of, by HER-id; nobody is asked."""
    p = tables.party
    wanted = select(p.c.her_id, p.c.data, p.c.fetched).where(p.c.her_id.in_(her_ids))
    with database.snapshot() as connection:
        return {
            row.her_id: Copy(_from_data(row.data), from_text(row.fetched)) for row in connection.execute(wanted)
        }


def find_copies(database: Database, words: str, limit: int) -> list[Copy]:
    """Return copies whose name, place or HER-id has every word, by name; nobody is asked."""
    p = tables.party
    with database.snapshot() as connection:
        rows = connection.execute(select(p.c.data, p.c.fetched).order_by(p.c.name)).all()
    wanted = words.casefold().split()
    # Compared here, since SQLite does not know that Å and å are the same letter.
    every = (Copy(_from_data(row.data), from_text(row.fetched)) for row in rows)
    return [copy for copy in every if all(word in _searched(copy.party) for word in wanted)][:limit]


class KeptDirectory:
    """A register with a local copy in front and behind.

    Must not be asked inside a transaction of the store: it keeps what it learns in one of its own.

    Args:
        register: who is asked; None where the clinic has none, and only the copy answers.
        database: where the copy lies.
        clock: the present.
        fresh: how old a copy may be and still be used unasked.
    """

    def __init__(
        self,
        register: Directory | None,
        database: Database,
        clock: Clock,
        *,
        fresh: timedelta = timedelta(hours=1),
    ) -> None:
        self._register = register
        self._database = database
        self._clock = clock
        self._fresh = fresh
        self._at_hand: dict[str, tuple[DirectoryParty, datetime]] = {}
        self._away: tuple[datetime, DirectoryUnavailableError] | None = None

    def get(self, her_id: str) -> DirectoryParty:
        """Return the party with its certificates; see `model.directory.Directory.get`."""
        at_hand = self._at_hand.get(her_id)
        if at_hand and at_hand[1] > self._clock() - _AT_HAND:
            return at_hand[0]
        kept = self._kept(her_id)
        if kept and kept[1] > self._clock() - self._fresh:
            self._at_hand[her_id] = (kept[0], self._clock())
            return kept[0]
        return self.renew(her_id)

    def close(self) -> None:
        """Let go of the line to the register; the copy lies in the store."""
        if self._register is not None:
            self._register.close()

    def renew(self, her_id: str) -> DirectoryParty:
        """Return the party as the register has it now, or the copy where the register does not answer.

        Raises:
            UnknownPartyError: there is no such party.
            DirectoryUnavailableError: the register does not answer, and there is no copy.
        """
        try:
            return self.ask(her_id)
        except (DirectoryUnavailableError, UnknownPartyError) as error:
            kept = self._kept(her_id)
            if kept and (self._register is None or isinstance(error, DirectoryUnavailableError)):
                return kept[0]
            raise

    def ask(self, her_id: str) -> DirectoryParty:
        """Return the party as the register has it now, and never the copy.

        Raises:
            UnknownPartyError: there is no such party, or no register.
            DirectoryUnavailableError: the register does not answer.
        """
        if self._register is None:
            raise UnknownPartyError(t("Den lokale katalogen kjenner ikke HER-id {her_id}.", her_id=her_id))
        party = self._register.get(her_id)
        self.keep(party)
        return party

    @property
    def clock_offset(self) -> timedelta | None:
        """How far the register's clock was ahead of ours when it last answered; None where it has not."""
        return self._register.clock_offset if isinstance(self._register, RestDirectory) else None

    def copy_of(self, her_id: str) -> DirectoryParty | None:
        """Return the party as it was last known, however long ago, or None; nobody is asked."""
        kept = self._kept(her_id)
        return kept[0] if kept else None

    def search(self, words: str, *, limit: int = 50) -> list[DirectoryParty]:
        """Return parties as the register has them; those kept, only where there is no register.

        A register that did not answer is left in peace for a while: whoever types does not wait for it at every letter.

        Raises:
            DirectoryUnavailableError: it does not answer; `find_copies` may know them all the same.
        """
        if self._register is None:
            return [copy.party for copy in find_copies(self._database, words, limit)]
        if self._away is not None and self._clock() < self._away[0]:
            raise self._away[1]
        try:
            found = self._register.search(words, limit=limit)
        except DirectoryUnavailableError as error:
            self._away = self._clock() + _LEFT_IN_PEACE, error
            raise
        self._away = None
        return found

    def keep(self, party: DirectoryParty) -> None:
        """Keep ``party`` as it is now known."""
        self._at_hand.pop(party.her_id, None)
        values = {"name": party.full_name, "data": _to_data(party), "fetched": to_text(self._clock())}
        with self._database.transaction() as connection:
            connection.execute(delete(tables.party).where(tables.party.c.her_id == party.her_id))
            connection.execute(insert(tables.party).values(her_id=party.her_id, **values))

    def _kept(self, her_id: str) -> tuple[DirectoryParty, datetime] | None:
        p = tables.party
        with self._database.snapshot() as connection:
            found = connection.execute(select(p.c.data, p.c.fetched).where(p.c.her_id == her_id)).one_or_none()
        return None if found is None else (_from_data(found.data), from_text(found.fetched))

    def copies(self) -> list[DirectoryParty]:
        """Return every party as it was last known, by name; nobody is asked."""
        p = tables.party
        with self._database.snapshot() as connection:
            return [_from_data(data) for data in connection.execute(select(p.c.data).order_by(p.c.name)).scalars()]


def _searched(party: DirectoryParty) -> str:
    return f"{party.full_name} {party.city} {party.her_id}".casefold()


def _to_data(party: DirectoryParty) -> dict[str, Any]:
    data = asdict(party)
    for name in _CERTIFICATES:
        data[name] = base64.b64encode(data[name]).decode()
    for name in _TIMES:
        data[name] = to_text(data[name]) if data[name] else ""
    return data


def _from_data(data: dict[str, Any]) -> DirectoryParty:
    certificates = {name: base64.b64decode(data[name]) for name in _CERTIFICATES}
    times = {name: from_text(data[name]) if data[name] else None for name in _TIMES}
    below = tuple(data.get("below", ()))
    return DirectoryParty(**{**data, "type": PartyType(data["type"]), "below": below, **certificates, **times})
