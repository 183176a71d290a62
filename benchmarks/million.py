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
        place = (_kept() or Path(temporary)) / f"clinic-{messages}-{_recipe()}"
        if not place.is_dir():
            _tell(messages, "SQLite")
            _make(Path(temporary) / "made", messages)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(Path(temporary) / "made", place)
        yield place


@contextmanager
def clinic_on_server(messages: int = MESSAGES) -> Iterator[Path | None]:
    """Give the directory of such a clinic with a PostgreSQL of its own; None where there is none to start."""
    from tests.postgres import NoPostgresError, Server

    kept = _kept()
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
    try:
        server = Server(None if kept is None else kept / "postgresql")
    except NoPostgresError as error:
        print(error, file=sys.stderr)
        yield None
        return
    name = f"clinic_{messages}_{_recipe()}"
    try:
        with tempfile.TemporaryDirectory() as temporary:
            if not server.has(name):
                _tell(messages, "PostgreSQL")
                made = server.make()
                _make(_on_server(Path(temporary) / "made", server.url(made)), messages)
                server.rename(made, name)
            place = _on_server(Path(temporary) / "clinic", server.url(name))
            full_postbox.fill(place, 0)
            yield place
    finally:
        server.stop()


def as_lines(place: Path, file: Path) -> None:
    """Write the messages of the clinic in ``place`` as lines of text, for what reads lines."""
    with sqlite3.connect(place / "elmeld.db") as store, file.open("w", encoding="utf-8") as lines:
        lines.writelines(f"{line}\n" for (line,) in store.execute(_LINES))
    store.close()


def _kept() -> Path | None:
    kept = os.environ.get("ELMELD_BENCH_CACHE")
    return Path(kept) if kept else None


def _tell(messages: int, where: str) -> None:
    print(f"making a clinic with {messages:,} messages in {where} …", file=sys.stderr)


def _on_server(place: Path, url: str) -> Path:
    place.mkdir()
    (place / "clinic.toml").write_text(f'[store]\nurl = "{url}"\n', encoding="utf-8")
    return place


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
