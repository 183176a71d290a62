"""Runs one cell of the fault matrix from its first moment until nothing is owed, and tells how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from fault_matrix import End, Fault
from fault_roads import ROADS, By, Servers, entry_of, serving
from fault_side import Side
from sqlalchemy import select
from working import work_off
from world import START, THEIRS, World, keys, world_on

from elmeld_tui import i18n
from elmeld_tui.model.clock import from_text
from elmeld_tui.model.states import Receipt
from elmeld_tui.office.faults import Explanation, explain, of_alert
from elmeld_tui.office.faults.by_alert import MENDS
from elmeld_tui.registry.revocation import Revocations
from elmeld_tui.security.authority import issue
from elmeld_tui.security.certificates import Anchors, Use
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.store import address as addresses
from elmeld_tui.store import lines, tables
from elmeld_tui.store.address import FileAddress
from elmeld_tui.store.check import check
from elmeld_tui.store.database import Database, open_database
from elmeld_tui.store.reading import Filter, open_reader
from elmeld_tui.store.trouble import AlertCode

_LAST = 400
"""Rounds; whatever is not at rest by then never will be."""


@dataclass
class Seen:
    """How a cell ended.

    Attributes:
        end: to be held against what the table expects.
        told: what the user is told at the end, in English.
        meanwhile: what was told before and is no longer, in English.
        bokmaal: what is told at the end, as the user reads it.
        broken: what the store's check finds.
    """

    end: End
    told: list[Explanation] = field(default_factory=list)
    meanwhile: list[Explanation] = field(default_factory=list)
    bokmaal: list[Explanation] = field(default_factory=list)
    broken: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Bench:
    """What cells share, since it is dear to make: servers, and a store that each finds empty.

    Attributes:
        servers: that listen for the other side.
        database: the store.
        place: of its directory.
        pristine: its file, as it was made.
    """

    servers: Servers
    database: Database
    place: Path
    pristine: bytes

    @property
    def file(self) -> Path:
        return _file(self.place)

    def emptied(self) -> Database:
        self.database.close()
        self.file.write_bytes(self.pristine)
        return self.database


def _file(place: Path) -> Path:
    address = addresses.find(place)
    assert isinstance(address, FileAddress)
    return address.path


@contextmanager
def bench(place: Path) -> Iterator[Bench]:
    with serving() as servers, closing(open_database(place)) as database:
        # When the last connection is closed, all is in the one file.
        database.close()
        yield Bench(servers, database, place, _file(place).read_bytes())


def run(fault: Fault, way: By, shared: Bench, place: Path) -> Seen:
    """Run a cell; texts that are kept on the way are English, as the document is.

    Args:
        fault: what goes wrong.
        way: on which.
        shared: with other cells.
        place: an empty directory.
    """
    database = shared.emptied()
    spoken = i18n.language()
    i18n.set_language("en")
    with closing(open_reader(shared.place)) as reader:
        try:
            return _Cell(fault, way, world_on(database, reader, place), shared.servers).run()
        finally:
            i18n.set_language(spoken)


class _Cell:
    def __init__(self, fault: Fault, way: By, world: World, servers: Servers) -> None:
        self.fault, self.world = fault, world
        _equip(world, fault)
        self.road = ROADS[way](world, servers)
        self.side = Side(world, self.road, fault.conducts, signs=_keys(fault.signs), skew=fault.skew)
        self.road.side = self.side
        servers.road = self.road
        self.meanwhile: dict[str, Explanation] = {}

    def run(self) -> Seen:
        self.road.open(self.fault.size)
        try:
            self._begin()
            self._until_at_rest()
        finally:
            self.road.close()
        told = list(self._told())
        i18n.set_language("nb")
        seen = Seen(self._end(told), told, bokmaal=list(self._told()), broken=check(self.world.database))
        last = {one.code for one in told}
        seen.meanwhile = [one for code, one in self.meanwhile.items() if code not in last]
        return seen

    def _begin(self) -> None:
        self.msg_id = ""
        if self.fault.letter is not None:
            self.side.write(self.fault.letter)
            return
        document = self.world.write()
        self.msg_id = document.header.msg_id
        self.ours = self.world.enqueue(document)

    def _until_at_rest(self) -> None:
        for number in range(_LAST):
            work_off(self.world.equipment)
            self.road.collect()
            for one in self._told():
                self.meanwhile.setdefault(one.code, one)
            if self.side.act():
                continue
            if number == 0 and self.fault.jump:
                self.world.clock.forward(hours=self.fault.jump)
            later = [moment for moment in self._moments() if moment > self.world.clock()]
            if not later:
                return
            self.world.clock.now = min(later)
        raise AssertionError("something is owed for ever")

    def _moments(self) -> Iterator[datetime]:
        """Yield when something happens next: what is due, what lies somewhere, what the other side does, 96 hours."""
        with self.world.database.snapshot() as connection:
            due = lines.next_due(connection)
        if due is not None:
            yield from_text(due)
        yield from (when for when, _, _ in self.side.agenda)
        look = self.road.next_look()
        if look is not None:
            yield look
        for row in self.world.reader.page(Filter(direction="out"), 0):
            for account in self.world.reader.receivers(row.id):
                if account.receipt == Receipt.AWAITED:
                    yield from_text(account.due) + timedelta(seconds=1)

    def _incoming(self) -> list[Any]:
        rows = self.world.reader.page(Filter(direction="in"), 0)
        return sorted((row for row in rows if row.kind != "apprec"), key=lambda row: row.id)

    def _told(self) -> Iterator[Explanation]:
        """Yield what is said of the messages, and of what has gone wrong with none; what both say, once."""
        yield from dict.fromkeys(self._said())

    def _said(self) -> Iterator[Explanation]:
        reader = self.world.reader
        for message_id in sorted(row.id for row in reader.page(Filter(), 0)):
            yield from explain(reader, message_id)
        yield from (of_alert(alert, None) for alert in reader.open_alerts() if alert.message_id is None)

    def _end(self, told: list[Explanation]) -> End:
        out = self.fault.letter is None
        if out:
            state = f"{self.world.state(self.ours)} {self.world.receipt(self.ours)}"
            there = self.side.has(self.msg_id)
        else:
            came = self._incoming()
            state = " ".join(row.state for row in came)
            there = sum(bool(row.folder) for row in came)
        raised = self._alerts()
        acts = [act for one in told for act in one.acts]
        by_hand = any(one.code in set(AlertCode) and MENDS[AlertCode(one.code)].by_hand for one in told)
        return End(
            state,
            there,
            _counted(code for code, cleared in raised if not cleared),
            _counted(code for code, cleared in raised if cleared),
            ", ".join(self._heard()),
            str(acts[0]) if acts else "clear" if by_hand else "",
        )

    def _heard(self) -> Iterator[str]:
        """Yield what the other side heard of its letters; of its receipts to us, where it is not a plain ack."""
        signals = list(dict.fromkeys(self.side.heard)) if self.fault.letter is None else self.side.heard
        yield from (one for one in signals if self.fault.letter is not None or one != "ack")
        yield from (f"AppRec {status}" for status in self.side.receipts.values())

    def _alerts(self) -> list[tuple[str, bool]]:
        with self.world.database.snapshot() as connection:
            rows = connection.execute(select(tables.alert.c.code, tables.alert.c.cleared)).all()
        return [(row.code, row.cleared is not None) for row in rows]


def _counted(codes: Iterator[str]) -> str:
    return " ".join(code if many == 1 else f"{code}*{many}" for code, many in sorted(Counter(codes).items()))


def _equip(world: World, fault: Fault) -> None:
    """Let the register have the keys that the other side uses, and the revocation list what is revoked."""
    entry = entry_of(_keys(fault.signs)) if fault.signs != "stranger" else entry_of(keys().theirs)
    entry["encryption_certificate"] = entry_of(_keys(fault.reads))["encryption_certificate"]
    world.register.parties[THEIRS] = replace(world.register.parties[THEIRS], **entry)
    if "revoked" in {fault.signs, fault.reads}:
        anchors = Anchors(keys().anchors.certificates, (_list(),))
        revocations = Revocations(world.equipment.clinic.revocation, anchors, world.database, world.clock)
        world.equipment = replace(world.equipment, anchors=anchors, revocations=revocations)


def _keys(whose: str) -> CompanyKeys:
    if whose == "expired":
        return _expired()
    return {"own": keys().theirs, "stranger": keys().strangers, "revoked": keys().strangers}[whose]


@cache
def _expired() -> CompanyKeys:
    span = {"valid_from": START - timedelta(days=300), "valid_to": START - timedelta(days=1)}
    name, number = "Storbyen sykehus", "888888880"
    signing, decryption = (
        issue(keys().authority, name, number, use, **span) for use in (Use.SIGNING, Use.ENCRYPTION)
    )
    return CompanyKeys(signing, (decryption,))


@cache
def _list() -> x509.CertificateRevocationList:
    """Return the authority's list; the stranger's keys are on it."""
    issuer, gone = keys().authority, keys().strangers
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(START - timedelta(hours=1))
        .next_update(START + timedelta(days=30))
    )
    for pair in (gone.signing, *gone.decryption):
        one = x509.RevokedCertificateBuilder().serial_number(pair.certificate.serial_number)
        builder = builder.add_revoked_certificate(one.revocation_date(START - timedelta(days=1)).build())
    return builder.sign(issuer.private_key, hashes.SHA256())  # type: ignore[arg-type]
