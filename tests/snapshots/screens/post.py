"""The mailboxes."""

from __future__ import annotations

from textual.pilot import Pilot

from elmeld_tui.model.clinic import User
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.patients import register_patient
from elmeld_tui.store import people, tables
from elmeld_tui.store.filters import Filter
from tests.snapshots.screen import Screen, asked, keys
from tests.tui.conftest import press, until


def colleagues(office: Office) -> None:
    """Let there be somebody to forward to."""
    with office.database.transaction() as connection:
        other = people.add(connection, User("per", "Per Vikar"), at="2026-11-22T07:00:00.000Z")
        people.add_position(connection, "Vikarlege", other)
        people.add_position(connection, "Sykepleier")
        team = people.add_team(connection, "Akutt")
        people.set_membership(connection, team, other, ["vakt"])
        people.set_membership(connection, team, 1, [])


def threaded(office: Office) -> None:
    """Let what is in the inbox be one conversation."""
    table = tables.message
    rows = [row.id for row in office.reader.page(Filter(folder="inbox"), 0)]
    with office.database.transaction() as connection:
        connection.execute(table.update().where(table.c.id.in_(rows)).values(conversation_start="samtale"))


def long_names(office: Office) -> None:
    """Let what lies in the inbox and in Sendt have names as long as they come."""
    long = {
        "patient_name": "Anne-Margrethe Kristoffersdatter von Hanno-Schjelderup",
        "sender_name": "Universitetssykehuset Nord-Norge HF, Nevrokirurgisk, øre-nese-hals- og øyeavdeling",
        "receiver_name": "Universitetssykehuset Nord-Norge HF, Nevrokirurgisk, øre-nese-hals- og øyeavdeling",
    }
    with office.database.transaction() as connection:
        connection.execute(tables.message.update().values(long))


def strangers(office: Office) -> None:
    """Let what is in the inbox be about nobody who is known for certain, and somebody with the same name be known."""
    register_patient(office, "01817100003", "Ola", "Åsen")
    rows = [row.id for row in office.reader.page(Filter(folder="inbox"), 0)]
    with office.database.transaction() as connection:
        table = tables.message
        connection.execute(table.update().where(table.c.id.in_(rows)).values(patient_id=None))


async def _in_sent(pilot: Pilot[None]) -> None:
    await press(pilot, "tab", "end", "up", "tab")


async def _unlike(pilot: Pilot[None]) -> None:
    await pilot.press("down", "enter")
    await until(pilot, "Koble likevel?")


async def _told(pilot: Pilot[None]) -> None:
    await press(pilot, "home", "k")
    await until(pilot, "Kvittert")


async def _refused(pilot: Pilot[None]) -> None:
    await _in_sent(pilot)
    await press(pilot, "down", "n")


async def _explained(pilot: Pilot[None]) -> None:
    await _in_sent(pilot)
    await pilot.press("n")
    await until(pilot, "Meldingen kom ikke fram")


async def _kept_draft(pilot: Pilot[None]) -> None:
    await press(pilot, "ctrl+n", "h", "e", "n", "enter", "f8", "escape", "tab")


SCREENS = {
    "post": Screen(
        keys(),
        then={
            "post_open": keys("enter"),
            "post_attachments_none": keys("right"),
            "post_timeline": keys("right", "right"),
            "post_zoomed": keys("right", "z"),
            "post_signed_off": _told,
        },
    ),
    "post_thread": Screen(keys("enter", "right", "right"), threaded),
    "post_mailboxes": Screen(
        keys("tab"),
        colleagues,
        then={"post_folded": keys("home", "left"), "post_feedback": keys("end", *["up"] * 6)},
    ),
    "post_forward": Screen(asked("v", "Videresende til"), colleagues),
    "post_whose": Screen(asked("j", "Hvem gjelder meldingen?"), strangers, then={"post_unlike": _unlike}),
    "post_sent": Screen(
        keys("tab", "end", "up"),
        then={
            "post_archive_empty": keys("end"),
            "post_drafts_empty": keys("up", "up"),
            "post_drafts": _kept_draft,
            "post_discarded": keys("d"),
        },
    ),
    "post_explained": Screen(_explained),
    "post_refused": Screen(_refused),
    "post_long": Screen(keys(), long_names, then={"post_long_open": keys("enter")}),
    "post_deviation": Screen(keys("a")),
    "post_reply": Screen(keys("down", "s")),
}
