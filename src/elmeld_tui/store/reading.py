"""Reading the store, for screens and the command line: plain SQL, read-only, by keyset.

Nothing here takes a lock that a writer waits for, and nothing here can write. A SQLite file is read with the standard
library alone, so that the first screen appears at once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from elmeld_tui.store import address as addresses
from elmeld_tui.store import rows
from elmeld_tui.store.address import FileAddress
from elmeld_tui.store.asking import Source
from elmeld_tui.store.errors import NoStoreError
from elmeld_tui.store.file_source import FileSource
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.message_lists import MessageLists
from elmeld_tui.store.patient_reading import PatientReading
from elmeld_tui.store.people_reading import People
from elmeld_tui.store.rows import Row
from elmeld_tui.store.traffic import Traffic

__all__ = ["Filter", "NoStoreError", "Reader", "Row", "open_reader"]


def open_reader(data_dir: Path, config: Path | None = None) -> Reader:
    """Open the store of the clinic in ``data_dir`` for reading.

    Args:
        data_dir: the clinic's directory.
        config: another settings file than the one in it.

    Raises:
        NoStoreError: the engine or the program has not made one yet.
        StoreError: it cannot be opened.
    """
    address = addresses.find(data_dir, config)
    if isinstance(address, FileAddress):
        return Reader(FileSource(address))
    from elmeld_tui.store import servers

    servers.driver()
    from elmeld_tui.store.server_source import ServerSource

    return Reader(ServerSource(address))


class Reader(MessageLists, PatientReading, Traffic):
    """The store as it is read; one thread at a time. Whatever it is asked, it raises StoreError if the store is away.

    Args:
        source: the database that is asked.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.people = People(source.ask)

    def close(self) -> None:
        """Close the connection."""
        self._source.close()

    def open_alerts(self) -> list[rows.Alert]:
        """Return what needs a human, oldest first."""
        return self._alerts("")

    def alerts_of(self, message_id: int) -> list[rows.Alert]:
        """Return what needs a human of one message, oldest first."""
        return self._alerts("AND message_id = ?", message_id)

    def _alerts(self, condition: str, *values: object) -> list[rows.Alert]:
        found = self.ask(
            f"""SELECT id, code, message_id, subject, raised, detail FROM alert
                WHERE cleared IS NULL {condition} ORDER BY id""",  # noqa: S608
            values,
        )
        return [rows.Alert._make([*a[:5], json.loads(a[5])]) for a in found]

    def drafts(self, owner: str) -> list[rows.Draft]:
        """Return the drafts of ``owner``, last changed first; not what is only a copy to recover from."""
        return [_draft(d) for d in self._drafts("owner = ? AND kept = 1 ORDER BY updated DESC, id DESC", owner)]

    def interrupted_drafts(self, owner: str) -> list[rows.Draft]:
        """Return what ``owner`` has open in some terminal, and recovery copies, last changed first.

        Whether the terminal lives, `office.terminals` tells.
        """
        condition = "owner = ? AND (kept = 0 OR terminal <> '') ORDER BY updated DESC, id DESC"
        return [_draft(d) for d in self._drafts(condition, owner)]

    def draft(self, draft_id: int) -> rows.Draft | None:
        """Return one draft, or None."""
        return next((_draft(d) for d in self._drafts("id = ?", draft_id)), None)

    def _drafts(self, condition: str, value: object) -> Sequence[tuple[Any, ...]]:
        own = ", ".join(name for name in rows.Draft._fields if name != "patient")
        patient = "COALESCE((SELECT name FROM patient WHERE patient.id = draft.patient_id), '') AS patient"
        return self.ask(f"SELECT {own}, {patient} FROM draft WHERE {condition}", [value])  # noqa: S608

    def saved_filters(self, owner: str, place: str) -> dict[str, str]:
        """Return the searches that ``owner`` has kept in one place: the words of each, by name in order."""
        found = self.ask(
            "SELECT name, words FROM saved_filter WHERE owner = ? AND place = ? AND name <> '' ORDER BY name",
            [owner, place],
        )
        return dict(found)

    def last_search(self, owner: str, place: str) -> str:
        """Return the words that ``owner`` searched for last in one place; empty where there are none to go on with."""
        found = self.first(
            "SELECT words FROM saved_filter WHERE owner = ? AND place = ? AND name = ''", [owner, place]
        )
        return str(found[0]) if found else ""

    def is_stuck(self) -> bool:
        """Return whether something that is owed could not be sent when it was last tried."""
        found = self.first("SELECT 1 FROM line WHERE failures > 0 AND next_at IS NOT NULL LIMIT 1")
        return found is not None

    def engines(self) -> list[rows.EngineBeat]:
        """Return the last sign of life of every engine that has not ended in good order, the newest first."""
        found = self.ask("SELECT pid, host, port, started, beat FROM engine ORDER BY beat DESC, id DESC")
        return [rows.EngineBeat._make(engine) for engine in found]

    def engine(self) -> rows.EngineBeat | None:
        """Return the newest sign of life of any engine, or None where none has run."""
        return next(iter(self.engines()), None)


def _draft(record: tuple[Any, ...]) -> rows.Draft:
    told = dict(zip(rows.Draft._fields, record, strict=True))
    read = {"answers": json.loads(told["answers"]), "frame": json.loads(told["frame"]), "kept": bool(told["kept"])}
    return rows.Draft(**(told | read))
