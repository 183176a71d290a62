"""The message log at any size, on both databases: the newest page, every filter, text search, a timeline.

Bounds: newest page at most 2 ms, any filter 10 ms, a search's first page 20 ms, statistics of a quarter 200 ms. A search
whose words are common but never meet is answered with what it is left to go on beside the screen; how long that takes is
told too.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.million import clinic, clinic_on_server
from elmeld_tui.model.clock import from_text
from elmeld_tui.office.attention import counted_filter, counters
from elmeld_tui.office.statistics import statistics
from elmeld_tui.store.database import open_database
from elmeld_tui.store.reading import Filter, Reader, open_reader
from elmeld_tui.store.sql import SQLITE
from elmeld_tui.store.statistics import measure
from elmeld_tui.tui.paged import PagedRows

_SIZES = (1_000, 100_000)
_ROUNDS = 9
_NEWEST, _FILTER, _TEXT = 2.0, 10.0, 20.0
_STATISTICS = 200.0
_BESIDE = float("inf")
"""Found out beside the screen, which nobody waits for."""
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


def _begun(**chosen: object) -> Look:
    """Return the first page as far as a screen waits for it."""
    return lambda reader: PagedRows(reader, Filter(**chosen), wanting=lambda *_: None)  # type: ignore[arg-type]


def _quarter(reader: Reader) -> object:
    newest = reader.page(Filter(), 0, 1)[0].at
    return statistics(reader, 90, lambda: from_text(newest))


def _counters(reader: Reader) -> object:
    fresh = Reader(reader._source)  # noqa: SLF001
    return [fresh.count(counted_filter(one)) for one in counters()]


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
    "common words that never meet": (_begun(text="nav", senders=frozenset({"laboratoriet"})), _TEXT),
    "… until that is known": (_page(text="nav", senders=frozenset({"laboratoriet"})), _BESIDE),
    "words that stand together": (_begun(together=frozenset({"kne hofte"})), _TEXT),
    "words that never do": (_begun(together=frozenset({"blodprøve kne"})), _TEXT),
    "… until that is known as well": (_page(together=frozenset({"blodprøve kne"})), _BESIDE),
    "the last page of a search": (_last(text="kne"), _TEXT),
    "timeline": (lambda reader: reader.events(500), _NEWEST),
    "what belongs together": (lambda reader: reader.links(500), _FILTER),
    "conversation": (lambda reader: reader.thread(500), _ONCE),
    "statistics of 90 days": (_quarter, _STATISTICS),
    "all counters": (_counters, _BESIDE),
    "folders": (lambda reader: reader.counts(), _NEWEST),
}


def main(sizes: tuple[int, ...] = _SIZES, *, processor: bool = False) -> bool:
    """Measure and print; return whether every bound holds.

    Args:
        sizes: messages.
        processor: whether time is what this process and the server's for it compute, which other work on the machine
            does not lengthen.
    """
    held = True
    for name, opened in (("SQLite", clinic), ("PostgreSQL", clinic_on_server)):
        columns: list[dict[str, float]] = []
        for size in sizes:
            with opened(size) as data_dir:
                if data_dir is not None:
                    columns.append(_measure(data_dir, processor=processor))
        if columns:
            held &= _print(f"{name}, {'processor ' if processor else ''}ms", sizes, columns)
    return held


def _print(name: str, sizes: tuple[int, ...], columns: list[dict[str, float]]) -> bool:
    print(f"\n{name + ', best of ' + str(_ROUNDS):34}" + "".join(f"{size:>12,}" for size in sizes))
    held = True
    for what in columns[0]:
        bound = LOOKS[what][1] if what in LOOKS and LOOKS[what][1] != _BESIDE else None
        cells = "".join(f"{column[what]:>12.2f}" for column in columns)
        missed = bound is not None and max(column[what] for column in columns) > bound
        held &= not missed
        print(f"{what:34}{cells}" + (f"   (at most {bound:g})" if bound else "") + ("  MISSED" if missed else ""))
    return held


def _measure(data_dir: Path, *, processor: bool) -> dict[str, float]:
    found: dict[str, float] = {}
    reader = open_reader(data_dir)
    spent = _computed(reader) if processor else time.perf_counter
    for _ in range(_ROUNDS):
        for what, (look, _) in LOOKS.items():
            begun = spent()
            look(reader)
            taken = (spent() - begun) * 1e3
            found[what] = min(found.get(what, taken), taken)
    reader.close()
    database = open_database(data_dir)
    found["bytes a message, without content"] = measure(database).per_message
    database.close()
    return found


def _computed(reader: Reader) -> Callable[[], float]:
    """Return what tells the seconds that this process has computed, and a server's process for ``reader``."""
    if reader._dialect is SQLITE:  # noqa: SLF001
        return time.process_time
    (pid,) = reader.ask("SELECT pg_backend_pid()")[0]
    schedule = Path(f"/proc/{pid}/schedstat")
    return lambda: time.process_time() + int(schedule.read_text(encoding="ascii").split()[0]) / 1e9


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
    parser.add_argument(
        "--processor", action="store_true", help="tell processor time, whatever else the machine does"
    )
    options = parser.parse_args()
    sys.exit(0 if main(tuple(options.rows or _SIZES), processor=options.processor) else 1)
