"""The clinic's agreements at work: read from the store, and asked for the terms of one message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection

from elmeld_tui.model.agreements import Agreement, names_an_agreement, pair
from elmeld_tui.model.clock import from_text, to_text
from elmeld_tui.model.collaborations import Collaboration
from elmeld_tui.model.terms import Terms
from elmeld_tui.registry.agreements import terms_between, terms_under
from elmeld_tui.store import agreements
from elmeld_tui.transport.agreement.reading import read_agreement

_read = lru_cache(maxsize=32)(read_agreement)
"""Reading a file takes longer than all else that is done for a message under it."""


def between(
    connection: Connection, names: Collaboration, *, ours: str, theirs: str, at: datetime
) -> Terms:
    """Return the terms of a message from one of us to a partner; see `registry.agreements.terms_between`.

    Raises:
        NotAgreedError: the parties have an agreement, and it lacks the message.
    """
    rows = agreements.between(connection, pair(ours, theirs), at=to_text(at))
    known = [_read(agreements.raw(connection, row)) for row in rows]
    return terms_between(known, names, ours=ours, theirs=theirs, at=at)


def named(connection: Connection, cpa_id: str, at: datetime) -> Agreement | None:
    """Return the agreement with this CPAId in the version that counts at a moment, or None."""
    if not names_an_agreement(cpa_id):
        return None
    row = agreements.current(connection, cpa_id, at=to_text(at))
    return _read(agreements.raw(connection, row)) if row else None


def terms_of(connection: Connection, header: Mapping[str, str], *, ours: str, theirs: str, at: datetime) -> Terms:
    """Return the terms of what was queued under these names, which name the agreement.

    Args:
        connection: to the store.
        header: of the outbox.
        ours: HER-id in eb:From.
        theirs: HER-id in eb:To.
        at: aware; the present.
    """
    names = Collaboration(*(header[name] for name in ("service", "action", "from_role", "to_role")))
    agreement = named(connection, header["cpa_id"], at)
    found = terms_under(agreement, names, ours=ours, theirs=theirs, at=at) if agreement else None
    return found or Terms(names)


def ends(connection: Connection, at: datetime) -> list[tuple[str, datetime]]:
    """Return CPAId and end of every agreement that counts at a moment, and has an end."""
    return [
        (row.cpa_id, from_text(row.valid_to))
        for row in agreements.all_current(connection, at=to_text(at))
        if row.valid_to
    ]
