"""The message log in numbers: how much went each way and how much failed, by day, type and partner."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.clock import Clock
from elmeld_tui.model.communication_types import CommunicationType
from elmeld_tui.store.reading import Reader
from elmeld_tui.store.traffic import By, Flow

LONGEST = 366
"""Days; more than a year nobody reads day by day."""


class Amount(NamedTuple):
    """How much there was of one day, type or partner.

    Attributes:
        name: an ISO date, the value of a `CommunicationType`, or a name.
        label: the same as one reads it.
        received: messages in.
        sent: messages out.
        wrong: how many of both did not go as they should.
    """

    name: str
    label: str
    received: int
    sent: int
    wrong: int

    @property
    def total(self) -> int:
        """Both ways."""
        return self.received + self.sent


class Statistics(NamedTuple):
    """A period in numbers.

    Attributes:
        since: its first day.
        days: every day of it, the newest first.
        types: the most frequent first.
        partners: the most frequent first.
    """

    since: date
    days: tuple[Amount, ...]
    types: tuple[Amount, ...]
    partners: tuple[Amount, ...]

    @property
    def said(self) -> str:
        """The whole of it in a sentence."""
        return t(
            "Siden {day}: {received} mottatt, {sent} sendt, {wrong} som ikke gikk bra. Kvitteringer er ikke talt.",
            day=f"{self.since:%d.%m.%Y}",
            received=sum(one.received for one in self.days),
            sent=sum(one.sent for one in self.days),
            wrong=sum(one.wrong for one in self.days),
        )


def statistics(reader: Reader, days: int, now: Clock) -> Statistics:
    """Return the last ``days`` days in numbers, today with them; receipts are not counted."""
    today = now().astimezone(clock.oslo()).date()
    since = today - timedelta(days=days - 1)
    begin = clock.to_text(datetime(since.year, since.month, since.day, tzinfo=clock.oslo()))
    by_day = _gathered(reader.traffic(begin, By.PERIOD), _day)
    return Statistics(
        since=since,
        days=tuple(
            _amount(by_day.get(str(day), {}), str(day), f"{day:%d.%m.%Y}")
            for day in (today - timedelta(days=back) for back in range(days))
        ),
        types=_ranked(reader.traffic(begin, By.TYPE), lambda name: CommunicationType(name).label),
        partners=_ranked(reader.traffic(begin, By.PARTNER), lambda name: name or t("uten navn")),
    )


_Gathered = dict[str, dict[str, tuple[int, int]]]


def _gathered(flows: Iterable[Flow], name: Callable[[str], str]) -> _Gathered:
    found: _Gathered = {}
    for one in flows:
        ways = found.setdefault(name(one.name), {})
        amount, wrong = ways.get(one.direction, (0, 0))
        ways[one.direction] = (amount + one.amount, wrong + one.wrong)
    return found


def _day(period: str) -> str:
    """Return the Norwegian day that a part of a day in UTC belongs to."""
    return str(clock.from_text(f"{period}:00:00.000Z").astimezone(clock.oslo()).date())


def _ranked(flows: Iterable[Flow], label: Callable[[str], str]) -> tuple[Amount, ...]:
    amounts = [_amount(ways, name, label(name)) for name, ways in _gathered(flows, str).items()]
    return tuple(sorted(amounts, key=lambda one: (-one.total, one.label)))


def _amount(ways: dict[str, tuple[int, int]], name: str, label: str) -> Amount:
    received, sent = ways.get("in", (0, 0)), ways.get("out", (0, 0))
    return Amount(name, label, received[0], sent[0], received[1] + sent[1])
