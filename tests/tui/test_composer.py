"""Writing a message, as its user does it: by keyboard, from ctrl+n to Sendt."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.widget import Widget

from elmeld_tui.office.clinic import Office
from elmeld_tui.office.patients import register_patient
from elmeld_tui.store import tables
from elmeld_tui.store.reading import Filter
from elmeld_tui.tui.widgets.fields import FormRow, TextField
from elmeld_tui.tui.widgets.search_field import SearchField
from tests.tui.composing import begin, look_for, search, to_search, write_dialogue
from tests.tui.conftest import NARROW, WIDE, OpenApp, come_true, press, rest, shown, until, write


async def go_to(pilot: Pilot[None], asked: str, *, by: str) -> None:
    """Press the key ``by`` until the row that asks ``asked`` has the focus."""
    while not any(row.asked == asked and row.has_focus_within for row in pilot.app.screen.query(FormRow)):
        await press(pilot, by)


async def test_a_message_is_written_previewed_and_sent(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await write_dialogue(pilot)
        await press(pilot, "f5")
        await until(pilot, "Slik ser mottakeren meldingen")
        assert "Blodtrykk" in shown(pilot)
        assert "ikke sendt" in shown(pilot)
        await press(pilot, "x")
        assert "MsgHead" in shown(pilot)
        await press(pilot, "f9")
        await until(pilot, "Send nå")
        await press(pilot, "enter")
        await until(pilot, "lagt i kø")
    assert office.reader.count(Filter(folder="sent")) == 3
    assert office.reader.drafts(office.user.name) == []


async def test_what_is_missing_stands_beside_its_field_and_nothing_is_sent(
    open_app: OpenApp, office: Office
) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "ctrl+n", "enter", "f9")
        await until(pilot, "Velg en pasient.")
        assert "Velg en mottaker." in shown(pilot)
        await until(pilot, "felt må rettes først")
    assert office.reader.count(Filter(folder="sent")) == 2


async def test_what_is_said_of_a_field_stands_until_that_field_is_in_order(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await begin(pilot, "helse")
        await press(pilot, "f9")
        await until(pilot, "Velg en pasient.")
        await go_to(pilot, "subject", by="tab")
        await write(pilot, "Blodtrykk")
        await pilot.pause(0.3)
        assert "Velg en pasient." in shown(pilot)
        assert "Velg en mottaker." in shown(pilot)
        await go_to(pilot, "patient", by="shift+tab")
        await search(pilot, "åsen")
        await until(pilot, "Velg en pasient.", there=False)
        assert "Velg en mottaker." in shown(pilot)


async def test_each_field_is_answered_whatever_another_searches_for(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await begin(pilot, "helse")
        await press(pilot, "tab")
        patient, recipient = [*pilot.app.screen.query(SearchField)][:2]
        await pilot.press(*"kirurgisk")
        patient.ask("åsen")
        await until(pilot, "Kirurgisk poliklinikk")
        assert recipient.is_answered
        assert "Ørjan" not in shown(pilot), "nothing unfolds below a field that one has left"
        await press(pilot, "shift+tab")
        await until(pilot, "Ørjan Åsen")
        assert patient.is_answered


async def test_a_problem_is_not_shown_before_its_field_is_touched(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "ctrl+n", "enter")
        assert "Velg en mottaker." not in shown(pilot)


async def test_a_referral_saves_itself_and_leaving_just_leaves(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "ctrl+n", "enter")
        await search(pilot, "åsen")
        await press(pilot, "escape")
        await until(pilot, "Utkastet ligger under Utkast")
    assert [draft.form for draft in office.reader.drafts(office.user.name)] == ["referral-2.0"]


async def test_another_composer_asks_before_it_is_left(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await write_dialogue(pilot)
        await press(pilot, "escape")
        await until(pilot, "Forkast")
        await press(pilot, "end", "enter")
        assert "Blodtrykk" in shown(pilot), "to go on writing is an answer too"
        await press(pilot, "escape")
        await until(pilot, "Forkast")
        await press(pilot, "down", "enter")
        await until(pilot, "Innboks")
    assert office.reader.drafts(office.user.name) == []


async def test_an_untouched_composer_closes_without_a_question(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "ctrl+n", "enter", "escape")
        await until(pilot, "Innboks")


async def test_what_is_typed_is_kept_even_if_the_line_drops(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await write_dialogue(pilot)
        await pilot.pause(1.3)
        await rest(pilot)
        kept = office.reader.interrupted_drafts(office.user.name)
        assert [draft.answers["subject"] for draft in kept] == ["Blodtrykk"]
        assert office.reader.drafts(office.user.name) == [], "it is a copy to recover from, until she keeps it"


async def test_many_choices_are_shown_in_a_list_and_found_by_their_letters(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await begin(pilot, "helse")
        while "enter viser alle" not in shown(pilot):
            await press(pilot, "tab")
        await press(pilot, "enter")
        assert "Yrkesgruppe hos mottaker" in shown(pilot)
        await press(pilot, "s", "y", "k", "enter")
        assert "‹ Sykepleier ›" in shown(pilot)


async def test_a_draft_is_taken_up_where_it_was_left(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "ctrl+n", "enter")
        await search(pilot, "åsen")
        await search(pilot, "kirurgisk")
        await press(pilot, "tab", "tab")
        await search(pilot, "diabetes")
        await press(pilot, "escape")
        await until(pilot, "Utkastet ligger")
        await press(pilot, "tab", "end", "up", "up", "enter", "enter")
        await until(pilot, "Ny melding · Henvisning")
        screen = shown(pilot)
        assert "Ørjan Åsen" in screen
        assert "Kirurgisk poliklinikk" in screen
        assert "Diabetes" in screen


async def test_an_answer_to_a_request_is_addressed_back(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "down", "s")
        await until(pilot, "Svar på forespørsel")
        assert "Ørjan Åsen" in shown(pilot)
        assert "Fjord sykehus" in shown(pilot)
        await write(pilot, "Ja.")
        await press(pilot, "f9")
        await until(pilot, "Send nå")
        await press(pilot, "enter")
        await until(pilot, "lagt i kø")
    newest: Any = office.reader.page(Filter(folder="sent"), 0)[0]
    assert newest.type_code == "DIALOG_SVAR"


async def test_what_is_sent_while_the_engine_stands_still_is_not_said_to_leave_now(
    open_app: OpenApp, office: Office
) -> None:
    with office.database.transaction() as connection:
        connection.execute(tables.engine.delete())
    async with open_app(WIDE) as pilot:
        await press(pilot, "down", "s")
        await until(pilot, "Svar på forespørsel")
        await write(pilot, "Ja.")
        await press(pilot, "f9")
        await until(pilot, "Send nå")
        await press(pilot, "enter")
        await until(pilot, "men motoren står")
        assert "sendes nå." not in shown(pilot)


async def test_a_patient_who_is_not_known_is_taken_in(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "ctrl+n", "enter")
        await search(pilot, "13817012345")
        await until(pilot, "Ny pasient")
        await write(pilot, "Eir")
        await press(pilot, "enter")
        await write(pilot, "Moe")
        await press(pilot, "enter")
        await until(pilot, "Kontrollsifrene stemmer ikke")


async def test_a_wrong_number_is_told_beside_it_when_it_is_left_and_no_longer_when_it_is_right(
    open_app: OpenApp,
) -> None:
    async with open_app(NARROW) as pilot:
        await begin(pilot, "helse")
        await search(pilot, "1381701234")
        await until(pilot, "Ny pasient")
        assert "! Fødselsnummer og D-nummer har elleve" in shown(pilot)
        await press(pilot, "shift+tab", "1")
        assert "har elleve" not in shown(pilot)
        assert "Kontrollsifrene" not in shown(pilot), "one is typing it now"
        await press(pilot, "tab")
        assert "! Kontrollsifrene stemmer ikke." in shown(pilot)
        await press(pilot, "shift+tab", *["backspace"] * 11)
        await write(pilot, "21858230052")
        await press(pilot, "tab")
        assert "Kontrollsifrene" not in shown(pilot)


async def test_places_can_be_visited_while_one_writes(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "ctrl+n", "enter", "f4")
        await until(pilot, "Meldingslogg · ")
        await press(pilot, "f2")
        await until(pilot, "Ny melding · Henvisning")


async def test_a_complaint_is_whole_and_is_over_when_the_next_thing_is_told(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await press(pilot, "ctrl+n", "enter", "f9")
        await until(pilot, "felt må rettes først")
        row = next(iter(pilot.app.screen.query(FormRow)))
        row.remark("Svaret har tegn som ikke kan sendes (kontrolltegn). Skriv teksten på nytt.")
        await until(pilot, "teksten på nytt.")
        await press(pilot, "f8")
        await until(pilot, "Utkastet er lagret")
        assert "felt må rettes først" not in shown(pilot)


async def test_what_is_pasted_can_be_sent(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "ctrl+n", "enter")
        field = pilot.app.screen.query(TextField).first()
        field.focus()
        pilot.app.post_message(events.Paste("æøå 中文 \x1b[31m[/] [mmol/mol]\vlinje to\r\ntre"))
        await rest(pilot)
        assert field.answer == "æøå 中文 [31m[/] [mmol/mol]\nlinje to\ntre"


async def test_a_search_may_come_to_its_end_when_its_form_is_closed(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "ctrl+n", "enter")
        field = pilot.app.screen.query(SearchField).first()
        await field.query_one("#note").remove()
        field.answers("", [], "Ingen treff.")
        await field.remove_children()
        field.answers("", [], "Ingen treff.")


async def test_enter_before_the_answer_takes_nothing_that_was_found_for_other_words(
    open_app: OpenApp, office: Office
) -> None:
    register_patient(office, "03854900004", "Bo", "Berg")
    async with open_app(WIDE) as pilot:
        await begin(pilot, "helse")
        patient, receiver = (pilot.app.screen.query(SearchField)[number] for number in (0, 1))
        await look_for(pilot, "Å")
        assert patient.under_cursor is not None
        await pilot.press("ctrl+u", *"berg", "enter")
        await until(pilot, "Bo Berg")
        await rest(pilot)
        assert patient.picked is None, "nobody has seen which there are"
        await press(pilot, "enter")
        assert "Bo Berg" in str(patient.picked)

        await look_for(pilot, "medisinsk")
        await pilot.press("ctrl+u", *"kirurgisk", "enter")
        await come_true(pilot, lambda: receiver.picked is not None, "kirurgisk")
        assert "Kirurgisk" in str(receiver.picked), "there is one alone, and it was entered"


async def test_what_is_wrong_with_a_new_patient_is_told_to_the_end(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await press(pilot, "ctrl+n", "enter")
        await search(pilot, "12345678901")
        await write(pilot, "Kari")
        await press(pilot, "enter")
        await write(pilot, "[/]")
        await press(pilot, "enter")
        await until(pilot, "Kontrollsifrene stemmer ikke.")
        assert "byttet om." in " ".join(shown(pilot).replace("│", " ").split())


async def test_what_is_typed_in_a_search_and_not_chosen_is_not_lost_without_a_word(
    open_app: OpenApp, office: Office
) -> None:
    async with open_app(NARROW) as pilot:
        await write_dialogue(pilot)
        await to_search(pilot, "recipient")
        await write(pilot, "kirurgen")
        assert "er ikke valgt" not in shown(pilot)
        await press(pilot, "f9")
        await until(pilot, "«kirurgen» er ikke valgt")
    assert office.reader.count(Filter(folder="sent")) == 2


async def test_what_a_search_found_is_seen_at_the_bottom_of_the_screen(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await begin(pilot, "labo")
        await to_search(pilot, "code")
        await write(pilot, "gluk")
        await until(pilot, "P-Glukose")


async def test_a_long_note_is_read_to_its_end(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await begin(pilot, "labo")
        assert "utføreren." in shown(pilot)


async def test_the_field_one_writes_in_is_seen_whatever_size_the_terminal_gets(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await begin(pilot, "henv")
        for _ in range(4):
            await press(pilot, "tab")
        field = pilot.app.focused
        assert field is not None
        for size in ((40, 10), (200, 60), (40, 10)):
            await pilot.resize_terminal(*size)
            await _seen(pilot, field)
            await write(pilot, "a")
            await _seen(pilot, field)


async def _seen(pilot: Pilot[None], field: Widget) -> None:
    """Wait until a field is on the screen."""
    await come_true(pilot, lambda: bool(pilot.app.screen.find_widget(field).visible_region.height), "the field")
