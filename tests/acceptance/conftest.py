"""The practice that receives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.receiving import Practice  # isort: skip - finds the samples below

import incoming_samples as samples


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return Practice(tmp_path)


@pytest.fixture
def known(practice: Practice) -> Practice:
    """A practice where the patient has a record."""
    assert practice.receive(samples.dialogue()).decision == "imported"
    return practice
