"""What the simulator keeps: who has registered, what has come, what is still to be delivered.

One small SQLite file of its own. It shares nothing with a clinic's database, so that the two sides of an exchange
never agree because they read the same row.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.simulator.behaviour import ANYONE, NOTHING, Behaviour, Direction, Moment, Rule, usual_direction
from elmeld_tui.simulator.kept import Letter, LyingMail, Received, StoredReply

_SCHEMA = """
CREATE TABLE IF NOT EXISTS party (her_id TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS envelope (
    sender_her TEXT, message_id TEXT, fingerprint TEXT NOT NULL, content_type TEXT NOT NULL, reply BLOB NOT NULL,
    PRIMARY KEY (sender_her, message_id));
CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY, partner TEXT NOT NULL, sender_her TEXT NOT NULL, kind TEXT NOT NULL,
    msg_id TEXT NOT NULL, about TEXT NOT NULL, outcome TEXT NOT NULL, received TEXT NOT NULL,
    UNIQUE (partner, sender_her, msg_id));
CREATE TABLE IF NOT EXISTS letter (
    message_id TEXT PRIMARY KEY, partner TEXT NOT NULL, receiver_her TEXT NOT NULL, kind TEXT NOT NULL,
    msg_id TEXT NOT NULL, content_type TEXT NOT NULL, body BLOB NOT NULL, digests TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', reason TEXT NOT NULL DEFAULT '', way TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS rule (
    id INTEGER PRIMARY KEY, partner TEXT NOT NULL, way TEXT NOT NULL, direction TEXT NOT NULL, how TEXT NOT NULL,
    moment TEXT NOT NULL, skip INTEGER NOT NULL, times INTEGER NOT NULL, detail TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT NOT NULL, uid TEXT NOT NULL, raw BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS mail_address ON mail (address);
CREATE TABLE IF NOT EXISTS agreement (her_id TEXT PRIMARY KEY, raw BLOB NOT NULL);
"""


_LETTERS = (
    "SELECT message_id, partner, receiver_her, kind, msg_id, content_type, body, digests, attempts, state, reason, way"
    " FROM letter"
)

_HELD_BACK = "held back, as told"


class Store:
    """The simulator's file; every method is one transaction, from any thread."""

    def __init__(self, path: Path) -> None:
        """Open ``path``, which is made when missing."""
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.executescript(_SCHEMA)
        if "way" not in {row[1] for row in self._connection.execute("PRAGMA table_info(letter)")}:
            # A file of a simulator that knew no mail.
            self._connection.execute("ALTER TABLE letter ADD COLUMN way TEXT NOT NULL DEFAULT ''")
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Return the store; leaving the block closes its file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def put_party(self, her_id: str, record: str) -> None:
        """Keep the register entry (JSON) of a party that has registered itself; the latest counts."""
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO party VALUES (?, ?)", (her_id, record))

    def party_records(self) -> list[str]:
        """Return the entries of all who have registered themselves."""
        with self._transaction() as connection:
            return [record for (record,) in connection.execute("SELECT record FROM party ORDER BY her_id")]

    def keep_agreement(self, her_id: str, raw: bytes) -> None:
        """Keep the agreement made with an organisation; the latest counts."""
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO agreement VALUES (?, ?)", (her_id, raw))

    def agreement(self, her_id: str) -> bytes | None:
        """Return the agreement made with an organisation, or None."""
        with self._transaction() as connection:
            row = connection.execute("SELECT raw FROM agreement WHERE her_id = ?", (her_id,)).fetchone()
        return bytes(row[0]) if row else None

    def reply_to(self, sender_her: str, message_id: str) -> StoredReply | None:
        """Return what was answered to this envelope, or None when it has not come before."""
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT fingerprint, content_type, reply FROM envelope WHERE sender_her = ? AND message_id = ?",
                (sender_her, message_id),
            ).fetchone()
        return StoredReply(*row) if row else None

    def has_document(self, partner: str, sender_her: str, msg_id: str) -> bool:
        """Return whether ``partner`` has taken this document in before, in whatever envelope."""
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT 1 FROM document WHERE partner = ? AND sender_her = ? AND msg_id = ?",
                (partner, sender_her, msg_id),
            ).fetchone()
        return row is not None

    def keep_exchange(
        self,
        sender_her: str,
        message_id: str,
        reply: StoredReply,
        *,
        document: Received | None = None,
        letters: tuple[Letter, ...] = (),
        now: float,
    ) -> None:
        """Keep at once the answer to an envelope, the document in it, and what is sent because of it."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO envelope VALUES (?, ?, ?, ?, ?)",
                (sender_her, message_id, reply.fingerprint, reply.content_type, reply.body),
            )
            if document is not None:
                connection.execute(
                    "INSERT INTO document (partner, sender_her, kind, msg_id, about, outcome, received)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        document.partner,
                        document.sender_her,
                        document.kind,
                        document.msg_id,
                        document.about,
                        document.outcome,
                        document.received,
                    ),
                )
            _insert_letters(connection, letters, now)

    def documents(self) -> list[Received]:
        """Return everything the partners have taken in, oldest first."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT partner, sender_her, kind, msg_id, about, outcome, received FROM document ORDER BY id"
            ).fetchall()
        return [Received(*row) for row in rows]

    def letter(self, message_id: str) -> Letter | None:
        """Return the letter with this eb:MessageId, or None."""
        with self._transaction() as connection:
            row = connection.execute(f"{_LETTERS} WHERE message_id = ?", (message_id,)).fetchone()
        return _letter(row) if row else None

    def post(self, letters: tuple[Letter, ...], now: float) -> None:
        """Queue ``letters``, due at once."""
        with self._transaction() as connection:
            _insert_letters(connection, letters, now)

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
                "UPDATE letter SET next_at = ?, reason = ? WHERE message_id = ?", (next_at, _HELD_BACK, message_id)
            )

    def behave(self, partner: str, how: Behaviour, times: int) -> None:
        """Let ``partner`` behave so the next ``times`` times it matters, and no other way any more.

        Told to do as is right, it lets go what it has held back too.
        """
        with self._transaction() as connection:
            connection.execute("DELETE FROM rule WHERE partner = ?", (partner,))
            if how is Behaviour.NONE:
                connection.execute(
                    "UPDATE letter SET next_at = 0 WHERE partner = ? AND reason = ?", (partner, _HELD_BACK)
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

    def put_mail(self, address: str, raw: bytes) -> None:
        """Let a mail lie in a mailbox."""
        with self._transaction() as connection:
            connection.execute("INSERT INTO mail (address, uid, raw) VALUES (?, ?, ?)", (address, new_uuid(), raw))

    def mails(self, address: str) -> list[LyingMail]:
        """Return what lies in a mailbox, oldest first."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT id, uid, length(raw) FROM mail WHERE address = ? ORDER BY id", (address,)
            ).fetchall()
        return [LyingMail(*row) for row in rows]

    def mail(self, number: int) -> bytes:
        """Return a mail whole."""
        with self._transaction() as connection:
            (raw,) = connection.execute("SELECT raw FROM mail WHERE id = ?", (number,)).fetchone()
        return bytes(raw)

    def remove_mails(self, numbers: Sequence[int]) -> None:
        """Take mails away."""
        with self._transaction() as connection:
            connection.executemany("DELETE FROM mail WHERE id = ?", [(number,) for number in numbers])


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


def _letter(row: tuple[Any, ...]) -> Letter:
    columns = list(row)
    columns[7] = json.loads(columns[7])
    return Letter(*columns)


def _insert_letters(connection: sqlite3.Connection, letters: tuple[Letter, ...], now: float) -> None:
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
