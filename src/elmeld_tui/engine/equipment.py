"""What the engine works with, created once, since keys and clients are expensive to load."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cryptography import x509

from elmeld_tui.engine.inbox import Watched
from elmeld_tui.engine.keys import company_keys, trusted
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.clock import Clock
from elmeld_tui.model.retention import Retention
from elmeld_tui.registry import directory_of, revocations_of
from elmeld_tui.registry.local import KeptDirectory
from elmeld_tui.registry.revocation import Revocations
from elmeld_tui.security.certificates import Anchors, CertificateProblem, Use
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.store.database import Database
from elmeld_tui.transport.ways import Ways

if TYPE_CHECKING:
    from elmeld_tui.engine.repetition import Repetition


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the stations share.

    Attributes:
        clinic: whose engine it is.
        database: the store.
        directory: who is where.
        keys: of the clinic.
        anchors: whom the clinic trusts; None where it relies on the register alone.
        revocations: whether a certificate still counts.
        ways: how messages leave.
        clock: the present.
        repetitions: what has come again and is not noted yet.
        inbox: what messages are fetched from.
        retention: for how long each part of a message is kept, as the clinic says at this moment.
        examined: what was wrong with a certificate as it stands, by its use and the minute; None where nothing was.
    """

    clinic: Clinic
    database: Database
    directory: KeptDirectory
    keys: CompanyKeys
    anchors: Anchors | None
    revocations: Revocations
    ways: Ways
    clock: Clock
    repetitions: deque[Repetition] = field(default_factory=deque)
    inbox: tuple[Watched, ...] = ()
    retention: Callable[[], Retention] = Retention
    examined: dict[tuple[x509.Certificate, Use, datetime], CertificateProblem | None] = field(default_factory=dict)


def equip(clinic: Clinic, database: Database, clock: Clock) -> Equipment:
    """Load a clinic's keys and authorities, and open its ways out and in.

    Raises:
        EngineError: a key or an authority cannot be loaded.
    """
    from elmeld_tui.engine.connections import mailboxes_of, ways_of

    anchors = trusted(clinic)
    return Equipment(
        clinic=clinic,
        database=database,
        directory=directory_of(clinic, database, clock),
        keys=company_keys(clinic),
        anchors=anchors,
        revocations=revocations_of(clinic, anchors, database, clock),
        ways=ways_of(clinic, clock),
        clock=clock,
        inbox=tuple(Watched(mailbox) for mailbox in mailboxes_of(clinic)),
        retention=lambda: clinic.retention,
    )
