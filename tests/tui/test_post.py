"""Post, as its user works: open, sign off, undo, search, answer."""

from __future__ import annotations

import pytest

from elmeld_tui.office.clinic import Office
from elmeld_tui.store import outbox, tables
from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.reading import Reader, Row
from tests.tui.conftest import WIDE, OpenApp, press, rest, shown, told, until, write


async def test_opening_the_clinic_shows_its_inbox(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        screen = shown(pilot)
        assert "Innboks · 2, 2 uleste" in screen
        assert "LAB-resultat" in screen
        assert "Fjord" in screen
        assert "Kari Prøve · lege" in screen
        assert "Helsenett ok" in screen


async def test_enter_opens_the_message_and_it_counts_as_read(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "enter")
        screen = shown(pilot)
        assert "LAB-resultat · Medisinsk biokjemi" in screen
        assert "Innboks · 2, 1 ulest" in screen
        await press(pilot, "pagedown", "pagedown")
        assert "Hemoglobin" in shown(pilot)


async def test_a_unit_in_brackets_is_not_taken_for_markup(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "e", "enter")
        assert "avdelingen er [lagt ned]»" in shown(pilot)


async def test_signing_off_moves_to_the_archive_and_undo_brings_it_back(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "k", "k")
        assert "Innboks · 1" in shown(pilot)
        assert "Kvittert og flyttet til Arkiv" in shown(pilot)
        await press(pilot, "u")
        assert "Innboks · 2" in shown(pilot)


async def test_each_signing_off_is_undone_the_last_first_and_the_cursor_goes_to_what_is_back(
    open_app: OpenApp,
) -> None:
    async with open_app() as pilot:
        await press(pilot, "down", "k", "k", "k", "k")
        assert "Innboks · 0" in shown(pilot)
        await press(pilot, "u", "u")
        assert "Innboks · 2" in shown(pilot)
        await press(pilot, "enter")
        assert "Forespørsel · Timeavtale" in shown(pilot), "the request, which was signed off first"
        await press(pilot, "escape", "u")
        assert "Det er ingenting å angre." in shown(pilot)


@pytest.mark.parametrize(
    ("away", "still"),
    [(("tab", "end"), "Arkiv · 0"), (("slash", *"type:epikrise", "enter"), "Innboks · 0")],
    ids=["the archive", "a search"],
)
async def test_undo_leaves_a_list_alone_that_does_not_have_what_comes_back(
    open_app: OpenApp, away: tuple[str, ...], still: str
) -> None:
    async with open_app() as pilot:
        await press(pilot, "k", "k", *away, "u")
        assert "Angret. Meldingen er tilbake i Innboks." in told(pilot)
        assert still in shown(pilot)


@pytest.mark.parametrize("key", ["k", "m"])
async def test_what_nobody_has_read_is_opened_before_it_is_signed_off(open_app: OpenApp, key: str) -> None:
    async with open_app() as pilot:
        await press(pilot, key)
        screen = shown(pilot)
        assert "Innboks · 2" in screen
        assert "Medisinsk biokjemi" in screen
        assert "Meldingen er ikke lest før." in screen
        await press(pilot, key)
        assert "Innboks · 1" in shown(pilot)


async def test_what_is_told_is_gone_from_what_one_goes_on_to_read(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "down", "k", "k")
        assert "Kvittert og flyttet til Arkiv" in shown(pilot)
        await press(pilot, "enter")
        assert "Medisinsk biokjemi" in shown(pilot)
        assert "Kvittert og flyttet til Arkiv" not in shown(pilot)


async def test_signing_off_an_open_message_returns_to_the_list(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "enter", "k")
        assert "Innboks · 1" in shown(pilot)
        assert "Medisinsk biokjemi" not in shown(pilot)
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == "messages"


async def test_one_signs_off_and_goes_on_to_the_next_with_one_key_until_the_last(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "enter", "m")
        assert "Forespørsel · Timeavtale" in shown(pilot)
        assert "Innboks · 1" in shown(pilot)
        await press(pilot, "m")
        assert "Innboks · 0" in shown(pilot)
        assert "Forespørsel · Timeavtale" not in shown(pilot)
        await press(pilot, "u", "u")
        assert "Innboks · 2" in shown(pilot)


async def test_escape_closes_the_open_message(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "enter", "escape")
        assert "Medisinsk biokjemi" not in shown(pilot)


async def test_the_sent_folder_shows_how_far_each_message_has_come(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "tab", "end")
        await press(pilot, "up")
        screen = shown(pilot)
        assert "Sendt · 2" in screen
        assert "✗" in screen
        assert "Avvist" in screen
        assert "Godtatt" in screen


async def test_searching_narrows_the_list_while_one_types(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "slash")
        await write(pilot, "type:lab")
        assert "Innboks · 1" in shown(pilot)
        await press(pilot, "enter")
        assert "type:lab" in shown(pilot)
        await press(pilot, "escape")
        assert "Innboks · 2" in shown(pilot)


async def test_a_search_word_that_means_nothing_is_answered_with_what_can_be_searched_for(
    open_app: OpenApp,
) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "slash")
        await write(pilot, "type:tull")
        await press(pilot, "enter")
        assert "type:tull finnes ikke" in shown(pilot)


async def test_a_message_that_nothing_answers_says_so(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "s")
        assert "svarskjema" in shown(pilot)


async def test_what_arrives_is_seen_without_a_key_and_without_moving_the_cursor(
    open_app: OpenApp, office: object
) -> None:
    from datetime import timedelta

    from elmeld_tui.office.clinic import Office
    from elmeld_tui.simulator.lab_result import lab_result
    from tests.tui.conftest import NOW, addressing, take_in

    assert isinstance(office, Office)
    async with open_app() as pilot:
        await press(pilot, "down")
        asked = pilot.app.screen.query_one("#messages").current
        take_in(office, lab_result(addressing(office, 1, number=9, now=NOW)), NOW - timedelta(minutes=1))
        await pilot.pause(1.0)
        await rest(pilot)
        assert "Innboks · 3" in shown(pilot)
        assert pilot.app.screen.query_one("#messages").current.id == asked.id


async def test_a_line_that_is_down_is_told_at_the_top_as_long_as_something_waits(
    open_app: OpenApp, office: Office
) -> None:
    with office.database.transaction() as connection:
        [sent] = [row.id for row in office.reader.page(Filter(folder="sent"), 0)][:1]
        name, late = "2f9a4f0c-9ae0-4a6b-8b8b-3f6b6a1e8f01", "2026-11-25T08:00:00.000Z"
        owed = outbox.Owed(sent, "8094002", "8200001", name, give_up_at=late, interval=3600)
        outbox.add(connection, owed, now="2026-11-22T08:00:00.000Z")
        connection.execute(tables.line.update().values(failures=1))
    async with open_app() as pilot:
        assert "Får ikke sendt" in shown(pilot)


async def test_a_store_that_is_away_while_a_list_is_drawn_ends_nothing(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> list[Row]:
        raise StoreError("borte")

    async with open_app() as pilot:
        with monkeypatch.context() as patched:
            patched.setattr(Reader, "page", away)
            patched.setattr(Reader, "counts", away)
            await press(pilot, "k", "down", "f4", "down", "f2")
            assert "Meldingslageret svarer ikke" in shown(pilot)
        await until(pilot, "* 1 utenfor")
