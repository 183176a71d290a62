"""Meldingslogg, as support staff use it."""

from __future__ import annotations

from elmeld_tui.office.clinic import Office
from elmeld_tui.store import audit, people
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.window_list import WindowList
from tests.tui.conftest import NARROW, WIDE, OpenApp, press, rest, shown, write


async def test_who_sees_only_her_own_post_does_not_come_into_the_log_and_is_told_why(
    open_app: OpenApp, office: Office
) -> None:
    with office.database.transaction() as connection:
        people.change(connection, 1, reads_all=False, administrator=False)
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4")
        assert "Meldingslogg · " not in shown(pilot)
        assert "Dette kan bare den gjøre" in shown(pilot)


async def test_an_administrator_sees_how_messages_travelled_and_not_what_they_say(
    open_app: OpenApp, office: Office
) -> None:
    with office.database.transaction() as connection:
        people.change(connection, 1, reads_all=False, administrator=True)
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "enter", "right")
        await rest(pilot)
        assert "Dette kan bare mottakeren" in shown(pilot)
        await press(pilot, "right")
        await rest(pilot)
        assert "<?xml" not in shown(pilot)


async def test_who_looks_at_the_xml_has_seen_the_message(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "x")
        assert "<?xml" in shown(pilot)
    with office.database.snapshot() as connection:
        assert [row.user for row in audit.entries(connection, action="open")][-1] == "lege"


async def test_the_log_shows_every_message_with_its_state_in_a_word(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await press(pilot, "f4")
        screen = shown(pilot)
        assert "Meldingslogg · 4" in screen
        assert all(word in screen for word in ("Mottatt", "Avvist", "Godtatt", "✗", "✓", "inn", "ut"))


async def test_the_next_fault_is_one_key_away_and_says_what_happened_and_what_now(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "e", "enter")
        screen = shown(pilot)
        assert "Hva skjedde" in screen
        assert "«E21 – Mottaker finnes ikke" in " ".join(screen.split())
        assert "Hva nå" in screen
        assert "signert og kryptert" in screen


async def test_the_panes_show_all_that_is_known_of_the_same_message(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "enter", "right")
        assert "Medisinsk biokjemi" in shown(pilot)
        await press(pilot, "right")
        assert "<?xml" in shown(pilot)
        await press(pilot, "right")
        assert "ingen konvolutt" in shown(pilot)
        await press(pilot, "right", "right")
        assert "SHA-256" in shown(pilot)
        await press(pilot, "right")
        assert "skjema: gyldig" in shown(pilot)
        assert "ingen applikasjonskvittering" in shown(pilot)
        await press(pilot, "right")
        assert isinstance(pilot.app.focused, WindowList)
        assert [row.id for row in pilot.app.focused.rows] == [4]
        await press(pilot, "right")
        assert "Hva skjedde" in shown(pilot)


async def test_the_xml_is_read_an_element_a_line_or_byte_for_byte(open_app: OpenApp, office: Office) -> None:
    document = office.reader.part(4)
    assert document is not None
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "x")
        indented = ["".join(span.text for span in row).strip() for row in pilot.app.screen.query_one(Paper).lines]
        assert "<MsgId>00000000-0000-4000-8000-000000000002</MsgId>" in indented
        await press(pilot, "x")
        bytewise = pilot.app.screen.query_one(Paper).lines
        kept = "".join("".join(span.text for span in row) for row in bytewise)
        assert "".join(kept.split()) == "".join(document.decode().split())
        assert "byte for byte" in shown(pilot)


async def test_support_marks_a_failed_message_as_handled_says_how_and_takes_it_back(
    open_app: OpenApp, office: Office
) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "e", "m")
        assert "Hvordan er meldingen håndtert?" in shown(pilot)
        await press(pilot, "enter")
        await write(pilot, "Snakket med Eli")
        await press(pilot, "enter", "enter")
        screen = shown(pilot)
        assert "Meldingen er merket som håndtert." in screen
        assert "av lege" in screen
        assert "avtalt på telefon" in screen
        assert "Snakket med Eli" in screen
        await press(pilot, "m")
        assert "merket som håndtert fra før" in shown(pilot)
        await press(pilot, "u")
        assert "ikke lenger håndtert" in shown(pilot)
    with office.database.snapshot() as connection:
        done = [(row.action, row.user) for row in audit.entries(connection) if "handled" in row.action]
    assert done == [("handled", "lege"), ("undo_handled", "lege")]


async def test_the_wrong_one_of_send_again_and_make_anew_is_refused_with_the_reason(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "e", "p")
        assert "har avvist innholdet, og vil avvise" in shown(pilot)
        await press(pilot, "n")
        assert "Meldingen kom ikke fram" in shown(pilot)
        await press(pilot, "escape", "down", "n")
        assert "Mottakeren har godtatt meldingen." in shown(pilot)
        await press(pilot, "p")
        assert "Den skal ikke" in shown(pilot)
        await press(pilot, "home", "p")
        assert "Meldingen er mottatt" in shown(pilot)


async def test_the_filter_line_composes(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "slash")
        await write(pilot, "status:avvist retning:ut")
        await press(pilot, "enter")
        assert "Meldingslogg · 1" in shown(pilot)
        assert "status:avvist × retning:ut ×" in shown(pilot)
        await press(pilot, "escape")
        assert "Meldingslogg · 4" in shown(pilot)


async def test_a_message_in_the_postbox_is_one_key_from_its_way_here(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "down", "l")
        await pilot.pause(0.2)
        screen = shown(pilot)
        assert "Meldingslogg · 4" in screen
        assert "Forespørsel · Fjord sykehus" in screen
        assert "Tidslinje" in screen


async def test_help_and_palette_know_the_keys_of_the_place(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "f1")
        assert "Gå til neste melding som trenger noen." in shown(pilot)
        await press(pilot, "escape", "ctrl+p")
        await write(pilot, "neste feil")
        await press(pilot, "enter", "enter")
        assert "Hva skjedde" in shown(pilot)


async def test_the_way_back_is_offered_only_where_there_is_one(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4")
        assert "esc tilbake" not in shown(pilot)
        await press(pilot, "slash")
        await write(pilot, "status:avvist")
        await press(pilot, "enter")
        assert "esc tilbake" in shown(pilot)
        await press(pilot, "escape")
        assert "esc tilbake" not in shown(pilot)
