"""Keys made for this run."""

from __future__ import annotations

import pytest

from elmeld_tui.security.authority import company_keys, create_authority
from elmeld_tui.security.keys import CompanyKeys, KeyPair


@pytest.fixture(scope="session")
def authority() -> KeyPair:
    return create_authority()


@pytest.fixture(scope="session")
def clinic(authority: KeyPair) -> CompanyKeys:
    return company_keys(authority, "Fjellbygda legekontor", "999999993")


@pytest.fixture(scope="session")
def hospital(authority: KeyPair) -> CompanyKeys:
    return company_keys(authority, "Storbyen sykehus", "888888880")
