"""Searching for words block by block, newest first; where one word is rare, by that one alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from elmeld_tui.store.asking import Asking, Source
from elmeld_tui.store.filters import Condition, Filter, marks, refused, sought
from elmeld_tui.store.queries import Query, Way, limits, query
from elmeld_tui.store.sql import Clause, blocks_between, spans

Between = Callable[[], None]
"""Called before each of the questions that a long answer is made of; what it raises ends the answer."""

TRIED = 1000
"""How many messages are searched one by one before the index is used, which may find many others."""
_ASKED = 40
"""How many index entries can be read in the time that searching one message takes."""
_SEEN = 5
"""How many entries of the index are read for each of its rarest word while it is seen where a message's words stand."""
_AT_ONCE = 20_000
"""Index entries read by one query, about: some milliseconds, after which the search can be stopped."""


class WordSearch(Asking):
    """Finds messages by what they say; see `asking.Asking`."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._frequencies: dict[str, int] = {}
        self._known_newest: int | None = None

    def _newest(self) -> int:
        """Return the number of the newest message, or 0 where there is none."""
        if self._known_newest is None:
            self._known_newest = self.number("SELECT coalesce(max(id), 0) FROM message")
        return self._known_newest

    def _forget_words(self) -> None:
        """Forget what was asked of a store that has changed since."""
        self._frequencies.clear()
        self._known_newest = None

    def _queries(
        self,
        chosen: Filter,
        way: Way,
        between: Between,
        newest: int,
        oldest: int = 0,
        *,
        first: int = 2,
        widest: int = 32,
    ) -> Iterator[Query]:
        """Yield queries that together give what of ``chosen`` is between two messages, the newest first."""
        if not by_words(chosen, way):
            yield query(chosen, self._dialect, way=way)
            return
        rarest, most = self._rarest(chosen)
        several = self._spans(chosen, newest, oldest, first=min(first, most), widest=min(widest, most))
        for number, blocks in enumerate(several):
            if number:
                between()
            having = None if rarest is None else self._having(rarest, blocks)
            if having is None or len(having) > TRIED:
                yield query(chosen, self._dialect, blocks, way)
            elif having:
                yield self._of_these(chosen, having)

    def _rarest(self, chosen: Filter) -> tuple[Clause | None, int]:
        """Return the clause to begin with, if it is much rarer than the others, and how many blocks to search at once.

        As often as it is in the newest messages it is taken to be in all; where it is not, the others are looked up too.
        """
        clauses = sought(chosen)
        if len(clauses) < 2 or not all(clauses):
            return None, 32
        blocks = next(iter(spans(blocks_between(self._newest()))))
        often = [self._frequency(clause, blocks) for clause in clauses]
        least, every = min(often), sum(often)
        if least * _ASKED <= every - least:
            return clauses[often.index(least)], 32
        read = every + (_SEEN * least if chosen.together else 0)
        return None, max(1, _AT_ONCE * len(blocks) // read)

    def _frequency(self, clause: Clause, blocks: Sequence[int]) -> int:
        said = self._dialect.search_expression([clause], [], blocks)
        if said not in self._frequencies:
            found = f"SELECT count(*) FROM {self._dialect.found}"  # noqa: S608 - our own words only
            self._frequencies[said] = self.number(found, [said])
        return self._frequencies[said]

    def _having(self, clause: Clause, blocks: Sequence[int]) -> list[int]:
        """Return the messages in ``blocks`` that have what ``clause`` asks for: one more than are asked, at most."""
        said = self._dialect.search_expression([clause], [], blocks)
        sql = f"SELECT {self._dialect.found_key} FROM {self._dialect.found} LIMIT {TRIED + 1}"  # noqa: S608
        return [number for (number,) in self.ask(sql, [said])]

    def _of_these(self, chosen: Filter, ids: Sequence[int]) -> Query:
        """Return the query for what of ``chosen`` is among some few messages, each of which is asked what it says."""
        these = Condition(f"m.id IN ({marks(ids) or 'NULL'})", tuple(ids))
        built = query(chosen, self._dialect, way=Way(these))
        built.add(these.sql, *these.values)
        return built

    def _spans(self, chosen: Filter, newest: int, oldest: int = 0, **how: int) -> Iterable[Sequence[int]]:
        """Return the blocks that hold ``chosen`` between two messages, as many at a time as are asked for together."""
        newest = min(newest, self._newest())
        for sign, first, _, limit in limits(chosen):
            (found,) = self.ask(first, [limit])[0]
            if found is None:
                return []
            oldest, newest = (max(oldest, found), newest) if sign == ">=" else (oldest, min(newest, found))
        return spans(blocks_between(newest, oldest), **how)


def by_words(chosen: Filter, way: Way) -> bool:
    """Return whether the search index finds ``chosen``, and not few messages are asked what they say."""
    return not way.rare and bool(sought(chosen) or refused(chosen))
