"""Meldingslogg, as support staff use it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from elmeld_tui.model.clock import to_text
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office.attention import counters
from elmeld_tui.office.clinic import Office
from elmeld_tui.store import audit, people, tables
from elmeld_tui.tui.actions import ACTIONS
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.window_list import WindowList
from tests.tui.conftest import NARROW, NOW, WIDE, OpenApp, press, rest, sent, shown, until, write


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
        assert "Ørjan Åsen" in screen, "whom a message is about, also on a small terminal"
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
        await press(pilot, "ctrl+l", "u")
        assert "ikke lenger håndtert" in shown(pilot)
    with office.database.snapshot() as connection:
        done = [(row.action, row.user) for row in audit.entries(connection) if "handled" in row.action]
    assert done == [("handled", "lege"), ("undo_handled", "lege")]


async def test_the_wrong_one_of_send_again_and_make_anew_is_refused_with_the_reason(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "e", "p")
        assert "har avvist innholdet, og vil avvise" in shown(pilot)
        await press(pilot, "ctrl+l", "n")
        assert "Meldingen kom ikke fram" in shown(pilot)
        await press(pilot, "escape", "down", "n")
        assert "Mottakeren har godtatt meldingen." in shown(pilot)
        await press(pilot, "ctrl+l", "p")
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
        await until(pilot, "Meldingslogg · 4")
        await until(pilot, "Forespørsel · Ørjan Åsen · Fjord sykehus")
        await until(pilot, "Tidslinje")


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


async def test_a_counter_shows_exactly_the_messages_it_counts(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4")
        assert "1 uløst (1)  2 feilet (0)  3 avvist (1)" in shown(pilot)
        await press(pilot, "3")
        screen = shown(pilot)
        assert "Meldingslogg · 1" in screen
        assert "uløst × status:avvist ×" in screen
        await press(pilot, "2")
        assert "Ingen treff." in shown(pilot)
        await press(pilot, "escape", "3", "m", "enter", "enter")
        assert "1 uløst (0)" in shown(pilot)
        assert "Ingen treff." in shown(pilot)


def test_every_counter_has_a_key() -> None:
    assert len(counters()) == len([action for action in ACTIONS if action.name.startswith("counter(")])


async def test_the_next_and_the_previous_problem_are_a_key_each_among_thousands(
    open_app: OpenApp, office: Office
) -> None:
    failed = {"state": State.UNDELIVERED, "receipt": Receipt.AWAITED, "errors": []}
    sent(office, at=NOW, **failed)
    for day in range(5):
        with office.database.transaction() as connection:
            row = connection.execute(select(tables.message).where(tables.message.c.id == 1)).mappings().one()
            many = [{**row, "id": None, "msg_id": f"{day}-{number}"} for number in range(1200)]
            connection.execute(
                tables.message.insert(), [{k: v for k, v in one.items() if k != "id"} for one in many]
            )
    with office.database.transaction() as connection:
        connection.execute(tables.message.update().where(tables.message.c.id == 4000).values(state="manual"))
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4")
        found = []
        for key in ("e", "e", "e", "e", "E", "E", "E"):
            await press(pilot, key)
            found.append(pilot.app.screen.query_one("#messages", WindowList).current.id)
        assert found == [4000, 5, 2, 4000, 2, 5, 4000]


async def test_the_log_is_followed_until_the_cursor_is_moved(open_app: OpenApp, office: Office) -> None:
    def arrives() -> None:
        sent(office, state=State.DELIVERED, receipt=Receipt.AWAITED, at=NOW, errors=[])

    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "down", "F")
        messages = pilot.app.screen.query_one("#messages", WindowList)
        assert "Meldingslogg · 4 · følger" in shown(pilot)
        arrives()
        pilot.app.screen.look()
        await rest(pilot)
        assert (messages.current.id, messages.cursor) == (5, 0)
        await press(pilot, "down")
        assert "følger" not in shown(pilot).split("uløst")[0]
        arrives()
        pilot.app.screen.look()
        await rest(pilot)
        assert (messages.current.id, messages.cursor) == (4, 2)


def only_bundle(directory: Path) -> tuple[str, dict[str, bytes]]:
    (path,) = directory.glob("*.zip")
    with zipfile.ZipFile(path) as opened:
        return path.name, {name: opened.read(name) for name in opened.namelist()}


async def test_support_saves_a_bundle_without_patient_data_and_only_who_may_read_gets_one_with(
    open_app: OpenApp, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    with office.database.transaction() as connection:
        people.change(connection, 1, reads_all=False, administrator=True)
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "b", "enter", "enter")
        await until(pilot, "Feilpakken ligger i")
        await press(pilot, "b", "down", "enter", "enter")
        await until(pilot, "Dette kan bare")
    name, held = only_bundle(tmp_path)
    assert "uten-pasientdata" in name
    assert "message-4/structure.xml" in held
    assert not any("Åsen".encode() in content for content in held.values())
    with office.database.snapshot() as connection:
        made = audit.entries(connection, action="export")
    assert [(row.message_id, row.detail) for row in made] == [(4, {"patient_data": False})]


async def test_the_id_the_other_side_knows_is_copied(open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    monkeypatch.setattr(ElmeldApp, "on_copy_wanted", lambda _app, event: copied.append(event.text))
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "c")
    assert copied == ["00000000-0000-4000-8000-000000000002"]


async def test_the_thread_has_the_answers_and_receipts_and_enter_goes_there(
    open_app: OpenApp, office: Office
) -> None:
    with office.database.transaction() as connection:
        receipt = {
            "direction": "in",
            "kind": "apprec",
            "type_code": "APPREC",
            "sender_name": "Fjord sykehus",
            "state": "imported",
            "receipt": "none",
            "answers_message_id": 2,
            "created": to_text(NOW),
            "updated": to_text(NOW),
        }
        connection.execute(tables.message.insert().values(receipt))
        connection.execute(tables.message.update().where(tables.message.c.id == 1).values(recreates=2))
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "e", "enter", "left")
        thread = pilot.app.screen.query_one("#thread", WindowList)
        assert [row.id for row in thread.rows] == [1, 2, 5]
        await press(pilot, "end", "enter")
        assert "nr. 5" in shown(pilot)


async def test_support_sees_how_much_went_and_how_much_failed_over_a_week_and_a_month(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f4", "t")
        screen = shown(pilot)
        assert "siste 30 dager" in screen
        assert "2 mottatt, 2 sendt, 1 som ikke gikk bra" in screen
        assert "█" in screen
        await press(pilot, "left", "left")
        assert "siste 7 dager" in shown(pilot)
        await press(pilot, "end")
        assert "Fjord sykehus, Kirurgisk poliklinikk        2       2       1" in shown(pilot)
        await press(pilot, "escape")
        assert "Meldingslogg · 4" in shown(pilot)
