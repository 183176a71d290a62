"""Whatever is searched for: what the query finds is what reading every message would find, on both databases."""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from elmeld_tui.model.communication_types import communication_type
from elmeld_tui.store import message_lists, search, sql, tables, word_search
from elmeld_tui.store.database import Database
from elmeld_tui.store.filters import COLUMNS, PHRASES, Filter
from elmeld_tui.store.reading import Reader

NAMES = ("Fjord sykehus, kirurgi", "Ås legekontor", "NAV", "Nordvik sykehus", "")
PATIENTS = ("Ørjan Åsen", "Kari Nes", "Ivár Li", "")
SAID = ("kne", "hofte og kne", "kne kne og hofte", "blodprøve", "")
TYPES = (
    ("referral", "HENVISNING"),
    ("dialogue", "DIALOG_AVVIK"),
    ("service_report", "SVAR_LAB"),
    ("apprec", "APPREC"),
)
STATES, RECEIPTS = ("imported", "delivered", "undelivered", "queued"), ("none", "awaited", "rejected")
WORDS = ("fjord", "sykehus", "ås", "nav", "nord sykehus", "ørjan", "kne", "hof", "8094001", "--", "finnesikke")
TOGETHER = ("og kne", "fjord syke", "sykehus fjord", "kne kne")
MESSAGES = 120
TOUCHED = 100
"""The event, one for each message, after which something has changed."""

Told = dict[str, Any]


@pytest.fixture
def told(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[Told]:
    """Fill the store, a few messages without words to search by; return all, newest first.

    Blocks are so small that a search goes through many of them, as it does in a large store.
    """
    monkeypatch.setattr(sql, "BLOCK", 3)
    for module in (message_lists, word_search):
        monkeypatch.setattr(module, "TRIED", 20)
    monkeypatch.setattr(message_lists, "_ASKED_AT_ONCE", 7)
    # Words of a few messages are rare among so few.
    monkeypatch.setattr(word_search, "_ASKED", 1.5)
    monkeypatch.setattr(word_search, "_AT_ONCE", 10)
    # What few messages meet is then fewer still, so that all ways are gone.
    monkeypatch.setattr(message_lists, "isqrt", lambda _: 5)
    rnd = random.Random(11)
    made: list[Told] = []
    with database.transaction() as connection:
        for number in range(1, MESSAGES + 1):
            # One type is so common that it is not gathered but walked past.
            kind, type_code = rnd.choices(TYPES, (1, 1, 4, 1))[0]
            row: Told = {
                "id": number,
                "direction": (direction := rnd.choice(("in", "out"))),
                "kind": kind,
                "type_code": type_code,
                "state": "imported" if direction == "in" else rnd.choice(STATES[1:]),
                "receipt": rnd.choice(RECEIPTS),
                "attachments": rnd.choice((0, 0, 2)),
                "handled": rnd.choice(("", "", "2026-01-02T00:00:00.000Z")),
                "created": f"2026-01-01T00:00:00.{number:03d}Z",
                "updated": "",
            }
            said = search.Said(
                f"{rnd.choice(NAMES)} 8094001",
                rnd.choice(NAMES),
                rnd.choice(PATIENTS),
                str(number),
                rnd.choice(SAID),
            )
            if number % 17 == 0:
                said = search.Said()
            connection.execute(insert(tables.message), row)
            connection.execute(insert(tables.event), {"message_id": number, "at": "", "name": "", "detail": {}})
            if number % 17:
                search.add(connection, number, said)
            post = {"folder": "inbox", "unread": rnd.random() < 0.3} if rnd.random() < 0.7 else None
            if post:
                item = {**post, "message_id": number, "mailbox": "clinic", "moved": ""}
                item |= {"direction": row["direction"], "communication_type": communication_type(kind, type_code)}
                connection.execute(insert(tables.post_item), item)
            made.append(
                {**row, **said._asdict(), "post": post, "communication_type": communication_type(kind, type_code)}
            )
    return made[::-1]


def words(said: str) -> list[str]:
    return re.findall(r"[^\W_]+", said.casefold())


def says(said: str, phrase: str) -> bool:
    return bool(words(phrase)) and all(any(w.startswith(p) for w in words(said)) for p in words(phrase))


def stand_together(row: Told, phrase: str) -> bool:
    """Say whether the words of a phrase are neighbours in one part, the last of them maybe going on."""
    parts = [row["sender"], row["receiver"], row["patient"], f"{row['ids']} {row['words']}"]
    return any(" " + " ".join(words(phrase)) in " " + " ".join(words(part)) for part in parts)


PARTS = {"senders": ("sender",), "receivers": ("receiver",), "patients": ("patient",)}
EVERYWHERE = ("sender", "receiver", "patient", "ids", "words")


def one_holds(row: Told, attribute: str, values: frozenset[str]) -> bool:
    if attribute in COLUMNS:
        return row[COLUMNS[attribute].removeprefix("m.")] in values
    said = " ".join(row[part] for part in PARTS.get(attribute, EVERYWHERE))
    return any(says(said, phrase) for phrase in values)


def sets(chosen: Filter) -> list[tuple[str, frozenset[str]]]:
    return [(name, getattr(chosen, name)) for name in (*COLUMNS, *PHRASES) if getattr(chosen, name)]


def is_trouble(row: Told) -> bool:
    return (row["state"] == "undelivered" or row["receipt"] == "rejected") and not row["handled"]


def holds(row: Told, chosen: Filter) -> bool:
    """Say by plain reading whether a message belongs to a choice."""
    everything = " ".join(row[part] for part in EVERYWHERE)
    post = row["post"]
    return all(
        (
            all(one_holds(row, name, values) for name, values in sets(chosen)),
            not any(one_holds(row, name, values) for name, values in sets(chosen.without or Filter())),
            all(any(one_holds(row, name, values) for name, values in sets(group)) for group in chosen.one_of),
            not chosen.text or says(everything, chosen.text),
            all(stand_together(row, phrase) for phrase in chosen.together),
            not chosen.direction or row["direction"] == chosen.direction,
            chosen.attachments is None or bool(row["attachments"]) is chosen.attachments,
            chosen.trouble is None or is_trouble(row) is chosen.trouble,
            not chosen.folder or (post is not None and post["folder"] == chosen.folder),
            chosen.unread is None or (post is not None and post["unread"] is chosen.unread),
            not chosen.since or row["created"] >= chosen.since,
            not chosen.until or row["created"] < chosen.until,
        )
    )


def some(values: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), max_size=2)


COLUMN_SETS = {
    "states": some(STATES),
    "receipts": some(RECEIPTS),
    "kinds": some(tuple(kind for kind, _ in TYPES)),
    "type_codes": some(tuple(code for _, code in TYPES)),
    "communication_types": some(("referral", "deviation", "lab_result", "receipt")),
}
PHRASE_SETS = dict.fromkeys(PHRASES, some(WORDS))
NOTHING = st.just(frozenset[str]())


def filters(known: dict[str, st.SearchStrategy[frozenset[str]]]) -> st.SearchStrategy[Filter]:
    return st.builds(Filter, **{name: st.one_of(NOTHING, NOTHING, values) for name, values in known.items()})


CHOICES = st.builds(
    Filter,
    **{
        name: st.one_of(NOTHING, NOTHING, NOTHING, values)
        for name, values in {**COLUMN_SETS, **PHRASE_SETS}.items()
    },
    text=st.sampled_from(("", "", "kne", "fjord kne", "--")),
    together=st.sampled_from([frozenset(), frozenset(), *(frozenset({one}) for one in TOGETHER)]),
    direction=st.sampled_from(("", "", "in", "out")),
    attachments=st.sampled_from((None, None, True, False)),
    trouble=st.sampled_from((None, None, True, False)),
    folder=st.sampled_from(("", "", "inbox")),
    unread=st.sampled_from((None, None, True, False)),
    since=st.sampled_from(("", "", "2026-01-01T00:00:00.050Z", "2026-02")),
    until=st.sampled_from(("", "", "2026-01-01T00:00:00.080Z", "2025-02")),
    without=st.one_of(st.none(), filters({**COLUMN_SETS, **PHRASE_SETS})),
    one_of=st.one_of(
        st.just(()), st.tuples(filters(COLUMN_SETS).filter(sets)), st.tuples(filters(PHRASE_SETS).filter(sets))
    ),
)


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(chosen=CHOICES)
def test_a_query_finds_what_reading_every_message_would(reader: Reader, told: list[Told], chosen: Filter) -> None:
    expected = [row["id"] for row in told if holds(row, chosen)]
    assert reader.count(chosen) == len(expected)
    pages = (reader.page(chosen, number, 16) for number in itertools.count())
    found = list(itertools.chain.from_iterable(itertools.takewhile(bool, pages)))
    assert [row.id for row in found] == expected
    for place in expected[::20]:
        assert reader.position(chosen, place) == expected.index(place)
    assert {row.id for row in reader.changed(chosen, TOUCHED)[0]} == {one for one in expected if one > TOUCHED}
    for total in (None, len(expected)):
        # One that has seen nothing yet, and jumps about.
        fresh = Reader(reader._source)
        for number in (3, 1, len(expected) // 16):
            jumped = fresh.page(chosen, number, 16, total=total)
            assert [row.id for row in jumped] == expected[number * 16 : (number + 1) * 16]


def test_every_attribute_of_a_filter_is_known_here() -> None:
    """A new one must be read by the plain reading above too."""
    elsewhere = {"mailbox", "posted", "patient_id", "current"}
    here = {
        *COLUMNS,
        *PHRASES,
        "folder",
        "unread",
        "direction",
        "since",
        "until",
        "text",
        "together",
        "attachments",
        "trouble",
        "without",
        "one_of",
    }
    assert {field.name for field in fields(Filter)} == here | elsewhere
