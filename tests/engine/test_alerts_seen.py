"""What the engine calls somebody for, and ends, as the one who sits at Varsler sees it: by a clock that is held."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta

from tests.issuers import DAY
from tests.tui.conftest import WIDE, press, rest, shown, told, until
from textual.pilot import Pilot
from world import CLINIC, START, World, keys

from elmeld_tui.engine import importing
from elmeld_tui.engine.deadlines import mark_overdue
from elmeld_tui.engine.expiry import mind_expiry
from elmeld_tui.model.clinic import User
from elmeld_tui.model.clock import to_text
from elmeld_tui.office.clinic import Office
from elmeld_tui.security.authority import create_authority, issue
from elmeld_tui.security.certificates import Use
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.store import people
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.reading import open_reader
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.session import Session

DOCTOR = User("lege", "Kari Prøve", "LE")


@asynccontextmanager
async def varsler(world: World) -> AsyncIterator[Pilot[None]]:
    """Sit down at the alerts of the clinic."""
    with world.database.transaction() as connection:
        people.take_in(connection, [DOCTOR], at=to_text(world.clock()))
    place, clinic = world.data_dir, replace(CLINIC, users=(DOCTOR,))
    office = Office(clinic, place, world.database, world.reader, world.equipment.directory, DOCTOR, world.clock)
    session = Session(place, None, clinic, DOCTOR, open_reader(place), world.clock, office)
    with closing(session.reader):
        async with ElmeldApp(session).run_test(size=WIDE, notifications=True) as pilot:
            await rest(pilot)
            await press(pilot, "alt+4")
            yield pilot


async def test_a_message_nobody_has_answered_for_96_hours_is_told_and_a_late_answer_ends_it(world: World) -> None:
    document = world.write()
    message_id = world.enqueue(document)
    world.deliver()
    async with varsler(world) as pilot:
        world.clock.forward(hours=95, minutes=59)
        mark_overdue(world.database, world.clock())
        await rest(pilot)
        assert "Ingen kvittering" not in shown(pilot)

        world.clock.forward(minutes=2)
        mark_overdue(world.database, world.clock())
        await until(pilot, "Ingen kvittering")
        await press(pilot, "end", "enter")
        assert "ingen har svart på 96 timer" in shown(pilot)
        assert "n opprett på nytt" in shown(pilot)
        assert "når alle mottakere har svart" in shown(pilot)

        world.post(world.answer("1", document))
        world.take_in()
        await until(pilot, "Varselet er slokket.")
        await until(pilot, "Ingen kvittering", there=False)
    assert world.receipt(message_id) == "accepted"


async def test_a_certificate_that_runs_out_is_told_by_name_and_day_and_gone_when_it_is_renewed(
    world: World,
) -> None:
    authority = create_authority(now=START)
    old = issue(
        authority, "Odden legesenter", "310412368", Use.SIGNING, valid_from=START - DAY, valid_to=START + 20 * DAY
    )
    world.equipment = replace(world.equipment, keys=CompanyKeys(old, keys().ours.decryption))
    async with varsler(world) as pilot:
        mind_expiry(world.equipment, world.clock())
        await until(pilot, "Signeringssertifikat")
        await press(pilot, "end", "enter")
        screen = shown(pilot)
        assert "Signeringssertifikatet til Odden legesenter gjelder til 12.12.2026" in screen
        assert str(old.certificate.serial_number) in "".join(screen.split())
        assert "clinic.toml" in screen
        await press(pilot, "m")
        assert "Varselet slokkes når det er fornyet" in told(pilot)

        world.clock.forward(days=20, hours=1)
        mind_expiry(world.equipment, world.clock())
        await until(pilot, "Gått ut")

        await press(pilot, "escape", "end", "enter")
        world.equipment = replace(world.equipment, keys=keys().ours)
        world.clock.now = START + timedelta(days=21)
        mind_expiry(world.equipment, world.clock())
        await until(pilot, "Signeringssertifikat", there=False)


async def test_a_message_that_awaits_a_decision_is_taken_in_from_its_alert(world: World) -> None:
    """A test message in an ordinary clinic: whether it counts is nobody's to say but a human's."""
    world.post(world.pack(world.letter("Gjelder dette?", test=True)))
    ordinary = replace(CLINIC, test=False)
    number = world.reader.page(Filter(direction="in"), 0)[0].id
    importing.import_message(world.database, ordinary, world.clock, number)
    async with varsler(world) as pilot:
        await until(pilot, "Må avgjøres")
        await press(pilot, "end", "enter", "m")
        assert "Varselet slokkes når noen har avgjort meldingen." in told(pilot)
        await press(pilot, "ctrl+l", "a")
        await until(pilot, "Skal meldingen tas imot?")
        await press(pilot, "enter")
        await until(pilot, "Meldingen er tatt imot.")
        await until(pilot, "Varsler · 1 ")
    assert world.state(number) == "imported"
