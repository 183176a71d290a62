"""What needs a human, from the moment it shows until it is gone: with a real engine and the simulated Helsenett."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.cli import demo_clinic
from elmeld_tui.model.clock import now
from elmeld_tui.security.authority import create_authority, issue, to_pkcs12
from elmeld_tui.security.certificates import Use
from elmeld_tui.store import rows
from tests.acceptance import later_engine
from tests.acceptance.at_work import Place, at_work, seen, send, terminal, told
from tests.acceptance.test_at_work import write_to
from tests.tui.composing import search
from tests.tui.conftest import press, rest, shown, until

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
        await until(pilot, "! 1 varsel", there=False)
    anew = place.newest_sent()
    assert (anew.recreates, anew.receipt) == (refused.id, "accepted")
    assert alarmed(place, refused.id) == []


def _demo(place: Place) -> demo_clinic.DemoClinic:
    told = json.loads((place.directory / "demo.json").read_text("utf-8"))
    return demo_clinic.DemoClinic(place.directory, told["password"], new=False)


@contextmanager
def _engine(place: Place, *command: str) -> Iterator[None]:
    """Run an engine where there is none: as a user does, or by a command of the test's own."""
    words = command or ("-m", "elmeld_tui", "engine", "--json", "--data-dir", str(place.directory))
    environment = os.environ | demo_clinic.passwords(_demo(place))
    with subprocess.Popen(
        [sys.executable, *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as engine:
        try:
            yield
        finally:
            engine.terminate()


async def _stop_engine(place: Place) -> None:
    """Let the engine that works here end, where one does."""
    for engine in place.reader.engines():
        os.kill(engine.pid, signal.SIGTERM)
    await place.soon(lambda: not place.reader.engines())


async def test_that_the_engine_stands_still_is_told_at_once_and_gone_when_it_works_again(place: Place) -> None:
    (engine,) = place.reader.engines()
    async with terminal(place) as pilot:
        await press(pilot, "alt+4")
        os.kill(engine.pid, signal.SIGTERM)
        await seen(pilot, "Motor står")
        assert "! 1 varsel" in shown(pilot)
        await press(pilot, "enter")
        await seen(pilot, "elmeld engine")
        with _engine(place):
            await told(pilot, "Varselet er slokket.")
            await seen(pilot, "Helsenett ok")


async def test_a_message_that_nobody_answers_for_96_hours_is_told_and_gone_when_somebody_has_phoned(
    place: Place, tmp_path: Path
) -> None:
    await _stop_engine(place)
    place.behave("hospital", "no_apprec")
    minutes_later = tmp_path / "minutes"
    minutes_later.write_text("0")
    with _engine(place, str(Path(later_engine.__file__)), str(place.directory), str(minutes_later)):
        async with terminal(place) as pilot:
            await write_to(pilot, "kirurgisk", "Uten svar")
            await send(pilot)
            silent = place.newest_sent()
            await place.soon(lambda: place.message(silent.id).state == "delivered")
            assert alarmed(place, silent.id) == []

            minutes_later.write_text(str(96 * 60 + 1))
            await press(pilot, "alt+4")
            await seen(pilot, "Ingen kvittering")
            await press(pilot, "enter")
            await seen(pilot, "Regn den som ikke mottatt.")
            await press(pilot, "m")
            await seen(pilot, "Hvordan er meldingen håndtert?")
            await press(pilot, "enter")
            await seen(pilot, "Notat til tidslinjen")
            await press(pilot, "enter")
            await seen(pilot, "Ingen varsler.")
    assert (place.message(silent.id).receipt, alarmed(place, silent.id)) == ("overdue", [])


async def test_an_answer_that_comes_after_96_hours_counts_and_puts_out_the_alert(
    place: Place, tmp_path: Path
) -> None:
    await _stop_engine(place)
    place.play('[[step]]\npartner = "hospital"\ndirection = "out"\nhow = "delay"\nseconds = 86400\n')
    minutes_later = tmp_path / "minutes"
    minutes_later.write_text("0")
    with _engine(place, str(Path(later_engine.__file__)), str(place.directory), str(minutes_later)):
        async with terminal(place) as pilot:
            engine = await place.soon(lambda: next(iter(place.reader.engines()), None))
            demo_clinic.announce(_demo(place), place.clinic, engine.port)
            await write_to(pilot, "kirurgisk", "Svar seint")
            await send(pilot)
            sent = place.newest_sent()
            await place.soon(lambda: place.message(sent.id).state == "delivered")
            minutes_later.write_text(str(96 * 60 + 1))
            await press(pilot, "alt+4")
            await seen(pilot, "Ingen kvittering")

            # What the partner has packed long ago is not of the engine's day any more.
            minutes_later.write_text("0")
            place.behave("hospital", "none")
            await seen(pilot, "Ingen varsler.")
    assert (place.message(sent.id).receipt, alarmed(place, sent.id)) == ("accepted", [])


async def test_a_certificate_that_is_about_to_expire_is_told_with_its_mend_and_gone_when_it_is_renewed(
    place: Place,
) -> None:
    await _stop_engine(place)
    key, trust = place.directory / "keys" / "signing.p12", place.directory / "trust" / "old-ca.pem"
    renewed = key.read_bytes()
    old = create_authority()
    trust.write_bytes(old.certificate.public_bytes(Encoding.PEM))
    runs_out = issue(old, "Fyrlykta", "310412368", Use.SIGNING, valid_to=now() + timedelta(days=20))
    key.write_bytes(to_pkcs12(runs_out, demo_clinic.passwords(_demo(place))[demo_clinic.PASSWORD_ENV].encode()))
    async with terminal(place) as pilot:
        await press(pilot, "alt+4")
        with _engine(place):
            await seen(pilot, "Signeringssertifikat")
            await press(pilot, "enter")
            await seen(pilot, "Signeringssertifikatet til Fyrlykta legesenter gjelder til")
            await seen(pilot, "clinic.toml")
            await press(pilot, "o")
            await seen(pilot, "! Sertifikater fra Buypass")
            await until(pilot, "prøves nå", there=False)
        key.write_bytes(renewed)
        await press(pilot, "alt+4", "escape")
        with _engine(place):
            await until(pilot, "Signeringssertifikat", there=False)
    trust.unlink()
