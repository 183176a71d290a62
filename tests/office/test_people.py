"""Looking after people: whoever is the first is the administrator, and only she."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from elmeld_tui.model.clinic import User
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.people import add_person
from elmeld_tui.store.database import open_database
from elmeld_tui.store.reading import open_reader
from tests.office.conftest import CLINIC, NOW, Register

ANNE, BERIT = User("anne", "Anne Prøve"), User("berit", "Berit Prøve")


@pytest.fixture
def empty(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An office where nobody is known yet."""
    monkeypatch.setattr("elmeld_tui.office.people.operating_system_login", lambda: ANNE.name)
    opened = Office(
        CLINIC, data_dir, open_database(data_dir), open_reader(data_dir), Register(), ANNE, lambda: NOW
    )
    yield opened
    opened.close()


def test_of_two_who_are_added_first_at_once_one_is_the_administrator(empty: Office) -> None:
    def while_the_other_is_added() -> datetime:
        add_person(empty, ANNE)
        return NOW

    with pytest.raises(OfficeError, match="den første imens"):
        add_person(replace(empty, clock=while_the_other_is_added), BERIT)
    (only,) = empty.reader.people.persons()
    assert (only.login, only.administrator, only.reads_all) == ("anne", True, True)

    add_person(empty, BERIT)
    assert [(one.login, one.administrator) for one in empty.reader.people.persons()] == [
        ("anne", True),
        ("berit", False),
    ]
