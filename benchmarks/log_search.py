"""The message log at any size, on both databases: the newest page, every filter, text search, a timeline.

Bounds: newest page at most 2 ms, any filter 10 ms, a search's first page 20 ms.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.many_messages import fill
from elmeld_tui.store.database import open_database
from elmeld_tui.store.reading import Filter, Reader, open_reader
from elmeld_tui.store.statistics import measure

_SIZES = (1_000, 100_000)
_ROUNDS = 9
_NEWEST, _FILTER, _TEXT = 2.0, 10.0, 20.0
_ONCE = 50.0
"""Asked once for a message that is opened; PostgreSQL spends it on choosing how."""

Look = Callable[[Reader], object]


def _page(**chosen: object) -> Look:
    return lambda reader: reader.page(Filter(**chosen), 0)  # type: ignore[arg-type]


def _last(**chosen: object) -> Look:
    """Return a jump to the end of what has been counted."""

    def look(reader: Reader) -> object:
        wanted = Filter(**chosen)  # type: ignore[arg-type]
        total = reader.count(wanted)
        return Reader(reader._source).page(wanted, (total - 1) // 128, total=total)  # noqa: SLF001

    return look


_SINCE = "2026-07-01T00:00:00.000Z"
LOOKS: dict[str, tuple[Look, float]] = {
    "newest page": (_page(), _NEWEST),
    "inbox": (_page(folder="inbox"), _NEWEST),
    "unread": (_page(unread=True), _FILTER),
    "one state, rare": (_page(states=frozenset({"undelivered"})), _FILTER),
    "one state, none": (_page(states=frozenset({"quarantined"})), _FILTER),
    "several states": (_page(states=frozenset({"undelivered", "imported"})), _FILTER),
    "receipt": (_page(receipts=frozenset({"rejected"})), _FILTER),
    "kind": (_page(kinds=frozenset({"order"})), _FILTER),
    "type": (_page(type_codes=frozenset({"EPIKRISE"})), _FILTER),
    "communication type": (_page(communication_types=frozenset({"lab_order"})), _FILTER),
    "several communication types": (_page(communication_types=frozenset({"lab_order", "lab_result"})), _FILTER),
    "without a type": (_page(without=Filter(communication_types=frozenset({"lab_result"}))), _FILTER),
    "state or receipt": (
        _page(one_of=(Filter(states=frozenset({"undelivered"}), receipts=frozenset({"rejected"})),)),
        _FILTER,
    ),
    "patient and type": (_page(patient_id=17, communication_types=frozenset({"lab_result"})), _FILTER),
    "type that is not in the inbox": (_page(folder="inbox", communication_types=frozenset({"note"})), _FILTER),
    "rare type in the inbox": (_page(folder="sent", communication_types=frozenset({"lab_order"})), _FILTER),
    "common type that is not in the inbox": (
        _page(folder="inbox", communication_types=frozenset({"referral"})),
        _FILTER,
    ),
    "types that are not in the inbox": (
        _page(folder="inbox", communication_types=frozenset({"referral", "lab_order"})),
        _FILTER,
    ),
    "direction that is not in the inbox": (_page(folder="inbox", direction="out"), _FILTER),
    "state that is not in the inbox": (_page(folder="inbox", states=frozenset({"delivered"})), _FILTER),
    "unread of a type": (_page(unread=True, communication_types=frozenset({"lab_result"})), _FILTER),
    "without attachments": (_page(attachments=False), _FILTER),
    "direction": (_page(direction="out"), _FILTER),
    "patient": (_page(patient_id=17), _FILTER),
    "trouble": (_page(trouble=True), _FILTER),
    "current": (_page(current=True), _FILTER),
    "since": (_page(since=_SINCE), _FILTER),
    "until": (_page(until=_SINCE), _FILTER),
    "state and period": (_page(states=frozenset({"undelivered"}), since=_SINCE), _FILTER),
    "text: a word of a third": (_page(text="blodprøve"), _TEXT),
    "text: first and last name": (_page(text="dans li"), _TEXT),
    "text: prefix": (_page(text="ha"), _TEXT),
    "text: a number": (_page(text="10000500"), _TEXT),
    "text: nothing": (_page(text="finnesikke"), _TEXT),
    "text in the inbox": (_page(text="kne", folder="inbox"), _TEXT),
    "text and a rare state": (_page(text="blodprøve", states=frozenset({"quarantined"})), _TEXT),
    "sender": (_page(senders=frozenset({"fjord"})), _TEXT),
    "sender in the inbox": (_page(senders=frozenset({"nav"}), folder="inbox"), _TEXT),
    "receiver of several": (_page(receivers=frozenset({"nav", "røntgen"})), _TEXT),
    "patient by name": (_page(patients=frozenset({"ivár danserud"})), _TEXT),
    "sender and text": (_page(senders=frozenset({"nav"}), text="kne"), _TEXT),
    "without a sender": (_page(without=Filter(senders=frozenset({"nav"}))), _TEXT),
    "text without a word": (_page(text="blodprøve", without=Filter(saying=frozenset({"kne"}))), _TEXT),
    "text: a letter": (_page(text="l"), _TEXT),
    "text of one patient": (_page(text="kne", patient_id=17), _TEXT),
    "text before a day": (_page(text="kne", until="2024-06-01T00:00:00.000Z"), _TEXT),
    "text and unread": (_page(text="kne", unread=True), _TEXT),
    "a rare word and a common one": (_page(text="10000500 kne"), _TEXT),
    "common words that never meet": (_page(text="nav", senders=frozenset({"laboratoriet"})), _TEXT),
    "the last page of a search": (_last(text="kne"), _TEXT),
    "timeline": (lambda reader: reader.events(500), _NEWEST),
    "what belongs together": (lambda reader: reader.links(500), _FILTER),
    "conversation": (lambda reader: reader.thread(500), _ONCE),
    "folders": (lambda reader: reader.counts(), _NEWEST),
}


def main(sizes: tuple[int, ...] = _SIZES) -> bool:
    """Measure and print; return whether every bound holds."""
    held = True
    for name, opened in (("SQLite", _on_sqlite), ("PostgreSQL", on_postgresql)):
        columns: list[dict[str, float]] = []
        for size in sizes:
            with opened() as data_dir:
                if data_dir is not None:
                    columns.append(_measure(data_dir, name, size))
        if columns:
            held &= _print(name, sizes, columns)
    return held


def _print(name: str, sizes: tuple[int, ...], columns: list[dict[str, float]]) -> bool:
    print(f"\n{name + ', ms, best of ' + str(_ROUNDS):34}" + "".join(f"{size:>12,}" for size in sizes))
    held = True
    for what in columns[0]:
        bound = LOOKS[what][1] if what in LOOKS else None
        cells = "".join(f"{column[what]:>12.2f}" for column in columns)
        missed = bound is not None and max(column[what] for column in columns) > bound
        held &= not missed
        print(f"{what:34}{cells}" + (f"   (at most {bound:g})" if bound else "") + ("  MISSED" if missed else ""))
    return held


def _measure(data_dir: Path, name: str, size: int) -> dict[str, float]:
    print(f"log_search: making {size} messages in {name} …", file=sys.stderr)
    begun = time.perf_counter()
    database = open_database(data_dir)
    fill(database, size)
    made = time.perf_counter() - begun
    found: dict[str, float] = {}
    reader = open_reader(data_dir)
    for _ in range(_ROUNDS):
        for what, (look, _) in LOOKS.items():
            begun = time.perf_counter()
            look(reader)
            spent = (time.perf_counter() - begun) * 1e3
            found[what] = min(found.get(what, spent), spent)
    reader.close()
    found["bytes a message, without content"] = measure(database).per_message
    found["seconds to make"] = made
    database.close()
    return found


@contextmanager
def _on_sqlite() -> Iterator[Path | None]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@contextmanager
def on_postgresql() -> Iterator[Path | None]:
    """Give the directory of a clinic whose store is in a PostgreSQL of its own; None where there is none to start."""
    from tests.postgres import NoPostgresError, Server

    try:
        server = Server()
    except NoPostgresError as error:
        print(error, file=sys.stderr)
        yield None
        return
    try:
        with tempfile.TemporaryDirectory() as name:
            url = server.url(server.make())
            (Path(name) / "clinic.toml").write_text(f'[store]\nurl = "{url}"\n', encoding="utf-8")
            yield Path(name)
    finally:
        server.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.log_search", description=__doc__)
    parser.add_argument("--rows", type=int, action="append", help="messages; may be repeated")
    sys.exit(0 if main(tuple(parser.parse_args().rows or _SIZES)) else 1)
