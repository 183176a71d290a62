"""The validation report of a message in the log: what was found, by which rule, and the receipt it led to."""

from __future__ import annotations

import pytest

from elmeld_tui.model.findings import Severity
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.validation import ReportLine, as_lines, check_message
from elmeld_tui.store import audit, people
from tests.engine.world import World


def report(engine_office: Office, message_id: int) -> list[ReportLine]:
    return [*as_lines(check_message(engine_office, message_id))]


def test_what_came_and_was_right_says_so_with_the_receipt_it_got(world: World, engine_office: Office) -> None:
    world.post(world.pack(world.letter()))
    world.take_in()
    said = [line.text for line in report(engine_office, 1)]
    assert "skjema: gyldig" in said
    assert said[-1].startswith("applikasjonskvittering fra ")
    assert said[-1].endswith(": OK")
    with world.database.snapshot() as connection:
        assert [(row.user, row.message_id) for row in audit.entries(connection, action="open")] == [("kari", 1)]


def test_what_was_refused_names_the_rule_and_the_code_its_sender_was_told(
    world: World, engine_office: Office
) -> None:
    world.post(world.pack(world.letter(msg_id="ikke-en-uuid")))
    world.take_in()
    lines = report(engine_office, 1)
    (fault,) = (line for line in lines if line.severity is Severity.ERROR and line.text.startswith("feil E10:"))
    assert fault
    assert "avvist, E10 Ugyldig meldingsidentifikator" in lines[-1].text


def test_who_may_not_open_a_message_is_not_told_what_was_found_in_it(world: World, engine_office: Office) -> None:
    world.post(world.pack(world.letter()))
    world.take_in()
    with world.database.transaction() as connection:
        people.change(connection, 1, reads_all=False)
    with pytest.raises(OfficeError, match="mottakeren"):
        report(engine_office, 1)
