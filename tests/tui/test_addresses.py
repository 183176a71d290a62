"""Adresser, as a secretary uses it."""

from __future__ import annotations

from threading import Event

from elmeld_tui.model.directory import DirectoryParty
from elmeld_tui.office.clinic import Office
from elmeld_tui.registry.local import KeptDirectory
from elmeld_tui.tui.screens.composer import ComposerScreen
from elmeld_tui.tui.widgets.search_line import SearchLine
from tests.office.conftest import SURGERY, Register
from tests.tui.conftest import NARROW, WIDE, OpenApp, press, rest, shown, write
from tests.waiting import PATIENCE


async def test_a_party_is_found_by_name_and_all_that_is_known_of_it_is_read(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "alt+5", "slash")
        await write(pilot, "kirurgisk")
        assert "Adresser · 1" in shown(pilot)
        await press(pilot, "enter", "enter")
        screen = shown(pilot)
        for fact in ("8200001", "tjeneste", "874716782", "http://127.0.0.1:1/ebxml", "Fjord sykehus (8200000)"):
            assert fact in screen
        await press(pilot, "end")
        screen = shown(pilot)
        assert "✗ Registeret har ikke noe lesbart sertifikat for dette." in screen
        assert "→ Be partneren rette oppføringen sin." in screen


async def test_what_a_party_can_be_sent_is_told_kind_by_kind(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "alt+5", "slash")
        await write(pilot, "kirurgisk")
        await press(pilot, "enter", "enter")
        rows = [row.split() for row in shown(pilot).split("\n")]
        assert ["Henvisning", "✓"] in [row[:2] for row in rows]
        assert any(row[:2] == ["Sykmelding", "✗"] for row in rows)


async def test_a_favourite_is_first_and_found_while_the_register_is_away(
    open_app: OpenApp, office: Office
) -> None:
    register = office.directory
    assert isinstance(register, Register)
    kept = KeptDirectory(register, office.database, office.clock)
    kept.keep(SURGERY)
    async with open_app(NARROW) as pilot:
        await press(pilot, "alt+5")
        assert "Fjord sykehus, Kirurgisk" in shown(pilot), "the local directory is there without a search"
        await press(pilot, "f7")
        assert "★ Fjord sykehus, Kirurgisk" in shown(pilot)
        register.away = True
        await press(pilot, "slash")
        await write(pilot, "kir")
        screen = shown(pilot)
        assert "★ Fjord sykehus, Kirurgisk" in screen
        assert "Adresseregisteret svarer ikke." in screen
        await press(pilot, "escape", "asterisk")
        assert "Adresseregisteret svarer ikke." in " ".join(shown(pilot).replace("▌", "").split())


async def test_a_message_is_begun_to_the_address(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await press(pilot, "alt+5", "slash")
        await write(pilot, "kirurgisk")
        await press(pilot, "enter", "w", "enter")
        assert isinstance(pilot.app.screen, ComposerScreen)
        assert "Kirurgisk poliklinikk" in shown(pilot)


async def test_who_cannot_be_written_to_says_why_and_no_form_opens(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await press(pilot, "alt+5", "slash")
        await write(pilot, "institusjon:fjord")
        await press(pilot, "enter", "w")
        assert "Velg en tjeneste eller en person under den." in " ".join(shown(pilot).replace("▌", "").split())
        await press(pilot, "ctrl+l", "u")
        assert "Det er ingen registrert under den." in " ".join(shown(pilot).replace("▌", "").split())


async def test_the_answer_of_an_older_search_is_not_shown(open_app: OpenApp, office: Office) -> None:
    register = office.directory
    assert isinstance(register, Register)
    asked, may_answer = Event(), Event()

    def search(words: str, *, limit: int = 50) -> list[DirectoryParty]:
        if words == "kirurgisk":
            asked.set()
            may_answer.wait(PATIENCE)
        return Register.search(register, words, limit=limit)

    register.search = search  # type: ignore[method-assign]
    async with open_app(NARROW) as pilot:
        await press(pilot, "alt+5", "slash")
        pilot.app.screen.query_one(SearchLine).value = "kirurgisk"
        while not asked.is_set():
            await pilot.pause()
        pilot.app.screen.query_one(SearchLine).value = "stengt"
        await pilot.pause()
        may_answer.set()
        await rest(pilot)
        assert "Stengt poliklinikk" in shown(pilot)
        assert "Kirurgisk" not in shown(pilot)
