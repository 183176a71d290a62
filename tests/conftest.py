"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# What a machine is busy with besides must not decide whether a property holds.
settings.register_profile("elmeld", deadline=None)
settings.load_profile("elmeld")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the directory of reference material beside the checkout; skip where it is absent."""
    place = Path(__file__).parents[2] / "shared"
    if not place.is_dir():
        pytest.skip("the reference material is not beside this checkout")
    return place


_LONGEST_ID = 60


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case by its argument where the value is a whole document, which may hold an id of its own each time."""
    long = isinstance(val, str) and len(val) > _LONGEST_ID
    return argname if long or isinstance(val, bytes) else None
