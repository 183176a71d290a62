"""The same clinic as the other screen tests have, with every sort of party in its register."""

from __future__ import annotations

from dataclasses import replace

import pytest

from elmeld_tui.office.clinic import Office
from elmeld_tui.registry.local import KeptDirectory
from tests.office.registers import Full
from tests.tui.conftest import app, open_app, session
from tests.tui.conftest import office as usual_office

__all__ = ["app", "office", "open_app", "session", "usual_office"]


@pytest.fixture
def office(usual_office: Office) -> Office:
    """The clinic, with a copy of its own in front of the register."""
    return replace(usual_office, directory=KeptDirectory(Full(), usual_office.database, usual_office.clock))
