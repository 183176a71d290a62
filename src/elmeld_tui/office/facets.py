"""What a search can be narrowed by, as a list of choices: each choice is one word of the search language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.model.communication_types import CommunicationType
from elmeld_tui.office import search_words as words
from elmeld_tui.office.search_language import Term, term
from elmeld_tui.store.rows import Row


class Facet(NamedTuple):
    """One choice.

    Attributes:
        term: the word that makes it.
        label: what it is called.
        heading: under which it stands.
        amount: how many messages there are of it; None where that is not known.
    """

    term: Term
    label: str
    heading: str
    amount: int | None = None


def facets(rows: Iterable[Row] | None, kept: Iterable[str]) -> list[Facet]:
    """Return every choice.

    Args:
        rows: the messages to count among; None where they are too many to count while somebody waits.
        kept: names of the searches that are kept.
    """
    numbers = None if rows is None else Counter(mark for row in rows for mark in _marks(row))
    return [
        Facet(one.term, one.label, one.heading, None if numbers is None else numbers[one.label])
        if one.heading in {t("Kommunikasjonstype"), t("Merket")}
        else one
        for one in _all(kept)
    ]


def _all(kept: Iterable[str]) -> list[Facet]:
    types = [
        Facet(term(str(words.TYPE), words.type_word(one)), one.label, t("Kommunikasjonstype"))
        for one in CommunicationType
    ]
    states = [Facet(term(str(words.STATUS), str(one)), _named(str(one)), t("Status")) for one in words.STATUSES]
    flags = [
        Facet(Term("", str(words.UNREAD)), t("Ulest"), t("Merket")),
        Facet(Term("", str(words.ATTACHED)), t("Med vedlegg"), t("Merket")),
    ]
    periods = [
        Facet(term(str(words.AFTER), str(words.DATES[0])), t("I dag"), t("Periode")),
        Facet(term(str(words.AFTER), "7d"), t("Siste 7 dager"), t("Periode")),
        Facet(term(str(words.AFTER), "30d"), t("Siste 30 dager"), t("Periode")),
    ]
    ways = [
        Facet(term(str(words.DIRECTION), str(one)), _named(str(one)), t("Retning")) for one in words.DIRECTIONS
    ]
    saved = [Facet(term("@", name), f"@{name}", t("Lagrede filtre")) for name in kept]
    return [*saved, *types, *flags, *periods, *states, *ways]


def _named(word: str) -> str:
    return (word[:1].upper() + word[1:]).replace("-", " ")


def _marks(row: Row) -> Iterable[str]:
    yield CommunicationType(row.communication_type).label
    if row.unread:
        yield t("Ulest")
    if row.attachments:
        yield t("Med vedlegg")
