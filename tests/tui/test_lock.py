"""The screen is locked when nobody is there, and opens to the one whose it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from elmeld_tui.office.clinic import Office
from elmeld_tui.store import audit, unlock_codes
from elmeld_tui.tui import guard
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.screens.composer import ComposerScreen
from elmeld_tui.tui.session import Session
from tests.tui.conftest import NARROW, OpenApp, press, rest, shown, write

CODE = "sommer æø7"


@pytest.fixture
def pass_minutes(monkeypatch: pytest.MonkeyPatch) -> Callable[[Pilot[None], float], None]:
    """Let minutes pass without a key, and have the application look, as its timer would."""
    now = guard.monotonic()
    monkeypatch.setattr(guard, "monotonic", lambda: now)

    def passing(pilot: Pilot[None], minutes: float) -> None:
        nonlocal now
        now += minutes * 60
        app = pilot.app
        assert isinstance(app, ElmeldApp)
        app.guard.look()

    return passing


async def _choose_code(pilot: Pilot[None], code: str = CODE) -> None:
    await press(pilot, "ctrl+p")
    await write(pilot, "opplåsingskode")
    await press(pilot, "enter")
    await write(pilot, code)
    await press(pilot, "enter")
    await write(pilot, code)
    await press(pilot, "enter")


def _trail(office: Office) -> list[str]:
    with office.database.snapshot() as connection:
        return [row.action for row in audit.entries(connection) if "lock" in row.action]


async def test_a_terminal_left_alone_shows_nothing_and_opens_to_the_code(
    open_app: OpenApp, office: Office, pass_minutes: Callable[[Pilot[None], float], None]
) -> None:
    async with open_app(NARROW) as pilot:
        await _choose_code(pilot)
        before = shown(pilot)
        assert "Ørjan Åsen" in before
        pass_minutes(pilot, 14)
        await rest(pilot)
        assert "Ørjan Åsen" in shown(pilot)
        await pilot.press("down")
        pass_minutes(pilot, 14)
        await rest(pilot)
        assert "Ørjan Åsen" in shown(pilot), "a key counts as somebody being there"
        pass_minutes(pilot, 2)
        await rest(pilot)
        locked = shown(pilot)
        assert "elmeld er låst" in locked
        assert "Kari Prøve" in locked
        assert "Ørjan" not in locked
        assert "Åsen" not in locked
        await write(pilot, CODE)
        assert CODE not in shown(pilot)
        await press(pilot, "enter")
        assert "Ørjan Åsen" in shown(pilot)
    assert _trail(office) == ["set_unlock_code", "lock_screen", "unlock_screen"]


async def test_no_key_gets_past_the_lock(open_app: OpenApp, office: Office) -> None:
    async with open_app(NARROW) as pilot:
        await _choose_code(pilot)
        await press(pilot, "ctrl+p")
        await write(pilot, "lås skjermen")
        await press(pilot, "enter")
        for key in ("escape", "alt+1", "f2", "f3", "f4", "alt+6", "ctrl+n", "ctrl+p", "ctrl+o", "f1", "f6", "tab"):
            await press(pilot, key)
            assert "elmeld er låst" in shown(pilot), key
        await write(pilot, "feil kode")
        await press(pilot, "enter")
        assert "Feil kode. 4 forsøk igjen." in shown(pilot)
        for _ in range(4):
            await write(pilot, "feil")
            await press(pilot, "enter")
        assert pilot.app.return_code == 1
    assert _trail(office)[-5:] == ["unlock_refused"] * 5


async def test_what_is_being_written_is_saved_and_there_when_it_is_opened(
    open_app: OpenApp, office: Office, pass_minutes: Callable[[Pilot[None], float], None]
) -> None:
    async with open_app(NARROW) as pilot:
        await _choose_code(pilot)
        await press(pilot, "ctrl+n", "enter")
        assert isinstance(pilot.app.screen, ComposerScreen)
        await write(pilot, "kir")
        pass_minutes(pilot, 16)
        await rest(pilot)
        assert "kir" not in shown(pilot)
        await write(pilot, CODE)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, ComposerScreen)
        assert "kir" in shown(pilot)


async def test_without_a_code_one_is_told_to_log_in_anew(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await press(pilot, "ctrl+p")
        await write(pilot, "lås skjermen")
        await press(pilot, "enter")
        assert "Du har ingen opplåsingskode." in shown(pilot)
        await write(pilot, "hva som helst")
        await press(pilot, "enter")
        assert "elmeld er låst" in shown(pilot)
        assert "Du har ingen opplåsingskode." in shown(pilot)


@pytest.mark.parametrize(("code", "told"), [("kort", "minst 6 tegn"), ("lang nok", "ikke like")])
async def test_a_code_that_cannot_be_is_told(code: str, told: str, open_app: OpenApp, office: Office) -> None:
    async with open_app(NARROW) as pilot:
        await press(pilot, "ctrl+p")
        await write(pilot, "opplåsingskode")
        await press(pilot, "enter")
        await write(pilot, code)
        await press(pilot, "enter")
        await write(pilot, code if told == "minst 6 tegn" else "noe annet")
        await press(pilot, "enter")
        assert told in shown(pilot)
    assert _trail(office) == []


async def test_a_clinic_may_choose_that_nothing_is_locked(
    session: Session, pass_minutes: Callable[[Pilot[None], float], None]
) -> None:
    session.clinic = replace(session.clinic, lock_after_minutes=0)
    async with ElmeldApp(session).run_test(size=NARROW) as pilot:
        await rest(pilot)
        pass_minutes(pilot, 10_000)
        await rest(pilot)
        assert "elmeld er låst" not in shown(pilot)


def test_whoever_reads_the_store_does_not_learn_the_code(office: Office) -> None:
    from elmeld_tui.office.locking import set_code, unlock

    set_code(office, CODE, CODE)
    with office.database.snapshot() as connection:
        kept = unlock_codes.of(connection, 1)
    assert kept.startswith("scrypt:")
    assert CODE not in kept
    assert unlock(office, CODE)
    assert not unlock(office, CODE + " ")
