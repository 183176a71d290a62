"""Drafts that are open: who has one, taking it over, and recovering it after a terminal died."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.clock import to_text
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft, draft_of
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.terminals import LEASE, is_open, opening
from elmeld_tui.store import drafts
from elmeld_tui.store import rows as stored


class OpenElsewhereError(OfficeError):
    """The draft is open in another terminal, which the text names.

    Attributes:
        draft_id: of the draft.
    """

    def __init__(self, draft_id: int, terminal: str) -> None:
        super().__init__(who_has(terminal))
        self.draft_id = draft_id


def open_draft(office: Office, draft_id: int, terminal: str, *, take_over: bool = False) -> Draft:
    """Open a kept draft to write on, so that no other opening of it can change it any more.

    Args:
        office: whose draft it is.
        draft_id: which.
        terminal: the opening (`terminals.new_opening`).
        take_over: whether to open it though another terminal has it.

    Raises:
        OpenElsewhereError: another terminal has it open, and it is not to be taken over.
        OfficeError: it is gone, or somebody else's.
    """
    now = office.clock()
    with office.database.transaction() as connection:
        row = _ours(office, drafts.find(connection, draft_id))
        if not take_over and is_open(row.terminal, row.terminal_until, now):
            raise OpenElsewhereError(row.id, row.terminal)
        drafts.open_in(connection, draft_id, terminal, until=to_text(now + LEASE))
        return draft_of(drafts.find(connection, draft_id))


def _ours(office: Office, row: Row[Any] | None) -> Row[Any]:
    if row is None or row.owner != office.user.name:
        raise OfficeError(t("Utkastet finnes ikke lenger. Det kan være sendt fra et annet vindu."))
    return row


def who_has(terminal: str) -> str:
    """Return a sentence on who has a draft open, where, and since when."""
    found = opening(terminal)
    if found is None:
        return t("Utkastet er åpent i et annet vindu.")
    return t(
        "Utkastet er åpent i et annet vindu: {user} på {host}, siden {time}.",
        user=found.user,
        host=found.host,
        time=clock.short(found.opened),
    )


def renew(office: Office, draft: Draft) -> None:
    """Say that a draft is still open here."""
    if draft.id is not None:
        # Lost with the power, it is renewed or runs out: no reason to wait for the disk.
        with office.database.transaction(durable=False) as connection:
            drafts.renew(connection, draft.id, draft.terminal, until=to_text(office.clock() + LEASE))


def close(office: Office, draft: Draft) -> None:
    """Say that a draft is no longer open here."""
    if draft.id is not None:
        with office.database.transaction() as connection:
            drafts.close(connection, draft.id, draft.terminal)


def is_open_somewhere(office: Office, draft: stored.Draft) -> bool:
    """Return whether a terminal that lives has a draft open."""
    return is_open(draft.terminal, draft.terminal_until, office.clock())


def unsent(office: Office) -> list[stored.Draft]:
    """Return what this user was writing in terminals that are gone, last changed first."""
    left = office.reader.interrupted_drafts(office.user.name)
    return [draft for draft in left if not is_open_somewhere(office, draft)]


def all_drafts(office: Office) -> list[stored.Draft]:
    """Return the user's drafts and recovery copies, open or not, last changed first."""
    name = office.user.name
    both = {draft.id: draft for draft in (*office.reader.drafts(name), *office.reader.interrupted_drafts(name))}
    return sorted(both.values(), key=lambda draft: (draft.updated, draft.id), reverse=True)


def own_draft(office: Office, draft_id: int) -> stored.Draft:
    """Return one of the user's drafts or recovery copies as it is stored.

    Raises:
        OfficeError: it is gone, or somebody else's.
    """
    found = office.reader.draft(draft_id)
    if found is None or found.owner != office.user.name:
        raise OfficeError(t("Utkastet finnes ikke lenger. Det kan være sendt fra et annet vindu."))
    return found


def keep(office: Office, draft_id: int, *, take_over: bool = False) -> None:
    """Put a recovery copy among the drafts.

    Raises:
        OfficeError: it is gone, somebody else's, or open in a terminal and not to be taken over.
    """
    with office.database.transaction() as connection:
        _check_closed(office, _ours(office, drafts.find(connection, draft_id)), take_over=take_over)
        drafts.put_among_drafts(connection, draft_id)


def discard(office: Office, draft_id: int, *, take_over: bool = False) -> None:
    """Throw a draft or a recovery copy away.

    Raises:
        OfficeError: it is gone, somebody else's, or open in a terminal and not to be taken over.
    """
    with office.database.transaction() as connection:
        _check_closed(office, _ours(office, drafts.find(connection, draft_id)), take_over=take_over)
        drafts.remove(connection, draft_id)


def _check_closed(office: Office, row: Row[Any], *, take_over: bool) -> None:
    if not take_over and is_open(row.terminal, row.terminal_until, office.clock()):
        raise OpenElsewhereError(row.id, row.terminal)


def copy_of(draft: Draft) -> Draft:
    """Return what a draft says as a new one, a recovery copy that is not kept yet."""
    return replace(draft, id=None, version=0, kept=False)
