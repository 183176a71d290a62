"""The world that the engine's tests happen in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from world import World, open_world


@pytest.fixture
def world(data_dir: Path) -> Iterator[World]:
    opened = open_world(data_dir)
    yield opened
    opened.close()
