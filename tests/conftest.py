"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the directory of reference material beside the checkout; skip where it is absent."""
    place = Path(__file__).parents[2] / "shared"
    if not place.is_dir():
        pytest.skip("the reference material is not beside this checkout")
    return place
