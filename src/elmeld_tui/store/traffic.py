"""How many messages went each way in a period, and how many of them failed, by day, type or partner."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from elmeld_tui.store.asking import Asking
from elmeld_tui.store.filters import WRONG

PERIOD = (
    "substr(created, 1, 11) || CASE WHEN substr(created, 12, 2) < '22' THEN '00' ELSE substr(created, 12, 2) END"
)
PARTNER = "CASE direction WHEN 'in' THEN sender_name ELSE receiver_name END"
RECOUNT = f"""SELECT {PERIOD} AS period, direction, communication_type, {PARTNER}, count(*),
    sum(CASE WHEN {WRONG.format(m="")} THEN 1 ELSE 0 END)
    FROM message WHERE kind <> 'apprec' AND state <> 'received' GROUP BY 1, 2, 3, 4"""  # noqa: S608
"""What `tables.TrafficCount` must hold, from the messages themselves."""


class By(StrEnum):
    """What messages are counted by; the SQL that says it of one."""

    PERIOD = "period"
    TYPE = "communication_type"
    PARTNER = "partner"


class Flow(NamedTuple):
    """Messages of one sort that went one way.

    Attributes:
        name: the part of a day in UTC (``2026-11-22T00``, ``…T22`` or ``…T23``: the hour it begins with), the
            communication type, or the partner's name.
        direction: ``in`` or ``out``.
        amount: how many.
        wrong: how many of them did not go as they should, whether or not somebody has seen to it since.
    """

    name: str
    direction: str
    amount: int
    wrong: int


class Traffic(Asking):
    """Tells what a period amounts to, from what the store counts as it happens; see `asking.Asking`."""

    def traffic(self, since: str, by: By) -> list[Flow]:
        """Return what has gone each way since a moment, receipts not counted.

        Args:
            since: as `model.clock.to_text` writes it; midnight in Oslo, where a part of a day begins.
            by: what is counted by.
        """
        # Not the bare column, or PostgreSQL walks the key from end to end to have the rows in order.
        found = self.ask(
            f"""SELECT {by} || '', direction, sum(amount), sum(wrong) FROM traffic WHERE period >= ?
                GROUP BY 1, 2 ORDER BY 1, 2""",  # noqa: S608
            [since[:13]],
        )
        return [Flow(name, direction, int(amount), int(wrong)) for name, direction, amount, wrong in found]
