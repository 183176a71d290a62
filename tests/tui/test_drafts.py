"""The life of a draft on the screen: saved while one writes, asked about, taken over, and kept where the store fails."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from elmeld_tui.messages import writing
from elmeld_tui.office import beginning, open_drafts
from elmeld_tui.office.beginning import startable_forms
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import save_draft
from elmeld_tui.store import drafts as stored_drafts
from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.rows import Draft
from elmeld_tui.tui import application
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.screens import begin, draft_screen
from elmeld_tui.tui.widgets.fields import LineField, TextField
from elmeld_tui.tui.widgets.form import FormRow
from tests.office.conftest import another_opening
from tests.tui.conftest import WIDE, OpenApp, come_true, press, rest, shown, until, write

THE_FOUR = {
    "treatment-note",
    "treatment-note-dialogue",
    "referral",
    "referral-2.0",
    "sick-note",
    "medical-certificate",
}
"""Behandlingsnotat, henvisning, sykmelding and legeerklæring (design §4.1), each with its editions."""

TEXT = "æøå 中文 \N{STETHOSCOPE}"


def interrupted(office: Office) -> list[Draft]:
    return office.reader.interrupted_drafts(office.user.name)


async def begin_and_type(pilot: Pilot[None], form: str) -> None:
    """Open a form and type in its first text."""
    pilot.app.write(begin.new(form))  # type: ignore[attr-defined]
    await until(pilot, "Mottaker")
    await rest(pilot)
    rows = [row for row in pilot.app.screen.query(FormRow) if type(row.field) in {TextField, LineField}]
    rows[0].field.focus()
    await rest(pilot)
    await write(pilot, TEXT)


async def until_saved(pilot: Pilot[None]) -> None:
    await until(pilot, "lagret 09:00")


@pytest.mark.parametrize("form", [form.name for form in startable_forms()])
async def test_the_four_kinds_save_themselves_and_all_others_ask(
    form: str, open_app: OpenApp, office: Office
) -> None:
    assert writing.form_named(form).saves_itself == (form in THE_FOUR)
    async with open_app(WIDE) as pilot:
        await begin_and_type(pilot, form)
        await until_saved(pilot)
        (draft,) = interrupted(office)
        # Also where the question stands in a group.
        assert (TEXT in str(draft.answers), draft.kept) == (True, form in THE_FOUR)
        await press(pilot, "escape")
        await until(pilot, "Utkastet ligger under Utkast" if form in THE_FOUR else "Fortsett å skrive")
    assert bool(office.reader.drafts(office.user.name)) == (form in THE_FOUR)


async def test_a_terminal_whose_draft_is_taken_over_says_so_and_can_only_read(
    open_app: OpenApp, office: Office
) -> None:
    async with open_app(WIDE) as pilot:
        await begin_and_type(pilot, "referral-2.0")
        await until_saved(pilot)
        (draft,) = interrupted(office)
        theirs = open_drafts.open_draft(office, draft.id, another_opening(office), take_over=True)
        await until(pilot, "bare lesing")
        assert "HER-id" not in shown(pilot), "no hint stands where nothing can be written"
        await until(pilot, "tatt over")
        await write(pilot, "mer")
        await press(pilot, "escape")
        await until(pilot, "Innboks")
    assert save_draft(office, theirs).version == theirs.version + 1, "nothing was written over it"


async def test_what_both_wrote_is_kept_and_the_user_chooses(
    open_app: OpenApp, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(WIDE) as pilot:
        await begin_and_type(pilot, "dialogue")
        await until_saved(pilot)
        (draft,) = interrupted(office)
        monkeypatch.setattr(draft_screen, "REST", 60.0)
        monkeypatch.setattr(draft_screen, "CEILING", 60.0)
        await pilot.press("m", "e", "r")
        open_drafts.open_draft(office, draft.id, another_opening(office), take_over=True)
        await until(pilot, "To har skrevet i samme utkast")
        said = {value for one in interrupted(office) for value in one.answers.values()}
        assert {TEXT, f"{TEXT}mer"} <= said, "both are safe before she has answered"
        await press(pilot, "enter")
        await come_true(pilot, lambda: bool(office.reader.drafts(office.user.name)), "the draft that was left")
    assert [f"{TEXT}mer" in one.answers.values() for one in office.reader.drafts(office.user.name)] == [True]


async def test_what_a_dead_terminal_left_is_offered_at_start_and_taken_up(
    open_app: OpenApp, office: Office
) -> None:
    left = beginning.new_draft(office, "dialogue")
    save_draft(office, replace(left, answers={"subject": TEXT}, kept=False, terminal="gone"))
    async with open_app(WIDE) as pilot:
        await until(pilot, "Du har noe du ikke fikk sendt")
        await press(pilot, "enter")
        await until(pilot, TEXT)
        assert "Helsefaglig dialog" in shown(pilot)


async def test_an_offer_does_not_get_in_the_way_of_what_one_opens(open_app: OpenApp, office: Office) -> None:
    office_is_free = threading.Event()

    def slowly(at_office: Office) -> Draft:
        office_is_free.wait()
        return begin.new("dialogue")(at_office)

    async with open_app(WIDE) as pilot:
        await rest(pilot)
        left = beginning.new_draft(office, "dialogue")
        save_draft(office, replace(left, answers={"subject": TEXT}, kept=False, terminal="gone"))
        app: Any = pilot.app
        app.write(slowly)
        await pilot.pause()
        app.offer_unsent()
        office_is_free.set()
        await until(pilot, "Mottaker")
        assert "Du har noe du ikke fikk sendt" not in shown(pilot)
        await press(pilot, "escape")
        await until(pilot, "Du har noe du ikke fikk sendt")


async def test_what_a_dropped_line_has_left_is_not_offered_into_what_one_types(
    open_app: OpenApp, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[object] = []
    look_again = ElmeldApp._offer_again
    monkeypatch.setattr(application, "_LOOK_AGAIN", 0.05)
    monkeypatch.setattr(application, "_LOOKS_AGAIN", 0)
    monkeypatch.setattr(ElmeldApp, "_offer_again", lambda app: (looks.append(app), look_again(app)))
    async with open_app(WIDE) as pilot:
        await press(pilot, "slash")
        left = beginning.new_draft(office, "dialogue")
        save_draft(office, replace(left, answers={"subject": TEXT}, kept=False, terminal="gone"))
        looks.clear()
        while len(looks) < 3:
            await pilot.pause(0.05)
        assert "Du har noe du ikke fikk sendt" not in shown(pilot)
        await pilot.press("escape")
        await until(pilot, "Du har noe du ikke fikk sendt")


async def test_a_look_for_what_was_left_that_comes_when_the_screens_are_closed_is_none(
    app: ElmeldApp, open_app: OpenApp
) -> None:
    async with open_app():
        pass
    app._offer_again()


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let saving fail while there is something in the list."""
    told = ["disken er full"]
    add = stored_drafts.add

    def failing(*args: Any, **named: Any) -> int:
        if told:
            raise StoreError(told[0])
        return add(*args, **named)

    monkeypatch.setattr(stored_drafts, "add", failing)
    return told


async def test_where_the_store_fails_one_is_told_and_it_is_tried_again(
    open_app: OpenApp, office: Office, full_disk: list[str]
) -> None:
    async with open_app(WIDE) as pilot:
        await begin_and_type(pilot, "dialogue")
        await until(pilot, "IKKE LAGRET")
        await until(pilot, "prøver igjen. disken")
        full_disk.clear()
        await until(pilot, "lagret 09:00")
    assert [TEXT in draft.answers.values() for draft in interrupted(office)] == [True]


async def test_a_draft_that_is_open_in_another_terminal_is_not_thrown_away_from_the_list(
    open_app: OpenApp, office: Office
) -> None:
    draft = save_draft(office, replace(beginning.new_draft(office, "dialogue"), answers={"subject": TEXT}))
    assert draft.id is not None
    open_drafts.open_draft(office, draft.id, another_opening(office))
    async with open_app() as pilot:
        await press(pilot, "tab", "end", "up", "up", "enter", "d")
        await until(pilot, "åpent i et annet vindu")
    assert [one.id for one in office.reader.drafts(office.user.name)] == [draft.id]
