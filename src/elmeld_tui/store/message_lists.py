"""The messages of a selection: pages by keyset, how many there are, and the position of one among them."""

from __future__ import annotations

from math import isqrt
from typing import overload

from elmeld_tui.model.communication_types import CommunicationType
from elmeld_tui.model.people import CLINIC_MAILBOX
from elmeld_tui.store.asking import NEWEST, ROW, Source, as_row
from elmeld_tui.store.filters import (
    Condition,
    Filter,
    apart,
    beside_words,
    by_type,
    conditions,
    in_one_index,
    lies_in_post,
    refused,
    sought,
    words_alone,
)
from elmeld_tui.store.queries import ANY_WAY, Query, Way, every, query
from elmeld_tui.store.rows import Row
from elmeld_tui.store.sql import blocks_between, ids_in, spans
from elmeld_tui.store.word_search import TRIED, Between, WordSearch, by_words

_COUNTED = 8
"""Blocks whose messages are counted at once."""
_ASKED_AT_ONCE = 500
"""Messages that are asked together what they say: of a word of a third, enough for a page."""
_MOST_UNREAD = 2000
"""More unread than this nobody reads; they are not looked up one by one each time something comes."""


def _go_on() -> None:
    """Let an answer take the time that it takes."""


class MessageLists(WordSearch):
    """Lists of messages; see `asking.Asking`."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._version = -1
        self._totals: dict[Filter, int] = {}
        self._amounts: dict[Condition, int] = {}
        # Places in a choice whose message is known; place 0 is that of the newest, whichever that is.
        self._places: dict[Filter, dict[int, int]] = {}

    def data_version(self) -> int:
        """Return a number that changes when any other connection has committed something."""
        return self._source.data_version()

    def count(self, chosen: Filter, between: Between = _go_on) -> int:
        """Return how many messages ``chosen`` holds.

        Args:
            chosen: which messages.
            between: see `word_search.Between`.
        """
        self._forget_if_changed()
        if chosen not in self._totals:
            known = self.known_count(chosen)
            self._totals[chosen] = self._amount(chosen, NEWEST, 0, between) if known is None else known
        return self._totals[chosen]

    def known_count(self, chosen: Filter) -> int | None:
        """Return how many messages a whole folder holds, which the store keeps count of; None of any other choice."""
        if not chosen.folder or chosen != Filter(mailbox=chosen.mailbox, folder=chosen.folder):
            return None
        return self.counts(chosen.mailbox).get(chosen.folder, (0, 0))[0]

    def page(
        self, chosen: Filter, number: int, size: int = 128, *, total: int | None = None, between: Between = _go_on
    ) -> list[Row]:
        """Return page ``number`` (from 0) of ``chosen``, newest first; empty beyond the last.

        Args:
            chosen: which messages.
            number: of the page.
            size: rows on a page.
            total: how many there are, where that is known: what is nearer to the end is then sought from there.
            between: see `word_search.Between`.
        """
        self._forget_if_changed()
        places = self._places.setdefault(chosen, {0: NEWEST})
        start = places.get(number * size) or self._seek(chosen, number * size, total, between)
        if start is None:
            return []
        found = self._older(chosen, start + 1, size + 1, between)
        if len(found) > size:
            places[(number + 1) * size] = found[size].id
        return found[:size]

    def older(self, chosen: Filter, than: int, many: int) -> list[Row]:
        """Return those of ``chosen`` that come after message ``than``, newest first: as many as are asked for."""
        self._forget_if_changed()
        return self._older(chosen, than, many, _go_on)

    def _older(self, chosen: Filter, than: int, many: int, between: Between) -> list[Row]:
        way = self._way(chosen)
        if each := _one_by_one(chosen, way):
            rows = (row for one in each for row in self._walked(one, ANY_WAY, than, many, between))
            return sorted(rows, key=lambda row: row.id, reverse=True)[:many]
        says = bool(sought(chosen) or refused(chosen))
        if says and way.rare:
            return self._asked(chosen, query(beside_words(chosen), self._dialect, way=way), than, many, between)
        other = in_one_index(chosen) if sought(chosen) else None
        if other is not None and self._is_said_often(chosen, than, many):
            few = self._asked(chosen, query(other, self._dialect), than, many, between, at_most=TRIED)
            if few is not None:
                return few
        return self._walked(chosen, way, than, many, between)

    def _is_said_often(self, chosen: Filter, than: int, many: int) -> bool:
        """Return whether so many of the newest messages say what is looked for that those tried will do."""
        newest = min(self._newest(), than)
        blocks = next(iter(spans(blocks_between(newest))))
        q = query(words_alone(chosen), self._dialect, blocks)
        return self.number(*q.keys("count(*)")) * TRIED > many * (newest - ids_in(blocks)[0])

    @overload
    def _asked(self, chosen: Filter, others: Query, than: int, many: int, between: Between) -> list[Row]: ...
    @overload
    def _asked(
        self, chosen: Filter, others: Query, than: int, many: int, between: Between, *, at_most: int
    ) -> list[Row] | None: ...
    def _asked(
        self, chosen: Filter, others: Query, than: int, many: int, between: Between, *, at_most: int = NEWEST
    ) -> list[Row] | None:
        """Ask ``others``, some at a time, what they say; None where as many as are asked ``at_most`` do not tell."""
        found: list[Row] = []
        for asked in range(0, at_most, _ASKED_AT_ONCE):
            if asked:
                between()
            sql, values = others.keys(others.key, f"{others.key} < ?", than)
            some = f"{sql} ORDER BY {others.key} DESC LIMIT {_ASKED_AT_ONCE}"
            ids = [number for (number,) in self.ask(some, values)]
            if ids:
                found += self._newest_of(self._of_these(chosen, ids), than, many - len(found))
            if len(found) == many or len(ids) < _ASKED_AT_ONCE:
                return found
            than = ids[-1]
        return None

    def _walked(self, chosen: Filter, way: Way, than: int, many: int, between: Between) -> list[Row]:
        found: list[Row] = []
        for q in self._queries(chosen, way, between, than):
            found += self._newest_of(q, than, many - len(found))
            if len(found) == many:
                break
        return found

    def _newest_of(self, q: Query, than: int, many: int) -> list[Row]:
        sql, values = q.rows(ROW, f"{q.key} < ?", than)
        return [as_row(record) for record in self.ask(f"{sql} ORDER BY {q.key} DESC LIMIT {many}", values)]

    def position(
        self, chosen: Filter, message_id: int, total: int | None = None, between: Between = _go_on
    ) -> int:
        """Return how many messages of ``chosen`` are newer than ``message_id``: its place in the list, from 0.

        Counted from the nearest place that is known, or from the end where it is known how many there are.
        """
        self._forget_if_changed()
        places, total = self._places.setdefault(chosen, {0: NEWEST}), self._totals.get(chosen, total)
        newest = self._newest()
        place, near = min(places.items(), key=lambda known: abs(min(known[1], newest) - message_id))
        if total is not None and message_id < abs(min(near, newest) - message_id):
            found = total - self._amount(chosen, message_id, 0, between)
        elif near >= message_id:
            found = place + self._amount(chosen, near, message_id, between)
        else:
            found = place - self._amount(chosen, message_id, near, between)
        if found:
            places[found] = message_id
        return found

    def _amount(self, chosen: Filter, newest: int, older_than: int, between: Between) -> int:
        """Count from ``newest`` down to those newer than the other.

        Of what is refused by its words, how much there is of it is counted, and not each looked for in it.
        """
        way = self._way(chosen)
        if _only_refuses(chosen) and not way.rare:
            everything, with_them = apart(chosen)
            return self._amount(everything, newest, older_than, between) - self._amount(
                with_them, newest, older_than, between
            )
        if each := _one_by_one(chosen, way):
            return sum(self._amount(one, newest, older_than, between) for one in each)
        if chosen == Filter(mailbox=chosen.mailbox):
            return self._number_of(every(self._dialect), newest, older_than)
        several = self._queries(chosen, way, between, newest, older_than, first=_COUNTED, widest=_COUNTED)
        return sum(self._number_of(q, newest, older_than) for q in several)

    def _number_of(self, q: Query, newest: int, older_than: int) -> int:
        return self.number(*q.keys("count(*)", f"{q.key} > ? AND {q.key} <= ?", older_than, newest))

    def changed(self, chosen: Filter, after_event: int) -> tuple[list[Row], int]:
        """Return the messages of ``chosen`` that anything has happened to after an event, and the newest event."""
        last = self.last_event()
        touched = Condition("m.id IN (SELECT message_id FROM event WHERE id > ? AND id <= ?)", (after_event, last))
        q = query(chosen, self._dialect, way=Way(touched))
        sql, values = q.rows(ROW, touched.sql, *touched.values)
        return [as_row(record) for record in self.ask(f"{sql} ORDER BY {q.key}", values)], last

    def last_event(self) -> int:
        """Return the newest event, or 0 where nothing has happened yet."""
        return self.number("SELECT coalesce(max(id), 0) FROM event")

    def _seek(self, chosen: Filter, place: int, total: int | None, between: Between) -> int | None:
        """Find the message at a place: counted in the index alone, from the nearest known place or from the end."""
        places, total = self._places[chosen], self._totals.get(chosen, total)
        if total is not None and place >= total:
            return None
        nearest = min(places, key=lambda known: abs(known - place))
        if total is not None and total - 1 - place < abs(nearest - place):
            found = self._nth(chosen, total - 1 - place, NEWEST, 0, "ASC", between)
        elif nearest <= place:
            found = self._nth(chosen, place - nearest, places[nearest], 0, "DESC", between)
        else:
            found = self._nth(chosen, nearest - place - 1, NEWEST, places[nearest], "ASC", between)
        if found is not None and place:
            places[place] = found
        return found

    def _nth(
        self, chosen: Filter, n: int, newest: int, older_than: int, order: str, between: Between
    ) -> int | None:
        """Return the ``n``-th (from 0) of ``chosen`` from ``newest`` down to those newer than the other, or upwards."""
        way = self._way(chosen)
        if not by_words(chosen, way):
            return self._nth_of(query(chosen, self._dialect, way=way), n, newest, older_than, order)
        blocks = [one for (one,) in self._spans(chosen, newest, older_than, first=1, widest=1)]
        for some in spans(blocks if order == "DESC" else blocks[::-1], widest=_COUNTED):
            q = query(chosen, self._dialect, some if order == "DESC" else some[::-1])
            here = self._number_of(q, newest, older_than)
            if n < here:
                return self._nth_of(q, n, newest, older_than, order)
            n -= here
            between()
        return None

    def _nth_of(self, q: Query, n: int, newest: int, older_than: int, order: str) -> int | None:
        sql, values = q.keys(q.key, f"{q.key} > ? AND {q.key} <= ?", older_than, newest)
        found = self.first(f"{sql} ORDER BY {q.key} {order} LIMIT 1 OFFSET {n}", values)
        return None if found is None else int(found[0])

    def _way(self, chosen: Filter) -> Way:
        """Return how to find ``chosen``: by what few messages meet, and not by what most of them do."""
        each = conditions(chosen)
        several = any(len(one.values) > 1 for one in each)
        if not each or not (len(each) > 1 or several or lies_in_post(chosen) or sought(chosen) or refused(chosen)):
            return ANY_WAY
        # Gathering costs a row for each that meets a condition, walking one for each that does not: here they are even.
        many = 4 * isqrt(self._newest())
        amounts = {one: self._up_to(many, one) for one in each}
        rare = min(each, key=lambda one: amounts[one])
        common = [one for one in each if len(one.values) > 1 and amounts[one] == many and self._dialect.plan]
        return Way(rare if amounts[rare] < many else None, common)

    def _up_to(self, many: int, condition: Condition) -> int:
        """Return how many messages meet ``condition``, or ``many``."""
        if condition not in self._amounts:
            along = self._dialect.by_index.format(condition.along) if condition.along else ""
            some = f"SELECT 1 FROM message m{along} WHERE {condition.sql} LIMIT {many}"  # noqa: S608
            number = self.number(f"SELECT count(*) FROM ({some}) AS found", condition.values)  # noqa: S608
            self._amounts[condition] = number
        return self._amounts[condition]

    def _forget_if_changed(self) -> None:
        version = self.data_version()
        if version != self._version:
            self._version = version
            self._totals.clear()
            self._places.clear()
            self._amounts.clear()
            self._forget_words()

    def counts(self, mailbox: str = CLINIC_MAILBOX) -> dict[str, tuple[int, int]]:
        """Return, for each folder of ``mailbox`` that holds anything, how many messages and how many unread."""
        found = self.ask("SELECT folder, total, unread FROM post_count WHERE mailbox = ? AND total > 0", [mailbox])
        return {folder: (total, unread) for folder, total, unread in found}

    def types_in(self, mailbox: str = CLINIC_MAILBOX) -> list[CommunicationType]:
        """Return the communication types that a mailbox has messages of, in the order lists have them.

        Each is looked for by itself, which the index answers at once however many messages there are.
        """
        posted = mailbox != CLINIC_MAILBOX
        return [
            one
            for one in CommunicationType
            if self.page(Filter(mailbox=mailbox, posted=posted, communication_types=frozenset({one})), 0, 1)
        ]

    def unread_types(self, mailbox: str = CLINIC_MAILBOX) -> dict[str, int]:
        """Return how many messages of each communication type are unread in a mailbox, of its newest 2000 unread."""
        found = self.ask(
            f"""SELECT type, count(*) FROM (
                SELECT (SELECT communication_type FROM message WHERE id = p.message_id) AS type FROM post_item p
                WHERE p.mailbox = ? AND p.unread = 1 ORDER BY p.message_id DESC LIMIT {_MOST_UNREAD}
            ) AS newest GROUP BY type""",  # noqa: S608
            [mailbox],
        )
        return dict(found)


def _only_refuses(chosen: Filter) -> bool:
    return bool(refused(chosen)) and not sought(chosen)


def _one_by_one(chosen: Filter, way: Way) -> list[Filter]:
    """Return ``chosen`` by each of its types, where a folder is walked: of one there may be nothing in all of it."""
    in_folder = chosen.folder and not chosen.unread and not way.rare and not by_words(chosen, way)
    return by_type(chosen) if in_folder else []
