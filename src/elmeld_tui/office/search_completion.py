"""What a word in a search line may become as it is typed."""

from __future__ import annotations

from collections.abc import Iterable

from elmeld_tui.office import search_words as words
from elmeld_tui.office.search_language import Term, term, terms

_DATES = ("7d", "30d")


def completions(line: str, kept: Iterable[str] = ()) -> list[str]:
    """Return what ``line`` may become by completing its last word, the likeliest first.

    Args:
        line: as typed so far.
        kept: names of the searches that are kept.
    """
    said = terms(line)
    last = said[-1] if said and not line[-1:].isspace() else Term("", "", start=len(line))
    if last.quoted and last.key != "@":
        return []
    start = line[: last.start]
    return [f"{start}{'-' if last.refuses else ''}{word}" for word in _words(last, kept) if word != str(last)]


def _words(last: Term, kept: Iterable[str]) -> list[str]:
    value = last.value.casefold()
    if last.key == "@":
        return [str(term("@", name)) for name in _fitting(value, kept)]
    if not last.key:
        everything = [*(f"{key}:" for key in words.KEYS), *(str(flag) for flag in words.FLAGS)]
        found = [word for word in everything if word.startswith(value)]
        return found + ([str(term("@", name)) for name in kept] if not value else [])
    key = words.word_of(last.key, words.KEYS)
    if key in words.VALUES:
        known = [str(one) for one in words.VALUES[key]]
        # What stands alone may be written here too, but is offered only to those who have begun to.
        known += [str(flag) for flag in words.FLAGS if key == words.STATUS and value]
        return [f"{last.key}:{each}" for each in _fitting(value, known)]
    if key in {words.AFTER, words.BEFORE}:
        dates = (*(str(date) for date in words.DATES), *_DATES)
        return [f"{last.key}:{date}" for date in dates if date.startswith(value)]
    return []


def _fitting(value: str, known: Iterable[str]) -> list[str]:
    """Return those of ``known`` that begin with ``value``, then those with it somewhere in them."""
    each = list(known)
    first = [one for one in each if one.casefold().startswith(value)]
    return first + [one for one in each if value in one.casefold() and one not in first]
