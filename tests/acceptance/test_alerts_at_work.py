"""What needs a human, from the moment it shows until it is gone: with a real engine and the simulated Helsenett."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from elmeld_tui.cli import demo_clinic
from elmeld_tui.store import rows
from tests.acceptance.at_work import Place, at_work, seen, send, terminal, told
from tests.acceptance.test_at_work import write_to
from tests.tui.conftest import press, rest, shown
from tests.tui.test_alerts import gone
from tests.tui.test_composer import search

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with at_work(tmp_path_factory.mktemp("alerts") / "clinic") as working:
        yield working


def alarmed(place: Place, message_id: int) -> list[rows.Alert]:
    return [alert for alert in place.reader.open_alerts() if alert.message_id == message_id]


async def test_a_rejected_message_is_found_among_the_alerts_amended_and_sent_anew_and_its_alert_is_gone(
    place: Place,
) -> None:
    place.behave("hospital", "reject")
    async with terminal(place) as pilot:
        await write_to(pilot, "kirurgisk", "Til feil avdeling")
        await send(pilot)
        refused = place.newest_sent()
        await seen(pilot, "! 1 varsel")

        await press(pilot, "alt+4")
        await seen(pilot, "Varsler · 1")
        await press(pilot, "enter")
        await seen(pilot, "E21")
        await press(pilot, "p")
        await told(pilot, "vil avvise det samme igjen")
        await press(pilot, "right")
        await seen(pilot, "Kan dere kontrollere?")
        await press(pilot, "left", "n")
        await seen(pilot, "Meldingen kom ikke fram")
        await press(pilot, "enter")
        await seen(pilot, "! Den meldingen er adressert til, finnes ikke")
        await rest(pilot)
        await search(pilot, "hjertepoli")
        await send(pilot)

        await seen(pilot, "Ingen varsler.")
        await gone(pilot, "! 1 varsel")
    anew = place.newest_sent()
    assert (anew.recreates, anew.receipt) == (refused.id, "accepted")
    assert alarmed(place, refused.id) == []


@contextmanager
def _another_engine(place: Place) -> Iterator[None]:
    """Run an engine in place of the one that was stopped."""
    told = json.loads((place.directory / "demo.json").read_text("utf-8"))
    home = demo_clinic.DemoClinic(place.directory, told["password"], new=False)
    command = [sys.executable, "-m", "elmeld_tui", "engine", "--data-dir", str(place.directory), "--json"]
    environment = os.environ | demo_clinic.passwords(home)
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as engine:
        try:
            yield
        finally:
            engine.terminate()


async def test_that_the_engine_stands_still_is_told_at_once_and_gone_when_it_works_again(place: Place) -> None:
    (engine,) = place.reader.engines()
    async with terminal(place) as pilot:
        await press(pilot, "alt+4")
        os.kill(engine.pid, signal.SIGTERM)
        await seen(pilot, "Motor står")
        assert "! 1 varsel" in shown(pilot)
        await press(pilot, "enter")
        await seen(pilot, "elmeld engine")
        with _another_engine(place):
            await told(pilot, "Varselet er slokket.")
            await seen(pilot, "Helsenett ok")
