"""Reading: every page of every choice, newest first, without ever reading the whole table."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from elmeld_tui.store import links, tables
from elmeld_tui.store.database import Database
from elmeld_tui.store.filters import MULTIPLE, query, search_expression
from elmeld_tui.store.reading import Filter, NoStoreError, Reader

KINDS = ("referral", "dialogue", "service_report")
STATES = ("imported", "delivered", "queued")
CHOICES = {
    "everything": Filter(),
    "inbox": Filter(folder="inbox"),
    "unread": Filter(folder="inbox", unread=True),
    "unread anywhere": Filter(unread=True),
    "read": Filter(folder="inbox", unread=False),
    "state": Filter(states=frozenset({"queued"})),
    "states": Filter(states=frozenset({"queued", "imported"})),
    "kind": Filter(kinds=frozenset({"dialogue"})),
    "direction": Filter(direction="in"),
    "period": Filter(since="2026-01-01T00:00:00.000100Z", until="2026-01-01T00:00:00.000300Z"),
    "text": Filter(text="åse kne"),
    "text in folder": Filter(text="kne", folder="inbox"),
    "trouble": Filter(trouble=True),
    "nothing": Filter(states=frozenset({"undelivered"})),
    "signs": Filter(text="%&"),
}


@pytest.fixture
def rows(database: Database) -> list[dict[str, object]]:
    """Fill the store with some hundred messages; return what was put in, newest first."""
    rnd = random.Random(7)
    made = []
    with database.transaction() as connection:
        for number in range(1, 501):
            direction = rnd.choice(["in", "out"])
            row = {
                "id": number,
                "direction": direction,
                "kind": rnd.choice(KINDS),
                "state": rnd.choice(STATES),
                "receipt": rnd.choice(["none", "awaited", "rejected"]),
                "patient_name": rnd.choice(["Øyvind Åsen", "Kari Nes"]),
                "sender_name": "Avsender",
                "receiver_name": "Mottaker",
                "created": f"2026-01-01T00:00:00.{number:06d}Z",
                "updated": "",
            }
            words = rnd.choice(["kne", "hofte"])
            item = None
            if rnd.random() < 0.8:
                item = {"folder": "inbox" if direction == "in" else "sent", "unread": rnd.random() < 0.2}
            connection.execute(insert(tables.message), row)
            if item:
                connection.execute(
                    insert(tables.post_item), {**item, "message_id": number, "mailbox": "clinic", "moved": ""}
                )
            connection.execute(
                text("INSERT INTO message_search (rowid, names, ids, text) VALUES (:id, :n, '', :w)"),
                {"id": number, "n": row["patient_name"], "w": words},
            )
            made.append({**row, "words": words, "folder": "", "unread": None, **(item or {})})
    return made[::-1]


def holds(row: dict[str, object], chosen: Filter) -> bool:
    """Say by plain reading whether a row belongs to a choice."""
    said = f"{row['patient_name']} {row['words']}".lower()
    found = [any(w.startswith(p) for w in re.findall(r"\w+", said)) for p in re.findall(r"\w+", chosen.text)]
    return all(
        (
            not chosen.folder or row["folder"] == chosen.folder,
            chosen.unread is None or row["unread"] is chosen.unread,
            not chosen.states or row["state"] in chosen.states,
            not chosen.kinds or row["kind"] in chosen.kinds,
            not chosen.direction or row["direction"] == chosen.direction,
            not chosen.since or str(row["created"]) >= chosen.since,
            not chosen.until or str(row["created"]) < chosen.until,
            not chosen.text or (bool(found) and all(found)),
            not chosen.trouble or row["receipt"] == "rejected",
        )
    )


@pytest.mark.parametrize("name", CHOICES)
def test_every_page_from_any_direction_is_the_right_one(
    reader: Reader, rows: list[dict[str, object]], name: str
) -> None:
    chosen = CHOICES[name]
    expected = [row["id"] for row in rows if holds(row, chosen)]
    assert reader.count(chosen) == len(expected)
    size = 16
    numbers = list(range(len(expected) // size + 2))
    for order in (numbers, numbers[::-1], random.Random(3).sample(numbers, len(numbers))):
        fresh = Reader(Path(reader._db.execute("PRAGMA database_list").fetchone()[2]))
        for number in order:
            page = [row.id for row in fresh.page(chosen, number, size)]
            assert page == expected[number * size : (number + 1) * size]
        fresh.close()
    for place in range(0, len(expected), 17):
        assert reader.position(chosen, int(str(expected[place]))) == place


def test_a_new_message_moves_every_page(reader: Reader, rows: list[dict[str, object]], database: Database) -> None:
    chosen = Filter(direction="in")
    before = [row.id for number in range(3) for row in reader.page(chosen, number, 16)]
    version = reader.data_version()
    with database.transaction() as connection:
        connection.execute(
            insert(tables.message),
            {
                "id": 9001,
                "direction": "in",
                "kind": "dialogue",
                "state": "imported",
                "created": "2027",
                "updated": "",
            },
        )
    assert reader.data_version() != version
    after = [row.id for number in range(3) for row in reader.page(chosen, number, 16)]
    assert after == [9001, *before[:-1]]
    assert [row.id for row in reader.newer(chosen, before[0])] == [9001]


def test_folders_are_counted_as_post_moves(
    reader: Reader, rows: list[dict[str, object]], database: Database
) -> None:
    def counted() -> dict[str, tuple[int, int]]:
        with database.snapshot() as connection:
            found = connection.exec_driver_sql(
                "SELECT folder, count(*), sum(unread) FROM post_item GROUP BY folder"
            )
            return {folder: (total, unread) for folder, total, unread in found}

    assert reader.counts() == counted()
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE post_item SET folder = 'archive', unread = 0 WHERE message_id % 3 = 0")
        connection.exec_driver_sql("DELETE FROM post_item WHERE message_id % 7 = 0")
    assert reader.counts() == counted()
    assert "archive" in reader.counts()


@pytest.mark.parametrize("name", CHOICES)
def test_no_page_reads_a_table_without_an_index(reader: Reader, rows: list[dict[str, object]], name: str) -> None:
    """A walk along the primary key is a keyset; a scan, or a sort of what an index gathered, is not."""
    q = query(CHOICES[name], list(MULTIPLE))
    sql, values = q.rows("m.title", f"{q.key} <= ?", 9999)
    plan = [
        row[3] for row in reader._db.execute(f"EXPLAIN QUERY PLAN {sql} ORDER BY {q.key} DESC LIMIT 1", values)
    ]
    assert not [step for step in plan if re.match(r"SCAN (m|p)\b", step) and "USING" not in step], plan
    assert not [step for step in plan if "TEMP B-TREE FOR ORDER" in step], plan


def test_search_words_are_words_whatever_signs_stand_between() -> None:
    assert search_expression('åsen" OR *') == '"åsen"* "OR"*'
    assert search_expression("Bjørn-Åge NEAR(") == '"Bjørn"* "Åge"* "NEAR"*'
    assert search_expression("!?") == ""


def test_a_search_tells_a_from_a_with_a_ring(reader: Reader, rows: list[dict[str, object]]) -> None:
    assert reader.count(Filter(text="åsen")) > 0
    assert reader.count(Filter(text="asen")) == 0


def test_where_there_is_no_store_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoStoreError, match=re.escape(str(tmp_path / "nowhere"))):
        Reader(tmp_path / "nowhere" / "elmeld.db")


def test_a_reader_cannot_write(reader: Reader) -> None:
    import sqlite3

    with pytest.raises(sqlite3.OperationalError):
        reader._db.execute("DELETE FROM message")


def test_what_belongs_together_is_found_by_key_however_many_messages_there_are(database: Database) -> None:
    """Without an index a message would be compared with every other, each time one arrives."""
    with database.snapshot() as connection:
        for question in (links.LINKS, links.THREAD):
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {question}"), {"of": 1}).all()
            steps = [row[3] for row in plan if row[3].startswith(("SCAN", "SEARCH"))]
            assert not [
                step for step in steps if step.startswith(("SCAN m", "SCAN o")) or "ix_message_kind" in step
            ]
