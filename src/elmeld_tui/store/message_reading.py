"""Everything that is stored about one message."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.people import CLINIC_MAILBOX
from elmeld_tui.store import links, rows
from elmeld_tui.store.asking import ROW, Asking, as_row
from elmeld_tui.store.filters import marks
from elmeld_tui.store.rows import Row


class MessageReading(Asking):
    """Messages one at a time; see `asking.Asking`."""

    def message(self, message_id: int) -> rows.Message | None:
        """Return a message, or None where there is no such."""
        found = self.first(
            f"SELECT {', '.join(rows.Message._fields)} FROM message WHERE id = ?",  # noqa: S608
            [message_id],
        )
        return None if found is None else _message(found)

    def row(self, message_id: int, mailbox: str = CLINIC_MAILBOX) -> Row | None:
        """Return a message as a list of ``mailbox`` shows it, or None where there is no such."""
        found = self.first(
            f"SELECT {ROW} FROM message m LEFT JOIN post_item p ON p.message_id = m.id AND p.mailbox = ? "  # noqa: S608
            "WHERE m.id = ?",
            [mailbox, message_id],
        )
        return None if found is None else as_row(found)

    def messages(self, message_ids: Sequence[int]) -> list[Row]:
        """Return some messages by their numbers, as a list shows them, the newest first."""
        found = self.ask(
            f"""SELECT {ROW} FROM message m LEFT JOIN post_item p ON p.message_id = m.id AND p.mailbox = ?
                WHERE m.id IN ({marks(message_ids) or "NULL"}) ORDER BY m.id DESC""",  # noqa: S608
            [CLINIC_MAILBOX, *message_ids],
        )
        return [as_row(record) for record in found]

    def recreated_as(self, message_id: int) -> int | None:
        """Return the message that was made from this one when it had failed, or None."""
        found = self.first("SELECT id FROM message WHERE recreates = ?", [message_id])
        return None if found is None else int(found[0])

    def receipts_of(self, message_id: int) -> list[rows.Message]:
        """Return the application receipts that answer a message, in or out, oldest first."""
        found = self.ask(
            f"SELECT {', '.join(rows.Message._fields)} FROM message "  # noqa: S608
            "WHERE answers_message_id = ? AND kind = 'apprec' ORDER BY id",
            [message_id],
        )
        return [_message(record) for record in found]

    def thread(self, message_id: int, *, receipts: bool = False) -> list[Row]:
        """Return a whole conversation, the message itself with it, in the order it was written.

        What belongs together whoever came first, but never what is about another patient.

        Args:
            message_id: of any message of it.
            receipts: whether the application receipts that it is answered by are shown too.
        """
        shown = "1 = 1" if receipts else "(m.kind <> 'apprec' OR m.id = :of)"
        found = self.ask(
            f"""SELECT {ROW} FROM message m LEFT JOIN post_item p ON p.message_id = m.id AND p.mailbox = :mailbox
                WHERE m.id IN ({links.THREAD}) AND {shown} ORDER BY m.generated, m.id""",  # noqa: S608
            {"of": message_id, "mailbox": CLINIC_MAILBOX},
        )
        return [as_row(record) for record in found]

    def links(self, message_id: int) -> list[rows.Link]:
        """Return which other messages belong with one, and as what, oldest first; each once."""
        found: dict[int, rows.Link] = {}
        for record in self.ask(links.links(self._dialect), {"of": message_id}):
            found.setdefault(record[1], rows.Link._make([*record[:7], bool(record[8]), record[7]]))
        return [found[number] for number in sorted(found)]

    def findings(self, message_id: int) -> list[Finding]:
        """Return what was found when a message was taken in."""
        found = self.ask(
            "SELECT severity, code, place, text FROM finding WHERE message_id = ? ORDER BY id", [message_id]
        )
        return [Finding(Severity(severity), code, place, text) for severity, code, place, text in found]

    def receivers(self, message_id: int) -> list[rows.Receiver]:
        """Return the ledger of a message out, the primary receiver first."""
        return [
            rows.Receiver._make([*r[:7], json.loads(r[7]), r[8]])
            for r in self.ask(
                "SELECT her_id, name, role, receipt, apprec_id, apprec_message_id, answered, errors, due "
                "FROM receiver WHERE message_id = ? ORDER BY id",
                [message_id],
            )
        ]

    def events(self, message_id: int) -> list[rows.Event]:
        """Return the timeline of a message, oldest first."""
        return [
            rows.Event._make([*e[:4], json.loads(e[4])])
            for e in self.ask(
                "SELECT at, name, state, receipt, detail FROM event WHERE message_id = ? ORDER BY id", [message_id]
            )
        ]

    def attempts(self, message_id: int) -> list[rows.Attempt]:
        """Return what the engine owes, or owed, each receiver of a message out."""
        return [
            rows.Attempt._make([*a[:6], bool(a[6]), a[7]])
            for a in self.ask(
                "SELECT receiver_her, eb_message_id, endpoint, next_at, give_up_at, attempts, done, outcome "
                "FROM outbox WHERE message_id = ? ORDER BY id",
                [message_id],
            )
        ]

    def lines_down(self, message_id: int) -> list[rows.LineDown]:
        """Return which lines are down of those that something of a message out still waits for."""
        found = self.ask(
            "SELECT o.receiver_her, l.down_since, l.quiet_until FROM outbox o JOIN line l ON l.key = o.line "
            "WHERE o.message_id = ? AND o.done = 0 AND l.failures > 0 ORDER BY o.id",
            [message_id],
        )
        return [rows.LineDown._make(record) for record in found]

    def parts(self, message_id: int) -> list[rows.Part]:
        """Return what bytes are kept of a message."""
        return [
            rows.Part._make(part)
            for part in self.ask(
                "SELECT role, content_type, size, sha256 "
                "FROM message_part p JOIN payload ON payload.id = p.payload_id WHERE message_id = ? ORDER BY p.id",
                [message_id],
            )
        ]

    def part(self, message_id: int, role: str = "document") -> bytes | None:
        """Return the bytes that a message has in ``role`` (the newest, if several), exactly as kept, or None."""
        found = self.first(
            "SELECT bytes FROM message_part JOIN payload ON payload.id = payload_id "
            "WHERE message_id = ? AND role = ? ORDER BY message_part.id DESC LIMIT 1",
            [message_id, role],
        )
        return None if found is None else bytes(found[0])

    def kept(self, sha256: str) -> bytes | None:
        """Return the bytes with a hash, in hexadecimal, exactly as kept; None where there are none."""
        found = self.first("SELECT bytes FROM payload WHERE sha256 = ?", [sha256])
        return None if found is None else bytes(found[0])

    def envelope(self, message_id: int) -> bytes | None:
        """Return the newest envelope that a message has travelled in, with its Content-Type on top; None without any."""
        found = self.first(
            "SELECT content_type, bytes FROM message_part JOIN payload ON payload.id = payload_id "
            "WHERE message_id = ? AND role = 'envelope' ORDER BY message_part.id DESC LIMIT 1",
            [message_id],
        )
        return None if found is None else f"Content-Type: {found[0]}\r\n\r\n".encode() + bytes(found[1])

    def post_item(self, message_id: int, mailbox: str = CLINIC_MAILBOX) -> rows.PostItem | None:
        """Return where a message lies in ``mailbox``, or None."""
        found = self.first(
            "SELECT mailbox, folder, unread, signed_off_by, signed_off_at, moved FROM post_item "
            "WHERE message_id = ? AND mailbox = ?",
            [message_id, mailbox],
        )
        return None if found is None else rows.PostItem._make([*found[:2], bool(found[2]), *found[3:]])

    def post_items(self, message_id: int) -> list[rows.PostItem]:
        """Return where a message lies, mailbox by mailbox."""
        found = self.ask(
            "SELECT mailbox, folder, unread, signed_off_by, signed_off_at, moved FROM post_item "
            "WHERE message_id = ? ORDER BY id",
            [message_id],
        )
        return [rows.PostItem._make([*one[:2], bool(one[2]), *one[3:]]) for one in found]


def _message(record: tuple[Any, ...]) -> rows.Message:
    return rows.Message._make([*record[:-4], bool(record[-4]), record[-3], bool(record[-2]), record[-1]])
