"""A simulated Helsenett's parts, made once: keys take a second."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.simulator.keys import keys_of_partners
from elmeld_tui.simulator.register import Register
from elmeld_tui.simulator.store import Store

ENDPOINT = "http://127.0.0.1:9/ebxml"


@pytest.fixture(scope="session")
def simulator_keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CompanyKeys]:
    return keys_of_partners(tmp_path_factory.mktemp("simulator-keys"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "simulator.db")
    yield store
    store.close()


@pytest.fixture
def register(store: Store, simulator_keys: dict[str, CompanyKeys]) -> Register:
    return Register(store, simulator_keys, ENDPOINT)
