"""The simulator's one small SQLite file, and a transaction in it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

_SCHEMA = """
CREATE TABLE IF NOT EXISTS party (her_id TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS envelope (
    sender_her TEXT, message_id TEXT, fingerprint TEXT NOT NULL, content_type TEXT NOT NULL, reply BLOB NOT NULL,
    PRIMARY KEY (sender_her, message_id));
CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY, partner TEXT NOT NULL, sender_her TEXT NOT NULL, kind TEXT NOT NULL,
    msg_id TEXT NOT NULL, about TEXT NOT NULL, outcome TEXT NOT NULL, received TEXT NOT NULL,
    UNIQUE (partner, sender_her, msg_id));
CREATE TABLE IF NOT EXISTS letter (
    message_id TEXT PRIMARY KEY, partner TEXT NOT NULL, receiver_her TEXT NOT NULL, kind TEXT NOT NULL,
    msg_id TEXT NOT NULL, content_type TEXT NOT NULL, body BLOB NOT NULL, digests TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', reason TEXT NOT NULL DEFAULT '', way TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS rule (
    id INTEGER PRIMARY KEY, partner TEXT NOT NULL, way TEXT NOT NULL, direction TEXT NOT NULL, how TEXT NOT NULL,
    moment TEXT NOT NULL, skip INTEGER NOT NULL, times INTEGER NOT NULL, detail TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT NOT NULL, uid TEXT NOT NULL, raw BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS mail_address ON mail (address);
CREATE TABLE IF NOT EXISTS agreement (her_id TEXT PRIMARY KEY, raw BLOB NOT NULL);
"""


class StoreFile:
    """The file; what is kept in it is told by the classes that stand on this one."""

    def __init__(self, path: Path) -> None:
        """Open ``path``, which is made when missing."""
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.executescript(_SCHEMA)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Return the store; leaving the block closes its file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
