"""Writing a message: choosing a form, what is wrong in it, seeing it as the receiver will, and leaving it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from textual.pilot import Pilot

from elmeld_tui.model.clock import to_text
from elmeld_tui.office import beginning, drafts
from elmeld_tui.office.clinic import Office
from elmeld_tui.store import tables
from elmeld_tui.tui.screens import begin
from elmeld_tui.tui.widgets.form import GroupRow
from tests.snapshots.screen import Act, Screen, asked, keys
from tests.tui.composing import begin as choose
from tests.tui.composing import search, to_line, write_dialogue, write_order
from tests.tui.conftest import press, rest, until, write


async def _written(pilot: Pilot[None]) -> None:
    await write_dialogue(pilot)
    await pilot.pause(1.3)
    await rest(pilot)


async def _asked_to_send(pilot: Pilot[None]) -> None:
    await press(pilot, "escape")
    await asked("f9", "Send nå")(pilot)


async def _asked_before_leaving(pilot: Pilot[None]) -> None:
    await press(pilot, "escape")
    await asked("escape", "Forkast")(pilot)


async def _missing(pilot: Pilot[None]) -> None:
    await press(pilot, "ctrl+n", "enter")
    await asked("f9", "felt må rettes først")(pilot)


async def _ordered(pilot: Pilot[None]) -> None:
    await write_order(pilot)
    (group,) = (row for row in pilot.app.screen.query(GroupRow) if row.asked == "investigations")
    await to_line(pilot, group, "add")


async def _wrong_answers(pilot: Pilot[None]) -> None:
    """Type what is no date where one is asked for, and go on."""
    await choose(pilot, "forespørsel")
    await search(pilot, "åsen")
    await search(pilot, "kirurgisk")
    for _ in range(6):
        await press(pilot, "tab")
    await write(pilot, "31.02.26")
    await press(pilot, "tab")
    await write(pilot, "i går")
    await press(pilot, "tab")


async def _new_patient(pilot: Pilot[None]) -> None:
    await choose(pilot, "helse")
    await search(pilot, "12345678901")
    await until(pilot, "Ny pasient")


async def _wrong_number(pilot: Pilot[None]) -> None:
    await write(pilot, "Eir")
    await press(pilot, "enter")
    await write(pilot, "Moe")
    await press(pilot, "enter")
    await until(pilot, "Kontrollsifrene stemmer ikke.")


def _half_written(office: Office, *, kept: bool, terminal: str) -> int:
    draft = beginning.new_draft(office, "dialogue")
    answers = {"subject": "Blodtrykk"}
    saved = drafts.save_draft(office, replace(draft, answers=answers, kept=kept, terminal=terminal))
    assert saved.id is not None
    return saved.id


def _interrupted(office: Office) -> None:
    _half_written(office, kept=False, terminal="gone")


def _open_elsewhere(office: Office) -> None:
    """Let a draft be open in a terminal of another machine."""
    draft_id = _half_written(office, kept=True, terminal="")
    until = to_text(office.clock() + timedelta(minutes=1))
    there = f"lege@kontor-2 1 0 {to_text(office.clock())} 0"
    with office.database.transaction() as connection:
        drafts_of = tables.draft
        connection.execute(
            drafts_of.update().where(drafts_of.c.id == draft_id).values(terminal=there, terminal_until=until)
        )


async def _offered(pilot: Pilot[None]) -> None:
    await until(pilot, "Du har noe du ikke fikk sendt")


async def _locked(pilot: Pilot[None]) -> None:
    (draft,) = pilot.app.session.reader.drafts("lege")  # type: ignore[attr-defined]
    pilot.app.write(begin.kept(draft.id))  # type: ignore[attr-defined]
    await until(pilot, "allerede åpent")


async def _only_read(pilot: Pilot[None]) -> None:
    await pilot.press("enter")
    await until(pilot, "bare lesing")


def _form(name: str) -> Act:
    """Return the opening of an empty form, after the one before has been left."""

    async def act(pilot: Pilot[None]) -> None:
        if pilot.app.screen.query("DraftForm"):
            await press(pilot, "escape")
        pilot.app.write(begin.new(name))  # type: ignore[attr-defined]
        await until(pilot, "Mottaker")
        await rest(pilot)

    return act


_FORMS = [form.name for form in beginning.startable_forms()]

SCREENS = {
    "new_message": Screen(keys("ctrl+n")),
    "composer": Screen(
        _written,
        then={
            "preview": asked("f5", "Slik ser mottakeren meldingen"),
            "preview_xml": keys("x"),
            "composer_send": _asked_to_send,
            "composer_leave": _asked_before_leaving,
        },
    ),
    "composer_missing": Screen(_missing),
    "composer_wrong": Screen(_wrong_answers),
    "composer_group": Screen(_ordered),
    "new_patient": Screen(_new_patient, then={"new_patient_wrong": _wrong_number}),
    "unsent": Screen(_offered, _interrupted),
    "draft_locked": Screen(_locked, _open_elsewhere, then={"draft_read": _only_read}),
    f"form_{_FORMS[0]}": Screen(_form(_FORMS[0]), then={f"form_{name}": _form(name) for name in _FORMS[1:]}),
}
