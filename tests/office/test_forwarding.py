"""Forwarding: who may, what can be, where it goes, and that nothing is ever lost by it. In both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from elmeld_tui.model.clinic import User
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.people import CLINIC_MAILBOX
from elmeld_tui.model.states import State
from elmeld_tui.office import beginning, drafts
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.forwarding import Target, TargetKind, forward, forward_targets
from elmeld_tui.office.post import sign_off, undo_sign_off
from elmeld_tui.store import audit, messages, people, post, tables
from elmeld_tui.store.check import check
from elmeld_tui.store.database import open_database
from elmeld_tui.store.reading import open_reader
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.timeline import words as event_words
from tests.office.conftest import CLINIC, NOW, Clock, Register

DOCTOR, SECRETARY, ENGINEER, GONE = 1, 2, 3, 4
LAB, DESK, CLOSED, EMPTY = 1, 2, 3, 4
USERS = (*CLINIC.users, User("bio", "Eli Prøve"), User("borte", "Nils Borte"))


def open_clinic(data_dir: Path) -> Office:
    """Open a clinic with groups and positions, as its first user, who has access to all messages."""
    database = open_database(data_dir)
    with database.transaction() as connection:
        people.take_in(connection, USERS, at=to_text(NOW))
        for name in ("Laboratoriet", "Resepsjonen", "Røntgen", "Arkivet"):
            people.add_team(connection, name)
        people.set_membership(connection, LAB, ENGINEER, ["Bioingeniør"])
        people.set_membership(connection, LAB, SECRETARY, ["Kontakt"])
        people.set_membership(connection, LAB, GONE, ["Prøvetaker"])
        people.set_membership(connection, DESK, SECRETARY, [])
        people.set_membership(connection, CLOSED, SECRETARY, ["Radiograf"])
        people.change_team(connection, CLOSED, active=False)
        people.change(connection, GONE, active=False)
        people.add_position(connection, "Daglig leder", DOCTOR)
        people.add_position(connection, "Kontorleder", SECRETARY)
        people.add_position(connection, "Vikar", None)
        people.add_position(connection, "Jordmor", GONE)
    return Office(CLINIC, data_dir, database, open_reader(data_dir), Register(), USERS[0], Clock())


@pytest.fixture
def clinic(data_dir: Path) -> Iterator[Office]:
    opened = open_clinic(data_dir)
    yield opened
    opened.close()


def arrive(office: Office, *mailboxes: str, state: State = State.IMPORTED, direction: str = "in") -> int:
    at = to_text(office.clock())
    name = EventName.IMPORTED
    with office.database.transaction() as connection:
        new = messages.begin(connection, direction=direction, state=state, name=name, at=at, kind="dialogue")
        if state is State.IMPORTED:
            post.put_all(connection, new, folder="inbox", unread=True, at=at, mailboxes=mailboxes)
    return new


def seated(office: Office, person: int) -> Office:
    return replace(office, user=USERS[person - 1])


def lies(office: Office, message_id: int) -> dict[str, tuple[str, bool]]:
    with office.database.snapshot() as connection:
        return {box: (item.folder, item.unread) for box, item in post.items(connection, message_id).items()}


def test_to_a_position_it_lies_unread_with_whoever_holds_it_and_no_longer_with_the_forwarder(
    clinic: Office,
) -> None:
    received = arrive(clinic, "person:1")
    with clinic.database.transaction() as connection:
        post.mark_read(connection, received, ["clinic", "person:1"])
    target = forward(clinic, received, "position:kontorleder")
    assert (target.name, target.people) == ("Kontorleder", ("Ola Prøve",))
    assert lies(clinic, received) == {"clinic": ("inbox", False), "person:2": ("inbox", True)}
    assert check(clinic.database) == []


def test_the_history_and_the_audit_trail_say_who_forwarded_and_to_whom(clinic: Office) -> None:
    received = arrive(clinic, "person:1")
    forward(clinic, received, "group:Laboratoriet")
    last = clinic.reader.events(received)[-1]
    assert (last.name, last.detail) == ("forwarded", {"user": "lege", "to": "Laboratoriet"})
    assert event_words(last.name) == "videresendt"
    with clinic.database.snapshot() as connection:
        noted = audit.entries(connection, action="forward")
    assert [(one.user, one.message_id, one.detail) for one in noted] == [
        ("lege", received, {"to": "group:Laboratoriet", "mailboxes": ["team:1"], "left": ["person:1"]})
    ]


def test_to_a_function_it_comes_to_those_who_have_it(clinic: Office) -> None:
    received = arrive(clinic, "person:1")
    forward(clinic, received, "function:Laboratoriet/Bioingeniør")
    assert set(lies(clinic, received)) == {"clinic", "person:3"}


def test_out_of_a_group_s_mailbox_it_goes_for_the_whole_group(clinic: Office) -> None:
    engineer = seated(clinic, ENGINEER)
    received = arrive(clinic, "person:3", "team:1")
    forward(engineer, received, "group:Resepsjonen", from_mailbox="team:1")
    assert set(lies(clinic, received)) == {"clinic", "team:2"}


def test_out_of_her_own_it_stays_with_the_group(clinic: Office) -> None:
    received = arrive(clinic, "person:3", "team:1")
    forward(seated(clinic, ENGINEER), received, "group:Resepsjonen")
    assert set(lies(clinic, received)) == {"clinic", "team:1", "team:2"}


def test_who_reads_all_may_hand_on_what_is_not_hers(clinic: Office) -> None:
    received = arrive(clinic, "person:3")
    forward(clinic, received, "group:Resepsjonen")
    assert set(lies(clinic, received)) == {"clinic", "person:3", "team:2"}, "she was no participant"


def test_what_she_has_begun_to_answer_stays_a_draft_of_hers(clinic: Office) -> None:
    received = arrive(clinic, "person:1")
    begun = drafts.save_draft(clinic, replace(beginning.new_draft(clinic, "dialogue"), answers={"text": "Kjære"}))
    forward(clinic, received, "position:Kontorleder")
    kept = clinic.reader.draft(begun.id or 0)
    assert kept is not None
    assert (kept.owner, kept.answers) == ("lege", {"text": "Kjære"})
    assert clinic.reader.drafts("sekr") == []


REFUSED = {
    "position:Vikar": "ubesatt",
    "position:Jordmor": "ubesatt",
    "position:Daglig leder": "deg selv",
    "group:Røntgen": "lagt ned",
    "function:Røntgen/Radiograf": "lagt ned",
    "group:Arkivet": "ingen medlemmer",
    "function:Laboratoriet/Prøvetaker": "Ingen i Laboratoriet",
    "function:Laboratoriet/Trollmann": "Ingen i Laboratoriet",
    "group:Laboratoriet": "ligger alt",
    "group:Skiklubben": "position:NAVN",
    "Laboratoriet": "position:NAVN",
    "": "position:NAVN",
}
"""Why a message that lies with the doctor and the laboratory cannot go there when she forwards it."""


def test_where_nobody_new_would_see_it_it_does_not_go(clinic: Office) -> None:
    received = arrive(clinic, "person:1", "team:1")
    before = lies(clinic, received)
    for key, reason in REFUSED.items():
        with pytest.raises(OfficeError, match=reason):
            forward(clinic, received, key)
    assert lies(clinic, received) == before
    assert clinic.reader.events(received)[-1].name == "imported"


def test_what_is_not_open_stays_where_it_is(clinic: Office) -> None:
    closed = {
        arrive(clinic, state=State.MANUAL): "ikke lest inn",
        arrive(clinic, state=State.REJECTED): "ikke lest inn",
        arrive(clinic, state=State.DELIVERED, direction="out"): "Bare mottatte",
    }
    for message_id, reason in closed.items():
        with pytest.raises(OfficeError, match=reason):
            forward(clinic, message_id, "group:Resepsjonen")
        assert lies(clinic, message_id) == {}


def test_what_is_signed_off_is_not_forwarded_until_that_is_undone(clinic: Office) -> None:
    received = arrive(clinic, "person:1")
    sign_off(clinic, received)
    with pytest.raises(OfficeError, match="kvittert av lege"):
        forward(clinic, received, "group:Resepsjonen")
    undo_sign_off(clinic, received)
    forward(clinic, received, "group:Resepsjonen")
    sign_off(seated(clinic, SECRETARY), received)
    assert {folder for folder, _ in lies(clinic, received).values()} == {"archive"}


def test_what_is_not_hers_or_no_longer_hers_she_cannot_forward(clinic: Office) -> None:
    secretary = seated(clinic, SECRETARY)
    received = arrive(clinic, "person:1")
    with pytest.raises(OfficeError, match="mottakeren"):
        forward(secretary, received, "group:Laboratoriet")
    forward(clinic, received, "position:Kontorleder")
    with pytest.raises(OfficeError, match="ikke i den postkassen"):
        forward(clinic, received, "group:Laboratoriet", from_mailbox="person:1")
    with pytest.raises(OfficeError, match="ikke i den postkassen"):
        forward(secretary, received, "group:Laboratoriet", from_mailbox="person:1")
    with pytest.raises(OfficeError, match="ingen melding"):
        forward(clinic, 9999, "group:Laboratoriet")


def test_one_chooses_by_what_it_is_called_or_who_it_is_now(clinic: Office) -> None:
    keys = [target.key for target in forward_targets(clinic.reader)]
    assert keys == [
        "position:Daglig leder",
        "position:Jordmor",
        "position:Kontorleder",
        "position:Vikar",
        "group:Arkivet",
        "group:Laboratoriet",
        "function:Laboratoriet/Bioingeniør",
        "function:Laboratoriet/Kontakt",
        "group:Resepsjonen",
    ]
    assert [target.key for target in forward_targets(clinic.reader, "eli bio")] == [
        "function:Laboratoriet/Bioingeniør"
    ]
    assert [bool(target.refusal) for target in forward_targets(clinic.reader, "vikar")] == [True]
    assert forward_targets(clinic.reader, "kontakt") == [
        Target(
            TargetKind.FUNCTION,
            "function:Laboratoriet/Kontakt",
            "Kontakt i Laboratoriet",
            ("Ola Prøve",),
            ("person:2",),
        )
    ]


KEYS = ("position:Daglig leder", "position:Kontorleder", "group:Laboratoriet", "function:Laboratoriet/Bioingeniør")
STEP = st.tuples(st.sampled_from([DOCTOR, SECRETARY, ENGINEER]), st.sampled_from([*KEYS, "sign off", "undo"]))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=12))
def test_whatever_is_done_nothing_is_lost_from_everybody(clinic: Office, steps: list[tuple[int, str]]) -> None:
    received = arrive(clinic, "person:1", "team:1")
    for person, what in steps:
        before = lies(clinic, received)
        try:
            _do(seated(clinic, person), what, received)
        except OfficeError:
            assert lies(clinic, received) == before, "a refusal changes nothing"
        after = lies(clinic, received)
        assert CLINIC_MAILBOX in after
        assert len(after) > 1, "somebody in particular has it"
        assert len({folder for folder, _ in after.values()}) == 1
    assert check(clinic.database) == []


def _do(office: Office, what: str, message_id: int) -> None:
    if what == "sign off":
        sign_off(office, message_id)
    elif what == "undo":
        undo_sign_off(office, message_id)
    else:
        forward(office, message_id, what)


def test_a_check_of_the_store_finds_what_is_signed_off_for_some_or_gone_from_the_clinic(clinic: Office) -> None:
    first, second = arrive(clinic, "person:1"), arrive(clinic, "person:1")
    item = tables.post_item
    with clinic.database.transaction() as connection:
        of_one = update(item).where(item.c.message_id == first, item.c.mailbox == "person:1")
        connection.execute(of_one.values(folder="archive", signed_off_by="lege", unread=False))
        connection.execute(delete(item).where(item.c.message_id == second, item.c.mailbox == "clinic"))
    assert [(one.code, one.where) for one in check(clinic.database)] == [
        ("imported_but_not_in_post", str(second)),
        ("signed_off_for_some", str(first)),
    ]
