"""How many messages went each way in a period, and how many of them failed, by the hour, type or partner."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from elmeld_tui.store.asking import Asking
from elmeld_tui.store.filters import WRONG, Filter
from elmeld_tui.store.queries import query


class By(StrEnum):
    """What messages are counted by; the SQL that says it of one."""

    HOUR = "substr(m.created, 1, 13)"
    # Not the bare column: its index would be walked from end to end, to have the rows in order.
    TYPE = "m.communication_type || ''"
    PARTNER = "CASE m.direction WHEN 'in' THEN m.sender_name ELSE m.receiver_name END"


class Flow(NamedTuple):
    """Messages of one sort that went one way.

    Attributes:
        name: the hour in UTC as stored (``2026-11-22T08``), the communication type, or the partner's name.
        direction: ``in`` or ``out``.
        amount: how many.
        wrong: how many of them did not go as they should, whether or not somebody has seen to it since.
    """

    name: str
    direction: str
    amount: int
    wrong: int


class Traffic(Asking):
    """Counts a period; see `asking.Asking`. It reads every message of it, so a screen asks beside itself."""

    def traffic(self, since: str, by: By) -> list[Flow]:
        """Return what has gone each way since a moment, receipts not counted.

        Args:
            since: as `model.clock.to_text` writes it.
            by: what is counted by.
        """
        q = query(Filter(since=since), self._dialect)
        q.add(f"{self._dialect.plan}m.kind <> 'apprec'")
        wrong = f"sum(CASE WHEN {WRONG.format(m='m.')} THEN 1 ELSE 0 END)"
        sql, values = q.rows(f"{by}, m.direction, count(*), {wrong}")
        return [Flow(*record) for record in self.ask(f"{sql} GROUP BY 1, 2 ORDER BY 1, 2", values)]
