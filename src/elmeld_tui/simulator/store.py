"""What the simulator stores: who has registered, what has come, and what is still to be delivered.

One small SQLite file of its own. It shares nothing with a clinic's database, so that the two sides of an exchange
never agree merely because they read the same row.
"""

from __future__ import annotations

from dataclasses import astuple

from elmeld_tui.simulator.kept import Letter, Received, StoredReply
from elmeld_tui.simulator.kept_letters import Letters, insert_letters
from elmeld_tui.simulator.kept_mail import Mails
from elmeld_tui.simulator.kept_rules import Rules


class Store(Letters, Rules, Mails):
    """The simulator's file; every method is one transaction, from any thread."""

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
                    astuple(document),
                )
            insert_letters(connection, letters, now)

    def documents(self) -> list[Received]:
        """Return everything the partners have taken in, oldest first."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT partner, sender_her, kind, msg_id, about, outcome, received FROM document ORDER BY id"
            ).fetchall()
        return [Received(*row) for row in rows]
