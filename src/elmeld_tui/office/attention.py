"""Which messages in the log need attention: how many there are of each sort, and where the next one is.

Read with the log's screen: imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from elmeld_tui.model.states import State
from elmeld_tui.office.search_language import read_filter, term, write
from elmeld_tui.office.search_words import STATUS, STATUSES, UNSOLVED, value_of
from elmeld_tui.store.reading import Filter, Reader, Row


class Counter(NamedTuple):
    """One sort of messages to keep an eye on.

    Attributes:
        label: what it is called, in a word of the search language.
        words: the search that finds exactly these.
    """

    label: str
    words: str


def counters() -> list[Counter]:
    """Return the sorts, in the order lists have them: first all that is unsolved, then why, then what is on its way."""
    unsolved = str(UNSOLVED)
    wrong = [_counter(name, unsolved) for name in ("feilet", "avvist", "forfalt", "karantene")]
    return [Counter(unsolved, unsolved), *wrong, *(_counter(name, "") for name in ("avgjøres", "venter", "kø"))]


def _counter(name: str, also: str) -> Counter:
    value = value_of(name, STATUSES)
    assert value is not None
    words = write([term(str(STATUS), str(value))])
    return Counter(str(value), f"{also} {words}".strip())


def counted_filter(one: Counter) -> Filter:
    """Return what a counter counts."""
    return read_filter(one.words, Filter())


def next_in_need(reader: Reader, chosen: Filter, here: int, *, newer: bool) -> Row | None:
    """Return the nearest message of ``chosen`` that calls for somebody, the list's other end following on its first.

    Args:
        reader: of the store.
        chosen: what the list shows, newest first.
        here: the message under the cursor.
        newer: towards the top of the list, and not down it.

    Returns:
        Its row; None where no message but this one does.
    """
    sorts = [*_in_need(chosen)]
    look, first = (_newer, _oldest) if newer else (_older, _newest)
    ahead = [row for sort in sorts for row in look(reader, sort, here)]
    found = ahead or [row for sort in sorts for row in first(reader, sort)]
    nearest = (min if newer else max)(found, key=lambda row: row.id, default=None)
    return nearest if nearest is not None and nearest.id != here else None


def _in_need(chosen: Filter) -> Iterator[Filter]:
    yield replace(chosen, trouble=True)
    yield replace(chosen, one_of=(*chosen.one_of, Filter(states=frozenset({State.MANUAL}))))


def _older(reader: Reader, sort: Filter, here: int) -> list[Row]:
    return reader.older(sort, here, 1)


def _newer(reader: Reader, sort: Filter, here: int) -> list[Row]:
    above = reader.position(sort, here)
    return reader.page(sort, above - 1, 1) if above else []


def _newest(reader: Reader, sort: Filter) -> list[Row]:
    return reader.page(sort, 0, 1)


def _oldest(reader: Reader, sort: Filter) -> list[Row]:
    total = reader.count(sort)
    return reader.page(sort, total - 1, 1) if total else []
