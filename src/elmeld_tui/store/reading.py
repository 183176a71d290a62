"""Reading the store, for screens and the command line: plain SQL, read only, by keyset.

Nothing here takes a lock that a writer waits for, and nothing here can write. A SQLite file is read with the standard
library alone, so that the first screen comes at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from math import isqrt
from pathlib import Path
from typing import Any, Protocol

from elmeld_tui.model.communication_types import CommunicationType
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.people import CLINIC_MAILBOX
from elmeld_tui.store import address as addresses
from elmeld_tui.store import links, patient_post, rows
from elmeld_tui.store.address import FileAddress
from elmeld_tui.store.errors import NoStoreError
from elmeld_tui.store.file_source import FileSource
from elmeld_tui.store.filters import (
    ANY_WAY,
    Condition,
    Filter,
    Query,
    Way,
    apart,
    conditions,
    lies_in_post,
    marks,
    query,
    refused,
    sought,
)
from elmeld_tui.store.people_reading import People
from elmeld_tui.store.rows import Row
from elmeld_tui.store.sql import Dialect, block_by_block

__all__ = ["Filter", "NoStoreError", "Reader", "Row", "open_reader"]

_NEWEST = 2**63 - 1
_MOST_UNREAD = 2000
"""More unread than this nobody reads; they are not looked up one by one each time something comes."""
_ROW = """m.id, m.direction, m.kind, m.type_code, m.title,
    CASE m.direction WHEN 'in' THEN m.sender_name ELSE m.receiver_name END,
    m.patient_name, m.patient_birth, m.state, m.receipt, coalesce(p.unread, 0), m.created, m.attempts,
    m.last_event, coalesce(p.folder, ''), m.attachments, m.test, m.document_state, m.service_type,
    m.communication_type"""


class Source(Protocol):
    """A database as it is asked; see `file_source.FileSource` and `server_source.ServerSource`."""

    @property
    def dialect(self) -> Dialect:
        """What it says differently."""

    def ask(
        self, question: str, values: Sequence[object] | Mapping[str, object] = ()
    ) -> Sequence[tuple[Any, ...]]:
        """Return every row that ``question`` finds."""

    def data_version(self) -> int:
        """Return a number that changes when anything has been committed."""

    def close(self) -> None:
        """Let go of it."""


def open_reader(data_dir: Path, config: Path | None = None) -> Reader:
    """Open the store of the clinic in ``data_dir`` for reading.

    Args:
        data_dir: the clinic's directory.
        config: another settings file than the one in it.

    Raises:
        NoStoreError: the engine or the program has not made one yet.
        StoreError: it cannot be opened.
    """
    address = addresses.find(data_dir, config)
    if isinstance(address, FileAddress):
        return Reader(FileSource(address))
    from elmeld_tui.store import servers

    servers.driver()
    from elmeld_tui.store.server_source import ServerSource

    return Reader(ServerSource(address))


class Reader:
    """The store as it is read; one thread at a time. Whatever it is asked, it raises StoreError if the store is away.

    Args:
        source: the database that is asked.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.ask = source.ask
        self.people = People(source.ask)
        self._dialect = source.dialect
        self._version = -1
        self._totals: dict[Filter, int] = {}
        self._amounts: dict[Condition, int] = {}
        self._anchors: dict[tuple[Filter, int], dict[int, int]] = {}

    def close(self) -> None:
        """Close the connection."""
        self._source.close()

    def data_version(self) -> int:
        """Return a number that changes when any other connection has committed something."""
        return self._source.data_version()

    def count(self, chosen: Filter) -> int:
        """Return how many messages ``chosen`` holds."""
        self._forget_if_changed()
        if chosen not in self._totals:
            self._totals[chosen] = self._count(chosen)
        return self._totals[chosen]

    def _count(self, chosen: Filter) -> int:
        if chosen.folder and chosen == Filter(mailbox=chosen.mailbox, folder=chosen.folder):
            # What the store keeps count of need not be counted in every terminal whenever anything has changed.
            return self.counts(chosen.mailbox).get(chosen.folder, (0, 0))[0]
        return self._amount(chosen)

    def page(self, chosen: Filter, number: int, size: int = 128) -> list[Row]:
        """Return page ``number`` (from 0) of ``chosen``, newest first; empty beyond the last."""
        self._forget_if_changed()
        anchors = self._anchors.setdefault((chosen, size), {0: _NEWEST})
        start = anchors.get(number) or self._seek(chosen, number, size, anchors)
        if start is None:
            return []
        found: list[tuple[Any, ...]] = []
        way = self._way(chosen)
        for low, high in self._spans(chosen, start):
            q = query(chosen, self._dialect, (low, high), way)
            sql, values = q.rows(_ROW, f"{q.key} <= ?", high)
            found += self.ask(f"{sql} ORDER BY {q.order} DESC LIMIT {size + 1 - len(found)}", values)
            if len(found) > size:
                anchors[number + 1] = found[size][0]
                break
        return [_row(record) for record in found[:size]]

    def position(self, chosen: Filter, message_id: int) -> int:
        """Return how many messages of ``chosen`` are newer than ``message_id``: its place in the list, from 0."""
        return self._amount(chosen, message_id)

    def _amount(self, chosen: Filter, newer_than: int = 0) -> int:
        """Count; of what is refused by its words, how much there is of it is counted, and not each looked for in it."""
        if _only_refuses(chosen):
            everything, with_them = apart(chosen)
            return self._amount(everything, newer_than) - self._amount(with_them, newer_than)
        q = self._query(chosen, self._way(chosen))
        return self._number(*q.keys("count(*)", f"{q.key} > ?", newer_than))

    def changed(self, chosen: Filter, after_event: int) -> tuple[list[Row], int]:
        """Return the messages of ``chosen`` that anything has happened to after an event, and the newest event."""
        last = self.last_event()
        return self._touched(chosen, after_event, last), last

    def _touched(self, chosen: Filter, after_event: int, last: int) -> list[Row]:
        if _only_refuses(chosen):
            everything, with_them = apart(chosen)
            refused_ids = {row.id for row in self._touched(with_them, after_event, last)}
            return [row for row in self._touched(everything, after_event, last) if row.id not in refused_ids]
        q = self._query(chosen)
        touched = "SELECT message_id FROM event WHERE id > ? AND id <= ?"
        sql, values = q.rows(_ROW, f"{q.key} IN ({touched})", after_event, last)
        return [_row(record) for record in self.ask(f"{sql} ORDER BY {q.key}", values)]

    def last_event(self) -> int:
        """Return the newest event, or 0 where nothing has happened yet."""
        return self._number("SELECT coalesce(max(id), 0) FROM event")

    def _seek(self, chosen: Filter, number: int, size: int, anchors: dict[int, int]) -> int | None:
        """Find the first id of a page: counted in the index alone, from the nearest known page or from the end."""
        total = self.count(chosen)
        place = number * size
        if place >= total:
            return None
        q = self._query(chosen, self._way(chosen))
        nearest = max(known for known in anchors if known <= number)
        forward = (number - nearest) * size
        backward = total - 1 - place
        if forward <= backward:
            sql, values = q.keys(q.key, f"{q.key} <= ?", anchors[nearest])
            found = self._first(f"{sql} ORDER BY {q.order} DESC LIMIT 1 OFFSET {forward}", values)
        else:
            sql, values = q.keys(q.key)
            found = self._first(f"{sql} ORDER BY {q.order} LIMIT 1 OFFSET {backward}", values)
        if found is not None:
            anchors[number] = int(found[0])
        return anchors.get(number)

    def _query(self, chosen: Filter, way: Way = ANY_WAY) -> Query:
        """Return the query for all of ``chosen``."""
        return query(chosen, self._dialect, (0, self._newest() if _is_searched(chosen) else 0), way)

    def _spans(self, chosen: Filter, start: int) -> Iterator[tuple[int, int]]:
        """Return the ranges of ids that hold ``chosen`` from ``start`` on, to be asked for one after the other."""
        if not _is_searched(chosen):
            return iter([(0, start)])
        spans = self._dialect.search_spans if sought(chosen) else block_by_block
        return spans(min(start, self._newest()))

    def _newest(self) -> int:
        return self._number("SELECT coalesce(max(id), 0) FROM message")

    def _way(self, chosen: Filter) -> Way:
        """Return how to find ``chosen``: by what few messages meet, and not by what most of them do."""
        each = conditions(chosen)
        several = any(len(one.values) > 1 for one in each)
        if not each or not (len(each) > 1 or several or lies_in_post(chosen) or sought(chosen)):
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
            number = self._number(f"SELECT count(*) FROM ({some}) AS found", condition.values)  # noqa: S608
            self._amounts[condition] = number
        return self._amounts[condition]

    def _first(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        return next(iter(self.ask(sql, values)), None)

    def _number(self, sql: str, values: Sequence[object] = ()) -> int:
        return int(self.ask(sql, values)[0][0])

    def _forget_if_changed(self) -> None:
        version = self.data_version()
        if version != self._version:
            self._version = version
            self._totals.clear()
            self._anchors.clear()
            self._amounts.clear()

    def counts(self, mailbox: str = CLINIC_MAILBOX) -> dict[str, tuple[int, int]]:
        """Return, for each folder of ``mailbox`` that holds anything, how many messages and how many unread."""
        found = self.ask("SELECT folder, total, unread FROM post_count WHERE mailbox = ? AND total > 0", [mailbox])
        return {folder: (total, unread) for folder, total, unread in found}

    def message(self, message_id: int) -> rows.Message | None:
        """Return a message, or None where there is no such."""
        if abs(message_id) > _NEWEST:
            return None
        found = self._first(
            f"SELECT {', '.join(rows.Message._fields)} FROM message WHERE id = ?",  # noqa: S608
            [message_id],
        )
        return None if found is None else _message(found)

    def row(self, message_id: int, mailbox: str = CLINIC_MAILBOX) -> Row | None:
        """Return a message as a list of ``mailbox`` shows it, or None where there is no such."""
        found = self._first(
            f"SELECT {_ROW} FROM message m LEFT JOIN post_item p ON p.message_id = m.id AND p.mailbox = ? "  # noqa: S608
            "WHERE m.id = ?",
            [mailbox, message_id],
        )
        return None if found is None else _row(found)

    def recreated_as(self, message_id: int) -> int | None:
        """Return the message that was made from this one when it had failed, or None."""
        found = self._first("SELECT id FROM message WHERE recreates = ?", [message_id])
        return None if found is None else int(found[0])

    def thread(self, message_id: int) -> list[Row]:
        """Return a whole conversation, the message itself with it, in the order it was written; no receipts.

        What belongs together whoever came first, but never what is about another patient.
        """
        found = self.ask(
            f"""SELECT {_ROW} FROM message m LEFT JOIN post_item p ON p.message_id = m.id AND p.mailbox = :mailbox
                WHERE m.id IN ({links.THREAD}) AND (m.kind <> 'apprec' OR m.id = :of) ORDER BY m.generated, m.id""",  # noqa: S608
            {"of": message_id, "mailbox": CLINIC_MAILBOX},
        )
        return [_row(record) for record in found]

    def links(self, message_id: int) -> list[rows.Link]:
        """Return which other messages belong with one, and as what, oldest first; each once."""
        if abs(message_id) > _NEWEST:
            return []
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

    def parts(self, message_id: int) -> list[rows.Part]:
        """Return what bytes are kept of a message."""
        if abs(message_id) > _NEWEST:
            return []
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
        if abs(message_id) > _NEWEST:
            return None
        found = self._first(
            "SELECT bytes FROM message_part JOIN payload ON payload.id = payload_id "
            "WHERE message_id = ? AND role = ? ORDER BY message_part.id DESC LIMIT 1",
            [message_id, role],
        )
        return None if found is None else bytes(found[0])

    def post_item(self, message_id: int, mailbox: str = CLINIC_MAILBOX) -> rows.PostItem | None:
        """Return where a message lies in ``mailbox``, or None."""
        found = self._first(
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

    def open_alerts(self) -> list[rows.Alert]:
        """Return what needs a human, oldest first."""
        return [
            rows.Alert._make([*a[:5], json.loads(a[5])])
            for a in self.ask(
                "SELECT id, code, message_id, subject, raised, detail FROM alert WHERE cleared IS NULL ORDER BY id"
            )
        ]

    def drafts(self, owner: str) -> list[rows.Draft]:
        """Return the drafts of ``owner``, last changed first; not what is only a copy to recover from."""
        return [_draft(d) for d in self._drafts("owner = ? AND kept = 1 ORDER BY updated DESC, id DESC", owner)]

    def interrupted_drafts(self, owner: str) -> list[rows.Draft]:
        """Return what ``owner`` has open in some terminal, and recovery copies, last changed first.

        Whether the terminal lives, `office.terminals` tells.
        """
        condition = "owner = ? AND (kept = 0 OR terminal <> '') ORDER BY updated DESC, id DESC"
        return [_draft(d) for d in self._drafts(condition, owner)]

    def draft(self, draft_id: int) -> rows.Draft | None:
        """Return one draft, or None."""
        return next((_draft(d) for d in self._drafts("id = ?", draft_id)), None)

    def _drafts(self, condition: str, value: object) -> Sequence[tuple[Any, ...]]:
        return self.ask(
            f"SELECT {', '.join(rows.Draft._fields)} FROM draft WHERE {condition}",  # noqa: S608
            [value],
        )

    def saved_filters(self, owner: str, place: str) -> dict[str, str]:
        """Return the searches that ``owner`` has kept in one place: the words of each, by name in order."""
        found = self.ask(
            "SELECT name, words FROM saved_filter WHERE owner = ? AND place = ? ORDER BY name", [owner, place]
        )
        return dict(found)

    def patients(self, words: str, limit: int = 50, *, born: str = "") -> list[rows.Patient]:
        """Return patients whose name holds every word, or whose number begins with it, born on an ISO date if given."""
        condition, values = patient_post.finding(self._dialect, words.split(), born)
        return [
            rows.Patient._make(p)
            for p in self.ask(
                f"SELECT {', '.join(rows.Patient._fields)} FROM patient WHERE {condition} ORDER BY name, id LIMIT ?",  # noqa: S608
                [*values, limit],
            )
        ]

    def post_by_type(self, patient_id: int) -> dict[str, int]:
        """Return how many messages a patient has of each communication type; receipts are not counted."""
        return {str(name): number for name, number in self.ask(patient_post.COUNTS, [patient_id])}

    def reports(self, patient_id: int) -> list[rows.Report]:
        """Return the service reports about a patient that count, newest first."""
        question = patient_post.REPORTS.format(plan=self._dialect.plan)
        return [rows.Report._make(report) for report in self.ask(question, [patient_id])]

    def unanswered(self, patient_id: int) -> list[tuple[Row, patient_post.Waiting]]:
        """Return which messages of a patient wait for an answer, newest first, and for what."""
        waits = dict(self.ask(patient_post.unanswered(self._dialect), [patient_id]))
        return [(row, patient_post.Waiting(waits[row.id])) for row in self.messages(list(waits))]

    def messages(self, message_ids: Sequence[int]) -> list[Row]:
        """Return some messages by their numbers, as a list shows them, the newest first."""
        found = self.ask(
            f"""SELECT {_ROW} FROM message m LEFT JOIN post_item p ON p.message_id = m.id AND p.mailbox = ?
                WHERE m.id IN ({marks(message_ids) or "NULL"}) ORDER BY m.id DESC""",  # noqa: S608
            [CLINIC_MAILBOX, *message_ids],
        )
        return [_row(record) for record in found]

    def patient(self, patient_id: int) -> rows.Patient | None:
        """Return one patient, or None."""
        found = self._first(
            f"SELECT {', '.join(rows.Patient._fields)} FROM patient WHERE id = ?",  # noqa: S608
            [patient_id],
        )
        return None if found is None else rows.Patient._make(found)

    def journal(self, patient_id: int) -> list[rows.JournalEvent]:
        """Return what has happened around a patient, newest first."""
        return [
            rows.JournalEvent._make(j)
            for j in self.ask(
                "SELECT message_id, at, title FROM journal_event WHERE patient_id = ? ORDER BY at DESC, id DESC",
                [patient_id],
            )
        ]

    def is_stuck(self) -> bool:
        """Return whether something that is owed could not be sent when it was last tried."""
        found = self._first("SELECT 1 FROM line WHERE failures > 0 AND next_at IS NOT NULL LIMIT 1")
        return found is not None

    def engines(self) -> list[rows.EngineBeat]:
        """Return the last sign of life of every engine that has not ended in good order, the newest first."""
        found = self.ask("SELECT pid, host, port, started, beat FROM engine ORDER BY beat DESC, id DESC")
        return [rows.EngineBeat._make(engine) for engine in found]

    def engine(self) -> rows.EngineBeat | None:
        """Return the newest sign of life of any engine, or None where none has run."""
        return next(iter(self.engines()), None)


def _only_refuses(chosen: Filter) -> bool:
    return bool(refused(chosen)) and not sought(chosen)


def _is_searched(chosen: Filter) -> bool:
    return bool(sought(chosen) or refused(chosen))


def _row(record: tuple[Any, ...]) -> Row:
    return Row._make([*record[:10], bool(record[10]), *record[11:16], bool(record[16]), *record[17:]])


def _message(record: tuple[Any, ...]) -> rows.Message:
    return rows.Message._make([*record[:-4], bool(record[-4]), record[-3], bool(record[-2]), record[-1]])


def _draft(record: tuple[Any, ...]) -> rows.Draft:
    told = dict(zip(rows.Draft._fields, record, strict=True))
    read = {"answers": json.loads(told["answers"]), "frame": json.loads(told["frame"]), "kept": bool(told["kept"])}
    return rows.Draft(**(told | read))
