"""What the two databases say differently in plain SQL; everything else is one text. Imports nothing heavy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
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
        search_order: by which what is found there is put in order.
        search_match: condition that ``s`` holds an expression.
        search_expression: what is searched for among the messages from the one id to the other, as an expression:
            one alternative of each clause, and none of another; each word as a prefix.
        search_spans: ranges of ids, the newest first, in which the newest up to an id are looked for in turn.
        integrity: questions whether the database itself is whole: each gives one row, ``ok``, where it is.
    """

    name: str
    plan: str
    by_index: str
    in_order: str
    fixed: str
    place_of: str
    search_key: str
    search_order: str
    search_match: str
    search_expression: Callable[[list[Clause], Clause, int, int], str]
    search_spans: Callable[[int], Iterator[tuple[int, int]]]
    integrity: tuple[str, ...]


def words(text: str) -> list[str]:
    """Return the different words of ``text``: runs of letters and digits, without case.

    Cut here and not by PostgreSQL's parser, which knows URLs, hyphens and signs; SQLite's cuts in the same places.
    """
    found = dict.fromkeys(
        word[:_LONGEST_WORD] for word in _WORD.findall(unicodedata.normalize("NFC", text).casefold())
    )
    room, kept = _LONGEST_TEXT, []
    for word in found:
        room -= len(word.encode()) + 4
        if room < 0:
            break
        kept.append(word)
    return kept


def _fts5(clauses: list[Clause], refused: Clause, _low: int, _high: int) -> str:
    said = " AND ".join(_fts5_clause(clause) for clause in clauses)
    return f"({said}) NOT {_fts5_clause(refused)}" if refused else said


def _fts5_clause(clause: Clause) -> str:
    return f"({' OR '.join(_fts5_alternative(part, found) for part, found in clause)})"


def _fts5_alternative(part: str, found: list[str]) -> str:
    said = " AND ".join(f'"{word}"*' for word in found)
    return f"{part} : ({said})" if part else f"({said})"


def _at_once(newest: int) -> Iterator[tuple[int, int]]:
    yield 0, newest


_BLOCK = 8192
"""Messages whose words stand together in PostgreSQL's index. It gives what it finds in no order, and all of it: so
that the newest are found without gathering every message that ever held a word, a word is kept with its block."""


def lexemes(message_id: int, said: Mapping[str, str]) -> list[str]:
    """Return the words of a message as PostgreSQL keeps them: behind the number of the message's block.

    Args:
        message_id: of the message.
        said: its text, and apart from that what each of `PARTS` says.
    """
    block = f"{message_id // _BLOCK:05x}"
    # What stands last is what there may be no room for.
    parts = [(sign, words(said.get(part, ""))) for part, sign in PARTS.items() if part]
    everything = words(" ".join(said.get(part, "") for part in PARTS))
    return [f"{block}{sign}{word}" for sign, found in (*parts, ("", everything)) for word in found]


def _tsquery(clauses: list[Clause], refused: Clause, low: int, high: int) -> str:
    blocks = range(high // _BLOCK, low // _BLOCK - 1, -1)
    return " | ".join(_tsquery_in(f"{block:05x}", clauses, refused) for block in blocks)


def _tsquery_in(block: str, clauses: list[Clause], refused: Clause) -> str:
    said = " & ".join(_tsquery_clause(block, clause) for clause in clauses)
    return f"{said} & !{_tsquery_clause(block, refused)}" if refused else said


def _tsquery_clause(block: str, clause: Clause) -> str:
    each = (" & ".join(f"'{block}{PARTS[part]}{word}':*" for word in found) for part, found in clause)
    return f"({' | '.join(each)})"


def block_by_block(newest: int) -> Iterator[tuple[int, int]]:
    """Yield the newest blocks, then ever more: a common word is found in the first two, a rare one in few steps."""
    many, high = 2, newest
    while high > 0:
        low = max(0, (high // _BLOCK - many + 1) * _BLOCK)
        yield low, high
        high, many = low - 1, many * 2


SQLITE = Dialect(
    name="sqlite",
    plan="+",
    by_index=" INDEXED BY {}",
    in_order="CROSS JOIN message m ON m.id = {key}",
    fixed="CROSS JOIN",
    place_of="instr",
    search_key="s.rowid",
    search_order="s.rowid",
    search_match="s.message_search MATCH ?",
    search_expression=_fts5,
    search_spans=_at_once,
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
    # Neither the key itself nor what the message is joined by: the planner would walk either past all that do not match.
    search_order="s.message_id - 0",
    search_match="s.words @@ CAST(? AS tsquery)",
    search_expression=_tsquery,
    search_spans=block_by_block,
    integrity=(),
)
DIALECTS = {dialect.name: dialect for dialect in (SQLITE, POSTGRESQL)}
