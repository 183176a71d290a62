"""Rules: how partners misbehave when they are told to, until each rule is used up."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from elmeld_tui.simulator.behaviour import ANYONE, NOTHING, Behaviour, Direction, Moment, Rule, usual_direction
from elmeld_tui.simulator.kept_letters import HELD_BACK
from elmeld_tui.simulator.store_file import StoreFile


class Rules(StoreFile):
    """The rules in the file; every method is one transaction."""

    def behave(self, partner: str, how: Behaviour, times: int) -> None:
        """Let ``partner`` behave so the next ``times`` times it matters, and no other way any more.

        Told to do as is right, it lets go what it has held back too.
        """
        with self._transaction() as connection:
            connection.execute("DELETE FROM rule WHERE partner = ?", (partner,))
            if how is Behaviour.NONE:
                connection.execute(
                    "UPDATE letter SET next_at = 0 WHERE partner = ? AND reason = ?", (partner, HELD_BACK)
                )
            else:
                _insert_rules(connection, [Rule(how, partner, direction=usual_direction(how), times=times)])

    def play(self, rules: Sequence[Rule]) -> None:
        """Let everyone behave by ``rules`` from now on, and by none that were given before."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM rule")
            _insert_rules(connection, rules)

    def rules(self) -> list[Rule]:
        """Return the rules that are not used up, in order."""
        with self._transaction() as connection:
            rows = connection.execute(f"{_RULES} WHERE times > 0 ORDER BY id").fetchall()
        return [_rule(row[1:]) for row in rows]

    def take(self, partner: str, way: str, moment: Moment) -> Rule:
        """Return the rule for this message of ``partner`` at this moment, and count the message.

        Every rule that fits counts it; the first that has no more to let by is the one, `behaviour.NOTHING` where
        there is none.
        """
        taken = NOTHING
        with self._transaction() as connection:
            rows = connection.execute(
                f"{_RULES} WHERE times > 0 AND moment = ? AND partner IN (?, ?) AND way IN ('', ?) ORDER BY id",
                (moment, partner, ANYONE, way),
            ).fetchall()
            for number, *columns in rows:
                rule = _rule(columns)
                if rule.skip:
                    connection.execute("UPDATE rule SET skip = skip - 1 WHERE id = ?", (number,))
                elif taken is NOTHING:
                    taken = rule
                    connection.execute("UPDATE rule SET times = times - 1 WHERE id = ?", (number,))
        return taken


_RULES = "SELECT id, how, partner, way, direction, skip, times, detail FROM rule"


def _rule(columns: Sequence[Any]) -> Rule:
    how, partner, way, direction, skip, times, detail = columns
    return Rule(Behaviour(how), partner, way, Direction(direction), skip, times, json.loads(detail))


def _insert_rules(connection: sqlite3.Connection, rules: Sequence[Rule]) -> None:
    connection.executemany(
        "INSERT INTO rule (how, partner, way, direction, moment, skip, times, detail)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (r.how, r.partner, r.way, r.direction, r.moment, r.skip, r.times, json.dumps(dict(r.detail)))
            for r in rules
        ],
    )
