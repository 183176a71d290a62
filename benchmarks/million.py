"""A clinic with a million messages, made once: kept where ``ELMELD_BENCH_CACHE`` says, else for this run only."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import full_postbox, many_messages
from elmeld_tui.store import migrations
from elmeld_tui.store.database import open_database

MESSAGES = 1_000_000
_LINES = """SELECT created || ' ' || direction || ' ' || type_code || ' ' || sender_name || ' ' || patient_name
    || ' ' || state FROM message ORDER BY id"""


@contextmanager
def clinic(messages: int = MESSAGES) -> Iterator[Path]:
    """Give the directory of a clinic with ``messages`` messages."""
    with tempfile.TemporaryDirectory() as temporary:
        kept = os.environ.get("ELMELD_BENCH_CACHE")
        place = Path(kept or temporary) / f"clinic-{messages}-{_recipe()}"
        if not place.is_dir():
            print(f"making a clinic with {messages:,} messages …", file=sys.stderr)
            _make(Path(temporary) / "made", messages)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(Path(temporary) / "made", place)
        yield place


def as_lines(place: Path, file: Path) -> None:
    """Write the messages of the clinic in ``place`` as lines of text, for what reads lines."""
    with sqlite3.connect(place / "elmeld.db") as store, file.open("w", encoding="utf-8") as lines:
        lines.writelines(f"{line}\n" for (line,) in store.execute(_LINES))
    store.close()


def _make(place: Path, messages: int) -> None:
    full_postbox.fill(place, 0)
    database = open_database(place)
    many_messages.fill(database, messages)
    database.close()


def _recipe() -> str:
    """Return a name that changes when what makes the tables does, or what fills them."""
    rules = sorted(Path(migrations.__file__).parent.rglob("*.py"))
    files = [*rules, Path(many_messages.__file__), Path(full_postbox.__file__)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
