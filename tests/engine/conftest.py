"""The world that the engine's tests happen in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from world import World, open_world

ON_BOTH = frozenset(
    {
        "test_changes",
        "test_delivery",
        "test_importing",
        "test_operations",
        "test_purge",
        "test_receipt",
        "test_receipts",
    }
)
"""What must be shown on both databases: the stations, and what measures and removes. The rest stands on these."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [item for item in items if not _stands_on_others(item)]


def _stands_on_others(item: pytest.Item) -> bool:
    database = item.callspec.params.get("data_dir") if hasattr(item, "callspec") else None
    return database == "postgresql" and item.path.parent == Path(__file__).parent and item.path.stem not in ON_BOTH


@pytest.fixture
def world(data_dir: Path) -> Iterator[World]:
    opened = open_world(data_dir)
    yield opened
    opened.close()
