"""A draft that lies open: two terminals, one that died, and never a text that is written over unseen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from elmeld_tui.model.clock import to_text
from elmeld_tui.office import open_drafts
from elmeld_tui.office.beginning import new_draft
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft, DraftMovedError, load_draft, save_draft
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.terminals import LEASE, is_open, new_opening, opening
from elmeld_tui.office.writing import send
from elmeld_tui.store import people
from elmeld_tui.store.database import open_database
from elmeld_tui.store.reading import open_reader
from elmeld_tui.store.rows import Patient
from tests.office.conftest import CLINIC, NOW, SURGERY, Clock, Register, another_opening


@pytest.fixture
def either(data_dir: Path) -> Iterator[Office]:
    """The clinic, its store in the one database and then the other."""
    database = open_database(data_dir)
    with database.transaction() as connection:
        people.take_in(connection, CLINIC.users, at=to_text(NOW))
    opened = Office(CLINIC, data_dir, database, open_reader(data_dir), Register(), CLINIC.users[0], Clock())
    yield opened
    opened.close()


def written(office: Office, text: str, *, kept: bool = True) -> Draft:
    terminal = new_opening(office.user.name, office.clock())
    draft = replace(new_draft(office, "dialogue"), answers={"text": text}, kept=kept, terminal=terminal)
    return save_draft(office, draft)


def test_a_second_terminal_is_told_who_has_the_draft_and_since_when(either: Office) -> None:
    first = written(either, "æøå 中文")
    with pytest.raises(open_drafts.OpenElsewhereError, match=r"lege på .+, siden 22.11"):
        open_drafts.open_draft(either, first.id or 0, another_opening(either))


def test_what_was_taken_over_is_not_written_over(either: Office) -> None:
    first = written(either, "min")
    second = open_drafts.open_draft(either, first.id or 0, another_opening(either), take_over=True)
    assert second.answers == {"text": "min"}
    with pytest.raises(DraftMovedError, match="tatt over"):
        save_draft(either, replace(first, answers={"text": "min igjen"}))
    save_draft(either, replace(second, answers={"text": "din"}))
    assert load_draft(either, first.id or 0).answers == {"text": "din"}


def test_a_draft_that_is_closed_is_anybody_s_and_is_not_offered(either: Office) -> None:
    first = written(either, "x")
    assert open_drafts.unsent(either) == [], "its terminal lives"
    open_drafts.close(either, first)
    assert open_drafts.unsent(either) == []
    open_drafts.open_draft(either, first.id or 0, another_opening(either))


def test_a_recovery_copy_is_offered_when_its_lease_has_run_out_and_lies_among_no_drafts(either: Office) -> None:
    copy = written(either, "x", kept=False)
    assert either.reader.drafts("lege") == []
    assert isinstance(either.clock, Clock)
    either.clock.now += LEASE - timedelta(seconds=10)
    open_drafts.renew(either, copy)
    either.clock.now += LEASE - timedelta(seconds=10)
    assert open_drafts.unsent(either) == []
    either.clock.now += LEASE
    assert [draft.id for draft in open_drafts.unsent(either)] == [copy.id]
    open_drafts.keep(either, copy.id or 0)
    assert [draft.id for draft in either.reader.drafts("lege")] == [copy.id]
    assert open_drafts.unsent(either) == []


def test_what_lies_open_is_neither_kept_nor_discarded_from_outside(either: Office) -> None:
    first = written(either, "x")
    with pytest.raises(open_drafts.OpenElsewhereError):
        open_drafts.discard(either, first.id or 0)
    with pytest.raises(open_drafts.OpenElsewhereError):
        open_drafts.keep(either, first.id or 0)
    open_drafts.discard(either, first.id or 0, take_over=True)
    with pytest.raises(DraftMovedError, match="forkastet"):
        save_draft(either, first)
    with pytest.raises(OfficeError, match="finnes ikke lenger"):
        open_drafts.discard(either, first.id or 0)


def test_who_has_a_draft_open_that_is_gone_does_not_write_in_the_next(either: Office) -> None:
    first = written(either, "min")
    open_drafts.discard(either, first.id or 0, take_over=True)
    other = written(either, "din")
    with pytest.raises(DraftMovedError, match="forkastet"):
        save_draft(either, first)
    assert load_draft(either, other.id or 0).answers == {"text": "din"}


def test_a_draft_that_was_sent_from_another_terminal_is_not_sent_again(office: Office, patient: Patient) -> None:
    draft = written(office, "Kontroll?")
    draft = save_draft(
        office,
        replace(
            draft,
            answers={"theme": "6", "subject": "Blodtrykk", "text": "Kontroll?"},
            recipient_her=SURGERY.her_id,
            recipient_name=SURGERY.full_name,
            patient_id=patient.id,
        ),
    )
    number = send(office, draft)
    with pytest.raises(DraftMovedError, match=rf"ikke sendt.+allerede sendt av lege, .+ melding {number}"):
        send(office, draft)


def test_a_process_that_is_dead_has_nothing_open(office: Office) -> None:
    code = (
        "from elmeld_tui.office.terminals import new_opening; from elmeld_tui.model import clock;"
        "print(new_opening('lege', clock.now()))"
    )
    dead = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    until, now = to_text(NOW + LEASE), NOW
    assert not is_open(dead, until, now)
    ours = new_opening("lege", NOW)
    assert is_open(ours, until, now)
    read = opening(ours)
    assert read is not None
    assert (read.user, read.pid, read.opened) == ("lege", os.getpid(), NOW)
    # Another process that has got the number of the one that died.
    assert not is_open(ours.replace(f" {read.pid} {read.start} ", f" {read.pid} 1 "), until, now)
    elsewhere = ours.replace(f"@{read.host} ", "@another-machine ")
    assert is_open(elsewhere, until, now)
    assert not is_open(elsewhere, to_text(NOW), now)
    assert opening("anything else") is None
