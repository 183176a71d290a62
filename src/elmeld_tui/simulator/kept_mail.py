"""Mail that lies in the mailboxes of clinics and partners."""

from __future__ import annotations

from collections.abc import Sequence

from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.simulator.kept import LyingMail
from elmeld_tui.simulator.store_file import StoreFile


class Mails(StoreFile):
    """The mail in the file; every method is one transaction."""

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
