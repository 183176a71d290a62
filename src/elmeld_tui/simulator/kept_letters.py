"""Letters: envelopes that partners have packed, until each is acknowledged or refused."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from elmeld_tui.simulator.kept import Letter
from elmeld_tui.simulator.store_file import StoreFile

_LETTERS = (
    "SELECT message_id, partner, receiver_her, kind, msg_id, content_type, body, digests, attempts, state, reason, way"
    " FROM letter"
)

HELD_BACK = "held back, as told"
"""The reason of a letter that waits because somebody told its partner to let it wait."""


class Letters(StoreFile):
    """The letters in the file; every method is one transaction."""

    def letter(self, message_id: str) -> Letter | None:
        """Return the letter with this eb:MessageId, or None."""
        with self._transaction() as connection:
            row = connection.execute(f"{_LETTERS} WHERE message_id = ?", (message_id,)).fetchone()
        return _letter(row) if row else None

    def post(self, letters: tuple[Letter, ...], now: float) -> None:
        """Queue ``letters``, due at once."""
        with self._transaction() as connection:
            insert_letters(connection, letters, now)

    def letters(self, *, due: float | None = None) -> list[Letter]:
        """Return all letters in the order they were written, or those that are due at the time ``due``."""
        with self._transaction() as connection:
            rows = connection.execute(
                f"{_LETTERS} WHERE :due IS NULL OR (state = 'waiting' AND next_at <= :due) ORDER BY rowid",
                {"due": due},
            ).fetchall()
        return [_letter(row) for row in rows]

    def next_due(self) -> float | None:
        """Return when the next waiting letter is due, or None when none waits."""
        with self._transaction() as connection:
            (moment,) = connection.execute("SELECT min(next_at) FROM letter WHERE state = 'waiting'").fetchone()
        return None if moment is None else float(moment)

    def attempted(self, message_id: str, *, next_at: float, reason: str) -> None:
        """Note an attempt that gave no answer; the letter waits until ``next_at``."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE letter SET attempts = attempts + 1, next_at = ?, reason = ? WHERE message_id = ?",
                (next_at, reason, message_id),
            )

    def settled(self, message_id: str, state: str, reason: str = "", *, attempts: int = 0) -> None:
        """Note that a letter that still waits is ``acknowledged`` or ``refused``, after so many more attempts."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE letter SET state = ?, reason = ?, attempts = attempts + ?"
                " WHERE message_id = ? AND state = 'waiting'",
                (state, reason, attempts, message_id),
            )

    def hold_back(self, message_id: str, *, next_at: float) -> None:
        """Let a letter wait until ``next_at`` before its first attempt."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE letter SET next_at = ?, reason = ? WHERE message_id = ?", (next_at, HELD_BACK, message_id)
            )


def _letter(row: tuple[Any, ...]) -> Letter:
    columns = list(row)
    columns[7] = json.loads(columns[7])
    return Letter(*columns)


def insert_letters(connection: sqlite3.Connection, letters: tuple[Letter, ...], now: float) -> None:
    """Queue ``letters`` in the caller's transaction, due at ``now`` (seconds since 1970)."""
    connection.executemany(
        "INSERT INTO letter"
        " (message_id, partner, receiver_her, kind, msg_id, content_type, body, digests, way, next_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                letter.message_id,
                letter.partner,
                letter.receiver_her,
                letter.kind,
                letter.msg_id,
                letter.content_type,
                letter.body,
                json.dumps(letter.digests),
                letter.way,
                now,
            )
            for letter in letters
        ],
    )
