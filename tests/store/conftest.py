"""A store for each test, in the one database and then the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from elmeld_tui.store.database import Database, open_database
from elmeld_tui.store.reading import Reader, open_reader


@pytest.fixture
def database(data_dir: Path) -> Iterator[Database]:
    opened = open_database(data_dir)
    yield opened
    opened.close()


@pytest.fixture
def reader(database: Database, data_dir: Path) -> Iterator[Reader]:
    opened = open_reader(data_dir)
    yield opened
    opened.close()
