"""Whatever a screen or a command asks of the store is answered along an index, however much it holds."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from benchmarks.many_messages import fill
from sqlalchemy import text

from elmeld_tui.model.people import Actor
from elmeld_tui.store import tables
from elmeld_tui.store.database import Database, open_database
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.reading import Reader, open_reader
from elmeld_tui.store.traffic import By

FILTERS: dict[str, dict[str, Any]] = {
    "folder": {"folder": "inbox"},
    "lying in a mailbox": {"posted": True, "mailbox": "person:1"},
    "unread": {"unread": True},
    "read": {"unread": False},
    "state": {"states": frozenset({"undelivered"})},
    "states": {"states": frozenset({"imported", "delivered"})},
    "receipt": {"receipts": frozenset({"rejected"})},
    "receipts": {"receipts": frozenset({"none", "accepted"})},
    "kind": {"kinds": frozenset({"order"})},
    "kinds": {"kinds": frozenset({"order", "service_report"})},
    "type": {"type_codes": frozenset({"EPIKRISE"})},
    "communication type": {"communication_types": frozenset({"lab_result"})},
    "communication types": {"communication_types": frozenset({"lab_result", "dialogue"})},
    "direction": {"direction": "in"},
    "patient": {"patient_id": 7},
    "since": {"since": "2025-01-01T00:00:00.000Z"},
    "until": {"until": "2025-01-01T00:00:00.000Z"},
    "text": {"text": "ås kne"},
    "a rare word and others": {"text": "10000100 kne"},
    "words together": {"together": frozenset({"kne hofte"})},
    "without text": {"without": Filter(saying=frozenset({"kne", "ås dahl"}))},
    "without a type": {"without": Filter(communication_types=frozenset({"lab_result", "dialogue"}))},
    "state or receipt": {"one_of": (Filter(states=frozenset({"undelivered"}), receipts=frozenset({"rejected"})),)},
    "sender": {"senders": frozenset({"fjord", "nav"})},
    "receiver": {"receivers": frozenset({"sykehuset"})},
    "patient words": {"patients": frozenset({"ås ada"})},
    "attachments": {"attachments": True},
    "no attachments": {"attachments": False},
    "trouble": {"trouble": True},
    "settled": {"trouble": False},
    "current": {"current": True},
}
ALIKE = {
    "read",
    "a rare word and others",
    "words together",
    "settled",
    "kind",
    "kinds",
    "type",
    "communication types",
    "receipts",
    "receiver",
    "patient words",
}
"""What is asked for just as another is, and need not be combined with all of them too."""
COMBINED = [name for name in FILTERS if name not in ALIKE]
CHOICES = [
    {},
    *FILTERS.values(),
    *(
        {**one, **other}
        for one, other in itertools.combinations((FILTERS[name] for name in COMBINED), 2)
        if not one.keys() & other.keys()
    ),
]

# One row each, or a handful; and the patients of a clinic, among whom a name is looked for anywhere in it.
SMALL = {"engine", "patient", "line", "post_count"}

PARTIAL = {
    "ix_message_trouble",
    "ix_message_attachments",
    "ix_post_item_unread",
    "ix_alert_open",
    "ix_message_recreates",
}
"""Indexes that hold only what is asked for."""


class Recorder:
    """Passes questions on, and keeps each with its values."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.dialect = source.dialect
        self.asked: list[tuple[str, Any]] = []

    def ask(
        self, question: str, values: Sequence[object] | Mapping[str, object] = ()
    ) -> Sequence[tuple[Any, ...]]:
        self.asked.append((question, values))
        return self.source.ask(question, values)  # type: ignore[no-any-return]

    def data_version(self) -> int:
        return 1

    def close(self) -> None:
        self.source.close()


@pytest.fixture
def recorder(data_dir: Path) -> Iterator[Recorder]:
    database = open_database(data_dir)
    fill(database, 20_000 if (data_dir / "clinic.toml").exists() else 300)
    _fill_the_rest(database)
    database.close()
    opened = open_reader(data_dir)
    yield Recorder(opened._source)
    opened.close()


def _fill_the_rest(database: Database) -> None:
    """Put something into the tables that a list does not read, so that their plans are those of a store in use."""
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT i"
    with database.transaction() as connection:
        payload = [{"id": one, "sha256": str(one), "size": 1, "bytes": b"x"} for one in range(1, 201)]
        connection.execute(tables.payload.insert(), payload)
        connection.execute(tables.outbox.insert(), [_owed(one) for one in range(1, 201)])
        for columns, values in (
            ("message_part (message_id, role, content_type, payload_id, purged)", "'document', '', i, ''"),
            (
                "receiver (message_id, her_id, name, role, receipt, apprec_id, answered, errors, due)",
                "'1', '', '', 'awaited', '', '', '[]', ''",
            ),
            (
                "alert (message_id, code, subject, raised, cleared, detail)",
                "'manual', '', '', CASE WHEN i > 3 THEN '' END, '{}'",
            ),
            ("finding (message_id, severity, code, place, text)", "'warning', '', '', ''"),
            ("journal_event (message_id, patient_id, at, title)", "1 + i % 9, '', ''"),
        ):
            connection.execute(text(f"INSERT INTO {columns} {numbers}, {values} FROM n"))
        connection.execute(text("UPDATE message SET recreates = id - 1 WHERE id % 50 = 0"))
        connection.execute(text("UPDATE message SET answers_message_id = id - 1 WHERE id % 3 = 0"))
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))


def _owed(number: int) -> dict[str, object]:
    names = ("sender_her", "receiver_her", "line", "next_at", "give_up_at")
    other = {"message_id": number, "eb_message_id": str(number), "header": {}, "interval": 1}
    return {**dict.fromkeys(names, ""), **other}


def test_no_question_reads_a_whole_table(recorder: Recorder) -> None:
    _list_everything(recorder)
    _look_at_one_message_and_patient(recorder)
    faults = {}
    for question, values in dict(recorder.asked).items():
        wholes = _wholes(recorder.source, question, values)
        if wholes:
            faults[question] = wholes
    assert not faults, "\n\n".join(f"{question}\n  {wholes}" for question, wholes in faults.items())


def _list_everything(recorder: Recorder) -> None:
    for chosen in map(_filter, CHOICES):
        # A reader of its own for each, which has seen nothing yet.
        reader = Reader(recorder)
        reader.page(chosen, 0)
        reader.changed(chosen, reader.last_event() - 5)
        reader.count(chosen)
    for chosen in map(_filter, FILTERS.values()):
        reader = Reader(recorder)
        reader.position(chosen, 150)
        reader.page(chosen, 2, size=3)
        # From the end.
        total = reader.count(chosen)
        Reader(recorder).page(chosen, max(0, total - 1) // 3, size=3, total=total)


def _filter(chosen: dict[str, Any]) -> Filter:
    return Filter(**chosen)


OF_ONE = (
    *("message", "row", "recreated_as", "receipts_of", "thread", "links", "findings", "receivers", "events"),
    *("attempts", "lines_down", "alerts_of", "parts", "part", "envelope", "post_item", "post_items", "draft"),
    *("patient", "journal", "post_by_type", "reports", "unanswered"),
)
OF_ALL = (
    *("open_alerts", "is_stuck", "engine", "engines", "counts", "types_in", "unread_types", "last_event"),
    "data_version",
)
WITH_VALUES: dict[str, tuple[Any, ...]] = {
    "traffic": ("2025-06-01T00:00:00.000Z", By.PERIOD),
    "messages": ([7, 8],),
    "kept": ("0" * 64,),
    "drafts": ("kari",),
    "interrupted_drafts": ("kari",),
    "saved_filters": ("kari", "log"),
    "last_search": ("kari", "log"),
    "patients": ("ås 100",),
    "known_count": (Filter(folder="inbox"),),
}
LISTED = {"page", "older", "count", "position", "changed"}
"""What the lists above ask."""
APART = {"close", "first", "number"}
"""What asks nothing of its own."""


def _look_at_one_message_and_patient(recorder: Recorder) -> None:
    reader = Reader(recorder)
    for name in OF_ONE:
        getattr(reader, name)(7)
    for name in OF_ALL:
        getattr(reader, name)()
    for name, values in WITH_VALUES.items():
        getattr(reader, name)(*values)
    reader.patients("ås", born="1970-01-01")
    reader.thread(7, receipts=True)
    for by in By:
        reader.traffic("2025-06-01T00:00:00.000Z", by)
    reader.people.relation(Actor(1, "kari", "Kari Nes", administrator=False, reads_all=False, teams=()), 7)


def test_whatever_a_reader_can_be_asked_is_asked_here() -> None:
    public = {name for name in dir(Reader) if not name.startswith("_")}
    assert public == {*OF_ONE, *OF_ALL, *WITH_VALUES, *LISTED, *APART}


def _wholes(source: Any, question: str, values: Any) -> list[str]:
    """Return the steps of a plan that read a whole table, or sort what was gathered for a page of it."""
    if source.dialect.name == "postgresql":
        ((plan,),) = source.ask(f"EXPLAIN (FORMAT JSON) {question}", values)
        return [f"{node['Node Type']} {node['Relation Name']}" for node in _nodes(json.loads(plan)[0]["Plan"])]
    steps = [step for *_, step in source.ask(f"EXPLAIN QUERY PLAN {question}", values)]
    # Several values are sorted where they are few, which the reader counts first.
    few = re.search(r"IN \(\?(, \?)+\)| OR m\.", question) or "FROM patient" in question
    paged = re.search(r" LIMIT [\d?]+( OFFSET \d+)?$", question) is not None
    return [
        step
        for step in steps
        if (
            re.match(r"SCAN (?!around|thread|t\b|first|found|newest\b|CONSTANT|\()\w+", step)
            and not _is_small(step)
        )
        or (paged and "TEMP B-TREE FOR ORDER" in step and not few)
    ]


def _is_small(step: str) -> bool:
    return "VIRTUAL TABLE INDEX" in step or step.split()[1] in SMALL or step.rsplit(maxsplit=1)[-1] in PARTIAL


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the nodes that read a table without a condition on an index."""
    node_type = plan["Node Type"]
    walks = node_type in {"Index Scan", "Index Only Scan"} and "Index Cond" not in plan
    walks = walks and plan["Index Name"] not in PARTIAL
    # A limit on the key is no help to one who looks for words: only the words' index is, or the key of one message.
    walks = walks or (plan.get("Index Name") == "message_search_pkey" and "<" in str(plan.get("Index Cond")))
    if (node_type == "Seq Scan" or walks) and plan["Relation Name"] not in SMALL:
        yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)
