"""The search language: ``status:avvist -type:kvittering fra:"Nordvik sykehus" etter:01.11 kne`` becomes a `Filter`.

A word with a colon, or one of a few that stand alone, is a filter; every other word is looked for in names, ids and
text. All filters must hold, but of several with the same key, any one is enough. A leading minus or exclamation mark
negates one, quotes hold words together, and ``@name`` is a saved search. The vocabulary is in `search_words`;
docs/search.md is the user's manual.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.clock import Clock
from elmeld_tui.model.kinds import known_type
from elmeld_tui.office import search_words as words
from elmeld_tui.office.search_words import Word
from elmeld_tui.store.filters import COLUMNS, PHRASES, Filter
from elmeld_tui.store.sql import running

SavedWords = Callable[[str], str | None]
"""Gives the words of a search that was kept under a name, or None."""


class SearchError(ValueError):
    """A word of the line says nothing that can be looked for; the text says which, where, and what can."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a search line.

    Attributes:
        key: as written, before the colon; empty for text and for a word that stands alone, ``@`` for a kept search.
        value: as written, without its quotes.
        refuses: whether what it says must not hold.
        quoted: whether the value stood in quotes.
        start: where in the line it begins, from 0.
    """

    key: str
    value: str
    refuses: bool = False
    quoted: bool = False
    start: int = 0

    def __str__(self) -> str:
        """The word as it is written."""
        value = f'"{self.value}"' if self.quoted else self.value
        colon = ":" if self.key and self.key != "@" else ""
        return f"{'-' if self.refuses else ''}{self.key}{colon}{value}"


_TERM = re.compile(
    r"""(?P<refuses>[-!](?=\S))?
        (?:(?P<key>@|[^\W\d_]+:(?!//))?(?:"(?P<quoted>[^"]*)(?:"|$)|(?P<plain>\S*)))""",
    re.VERBOSE,
)
_TWO_WORDS = {("i", "dag"), ("i", "går")}
_DEEPEST = 5


def terms(line: str) -> list[Term]:
    """Return the words of a line, however little of it is typed yet."""
    found: list[Term] = []
    place = 0
    while (place := _next(line, place)) < len(line):
        match = _TERM.match(line, place)
        assert match is not None
        quoted = match["quoted"] is not None
        key = (match["key"] or "").removesuffix(":")
        value = match["quoted"] if quoted else match["plain"]
        last = found[-1] if found else None
        if last and words.word_of(last.key, (words.AFTER, words.BEFORE)) and (last.value, value) in _TWO_WORDS:
            found[-1] = replace(last, value=f"i {value}", quoted=True)
        else:
            found.append(Term(key, value, bool(match["refuses"]), quoted, place))
        place = match.end()
    return found


def _next(line: str, place: int) -> int:
    while place < len(line) and line[place].isspace():
        place += 1
    return place


def term(key: str, value: str, *, refuses: bool = False) -> Term:
    """Return a word as one would type it: quoted where it must be."""
    said = value.replace('"', " ").strip()
    return Term(key, said, refuses, quoted=bool(re.search(r"\s", said)))


def write(line: Iterable[Term]) -> str:
    """Return words as one line, which `terms` reads as those words again."""
    return " ".join(str(one) for one in line)


def read_filter(line: str, base: Filter, *, now: Clock = clock.now, saved: SavedWords | None = None) -> Filter:
    """Return ``base`` narrowed by the words of a line.

    Args:
        line: as typed; a key without a value yet says nothing.
        base: what the list shows without it.
        now: decides the year of a date given without one, and what day it is.
        saved: gives the words of a search that was kept under a name.

    Raises:
        SearchError: a word cannot be used.
    """
    given, text, together = _Given(), [], set(base.together)
    for one in _expanded(terms(line), saved, _DEEPEST):
        if one.key:
            _read(one, given, now)
        elif not one.quoted and (flag := words.word_of(one.value, words.FLAGS)):
            given.take(words.FLAG_CHOICES[flag][one.refuses], refuses=False)
        elif one.refuses:
            given.take(Filter(saying=frozenset({one.value})), refuses=True)
        elif one.quoted and len(running(one.value)) > 1:
            together.add(one.value)
        else:
            text.append(one.value)
    said = " ".join([base.text, *text]).strip()
    return given.narrow(replace(base, text=said, together=frozenset(together)))


class _Given:
    """What the words of a line ask for, gathered by key."""

    def __init__(self) -> None:
        self.alone: dict[str, object] = {}
        self.types: dict[str, frozenset[str]] = {}
        self.statuses: dict[str, frozenset[str]] = {}
        self.people: dict[str, frozenset[str]] = {}
        self.without: dict[str, frozenset[str]] = {}

    def take(self, chosen: Filter, *, refuses: bool) -> None:
        """Take what one word chooses."""
        for attribute in (*COLUMNS, *PHRASES):
            if values := getattr(chosen, attribute):
                into = self.without if refuses else self._group(attribute)
                into[attribute] = into.get(attribute, frozenset()) | values
        for attribute in ("unread", "attachments", "trouble", "direction"):
            if (value := getattr(chosen, attribute)) not in {None, ""}:
                self.alone[attribute] = value

    def _group(self, attribute: str) -> dict[str, frozenset[str]]:
        if attribute in PHRASES:
            return self.people
        return self.statuses if attribute in {"states", "receipts"} else self.types

    def limit(self, attribute: str, moment: str) -> None:
        """Take a limit of a period; of two the narrower counts."""
        old = str(self.alone.get(attribute, moment))
        self.alone[attribute] = (max if attribute == "since" else min)(old, moment)

    def narrow(self, base: Filter) -> Filter:
        """Return ``base`` narrowed by all that was taken."""
        chosen = replace(base, **self.alone)  # type: ignore[arg-type]
        for group in (self.types, self.statuses, *({name: values} for name, values in self.people.items())):
            if len(group) == 1 and not getattr(base, next(iter(group))):
                chosen = replace(chosen, **group)  # type: ignore[arg-type]
            elif group:
                chosen = replace(chosen, one_of=(*chosen.one_of, Filter(**group)))  # type: ignore[arg-type]
        if self.without:
            old = base.without or Filter()
            both = {name: getattr(old, name) | values for name, values in self.without.items()}
            chosen = replace(chosen, without=replace(old, **both))
        return chosen


def _expanded(line: Iterable[Term], saved: SavedWords | None, deepest: int) -> Iterable[Term]:
    """Put in place of the name of a kept search what it says."""
    for one in line:
        if one.key != "@" or not one.value:
            yield one
            continue
        kept = saved(one.value) if saved else None
        if kept is None:
            raise SearchError(t("{word}: det er ikke lagret noe filter med det navnet.", word=_where(one)))
        if not deepest:
            raise SearchError(t("{word}: filteret viser til seg selv.", word=_where(one)))
        yield from _expanded(terms(kept), saved, deepest - 1)


def _read(one: Term, given: _Given, now: Clock) -> None:
    if one.key == "@":
        return
    key = words.word_of(one.key, words.KEYS)
    if key is None:
        known = ", ".join(str(word) for word in words.KEYS)
        raise SearchError(
            t(
                "{word}: ukjent søkeord. Velg {known}, eller sett teksten i anførselstegn.",
                word=_where(one),
                known=known,
            )
        )
    if not one.value:
        return
    if key in words.PEOPLE:
        given.take(Filter(**{words.PEOPLE[key]: frozenset({one.value})}), refuses=one.refuses)  # type: ignore[arg-type]
    elif key in words.VALUES:
        _read_value(one, key, given)
    else:
        since = (key == words.AFTER) != one.refuses
        given.limit("since" if since else "until", _midnight(one, now))


def _read_value(one: Term, key: Word, given: _Given) -> None:
    value = words.value_of(one.value, words.VALUES[key])
    if value is not None and key == words.DIRECTION:
        out = (value.chosen.direction == "out") != one.refuses
        given.take(Filter(direction="out" if out else "in"), refuses=False)
    elif value is not None:
        given.take(value.chosen, refuses=one.refuses)
    elif key == words.STATUS and (flag := words.word_of(one.value, words.FLAGS)):
        # To those who search, «ulest» is how a message stands like any other.
        given.take(words.FLAG_CHOICES[flag][one.refuses], refuses=False)
    elif key == words.TYPE and known_type(one.value.upper()):
        given.take(Filter(type_codes=frozenset({one.value.upper()})), refuses=one.refuses)
    else:
        known = ", ".join(str(each) for each in words.VALUES[key])
        raise SearchError(t("{word} finnes ikke. Velg {known}.", word=_where(one), known=known))


def _where(one: Term) -> str:
    """Return a word with where in the line it stands, unless it is the first."""
    return f"{one} ({t('tegn {n}', n=one.start + 1)})" if one.start else str(one)


_AGO = re.compile(r"(\d{1,4})d")
_DATE = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})(?:\.(?P<year>\d{4}|\d{2})?)?")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")


def _midnight(one: Term, now: Clock) -> str:
    """Return the start of a Norwegian day as the store writes time: ``01.11``, ``01.11.2026``, ``i går``, ``7d``."""
    today = now().astimezone(clock.oslo()).replace(hour=0, minute=0, second=0, microsecond=0)
    value = one.value.casefold().strip()
    days = {"i dag": 0, "i-dag": 0, "idag": 0, "today": 0, "i går": 1, "i-går": 1, "igår": 1, "yesterday": 1}
    ago = _AGO.fullmatch(value)
    try:
        if value in days or ago:
            day = today.replace(tzinfo=None) - timedelta(days=int(ago[1]) if ago else days[value])
            return clock.to_text(day.replace(tzinfo=clock.oslo()))
        date = _DATE.fullmatch(value) or _ISO.fullmatch(value)
        if date is not None:
            return clock.to_text(_day(int(date["day"]), int(date["month"]), date["year"], today))
    except (ValueError, OverflowError):
        pass
    raise SearchError(t("{word} er ingen dato. Skriv 24.12, 24.12.2026, i-dag, i-går eller 7d.", word=_where(one)))


def _day(day: int, month: int, year: str | None, today: datetime) -> datetime:
    """Return a day; without a year the latest such day that has begun."""
    if year:
        return datetime(int(year) + (2000 if len(year) == 2 else 0), month, day, tzinfo=clock.oslo())
    for number in range(today.year, today.year - 9, -1):
        try:
            found = datetime(number, month, day, tzinfo=clock.oslo())
        except ValueError:
            continue
        if found <= today:
            return found
    raise ValueError(day)
