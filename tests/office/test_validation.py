"""The validation report of a message in the log: what was found, by which rule, and the receipt it led to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from elmeld_tui.model.clinic import User
from elmeld_tui.model.findings import Severity
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.validation import ReportLine, as_lines, check_message
from elmeld_tui.store import audit, people
from tests.engine.world import CLINIC, World, open_world

USER = User("kari", "Kari Prøve")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    opened = open_world(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def office(world: World) -> Office:
    with world.database.transaction() as connection:
        people.take_in(connection, [USER], at="2026-11-22T08:00:00.000Z")
    return Office(
        CLINIC, world.data_dir, world.database, world.reader, world.equipment.directory, USER, world.clock
    )


def report(office: Office, message_id: int) -> list[ReportLine]:
    return [*as_lines(check_message(office, message_id))]


def test_what_came_and_was_right_says_so_with_the_receipt_it_got(world: World, office: Office) -> None:
    world.post(world.pack(world.letter()))
    world.take_in()
    said = [line.text for line in report(office, 1)]
    assert "skjema: gyldig" in said
    assert said[-1].startswith("applikasjonskvittering fra ")
    assert said[-1].endswith(": OK")
    with world.database.snapshot() as connection:
        assert [(row.user, row.message_id) for row in audit.entries(connection, action="open")] == [("kari", 1)]


def test_what_was_refused_names_the_rule_and_the_code_its_sender_was_told(world: World, office: Office) -> None:
    world.post(world.pack(world.letter(msg_id="ikke-en-uuid")))
    world.take_in()
    lines = report(office, 1)
    (fault,) = (line for line in lines if line.severity is Severity.ERROR and line.text.startswith("feil E10:"))
    assert fault
    assert "avvist, E10 Ugyldig meldingsidentifikator" in lines[-1].text


def test_who_may_not_open_a_message_is_not_told_what_was_found_in_it(world: World, office: Office) -> None:
    world.post(world.pack(world.letter()))
    world.take_in()
    with world.database.transaction() as connection:
        people.change(connection, 1, reads_all=False)
    with pytest.raises(OfficeError, match="mottakeren"):
        report(office, 1)
