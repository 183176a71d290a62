"""Post, message by message: read it whole, go on to the next, and do with it what it allows."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from elmeld_tui.model.clinic import User
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.people import own_mailbox
from elmeld_tui.office.beginning import new_draft
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import save_draft
from elmeld_tui.office.patients import register_patient
from elmeld_tui.office.post import UNDO_WITHIN, sign_off, undo_sign_off
from elmeld_tui.office.terminals import LEASE
from elmeld_tui.simulator.lab_result import lab_result
from elmeld_tui.store import drafts as store_drafts
from elmeld_tui.store import people, post, tables
from elmeld_tui.store.filters import Filter
from tests.tui.composing import write_dialogue
from tests.tui.conftest import NARROW, NOW, WIDE, OpenApp, addressing, press, rest, shown, take_in, told, until


async def test_the_panes_of_a_message_are_turned_with_the_arrows(open_app: OpenApp, office: Office) -> None:
    sign_off(office, office.reader.page(Filter(folder="inbox"), 0)[0].id)
    async with open_app(WIDE) as pilot:
        await press(pilot, "tab", "end", "shift+tab", "enter")
        assert "Medisinsk biokjemi" in shown(pilot)
        await press(pilot, "right")
        assert "Meldingen har ingen vedlegg." in shown(pilot)
        await press(pilot, "right", "right")
        assert "kvittert av lege" in shown(pilot)
        await press(pilot, "right")
        assert "Medisinsk biokjemi" in shown(pilot)


async def test_another_message_of_the_thread_is_opened_from_it(open_app: OpenApp, office: Office) -> None:
    rows = office.reader.page(Filter(folder="inbox"), 0)
    with office.database.transaction() as connection:
        asked, told = rows[1].id, rows[0].id
        start = {"conversation_start": "samtale"}
        connection.execute(tables.message.update().where(tables.message.c.id.in_([asked, told])).values(start))
    async with open_app(WIDE) as pilot:
        await press(pilot, "enter", "right", "right")
        thread = pilot.app.screen.query_one("#thread")
        assert thread.has_focus
        assert {row.id for row in thread.rows} == {asked, told}
        await press(pilot, "up" if thread.cursor else "down", "enter")
        assert "acetylsalisylsyre" in shown(pilot)


async def test_the_next_message_opens_without_closing_the_one_that_is_read(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "enter", "full_stop")
        assert "acetylsalisylsyre" in shown(pilot)
        assert "2 av 2" in shown(pilot)
        await press(pilot, "full_stop")
        assert "Dette er den siste" in shown(pilot)
        await press(pilot, "comma")
        assert "Medisinsk biokjemi" in shown(pilot)


async def test_the_next_unread_message_is_one_key_away(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await press(pilot, "enter", "b")
        assert "acetylsalisylsyre" in shown(pilot)
        await press(pilot, "b")
        assert "Ingen flere uleste" in shown(pilot)


async def test_a_signing_off_can_be_undone_for_ten_minutes(open_app: OpenApp, office: Office) -> None:
    async with open_app() as pilot:
        await press(pilot, "k", "k")
        assert "innen 10 minutter" in shown(pilot)
        await press(pilot, "tab", "end")
        assert "Arkiv · 1" in shown(pilot)
    message = office.reader.page(Filter(folder="archive"), 0)[0].id
    late = replace(office, clock=lambda: NOW + UNDO_WITHIN + timedelta(seconds=1))
    with pytest.raises(Exception, match="ikke angres lenger: det er mer enn 10 minutter siden"):
        undo_sign_off(late, message)
    undo_sign_off(replace(office, clock=lambda: NOW + UNDO_WITHIN), message)
    assert office.reader.count(Filter(folder="inbox")) == 2


async def test_a_key_that_cannot_be_used_says_why(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "tab", "end", "up", "tab", "k")
        assert "kan ikke kvitteres" in told(pilot)
        await press(pilot, "up", "down", "a")
        assert "Avvik meldes på det en har mottatt." in told(pilot)
        await press(pilot, "down", "n")
        assert "Mottakeren har godtatt meldingen." in told(pilot)
        await press(pilot, "up", "down", "p")
        assert "sendes igjen" in told(pilot)


async def test_the_keys_of_an_open_message_are_those_that_can_be_used(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "enter")
        footer = shown(pilot).splitlines()[-1]
        assert "kvitter" in footer
        assert "svar" not in footer
        await press(pilot, "full_stop")
        assert "s svar" in shown(pilot).splitlines()[-1]


async def test_replying_copies_the_question_into_the_answer(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "down", "s")
        await until(pilot, "Svar på forespørsel")


async def test_a_deviation_is_reported_on_what_was_accepted(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "a")
        await until(pilot, "Om mottatt melding")


async def test_a_failed_message_is_explained_and_made_anew_at_the_field_that_is_at_fault(
    open_app: OpenApp, office: Office
) -> None:
    async with open_app(WIDE) as pilot:
        await write_dialogue(pilot)
        await press(pilot, "f9")
        await until(pilot, "Send nå")
        await press(pilot, "enter")
        await until(pilot, "lagt i kø")
        _refuse(office, office.reader.page(Filter(folder="sent"), 0)[0].id)
        await press(pilot, "tab", "end", "up", "tab", "n")
        await until(pilot, "Meldingen kom ikke fram")
        assert "finnes ikke hos mottakeren" in shown(pilot)
        await press(pilot, "enter")
        await until(pilot, "Kontroll?")
        await rest(pilot)
        focused = pilot.app.focused
        assert focused is not None
        assert focused.name == "recipient"
        assert "! Den meldingen er adressert til, finnes ikke" in shown(pilot)


def _refuse(office: Office, message_id: int) -> None:
    """Let the receiver have refused a message, as the engine notes it."""
    m, r, o = tables.message, tables.receiver, tables.outbox
    with office.database.transaction() as connection:
        connection.execute(m.update().where(m.c.id == message_id).values(state="delivered", receipt="rejected"))
        errors = [{"code": "E21", "text": "Mottaker finnes ikke"}]
        told = {"receipt": "rejected", "errors": errors}
        connection.execute(r.update().where(r.c.message_id == message_id).values(told))
        connection.execute(o.update().where(o.c.message_id == message_id).values(done=True, outcome="delivered"))


async def test_a_message_whose_patient_is_uncertain_is_filed_by_a_person(
    open_app: OpenApp, office: Office
) -> None:
    register_patient(office, "01817100003", "Ola", "Åsen")
    message = office.reader.page(Filter(folder="inbox"), 0)[0].id
    with office.database.transaction() as connection:
        connection.execute(tables.message.update().where(tables.message.c.id == message).values(patient_id=None))
    async with open_app(WIDE) as pilot:
        await pilot.press("j")
        await until(pilot, "Hvem gjelder meldingen?")
        screen = shown(pilot)
        assert "Den ligger ikke i noen journal." in screen
        assert "likt: nummer" in screen
        assert "ULIKT: nummer" in screen
        await pilot.press("enter")
        await until(pilot, "ligger nå i journalen til Ørjan Åsen")
    filed = office.reader.message(message)
    assert filed is not None
    assert filed.patient_id is not None


async def test_somebody_who_differs_is_linked_only_after_one_more_question(
    open_app: OpenApp, office: Office
) -> None:
    other = register_patient(office, "01817100003", "Ola", "Åsen")
    message = office.reader.page(Filter(folder="inbox"), 0)[0]
    async with open_app(WIDE) as pilot:
        await pilot.press("j")
        await until(pilot, "Hvem gjelder meldingen?")
        await pilot.press("down", "enter")
        await until(pilot, "Koble likevel?")
        await pilot.press("enter")
        await rest(pilot)
    kept = office.reader.message(message.id)
    assert kept is not None
    assert kept.patient_id != other.id


async def test_every_main_mailbox_has_its_own_feedback_with_every_message_in_it(
    open_app: OpenApp, office: Office
) -> None:
    mine = own_mailbox(1)
    received = office.reader.page(Filter(folder="inbox"), 0)[0].id
    with office.database.transaction() as connection:
        post.put(connection, received, folder="inbox", unread=True, at="2026-11-22T08:00:00.000Z", mailbox=mine)
    sign_off(office, received)
    async with open_app(WIDE) as pilot:
        await press(pilot, "tab", "home", "down", "down")
        assert "Min post › Tilbakemelding · 1" in shown(pilot)
        await press(pilot, "down")
        assert "Min post › LAB-resultat · 1" in shown(pilot)
        await press(pilot, "end")
        await press(pilot, *["up"] * 6)
        assert "Klinikken › Tilbakemelding · 4, 1 ulest" in shown(pilot)


async def test_a_draft_that_is_thrown_away_can_be_had_back(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "ctrl+n", "h", "e", "n", "enter")
        await until(pilot, "Henvisning")
        await press(pilot, "f8")
        await until(pilot, "Utkastet er lagret")
        await press(pilot, "escape", "tab", "end", "up", "up", "enter", "d")
        assert "Utkast · 0" in shown(pilot)
        await press(pilot, "u")
        assert "Utkast · 1" in shown(pilot)


@pytest.mark.parametrize(("size", "where"), [(NARROW, "åpent"), (WIDE, "åpent på kontor-2")])
async def test_a_draft_tells_whom_it_is_about_and_where_it_is_open(
    open_app: OpenApp, office: Office, size: tuple[int, int], where: str
) -> None:
    draft = replace(new_draft(office, "dialogue"), patient_id=1, recipient_name="Fjord sykehus")
    saved = save_draft(office, draft)
    assert saved.id is not None
    with office.database.transaction() as connection:
        there = f"lege@kontor-2 1 0 {to_text(NOW)} 0"
        store_drafts.open_in(connection, saved.id, there, until=to_text(NOW + LEASE))
    async with open_app(size) as pilot:
        await press(pilot, "tab", "end", "up", "up")
        (row,) = [line for line in shown(pilot).splitlines() if "Helsefaglig" in line]
        assert re.search(f"Fjord.* Ørjan Åsen +{where} ", row)


async def test_what_arrives_above_moves_nothing_that_is_looked_at(open_app: OpenApp, office: Office) -> None:
    for number in range(30):
        raw = lab_result(addressing(office, 1, number=100 + number, now=NOW))
        take_in(office, raw, NOW - timedelta(minutes=50 - number))
    async with open_app() as pilot:
        await press(pilot, "down", "down", "enter", "down")
        before = shown(pilot).splitlines()[5:]
        take_in(office, lab_result(addressing(office, 1, number=9, now=NOW)), NOW)
        await until(pilot, "· 1 ny over")
        after = shown(pilot).splitlines()[5:]
        assert [line for line in after if "uleste" not in line][8:] == before[8:]
        await press(pilot, "escape", "home")
        assert "ny over" not in shown(pilot)


async def test_a_message_is_forwarded_to_a_position_and_is_gone_from_whoever_had_it(
    open_app: OpenApp, office: Office
) -> None:
    row = office.reader.page(Filter(folder="inbox"), 0)[0]
    with office.database.transaction() as connection:
        other = people.add(connection, User("per", "Per Vikar"), at="2026-11-22T07:00:00.000Z")
        people.add_position(connection, "Vikarlege", other)
        people.add_position(connection, "Sykepleier")
        post.put(connection, row.id, folder="inbox", unread=True, at=row.at, mailbox=own_mailbox(1))
    async with open_app(WIDE) as pilot:
        assert "Min post › Innboks · 1" in shown(pilot)
        await pilot.press("v")
        await until(pilot, "Videresende til")
        await pilot.press(*"syke", "enter")
        await until(pilot, "er ubesatt")
        await pilot.press(*["backspace"] * 4, *"per", "enter")
        await until(pilot, "Videresendt til Vikarlege")
        assert "Min post › Innboks · 0" in shown(pilot)
    lies = {item.mailbox: (item.folder, item.unread) for item in office.reader.post_items(row.id)}
    assert lies[own_mailbox(other)] == ("inbox", True)
    assert own_mailbox(1) not in lies
    said = next(event for event in office.reader.events(row.id) if event.name == "forwarded")
    assert said.detail["user"] == "lege"


async def test_undo_after_forwarding_says_that_it_cannot_and_undoes_nothing_older_in_its_place(
    open_app: OpenApp, office: Office
) -> None:
    first, second = office.reader.page(Filter(folder="inbox"), 0)[:2]
    with office.database.transaction() as connection:
        other = people.add(connection, User("per", "Per Vikar"), at="2026-11-22T07:00:00.000Z")
        people.add_position(connection, "Vikarlege", other)
        for row in (first, second):
            post.put(connection, row.id, folder="inbox", unread=False, at=row.at, mailbox=own_mailbox(1))
    async with open_app(WIDE) as pilot:
        await press(pilot, "k")
        await until(pilot, "Min post › Innboks · 1")
        await press(pilot, "v")
        await until(pilot, "Videresende til")
        await pilot.press(*"vikar", "enter")
        await until(pilot, "Min post › Innboks · 0")
        await press(pilot, "u")
        await until(pilot, "En videresending kan ikke angres. Be Vikarlege")
        assert "Min post › Innboks · 0" in shown(pilot)
        await press(pilot, "u")
        await until(pilot, "Min post › Innboks · 1")


async def test_what_is_signed_off_cannot_be_forwarded_and_says_why(open_app: OpenApp, office: Office) -> None:
    sign_off(office, office.reader.page(Filter(folder="inbox"), 0)[0].id)
    async with open_app(WIDE) as pilot:
        await press(pilot, "tab", "end", "shift+tab", "v")
        assert "Angre kvitteringen" in told(pilot)
