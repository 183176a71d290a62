"""Whatever terminals do to each other's drafts, in whatever order: what the store has said is kept, is there.

The terminals are played by the composer's own `Keeper`. Each transaction is whole (`BEGIN IMMEDIATE`), so that their
order is all that can differ. One on this machine is known to be dead at once, one on another when its lease is out.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from elmeld_tui.office import open_drafts, terminals
from elmeld_tui.office.beginning import new_draft
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft, DraftMovedError, remove_sent
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.open_drafts import OpenElsewhereError
from elmeld_tui.office.terminals import LEASE, new_opening, opening
from elmeld_tui.store import drafts as store
from elmeld_tui.store import tables
from elmeld_tui.store.errors import StoreError
from elmeld_tui.tui.keeping import Keeper
from tests.office.conftest import NOW


class AtOnce:
    """A session whose thread for drafts has done what it is asked when that returns."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def keep(self, task: Callable[[Office], Any]) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(task(self._office))
        except (OfficeError, StoreError) as error:
            done.set_exception(error)
        return done


@dataclass
class Terminal:
    """A terminal with a draft open, and the last text in it that it has read or written."""

    keeper: Keeper
    has_seen: str

    @property
    def draft(self) -> Draft:
        return self.keeper.draft

    def save(self, text: str) -> None:
        self.keeper.save_at_once(replace(self.draft, answers={"text": text}), 0)


class Terminals(RuleBasedStateMachine):
    """Terminals of one user on two machines, and what each draft should say and who should have it."""

    writing = Bundle("writing")

    def __init__(self, office: Office, alive: set[int]) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.office = replace(office, clock=lambda: self.now)
        self.alive = alive
        self.number = 0
        self.said: dict[int, str] = {}
        self.holder: dict[int, str] = {}
        self.until: dict[str, datetime] = {}
        with office.database.transaction() as connection:
            connection.execute(tables.draft.delete())

    def new_text(self) -> str:
        self.number += 1
        return f"tekst {self.number}"

    def new_opening(self, *, here: bool) -> str:
        """Return an opening by a process of its own, on this machine or on another."""
        who, _, *rest = new_opening(self.office.user.name, self.now).split(" ")
        self.number += 1
        # Beyond what a kernel numbers.
        pid = 2**31 + self.number
        self.alive.add(pid)
        return " ".join([who if here else f"{self.office.user.name}@another", str(pid), *rest])

    def is_open(self, draft_id: int) -> bool:
        holder = opening(self.holder[draft_id])
        if holder is None or self.until[self.holder[draft_id]] <= self.now:
            return False
        return holder.host == "another" or holder.pid in self.alive

    def now_says(self, terminal: Terminal, text: str) -> None:
        draft = terminal.draft
        assert draft.id is not None
        self.said[draft.id] = terminal.has_seen = text
        self.holds(draft.id, draft.terminal)

    def holds(self, draft_id: int, by: str) -> None:
        self.holder[draft_id] = by
        self.until[by] = self.now + LEASE

    # Few drafts, so that terminals meet.
    @precondition(lambda self: len(self.said) < 3)
    @rule(target=writing, here=st.booleans())
    def begin(self, here: bool) -> Terminal:
        draft = replace(new_draft(self.office, "dialogue"), terminal=self.new_opening(here=here))
        terminal = Terminal(Keeper(AtOnce(self.office), draft, kept=False), "")  # type: ignore[arg-type]
        text = self.new_text()
        terminal.save(text)
        self.now_says(terminal, text)
        return terminal

    @rule(terminal=writing)
    def write(self, terminal: Terminal) -> None:
        text, before = self.new_text(), terminal.draft.id
        try:
            terminal.save(text)
        except DraftMovedError:
            assert terminal.keeper.apart_from == before
            assert terminal.draft.id not in self.said, "it is kept beside the other text"
        else:
            assert terminal.draft.id == before
            assert self.holder[before or 0] == terminal.draft.terminal, "it was taken over"
            assert self.said[before or 0] == terminal.has_seen, "it has written over what it never saw"
        self.now_says(terminal, text)

    @rule(terminal=writing)
    def write_where_the_disk_is_full(self, terminal: Terminal) -> None:
        def full(real: Callable[..., object]) -> Callable[..., object]:
            def write(*told: Any, **named: Any) -> None:
                real(*told, **named)
                raise StoreError("disken er full")

            return write

        with (
            patch.object(store, "change", full(store.change)),
            patch.object(store, "add", full(store.add)),
            pytest.raises((StoreError, DraftMovedError)),
        ):
            terminal.save(self.new_text())

    @rule(
        target=writing,
        data=st.data(),
        here=st.booleans(),
        take_over=st.booleans(),
    )
    @precondition(lambda self: self.said)
    def open(self, data: st.DataObject, here: bool, take_over: bool) -> Any:
        draft_id = data.draw(st.sampled_from(sorted(self.said)))
        by, elsewhere = self.new_opening(here=here), self.is_open(draft_id)
        try:
            draft = open_drafts.open_draft(self.office, draft_id, by, take_over=take_over)
        except OpenElsewhereError:
            assert elsewhere
            assert not take_over
            return multiple()
        assert take_over or not elsewhere
        assert draft.answers["text"] == self.said[draft_id]
        self.holds(draft_id, by)
        return Terminal(
            Keeper(AtOnce(self.office), draft, kept=draft.kept),  # type: ignore[arg-type]
            self.said[draft_id],
        )

    @rule(terminal=writing)
    def renew(self, terminal: Terminal) -> None:
        open_drafts.renew(self.office, terminal.draft)
        if self.holder.get(terminal.draft.id or 0) == terminal.draft.terminal:
            self.until[terminal.draft.terminal] = self.now + LEASE

    @rule(terminal=consumes(writing))
    def kill(self, terminal: Terminal) -> None:
        found = opening(terminal.draft.terminal)
        # Copies are opened by the tests' own process, which lives.
        if found is not None and found.pid != os.getpid():
            self.alive.discard(found.pid)

    @rule(terminal=consumes(writing))
    def leave(self, terminal: Terminal) -> None:
        open_drafts.close(self.office, terminal.draft)
        if self.holder.get(terminal.draft.id or 0) == terminal.draft.terminal:
            self.holder[terminal.draft.id or 0] = ""

    @rule(terminal=consumes(writing))
    def send(self, terminal: Terminal) -> None:
        try:
            with self.office.database.transaction() as connection:
                remove_sent(connection, terminal.draft)
        except DraftMovedError:
            return
        assert self.holder[terminal.draft.id or 0] == terminal.draft.terminal, "it was taken over"
        assert self.said.pop(terminal.draft.id or 0) == terminal.has_seen, "it has sent what it never saw"

    @rule(data=st.data())
    @precondition(lambda self: self.said)
    def keep_what_was_offered(self, data: st.DataObject) -> None:
        draft_id = data.draw(st.sampled_from(sorted(self.said)))
        try:
            open_drafts.keep(self.office, draft_id)
        except OpenElsewhereError:
            assert self.is_open(draft_id)
        else:
            assert not self.is_open(draft_id)
            self.holder[draft_id] = ""

    @rule(data=st.data())
    @precondition(lambda self: self.said)
    def discard_what_was_offered(self, data: st.DataObject) -> None:
        draft_id = data.draw(st.sampled_from(sorted(self.said)))
        try:
            open_drafts.discard(self.office, draft_id)
        except OpenElsewhereError:
            assert self.is_open(draft_id)
        else:
            assert not self.is_open(draft_id)
            del self.said[draft_id]

    @rule(seconds=st.sampled_from([5, 40, 61]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def what_was_kept_is_there(self) -> None:
        found = open_drafts.all_drafts(self.office)
        assert {draft.id: draft.answers["text"] for draft in found} == self.said

    @invariant()
    def what_a_dead_terminal_left_is_offered(self) -> None:
        left = {
            draft.id
            for draft in open_drafts.all_drafts(self.office)
            if (self.holder[draft.id] or not draft.kept) and not self.is_open(draft.id)
        }
        assert {draft.id for draft in open_drafts.unsent(self.office)} == left


def test_no_text_that_was_kept_is_lost_or_written_over_unseen(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive = {os.getpid()}
    monkeypatch.setattr(terminals, "_lives", lambda pid, _start: pid in alive)
    run_state_machine_as_test(
        lambda: Terminals(office, alive),  # type: ignore[arg-type]
        settings=settings(max_examples=40, stateful_step_count=50, deadline=None),
    )
