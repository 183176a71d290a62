"""Searching for recipients: favourites and most recent first, and why a party cannot receive a message.

Who can be addressed: a service or a person, on level 2 (HIS 1153-2 AD2.1); a service by its type and place
(service-based addressing). Only NAV is addressed as a whole, since it has no services below it in the register.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from elmeld_tui.engine import destinations
from elmeld_tui.i18n import t
from elmeld_tui.messages.document import Document
from elmeld_tui.model import clock
from elmeld_tui.model.directory import (
    DirectoryParty,
    DirectoryUnavailableError,
    PartySort,
    PartyType,
    UnknownPartyError,
)
from elmeld_tui.model.forms import FormDescription
from elmeld_tui.model.nav import is_nav_address
from elmeld_tui.office import policy
from elmeld_tui.office.addresses import recipient
from elmeld_tui.office.clinic import Office
from elmeld_tui.registry import local
from elmeld_tui.store import known_addresses
from elmeld_tui.store.known_addresses import Known

_NAVS_DIALOGUES = frozenset({"DIALOG_SVAR", "DIALOG_NOTAT"})
"""Types (8279) that NAV takes besides what goes to NAV alone (its collaboration agreements)."""

_UNDER = "under"
_MOST_ASKED = 100
"""How many the register is asked for where some of what it finds may be passed over."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of those a search found.

    Attributes:
        party: as the register has it.
        known: what the user has had to do with it.
        refused: why it cannot get the message, in the user's language; empty where it can.
        leads_to: words that find those below it who can; empty where there are none.
    """

    party: DirectoryParty
    known: Known
    refused: str = ""
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search gave.

    Attributes:
        candidates: favourites first, then those written to last, then the others in the register's order; of each,
            those who can get the message first.
        note: what the searcher should know of the list; empty where it is whole.
    """

    candidates: list[Candidate]
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Query:
    words: str
    sort: PartySort | None = None
    under: str = ""


def search(
    office: Office,
    words: str,
    form: FormDescription | None = None,
    *,
    limit: int = 20,
    everybody: bool = False,
) -> Hits:
    """Return who is found by ``words``; the user's favourites and latest, where there are none.

    Args:
        office: where somebody writes.
        words: of name, place or HER-id; ``behandler:``, ``klinikk:``, ``institusjon:`` and ``tjeneste:`` narrow, and
            ``under:`` gives those below an organisation, by its HER-id.
        form: what is to be sent; None where that is not known.
        limit: most candidates.
        everybody: whether no words give the rest of the local directory too.
    """
    query = _read(words)
    with office.database.snapshot() as connection:
        known = known_addresses.of(connection, office.user.name)
    if not (query.words or query.sort or query.under):
        return _known_ones(office, known, form, limit, everybody=everybody)
    found, note = _found(office, query)
    fitting = [party for party in found if _fits(party, query) and party.her_id not in office.clinic.her_ids]
    candidates = _ranked(_candidate(office, party, known, form) for party in fitting)[:limit]
    return Hits(candidates, note or ("" if candidates else _nobody(office, found)))


def _read(words: str) -> _Query:
    """Tell the words that narrow a search from those that are searched for."""
    plain, sort, under = [], None, ""
    for word in words.split():
        name, colon, rest = word.partition(":")
        if colon and name.casefold() == _UNDER and rest.isdecimal():
            under = rest
        elif colon and name.casefold() in set(PartySort):
            sort = PartySort(name.casefold())
            plain += [rest] if rest else []
        else:
            plain.append(word)
    return _Query(" ".join(plain), sort, under)


def _known_ones(
    office: Office, known: dict[str, Known], form: FormDescription | None, limit: int, *, everybody: bool
) -> Hits:
    wanted = {her_id for her_id, one in known.items() if one.favourite or one.used} - office.clinic.her_ids
    copies = list(local.copies_of(office.database, wanted).values())
    if everybody:
        others = local.find_copies(office.database, "", limit)
        copies += [one for one in others if one.party.her_id not in wanted | office.clinic.her_ids]
    # What the register says of them now counts when the message is sent.
    return Hits(_ranked(_candidate(office, copy.party, known, form) for copy in copies)[:limit])


def _found(office: Office, query: _Query) -> tuple[list[DirectoryParty], str]:
    """Return whom the register has; where it does not answer, whom the local directory has, and what to say of it."""
    try:
        if query.under:
            return [office.directory.get(her_id) for her_id in _below(office, query.under)], ""
        return office.directory.search(query.words, limit=_MOST_ASKED), ""
    except UnknownPartyError as error:
        return [], str(error)
    except DirectoryUnavailableError as error:
        copies = local.find_copies(office.database, query.words, _MOST_ASKED)
        if query.under:
            copies = [copy for copy in copies if copy.party.parent_her_id == query.under]
        return [copy.party for copy in copies], _from_copies(error, [copy.fetched for copy in copies])


def _below(office: Office, her_id: str) -> tuple[str, ...]:
    return office.directory.get(her_id).below[:_MOST_ASKED]


def _from_copies(error: DirectoryUnavailableError, fetched: list[datetime]) -> str:
    if not fetched:
        return t("{fault} Klinikkens egen kopi har ingen som passer.", fault=error)
    oldest = clock.short(min(fetched))
    return t("{fault} Viser klinikkens egen kopi; det eldste i den er fra {time}.", fault=error, time=oldest)


def _fits(party: DirectoryParty, query: _Query) -> bool:
    words = query.words.casefold().split() if query.under else []
    return (query.sort is None or party.sort is query.sort) and all(
        word in party.full_name.casefold() for word in words
    )


def _candidate(
    office: Office, party: DirectoryParty, known: dict[str, Known], form: FormDescription | None
) -> Candidate:
    refused = refusal(office, party, form)
    steps_in = party.type is PartyType.ORGANIZATION and refused != "" and not is_nav_address(party)
    leads_to = f"{_UNDER}:{party.her_id} " if steps_in and party.below else ""
    return Candidate(party, known.get(party.her_id, Known()), refused, leads_to)


def _ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    latest_first = sorted(candidates, key=lambda one: one.known.used, reverse=True)
    return sorted(latest_first, key=lambda one: (not one.known.favourite, not one.known.used, bool(one.refused)))


def _nobody(office: Office, found: list[DirectoryParty]) -> str:
    if any(party.her_id in office.clinic.her_ids for party in found):
        return t("Det er bare klinikken selv som passer, og den kan ikke skrive til seg selv.")
    return t("Ingen treff. Prøv færre ord.")


def refusal(office: Office, party: DirectoryParty, form: FormDescription | None = None) -> str:
    """Return why a party cannot get a message, as far as the register tells; empty where it can.

    Args:
        office: who sends.
        party: as the register has it, with or without certificates.
        form: what is to be sent; None where that is not known.
    """
    if party.type is PartyType.ORGANIZATION and not is_nav_address(party):
        return t("Velg en tjeneste eller en person under den.")
    if why := _not_in_use(party, office.clock()):
        return why
    if party.type is PartyType.SERVICE and not party.service_code:
        return t("Tjenestebasert adressering er ikke registrert for den.")
    if not party.encryption_certificate and party.is_ready_to_decrypt is False:
        return t("Har ikke noe krypteringssertifikat i adresseregisteret.")
    own = destinations.own_choice(office.clinic, party.her_id)
    if not own and next(destinations.registered(party), None) is None:
        return t("Har ingen elektronisk adresse i adresseregisteret.")
    return _not_its_kind(party, form) if form else ""


def closed(office: Office, party: DirectoryParty) -> str:
    """Return why nothing at all may be sent to a party now, as the register has it; empty where something may.

    Args:
        office: who sends.
        party: with its certificates.
    """
    if why := _not_in_use(party, office.clock()):
        return t("{name} kan ikke motta meldinger. {why} Velg en annen mottaker.", name=party.full_name, why=why)
    if not party.encryption_certificate:
        return t(
            "{name} har ikke noe krypteringssertifikat i adresseregisteret og kan ikke motta meldinger.",
            name=party.full_name,
        )
    return ""


def _not_in_use(party: DirectoryParty, now: datetime) -> str:
    if party.valid_to is not None and party.valid_to < now:
        return t("Nedlagt {date}.", date=clock.day(party.valid_to))
    if party.valid_from is not None and party.valid_from > now:
        return t("Tas i bruk {date}.", date=clock.day(party.valid_from))
    return ""


def _not_its_kind(party: DirectoryParty, form: FormDescription) -> str:
    if form.to_nav:
        return "" if is_nav_address(party) else t("{title} sendes bare til NAV.", title=form.title)
    if is_nav_address(party) and form.type_code not in _NAVS_DIALOGUES:
        return t("NAV tar ikke imot {title}.", title=form.title.lower())
    return ""


def note_sent(connection: Connection, office: Office, document: Document) -> None:
    """Note whom the user has written to, and under which of our addresses, in the caller's transaction.

    Args:
        connection: of the transaction that sends it; its line of the audit trail is written, so no other waits here.
        office: who sends.
        document: what is sent.
    """
    parties = [party for party in (document.header.sender, *document.header.receivers) if party is not None]
    her_ids = list(dict.fromkeys(party.her_id for party in parties))
    known_addresses.note_use(connection, office.user.name, her_ids, at=clock.to_text(office.clock()))


def set_favourite(office: Office, her_id: str, *, favourite: bool) -> DirectoryParty:
    """Let an address be one of the user's favourites, or no longer; return it.

    Raises:
        OfficeError: she may not do it, nobody has this HER-id, or the register does not answer and it is not known here.
    """
    policy.require(office, policy.Action.WRITE)
    # Asked for, and so kept here: a favourite is found while the register is down too.
    party = recipient(office, her_id)
    with office.database.transaction() as connection:
        known_addresses.set_favourite(connection, office.user.name, her_id, favourite=favourite)
    return party
