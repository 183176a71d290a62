"""A clinic's engine and a partner that misbehaves, by real mail servers: where each message ends, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from elmeld_tui.engine import outbox
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.inbox import Watched
from elmeld_tui.model import clinic as settings
from elmeld_tui.model.mail import Mail, MailServer
from elmeld_tui.registry import revocations_of
from elmeld_tui.registry.local import KeptDirectory
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.simulator.behaviour import Behaviour, Direction, Rule
from elmeld_tui.simulator.outgoing import deliver_due
from elmeld_tui.simulator.register import Register
from elmeld_tui.store.check import check
from elmeld_tui.store.database import open_database
from elmeld_tui.store.reading import Reader, open_reader
from elmeld_tui.transport.ways import Ways
from tests.engine.working import work_off
from tests.simulator.clinic import HER_ID, NOW, REFERRAL, new_keys
from tests.simulator.conftest import Post
from tests.simulator.mailed import OURS, SURGERY, Mailed, running_mail
from tests.simulator.test_agreements import Directory


@dataclass
class HeldClock:
    """A clock that both sides read, and that moves when it is told to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Exercise:
    """A clinic's engine in a simulated Helsenett, by mail."""

    mailed: Mailed
    equipment: Equipment
    reader: Reader
    clock: HeldClock

    def go_on(self, **span: float) -> None:
        """Let both sides do all they can, and time pass."""
        for _ in range(3):
            work_off(self.equipment)
            deliver_due(self.mailed.net)
        self.clock.now += timedelta(**span)

    def live(self, rule: Rule) -> int:
        """Send a referral under a rule, and let a week pass."""
        self.mailed.net.store.play([rule])
        document = self.mailed.clinic.write("referral", REFERRAL, SURGERY)
        with self.equipment.database.transaction() as connection:
            message_id = outbox.enqueue(connection, document, now=self.clock())
        self.go_on(minutes=2)
        self.go_on(hours=13)
        self.go_on(hours=13)
        self.go_on(hours=75)
        self.go_on(hours=1)
        return message_id


@pytest.fixture
def exercise(net: object, post: Post, clinic_keys: CompanyKeys, tmp_path: Path) -> Iterator[Exercise]:
    clock = HeldClock()
    keys = {**net.keys, "hospital": new_keys()}  # type: ignore[attr-defined]
    register = Register(net.store, keys)  # type: ignore[attr-defined]
    simulated = replace(net, keys=keys, register=register, clock=clock)  # type: ignore[type-var]
    database = open_database(tmp_path / "clinic")
    with running_mail(simulated, clinic_keys) as mailed:  # type: ignore[arg-type]
        own = settings.Clinic(
            "Odden legesenter",
            "9200000",
            "310412368",
            (settings.Service(HER_ID, "Fastlege"),),
            test=True,
            mail=Mail(OURS, MailServer("127.0.0.1", mailed.smtp)),
        )
        way = mailed.way()
        equipment = Equipment(
            clinic=own,
            database=database,
            directory=KeptDirectory(Directory(mailed.clinic), database, clock),
            keys=clinic_keys,
            anchors=None,
            revocations=revocations_of(own, None, database, clock),
            ways=Ways({"mailto": way}),
            clock=clock,
            inbox=(Watched(mailed.mailbox()),),
        )
        reader = open_reader(tmp_path / "clinic")
        try:
            yield Exercise(mailed, equipment, reader, clock)
        finally:
            way.close()
            reader.close()
            database.close()


B = Behaviour
WELL = ("delivered", "accepted", [])
REFUSED = ("transport_rejected", "overdue", ["transport_rejected", "overdue"])


@pytest.mark.parametrize(
    ("how", "detail", "ends"),
    [
        (B.UNAVAILABLE, {}, WELL),
        (B.UNAVAILABLE, {"status": 554}, REFUSED),
        (B.CUT_BEFORE, {}, WELL),
        (B.CUT, {}, WELL),
        (B.LOSS, {}, WELL),
        (B.NO_ACK, {}, WELL),
        (B.LATE_ACK, {"seconds": 60}, WELL),
        (B.BOUNCE, {}, REFUSED),
        (B.BOUNCE, {"action": "delayed"}, WELL),
        (B.MESSAGE_ERROR, {}, REFUSED),
        (B.UNKNOWN_CPA, {}, REFUSED),
        (B.FAULT, {}, REFUSED),
        (B.WARNING, {}, WELL),
        (B.CORRUPT, {}, WELL),
        (B.WRONG_CERTIFICATE, {}, WELL),
        # Its AppRec is not believed either, while the register gives the certificate that has expired.
        (B.EXPIRED, {}, ("delivered", "overdue", ["envelope_refused", "overdue"])),
        (B.CLOCK, {}, WELL),
        (B.REJECT, {}, ("delivered", "rejected", ["answered_rejected"])),
        (B.ACCEPT_WITH_FAULTS, {}, ("delivered", "accepted_with_faults", ["accepted_with_faults"])),
        (B.NO_APPREC, {}, ("delivered", "overdue", ["overdue"])),
    ],
)
def test_where_a_message_ends_and_who_is_told(
    exercise: Exercise, how: Behaviour, detail: dict[str, object], ends: tuple[str, str, list[str]]
) -> None:
    message_id = exercise.live(Rule(how, "hospital", "mail", detail=detail))  # type: ignore[arg-type]
    row = exercise.reader.message(message_id)
    assert row is not None
    assert (row.state, row.receipt, [alert.code for alert in exercise.reader.open_alerts()]) == ends
    assert check(exercise.equipment.database) == []
    taken = [one for one in exercise.mailed.net.store.documents() if one.kind == "referral"]
    assert len(taken) == (ends is not REFUSED)
    assert exercise.mailed.net.store.mails(OURS) == []
    # Nothing that came was answered that must not be: what the hospital sent, it has had acknowledged.
    states = {letter.state for letter in exercise.mailed.net.store.letters() if letter.kind != "signal"}
    assert states <= ({"refused"} if how is B.EXPIRED else {"acknowledged"})


@pytest.mark.parametrize("how", [B.DUPLICATE, B.DELAY, B.REORDER])
def test_what_a_partner_sends_twice_late_or_in_disorder_is_taken_in_once(
    exercise: Exercise, how: Behaviour
) -> None:
    message_id = exercise.live(Rule(how, "hospital", "mail", Direction.OUT))
    row = exercise.reader.message(message_id)
    assert row is not None
    assert (row.state, row.receipt) == ("delivered", "accepted")
    assert exercise.reader.open_alerts() == []
    assert check(exercise.equipment.database) == []
