"""Reading: every page of every choice, newest first, without ever reading the whole table."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from tests.waiting import assert_soon

from elmeld_tui.model.states import State
from elmeld_tui.store import messages, search, tables
from elmeld_tui.store.database import Database, StoreError
from elmeld_tui.store.filters import sought
from elmeld_tui.store.reading import Filter, NoStoreError, Reader, open_reader
from elmeld_tui.store.sql import POSTGRESQL, SQLITE, blocks_between, ids_in, spans
from elmeld_tui.store.timeline import EventName

KINDS = ("referral", "dialogue", "service_report")
STATES = ("imported", "delivered", "queued")
CHOICES = {
    "everything": Filter(),
    "inbox": Filter(folder="inbox"),
    "unread": Filter(folder="inbox", unread=True),
    "unread anywhere": Filter(unread=True),
    "read": Filter(folder="inbox", unread=False),
    "posted": Filter(posted=True, kinds=frozenset({"dialogue"})),
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
            search.add(connection, number, search.Said(patient=str(row["patient_name"]), words=words))
            made.append({**row, "words": words, "folder": "", "unread": None, **(item or {})})
    return made[::-1]


def holds(row: dict[str, object], chosen: Filter) -> bool:
    """Say by plain reading whether a row belongs to a choice."""
    said = f"{row['patient_name']} {row['words']}".lower()
    found = [any(w.startswith(p) for w in re.findall(r"\w+", said)) for p in re.findall(r"\w+", chosen.text)]
    return all(
        (
            not chosen.folder or row["folder"] == chosen.folder,
            not chosen.posted or row["folder"] != "",
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
    reader: Reader, rows: list[dict[str, object]], name: str, data_dir: Path
) -> None:
    chosen = CHOICES[name]
    expected = [row["id"] for row in rows if holds(row, chosen)]
    assert reader.count(chosen) == len(expected)
    size = 16
    numbers = list(range(len(expected) // size + 2))
    for order in (numbers, numbers[::-1], random.Random(3).sample(numbers, len(numbers))):
        fresh = open_reader(data_dir)
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
    assert_soon(lambda: reader.data_version() != version)
    after = [row.id for number in range(3) for row in reader.page(chosen, number, 16)]
    assert after == [9001, *before[:-1]]


def test_a_mailbox_knows_its_communication_types_and_what_is_unread_of_each(reader: Reader) -> None:
    everything = reader.page(Filter(), 0, 5000)
    assert set(reader.types_in()) == {row.communication_type for row in everything}
    assert reader.unread_types() == Counter(row.communication_type for row in everything if row.unread)
    assert reader.types_in("person:1") == []


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
        connection.execute(text("UPDATE post_item SET folder = 'archive', unread = 0 WHERE message_id % 3 = 0"))
        connection.execute(text("DELETE FROM post_item WHERE message_id % 7 = 0"))
    assert reader.counts() == counted()
    assert "archive" in reader.counts()


def test_search_words_are_words_whatever_signs_stand_between() -> None:
    def both(said: str) -> tuple[str, str]:
        clauses = sought(Filter(text=said))
        return SQLITE.search_expression(clauses, [], [0]), POSTGRESQL.search_expression(clauses, [], [0])

    assert both('åsen" OR *') == ('((("00000åsen"*)) AND (("00000or"*)))', "('00000åsen':*) & ('00000or':*)")
    assert both("Bjørn-Åge':* | NEAR(") == (
        '((("00000bjørn"*)) AND (("00000åge"*)) AND (("00000near"*)))',
        "('00000bjørn':*) & ('00000åge':*) & ('00000near':*)",
    )
    assert sought(Filter(text="!?\\'")) == [[]]


def test_words_are_looked_for_in_the_newest_messages_first_and_in_all_of_them_at_last() -> None:
    several = list(spans(blocks_between(1_000_000)))
    assert ids_in(several[0]) == (991_232, 1_007_615)
    assert [block for blocks in several for block in blocks] == list(range(122, -1, -1))
    assert len(several) < 8


@pytest.mark.parametrize("first", [1, 8_191, 40_000])
def test_a_search_finds_every_page_across_blocks(database: Database, reader: Reader, first: int) -> None:
    ids = [first, *range(8_185, 8_200), 20_000, 50_000, 50_001]
    with database.transaction() as connection:
        for number in sorted(set(ids)):
            row = {
                "id": number,
                "direction": "in",
                "kind": "dialogue",
                "state": "imported",
                "created": "",
                "updated": "",
            }
            connection.execute(insert(tables.message), row)
            search.put(connection, number, search.Said(patient="Øyvind Åsen", words="kne kne"))
    chosen = Filter(text="åsen øyv")
    found = [row.id for number in range(9) for row in reader.page(chosen, number, 3)]
    assert found == sorted(set(ids), reverse=True)
    assert reader.count(chosen) == len(found)


def test_a_search_tells_a_from_a_with_a_ring(reader: Reader, rows: list[dict[str, object]]) -> None:
    assert reader.count(Filter(text="åsen")) > 0
    assert reader.count(Filter(text="asen")) == 0


def test_where_there_is_no_store_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoStoreError, match=re.escape(str(tmp_path / "nowhere"))):
        open_reader(tmp_path / "nowhere")


@pytest.mark.parametrize("number", [-(10**30), -1, 0, 2**31, 2**63 - 1, 2**63, 10**30])
def test_a_number_that_no_message_has_finds_nothing(number: int, reader: Reader) -> None:
    assert (
        reader.message(number) is reader.row(number) is reader.part(number) is reader.recreated_as(number) is None
    )
    assert reader.patient(number) is reader.draft(number) is reader.post_item(number) is None
    assert reader.thread(number) == reader.links(number) == reader.parts(number) == reader.events(number) == []
    assert reader.findings(number) == reader.receivers(number) == reader.attempts(number) == []
    assert reader.alerts_of(number) == reader.journal(number) == reader.messages([number]) == []


def test_the_newest_envelope_of_a_message_comes_under_its_own_type(database: Database, reader: Reader) -> None:
    kept = [(f'multipart/related; boundary="{one}"', f"--{one}--".encode()) for one in ("first", "again")]
    with database.transaction() as connection:
        of = messages.begin(
            connection, direction="out", state=State.QUEUED, name=EventName.QUEUED, at="2026-11-22T08:00:00.000Z"
        )
        for content_type, body in kept:
            messages.add_part(connection, of, "envelope", content_type, body)
    assert reader.envelope(of) == b'Content-Type: multipart/related; boundary="again"\r\n\r\n--again--'
    assert reader.envelope(of + 1) is None


def test_a_reader_cannot_write(reader: Reader) -> None:
    with pytest.raises(StoreError):
        reader.ask("DELETE FROM message")
