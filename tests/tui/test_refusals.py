"""What somebody may not do: its key is gone from the bar, the key says why, and the audit trail has that she tried.

The cases are made from the tables of actions, of deeds and of the parts of Klinikk: an action that is new belongs to one
of them, or is said here to ask somewhere else, or nobody.
"""

from __future__ import annotations

import pytest
from sqlalchemy import update
from textual.pilot import Pilot

from elmeld_tui.model.people import Actor, Relation
from elmeld_tui.office import alert_acts, policy, possible
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.possible import Deed
from elmeld_tui.store import audit, people, tables
from elmeld_tui.tui.actions import ACTIONS, Action, Where, actions
from elmeld_tui.tui.clinic import PARTS
from elmeld_tui.tui.clinic.parts import Part
from elmeld_tui.tui.key_names import key_word
from elmeld_tui.tui.screens.place import PlaceScreen
from tests.tui.conftest import OpenApp, press, rest, shown

ROOM = (300, 45)
"""Wide enough for every key of any place."""
MEMBER = Actor(1, "lege", "Kari Prøve")
STRANGER = Actor(None, "lege", "lege")

DEEDS = {
    action.id: Deed(action.name)
    for action in ACTIONS
    if action.where in {Where.POST, Where.LOG, Where.ALERTS} and action.name in set(Deed)
}
"""What is done with a message, wherever."""
PLACES = {
    "everywhere.place_patient": policy.Action.OPEN_PATIENT,
    "everywhere.place_log": policy.Action.SEE_LOG,
    "everywhere.place_alerts": policy.Action.SEE_CLINIC_ALERT,
    "everywhere.place_addresses": policy.Action.SEE_CLINIC,
    "everywhere.place_clinic": policy.Action.SEE_CLINIC,
    "everywhere.new_message": policy.Action.WRITE,
}
"""What a stranger cannot come to."""
OF_PARTS = {"add", "change", "grant", "members", "retire"}
"""What is done in the parts of Klinikk, each of which says what it asks."""
ASKS_BEHIND = {
    *("post.sign_off_next", "post.undo", "post.in_log", "patient.reply", "patient.attachments", "patient.in_log"),
    *("log.statistics", "alerts.in_log", "addresses.write", "addresses.favourite", "clinic.examine"),
    *("composer.send", "preview.send", "composer.favourite", "composer.enclose", "composer.shortcuts"),
    "composer.quote_results",
    *("attachments.save", "everywhere.unlock_code"),
}
"""Asked for by the use case, or by the place that it leads to."""
OWN = {
    *("post.discard", "composer.save_draft", "composer.leave", "composer.preview", "everywhere.place_post"),
    *(f"everywhere.{name}" for name in ("jump", "theme", "mouse", "ring", "lock", "help", "redraw", "quit")),
    *("log.copy_id", "log.follow", "alerts.setup", "addresses.renew", "patient.matrix", "patient.unanswered"),
}
"""One's own drafts, terminal and screen, and looking at what one has come to already."""
LOOKING = ("search", "filter", "drop_filter", "next", "zoom", "back", "section", "toggle_xml", "below", "period")
NOT_PLACES = {Where.LIST, Where.TEXT, Where.DIALOG, Where.FILTER, Where.MATRIX, Where.STATISTICS}


def test_every_action_asks_who_may_or_is_said_to_ask_nobody() -> None:
    asked = {*DEEDS, *PLACES, *ASKS_BEHIND, *(f"clinic.{name}" for name in OF_PARTS)}
    known = {
        action.id
        for action in ACTIONS
        if action.where not in NOT_PLACES
        and (action.in_footer or action.in_palette)
        and not action.name.startswith(LOOKING)
    }
    assert known == asked | OWN
    assert not asked & OWN
    assert {name for part in PARTS for name in part.acts} <= OF_PARTS
    assert {part.name for part in PARTS if part.asks is None} == {"shortcuts", "keys"}, "one's own"


def refused(office: Office) -> list[tuple[str, int | None]]:
    """Return what the trail says that somebody was refused, and about which message."""
    with office.database.snapshot() as connection:
        return [(str(row.detail["action"]), row.message_id) for row in audit.entries(connection, action="refused")]


async def is_refused(
    pilot: Pilot[None], office: Office, action: Action, reason: str, asks: policy.Action, about: int | None = None
) -> None:
    """Assert that the key of ``action`` says why, and that the trail has it, once."""
    before = refused(office)
    # A key that is no letter, so that the next is not taken for what is typed on after the last that was refused.
    await press(pilot, "ctrl+l", action.keys[0])
    for _ in range(40):
        # What may lead to a question is work that nobody waits for.
        if refused(office) != before:
            break
        await pilot.pause(0.05)
    assert [one.message for one in pilot.app._notifications] == [reason], action.id
    assert refused(office) == [*before, (str(asks), about)], action.id


def is_in_the_bar(pilot: Pilot[None], action: Action) -> bool:
    return f" {key_word(action.keys[0])} {action.label()} " in shown(pilot).split("\n")[-1] + " "


def loses_access(office: Office) -> None:
    with office.database.transaction() as connection:
        people.change(connection, 1, reads_all=False, administrator=False)


def alert_about(office: Office, message_id: int, code: str) -> None:
    with office.database.transaction() as connection:
        connection.execute(update(tables.alert).values(code=code, message_id=message_id))


@pytest.mark.parametrize(
    ("where", "way"),
    [
        (Where.POST, ("enter",)),
        (Where.LOG, ("alt+3", "enter")),
        (Where.ALERTS, ("alt+4", "enter")),
    ],
)
async def test_what_is_done_with_a_message_is_refused_to_who_may_not(
    where: Where, way: tuple[str, ...], open_app: OpenApp, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever state the message is in, the policy alone shall decide here.
    monkeypatch.setattr(possible, "_REASONS", dict.fromkeys(Deed, lambda *_: iter(())))
    alert_about(office, 2, "rejected")
    deeds = [action for action in actions(where) if action.id in DEEDS]
    assert deeds
    async with open_app(ROOM) as pilot:
        await press(pilot, *way)
        screen = pilot.app.screen
        assert isinstance(screen, PlaceScreen)
        # She had the message open when her access was taken, and the screen has not looked since.
        screen._look_timer.pause()
        await rest(pilot)
        opened = screen.current  # type: ignore[attr-defined]
        message_id = opened.alert.message_id if where is Where.ALERTS else opened.id
        loses_access(office)
        for action in deeds:
            deed = DEEDS[action.id]
            asks = alert_acts.asks(deed, opened.alert) if where is Where.ALERTS else possible.asks(deed)
            reason = policy.may(MEMBER, asks, Relation.NONE).reason
            await is_refused(pilot, office, action, reason, asks, message_id)
        screen.show_keys()  # type: ignore[attr-defined]
        await rest(pilot)
        assert [action.id for action in deeds if is_in_the_bar(pilot, action)] == []


async def test_an_alert_that_goes_by_hand_is_cleared_by_nobody_who_may_not(
    open_app: OpenApp, office: Office
) -> None:
    alert_about(office, 2, "something_new")
    handled = next(action for action in actions(Where.ALERTS) if action.name == Deed.MARK_HANDLED)
    async with open_app(ROOM) as pilot:
        await press(pilot, "alt+4", "enter")
        pilot.app.screen._look_timer.pause()  # type: ignore[attr-defined]
        need = pilot.app.screen.current  # type: ignore[attr-defined]
        assert alert_acts.asks(Deed.MARK_HANDLED, need.alert) is policy.Action.CLEAR_ALERT
        loses_access(office)
        reason = policy.may(MEMBER, policy.Action.CLEAR_ALERT).reason
        await is_refused(pilot, office, handled, reason, policy.Action.CLEAR_ALERT, 2)


@pytest.mark.parametrize("administrator", [True, False])
async def test_what_is_changed_in_klinikk_is_refused_to_who_is_no_administrator(
    administrator: bool, open_app: OpenApp, office: Office
) -> None:
    if not administrator:
        loses_access(office)
    async with open_app(ROOM) as pilot:
        await press(pilot, "alt+6")
        for part in PARTS:
            await press(pilot, "left", "down", "right")
            assert f" {part.title()} ·" in shown(pilot)
            can = _of_part(part)
            bar = [action.id for action in can if is_in_the_bar(pilot, action)]
            if administrator:
                usual = [action for action in can if action.name not in part.words]
                rows = " · 0" not in shown(pilot).split("\n")[2]
                assert bar == [action.id for action in usual if rows or action.name == "add"], part.name
                continue
            if part.asks is None:
                continue
            assert bar == [], part.name
            reason = policy.may(MEMBER, part.asks).reason
            for action in can:
                if action.name == "add" or " · 0" not in shown(pilot).split("\n")[2]:
                    await is_refused(pilot, office, action, reason, part.asks)


def _of_part(part: Part) -> list[Action]:
    """Return what can be done in a part."""
    names = {*part.acts, *(["add"] if part.add else [])}
    return [action for action in actions(Where.CLINIC) if action.name in names]


async def test_a_stranger_comes_to_no_place_and_writes_nothing(open_app: OpenApp, office: Office) -> None:
    async with open_app(ROOM) as pilot:
        with office.database.transaction() as connection:
            people.change(connection, 1, active=False)
        for action in ACTIONS:
            if asks := PLACES.get(action.id):
                await is_refused(pilot, office, action, policy.may(STRANGER, asks).reason, asks)
                assert type(pilot.app.screen).__name__ == "PostScreen", action.id
