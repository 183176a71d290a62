"""Searches that a user has saved by name: written ``@name`` in any search line of the same place."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.search_language import SearchError, read_filter
from elmeld_tui.store import saved_filters
from elmeld_tui.store.filters import Filter

_LONGEST = 30


def save(office: Office, place: str, name: str, words: str) -> None:
    """Keep ``words`` under ``name``, in place of what was kept under it.

    Raises:
        OfficeError: the name cannot be used, or the words say nothing that can be looked for.
    """
    kept = office.reader.saved_filters(office.user.name, place)
    called = _name(name)
    try:
        chosen = read_filter(words, Filter(), now=office.clock, saved={**kept, called: words}.get)
    except SearchError as error:
        raise OfficeError(str(error)) from error
    if chosen == Filter():
        raise OfficeError(t("Det er ikke noe filter å lagre. Velg noe først."))
    with office.database.transaction() as connection:
        saved_filters.put(connection, office.user.name, place, called, words)


def remember(office: Office, place: str, words: str) -> None:
    """Keep ``words`` as what was searched for last, so that they are there after a restart; empty keeps nothing."""
    owner = office.user.name
    # Lost with the power, one types it again: no reason to wait for the disk.
    with office.database.transaction(durable=False) as connection:
        if words:
            saved_filters.put(connection, owner, place, saved_filters.LAST, words)
        else:
            saved_filters.remove(connection, owner, place, saved_filters.LAST)


def rename(office: Office, place: str, name: str, new: str) -> None:
    """Call what is kept under ``name`` something else.

    Raises:
        OfficeError: the name cannot be used or is taken, or nothing is kept under the old one.
    """
    called = _name(new)
    with office.database.transaction() as connection:
        renamed = saved_filters.rename(connection, office.user.name, place, name, called)
    if not renamed:
        raise OfficeError(t("«{name}» er i bruk, eller det gamle filteret finnes ikke lenger.", name=called))


def delete(office: Office, place: str, name: str) -> None:
    """Keep no longer what is kept under ``name``; nothing happens where nothing is."""
    with office.database.transaction() as connection:
        saved_filters.remove(connection, office.user.name, place, name)


def _name(name: str) -> str:
    called = " ".join(name.split())
    if not called or len(called) > _LONGEST or '"' in called or "@" in called:
        raise OfficeError(t("Gi filteret et navn på høyst {n} tegn, uten @ og anførselstegn.", n=_LONGEST))
    return called
