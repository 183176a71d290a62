"""Whatever comes, in whatever order: nothing that has ended moves but by a person's act, and the store stays whole."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from world import OURS, THEIRS, World, keys, open_world, their_party

from elmeld_tui.engine import again, deadlines, outbox, receipt
from elmeld_tui.engine.remedies import CannotActError
from elmeld_tui.messages import apprec
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.model.collaborations import apprec_collaboration, collaboration
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.states import RECEIPT_MOVES, STATE_MOVES, Receipt, State
from elmeld_tui.store.check import check
from elmeld_tui.transport import signals

COPY = "9300002"
USER = "astrid"
BEHAVIOURS = ("acknowledge", "silent", "cut", "down", "gone", "refuse", "warn", "fault", "forge", "babble")
EXAMPLES = 8
ANY = st.integers(0, 2**16)


class Acts(RuleBasedStateMachine):
    """One clinic, one partner with two services, and a person who tries everything."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="elmeld-again-"))
        self.world: World = open_world(self.place)
        self.world.register.parties[COPY] = replace(self.world.register.parties[THEIRS], her_id=COPY)
        self.documents: dict[int, Document] = {}

    def teardown(self) -> None:
        try:
            assert check(self.world.database) == []
        finally:
            self.world.close()
            shutil.rmtree(self.place)

    def _pick(self, number: int) -> int:
        return sorted(self.documents)[number % len(self.documents)]

    def _write(self, *, copied: bool) -> Document:
        copy = replace(their_party(), role="COP", person=None)
        assert copy.department is not None
        department = replace(copy.department, idents=(replace(copy.department.idents[0], id=COPY),))
        return self.world.write(copies=(replace(copy, department=department),) if copied else ())

    @initialize(copied=st.booleans())
    def begins(self, copied: bool) -> None:
        document = self._write(copied=copied)
        self.documents[self.world.enqueue(document)] = document

    @precondition(lambda self: len(self.documents) < 3)
    @rule(copied=st.booleans())
    def writes(self, copied: bool) -> None:
        self.begins(copied)

    @rule(behaviour=st.sampled_from(BEHAVIOURS))
    def delivers(self, behaviour: str) -> None:
        self.world.partner.behaviour = behaviour
        while self.world.deliver():
            pass

    @rule(hours=st.sampled_from((1, 13, 40, 97)))
    def waits(self, hours: int) -> None:
        self.world.clock.forward(hours=hours)
        deadlines.mark_overdue(self.world.database, self.world.clock())

    @precondition(lambda self: self.world.partner.acks)
    @rule(number=ANY)
    def acks_by_itself(self, number: int) -> None:
        acks = list(self.world.partner.acks.values())
        self.world.post(acks[number % len(acks)])

    @precondition(lambda self: self.world.partner.headers)
    @rule(number=ANY, severity=st.sampled_from(("Error", "Warning")))
    def errs_by_itself(self, number: int, severity: str) -> None:
        headers = self.world.partner.headers
        about = headers[number % len(headers)]
        packed = signals.message_error(
            about, "NotSupported", "Kan ikke", keys().theirs, self.world.clock(), severity
        )
        receipt.receive(self.world.equipment, Arrival(packed.content_type, packed.body))

    @rule(number=ANY, status=st.sampled_from("123"), from_copy=st.booleans())
    def answers(self, number: int, status: str, from_copy: bool) -> None:
        original = self.documents[self._pick(number)]
        receivers = original.header.receivers
        recipient = receivers[-1] if from_copy else receivers[0]
        errors = () if status == "1" else (apprec.error("E21", "flyttet"),)
        raw = apprec.build(
            original.header,
            recipient,
            apprec.Outcome(status, errors),
            apprec_id=new_uuid(),
            now=self.world.clock(),
        )
        names = apprec_collaboration(collaboration(original.header))
        self.world.post(self.world.pack(read(raw), names=names, from_her=recipient.her_id, to_her=OURS))
        self.world.take_in()

    @rule(number=ANY)
    def tries_now(self, number: int) -> None:
        with suppress(CannotActError), self.world.database.transaction() as connection:
            again.hurry(connection, self._pick(number), now=self.world.clock(), user=USER)

    @rule(number=ANY, receiver=st.sampled_from(("", THEIRS, COPY)))
    def sends_again(self, number: int, receiver: str) -> None:
        with suppress(CannotActError), self.world.database.transaction() as connection:
            again.resend(connection, self._pick(number), now=self.world.clock(), user=USER, receiver=receiver)

    @rule(number=ANY)
    def makes_anew(self, number: int) -> None:
        document = self.world.write()
        with suppress(CannotActError):
            with self.world.database.transaction() as connection:
                new = outbox.enqueue(connection, document, now=self.world.clock())
                again.recreated(connection, new, self._pick(number), now=self.world.clock(), user=USER)
            self.documents[new] = document

    @rule(number=ANY, undo=st.booleans())
    def handles(self, number: int, undo: bool) -> None:
        act = again.undo_handled if undo else again.handle
        with suppress(CannotActError), self.world.database.transaction() as connection:
            act(connection, self._pick(number), now=self.world.clock(), user=USER)

    @invariant()
    def events_replay_to_the_row(self) -> None:
        for number in self.documents:
            state = None
            for event in self.world.reader.events(number):
                if event.state is None:
                    continue
                new = State(event.state)
                by_hand = event.name == "resent" and new is State.QUEUED
                assert state is None or by_hand or new in STATE_MOVES[state], (state, new)
                state = new
            assert self.world.state(number) == state

    @invariant()
    def every_receiver_has_answered_once(self) -> None:
        for number in self.documents:
            for account in self.world.reader.receivers(number):
                standing = Receipt.AWAITED
                for event in self.world.reader.events(number):
                    if event.receipt is not None and event.detail["receiver"] == account.her_id:
                        assert event.receipt in RECEIPT_MOVES[standing], (standing, event.receipt)
                        standing = Receipt(event.receipt)
                assert standing == account.receipt

    @invariant()
    def one_alert_for_one_trouble_and_none_without_one(self) -> None:
        alerts = Counter((one.code, one.message_id) for one in self.world.reader.open_alerts())
        assert all(times == 1 for times in alerts.values())
        for number in self.documents:
            message = self.world.reader.message(number)
            assert message is not None
            receipts = {one.receipt for one in self.world.reader.receivers(number)}
            for code, holds in (
                ("undelivered", any(one.outcome == "undelivered" for one in self.world.reader.attempts(number))),
                ("overdue", "overdue" in receipts),
                ("answered_rejected", "rejected" in receipts),
            ):
                # What has been sent again is in trouble until it is there.
                on_its_way = code == "undelivered" and message.state != "delivered"
                assert (code, number) not in alerts or holds or on_its_way, code
                assert (code, number) in alerts or not holds or message.handled, code

    @invariant()
    def the_same_envelope_is_the_same_bytes(self) -> None:
        for bodies in self.world.partner.envelopes.values():
            assert len(set(bodies)) == 1


Acts.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestActs = Acts.TestCase
