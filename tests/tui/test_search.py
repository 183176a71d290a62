"""Searching and filtering a list, as a user does with the keyboard and with a mouse."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from elmeld_tui.office.search_words import STATUS, VALUES
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.window_list import WindowList
from tests.tui.conftest import NARROW, WIDE, OpenApp, press, rest, shown, until, write


async def choose(pilot: Pilot[None], label: str) -> None:
    """Move the filter dialog's cursor to a choice and take it."""
    facets = pilot.app.screen.query_one("#facets", WindowList)
    place = next(n for n, row in enumerate(facets.rows) if row.facet is not None and row.facet.label == label)
    facets.move_to(place)
    await press(pilot, "space")


async def test_a_word_is_completed_as_it_is_typed_first_the_key_and_then_its_value(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "slash")
        await write(pilot, "sta")
        assert "status:" in shown(pilot)
        await press(pilot, "tab")
        assert pilot.app.screen.query_one("#search", Input).value == "status:"
        assert "status:feilet" in shown(pilot)
        await write(pilot, "avv")
        assert "finnes ikke" not in shown(pilot)
        await press(pilot, "tab", "enter")
        assert "Meldingslogg · 1" in shown(pilot)
        assert "status:avvist ×" in shown(pilot)


async def test_a_click_on_what_is_offered_takes_it(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "slash")
        await write(pilot, "retning:")
        await pilot.click("#completions", offset=(2, 0))
        await pilot.pause()
        assert pilot.app.screen.query_one("#search", Input).value == "retning:ut "


async def test_filters_stack_and_are_taken_away_by_key_and_by_mouse(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "slash")
        await write(pilot, "retning:ut status:avvist")
        await press(pilot, "enter")
        assert "Meldingslogg · 1" in shown(pilot)
        await press(pilot, "backspace")
        assert "Meldingslogg · 2" in shown(pilot)
        assert "retning:ut ×" in shown(pilot)
        title = next(row for row in shown(pilot).splitlines() if "retning:ut ×" in row)
        await pilot.click("#title", offset=(title.index("×"), 0))
        await pilot.pause()
        assert "Meldingslogg · 4" in shown(pilot)
        assert "×" not in shown(pilot)


async def test_a_narrow_terminal_shows_the_last_filters_and_how_many_more(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await press(pilot, "f4", "slash")
        await write(pilot, "retning:ut -status:godtatt etter:30d til:fjord type:henvisning")
        await press(pilot, "enter")
        assert "type:henvisning ×" in shown(pilot)
        assert "+2" in shown(pilot)


async def test_a_wrong_word_is_told_and_the_list_stays(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "slash")
        await write(pilot, "status:tull")
        assert "status:tull finnes ikke. Velg feilet" in shown(pilot)
        assert "Meldingslogg · 4" in shown(pilot)


async def test_enter_takes_the_only_word_that_one_can_mean_and_stays_where_there_are_several_or_none(
    open_app: OpenApp,
) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "slash")
        await write(pilot, "retning:")
        await write(pilot, "u")
        await press(pilot, "enter")
        assert "retning:ut ×" in shown(pilot)
        await press(pilot, "escape", "slash")
        for unclear in ("status:av", "status:tull"):
            await press(pilot, "ctrl+u")
            await write(pilot, unclear)
            await press(pilot, "enter")
            assert f"{unclear} finnes ikke. Velg feilet" in shown(pilot)
            assert pilot.app.screen.query_one("#search", Input).has_focus


async def test_all_of_what_is_wrong_with_a_search_can_be_read_on_a_narrow_terminal(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await press(pilot, "f2", "slash")
        await write(pilot, "status:tull")
        said = " ".join(row.partition("│")[2].strip() for row in shown(pilot).splitlines())
        assert f"! status:tull finnes ikke. Velg {', '.join(str(each) for each in VALUES[STATUS])}." in said


async def test_communication_types_are_chosen_from_a_list_that_says_how_many_there_are(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f")
        assert "Kommunikasjonstype" in shown(pilot)
        await choose(pilot, "LAB-resultat")
        assert "1 melding " in shown(pilot)
        await choose(pilot, "Dialog")
        assert "2 meldinger" in shown(pilot)
        await choose(pilot, "Dialog")
        await press(pilot, "enter")
        assert "Innboks · 1" in shown(pilot)
        assert "type:lab-resultat ×" in shown(pilot)
        await press(pilot, "f")
        assert "[✓] LAB-resultat" in shown(pilot)
        await press(pilot, "escape")
        assert "type:lab-resultat ×" in shown(pilot)


async def test_a_patient_is_written_in_the_dialog(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "f")
        pilot.app.screen.query_one("#patient", Input).focus()
        await write(pilot, "ørjan åsen")
        await press(pilot, "enter")
        assert 'pasient:"ørjan åsen" ×' in shown(pilot)


async def test_a_filter_is_kept_used_by_name_renamed_and_deleted(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "f")
        await choose(pilot, "Avvist")
        await press(pilot, "f8")
        await write(pilot, "mine")
        await press(pilot, "enter")
        await until(pilot, "[ ] @mine")
        await press(pilot, "escape", "slash")
        await write(pilot, "@mine")
        await press(pilot, "enter")
        assert "Meldingslogg · 1" in shown(pilot)
        await press(pilot, "backspace", "f")
        facets = pilot.app.screen.query_one("#facets", WindowList)
        facets.move_to(1)
        await press(pilot, "f7")
        await write(pilot, "2")
        await press(pilot, "enter")
        await until(pilot, "[ ] @mine2")
        facets.move_to(1)
        await press(pilot, "delete")
        await until(pilot, "[ ] @mine2", there=False)


async def test_after_a_restart_the_log_is_narrowed_as_it_was_and_an_inbox_offers_the_last_search(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(ElmeldApp, "tell", lambda _, text: said.append(text))
    async with ElmeldApp(session).run_test(size=WIDE) as pilot:
        await press(pilot, "slash", *"type:lab", "enter", "f4", "slash", *"status:avvist", "enter")
    assert said == []
    async with ElmeldApp(session).run_test(size=WIDE) as pilot:
        await rest(pilot)
        assert "Innboks · 2" in shown(pilot), "nothing that came meanwhile is hidden"
        await press(pilot, "slash", "tab", "enter")
        assert "Innboks · 1 " in shown(pilot), "of what was found it is not told how many are unread"
        await press(pilot, "f4")
        assert "status:avvist ×" in shown(pilot)
        assert said == ["Listen er innsnevret som sist: status:avvist. esc viser alle."]
        await press(pilot, "escape")
    async with ElmeldApp(session).run_test(size=WIDE) as pilot:
        await press(pilot, "f4")
        assert "Meldingslogg · 4" in shown(pilot)
        assert "×" not in shown(pilot).splitlines()[2]
