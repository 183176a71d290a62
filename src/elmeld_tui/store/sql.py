"""Where the SQL of the two databases differs; everything else is the same text. Imports nothing heavy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")

_LONGEST_WORD = 255
_LONGEST_TEXT = 800_000
"""Bytes of all different words of a message; a tsvector holds a megabyte."""


ANYWHERE = ""
PARTS = {"sender": "<", "receiver": ">", "patient": "=", ANYWHERE: ""}
"""The parts of a message that can be searched by themselves, and the sign that PostgreSQL's words of each begin with;
no word begins with a sign."""

Alternative = tuple[str, list[str]]
"""A part of `PARTS`, and words that must all begin a word in it."""

Clause = list[Alternative]
"""Of which any is enough."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Words of one database.

    Attributes:
        name: as SQLAlchemy calls it.
        plan: before a column that the planner must not look up by; SQLite takes the first index it sees.
        by_index: after a table, to be read along the index of this name; PostgreSQL chooses well by itself.
        in_order: a join whose order the planner must keep, with ``key`` for what the message is looked up by.
        fixed: a join of what comes first and then what comes after.
        place_of: function giving where in a text another begins, from 1; 0 where it does not occur.
        search_key: the message's id in the search table ``s``.
        found: messages that hold an expression, the newest first, as a table ``s``.
        found_key: the message's id in that.
        search_expression: what is searched for in some blocks of messages, as an expression: one alternative of each
            clause, and none of another; each word as a prefix.
        says: a condition that a message ``m`` says one alternative of each clause, and the values of its marks.
        stands: a condition that in a message ``m`` some words stand next to each other, the last maybe going on, and
            the values of its marks.
        integrity: questions whether the database itself is whole: each gives one row, ``ok``, where it is.
    """

    name: str
    plan: str
    by_index: str
    in_order: str
    fixed: str
    place_of: str
    search_key: str
    found: str
    found_key: str
    search_expression: Callable[[list[Clause], Clause, Sequence[int]], str]
    says: Callable[[list[Clause]], tuple[str, list[object]]]
    stands: Callable[[list[str]], tuple[str, list[object]]]
    integrity: tuple[str, ...]


def words(text: str) -> list[str]:
    """Return the different words of ``text``: runs of letters and digits, without case.

    Cut here and not by PostgreSQL's parser, which knows URLs, hyphens and signs; SQLite's cuts in the same places.
    """
    return _with_room(dict.fromkeys(running(text)))


def running(text: str) -> list[str]:
    """Return the words of ``text`` as they stand in it, each as often as it is there."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(unicodedata.normalize("NFC", text).casefold())]


def _with_room(found: Iterable[str]) -> list[str]:
    every, kept = list(found), []
    if len("".join(every).encode()) + 4 * len(every) <= _LONGEST_TEXT:
        return every
    room = _LONGEST_TEXT
    for word in every:
        room -= len(word.encode()) + 4
        if room < 0:
            break
        kept.append(word)
    return kept


def _as_they_stand(text: str) -> list[str]:
    """Return the words of ``text`` in order, as far as there is room, and then those of the rest that are new."""
    every = running(text)
    kept = _with_room(every)
    if len(kept) == len(every):
        return kept
    return kept + sorted(set(_with_room(dict.fromkeys(every))) - set(kept))


BLOCK = 8192
"""Messages whose words stand together in the search index. Either database gathers every message that has a word which
begins as it should before it can give the newest: so that these are not all that ever had one, a word is kept behind
the number of its block."""

_ANY = "#"
"""Stands for the number of the block of any message; no word has such a sign."""

_WIDEST = 32
"""Blocks that are looked into at once, at most."""


def marked(message_id: int, said: str) -> list[str]:
    """Return the words of a part of a message as SQLite keeps them: in order, each behind the number of its block."""
    mark = _mark(block_of(message_id))
    return [mark + word for word in _as_they_stand(said)]


BETWEEN = " | "
"""Stands between the parts of a message where its words are kept in order: no words of two parts are neighbours."""


def in_order(said: Mapping[str, str]) -> str:
    """Return the words of a message in order, as PostgreSQL keeps them beside those that it searches by."""
    return BETWEEN.join(" ".join(_as_they_stand(said.get(part, ""))) for part in PARTS)


def lexemes(message_id: int, said: Mapping[str, str]) -> list[str]:
    """Return the words of a message as PostgreSQL keeps them, which knows no columns: those of a part with its sign.

    Args:
        message_id: of the message.
        said: its text, and apart from that what each of `PARTS` says.
    """
    mark = _mark(block_of(message_id))
    # What stands last is what there may be no room for.
    parts = [f"{mark}{sign}{word}" for part, sign in PARTS.items() if part for word in words(said.get(part, ""))]
    return parts + [mark + word for word in words(" ".join(said.get(part, "") for part in PARTS))]


def _mark(block: int) -> str:
    return f"{block:05x}"


def block_of(message_id: int) -> int:
    """Return the number of the block that a message is in."""
    return message_id // BLOCK


def blocks_between(newest: int, oldest: int = 0) -> range:
    """Return the blocks that hold the messages between two, the newest first."""
    return range(block_of(newest), block_of(oldest) - 1, -1)


def ids_in(blocks: Sequence[int]) -> tuple[int, int]:
    """Return the oldest and the newest message that some blocks, the newest first, may hold."""
    return blocks[-1] * BLOCK, (blocks[0] + 1) * BLOCK - 1


def spans(blocks: Sequence[int], *, first: int = 2, widest: int = _WIDEST) -> Iterator[Sequence[int]]:
    """Yield the first blocks, then ever more: a common word is found in the first two, a rare one in few steps."""
    many, place = first, 0
    while place < len(blocks):
        yield blocks[place : place + many]
        place, many = place + many, min(many * 2, widest)


def _fts5(clauses: list[Clause], refused: Clause, blocks: Sequence[int]) -> str:
    return " OR ".join(f"({_fts5_in(_mark(block), clauses, refused)})" for block in blocks)


def _fts5_in(mark: str, clauses: list[Clause], refused: Clause) -> str:
    said = " AND ".join(_fts5_clause(mark, clause) for clause in clauses)
    return f"({said}) NOT {_fts5_clause(mark, refused)}" if refused else said


def _fts5_clause(mark: str, clause: Clause) -> str:
    return f"({' OR '.join(_fts5_alternative(mark, part, found) for part, found in clause)})"


def _fts5_alternative(mark: str, part: str, found: list[str]) -> str:
    said = " AND ".join(f'"{mark}{word}"*' for word in found)
    return f"{part} : ({said})" if part else f"({said})"


def _fts5_says(clauses: list[Clause]) -> tuple[str, list[object]]:
    # Words stand between spaces in what is kept.
    begins = f"instr(' ' || %s, ' ' || printf('%%05x', m.id / {BLOCK}) || ?) > 0"
    everywhere = " || ' ' || ".join(f"s.{part}" for part in ("sender", "receiver", "patient", "text"))
    said, values = [], []
    for clause in clauses:
        alternatives = []
        for part, found in clause:
            where = begins % (f"s.{part}" if part else everywhere)
            alternatives.append(f"({' AND '.join([where] * len(found))})")
            values += found
        said.append(f"({' OR '.join(alternatives)})")
    one = f"SELECT 1 FROM message_search s WHERE s.rowid = m.id AND {' AND '.join(said)}"  # noqa: S608
    return f"EXISTS ({one})", [*values]


def _fts5_stands(phrase: list[str]) -> tuple[str, list[object]]:
    mark = f"printf('%05x', m.id / {BLOCK})"
    parts = f" || '{BETWEEN}' || ".join(f"s.{part}" for part in ("sender", "receiver", "patient", "text"))
    here = f"instr(' ' || {parts}, replace(?, '{_ANY}', {mark})) > 0"
    one = f"SELECT 1 FROM message_search s WHERE s.rowid = m.id AND {here}"  # noqa: S608
    return f"EXISTS ({one})", ["".join(f" {_ANY}{word}" for word in phrase)]


def _tsquery(clauses: list[Clause], refused: Clause, blocks: Sequence[int]) -> str:
    return " | ".join(_tsquery_in(_mark(block), clauses, refused) for block in blocks)


def _tsquery_in(mark: str, clauses: list[Clause], refused: Clause) -> str:
    said = " & ".join(_tsquery_clause(mark, clause) for clause in clauses)
    return f"{said} & !{_tsquery_clause(mark, refused)}" if refused else said


def _tsquery_clause(mark: str, clause: Clause) -> str:
    each = (" & ".join(f"'{mark}{PARTS[part]}{word}':*" for word in found) for part, found in clause)
    return f"({' | '.join(each)})"


def _tsquery_says(clauses: list[Clause]) -> tuple[str, list[object]]:
    mark = f"lpad(to_hex(m.id / {BLOCK}), 5, '0')"
    holds = f"s.words @@ CAST(replace(?, '{_ANY}', {mark}) AS tsquery)"
    one = f"SELECT 1 FROM message_search s WHERE s.message_id = m.id AND {holds}"  # noqa: S608
    return f"EXISTS ({one})", [_tsquery_in(_ANY, clauses, [])]


def _said_stands(phrase: list[str]) -> tuple[str, list[object]]:
    one = "SELECT 1 FROM message_search s WHERE s.message_id = m.id AND strpos(' ' || s.said, ?) > 0"
    return f"EXISTS ({one})", ["".join(f" {word}" for word in phrase)]


SQLITE = Dialect(
    name="sqlite",
    plan="+",
    by_index=" INDEXED BY {}",
    in_order="CROSS JOIN message m ON m.id = {key}",
    fixed="CROSS JOIN",
    place_of="instr",
    search_key="s.rowid",
    found="message_search(?) s",
    found_key="s.rowid",
    search_expression=_fts5,
    says=_fts5_says,
    stands=_fts5_stands,
    integrity=("PRAGMA quick_check(1)",),
)
POSTGRESQL = Dialect(
    name="postgresql",
    plan="",
    by_index="",
    # Not the key itself, or the planner may walk the messages and look up each in the post.
    in_order="JOIN message m ON m.id = {key} + 0",
    fixed="JOIN",
    place_of="strpos",
    search_key="s.message_id",
    # Put in order before anything is joined, so that only what is shown is. And not by the key itself: the planner would
    # walk it, past all that do not match.
    found="(SELECT s.message_id + 0 AS id FROM message_search s WHERE s.words @@ CAST(? AS tsquery) "
    "ORDER BY s.message_id + 0 DESC) s",
    found_key="s.id",
    search_expression=_tsquery,
    says=_tsquery_says,
    stands=_said_stands,
    integrity=(),
)
DIALECTS = {dialect.name: dialect for dialect in (SQLITE, POSTGRESQL)}
