"""The engine at work: it listens, imports, sends and watches deadlines until it is told to stop.

Work is found in the store and nowhere else, so an engine that is killed leaves nothing behind in its memory. It wakes
when anyone commits to the store, and when something falls due.
"""

from __future__ import annotations

import gc
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from elmeld_tui import __version__
from elmeld_tui.engine import (
    backlog,
    deadlines,
    delivery,
    faults,
    fetching,
    importing,
    metrics,
    operations,
    receipt,
    repetition,
)
from elmeld_tui.engine.chores import CHORES, Chore
from elmeld_tui.engine.equipment import Equipment, equip
from elmeld_tui.engine.logs import say
from elmeld_tui.engine.logs.events import EngineStarted, EngineStopped, StoreFailed, WorkFailed
from elmeld_tui.engine.pulse import Pulse
from elmeld_tui.model import clock as clocks
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.model.clock import Clock, to_text
from elmeld_tui.store.database import StoreError, open_database
from elmeld_tui.store.reading import Reader, open_reader
from elmeld_tui.store.settings import read_clinic
from elmeld_tui.transport import listener
from elmeld_tui.transport.port import Reply

_SENDERS = 16
"""How many partners are served at once, each with one envelope on its way: so many must hang to hold up the others."""

_RECEIVERS = 8
"""How many envelopes are treated at once; others wait their turn, with their bytes in memory."""

_PATIENCE = 1.0
"""Seconds between attempts while the store does not answer."""

_GLANCE = 0.1
"""Seconds between looks at whether the store has changed."""


def run(
    data_dir: Path,
    *,
    config: Path | None = None,
    clock: Clock = clocks.now,
    stop: threading.Event | None = None,
    ready: Callable[[int], None] | None = None,
    watched: Callable[[int], None] | None = None,
) -> None:
    """Run the engine of the clinic in ``data_dir`` until ``stop`` is set; the process's signals are the caller's.

    Args:
        data_dir: the clinic's directory.
        config: another settings file than the one in it.
        clock: the present.
        stop: set from any thread.
        ready: told the port that is listened on.
        watched: told the port that health and metrics are told on, where the clinic has one.

    Raises:
        SettingsError, StoreError, EngineError: the clinic cannot be opened; the text says why.
        OSError: the port cannot be listened on.
    """
    clinic = read_clinic(data_dir, config)
    database = open_database(data_dir, config)
    try:
        operate(
            replace(equip(clinic, database, clock), retention=lambda: read_clinic(data_dir, config).retention),
            data_dir,
            config=config,
            stop=stop or threading.Event(),
            ready=ready,
            watched=watched,
        )
    finally:
        database.close()


def operate(
    equipment: Equipment,
    data_dir: Path,
    *,
    config: Path | None = None,
    stop: threading.Event,
    ready: Callable[[int], None] | None = None,
    watched: Callable[[int], None] | None = None,
) -> None:
    """Listen and work with ``equipment`` until ``stop`` is set, or the worker ends on its own; see `run`."""
    pulse = Pulse(equipment, data_dir)
    ways = metrics.measured(equipment.ways, pulse.meters, pulse.offsets, equipment.clock)
    equipment = replace(equipment, ways=ways)
    clinic = equipment.clinic
    worker = ThreadPoolExecutor(1, "elmeld-engine")
    working: list[Future[None]] = []

    def listening(port: int) -> None:
        pulse.begin(port)
        # What has been made by now stays: the collector need not look at it again for each document that is read.
        gc.collect()
        gc.freeze()
        working.append(worker.submit(_work, equipment, pulse, config, stop))
        say(EngineStarted(__version__, port))
        if ready is not None:
            ready(port)

    receivers = ThreadPoolExecutor(_RECEIVERS, "elmeld-listen")
    application = listener.app(partial(_receive, equipment, pulse, receivers))
    try:
        with operations.told(pulse, stop, watched), receivers, fetching.at_work(equipment, stop):
            listener.serve(application, clinic.listen_host, clinic.listen_port, listening, stop)
    finally:
        stop.set()
        worker.shutdown()
        pulse.end()
    for work in working:
        work.result()
    say(EngineStopped())


def _receive(equipment: Equipment, pulse: Pulse, pool: ThreadPoolExecutor, arrival: Arrival) -> Reply | None:
    """Take in one post; where we fail at it, the partner is told to come again, and the log nothing of the content."""
    began = time.monotonic()
    done = pool.submit(receipt.receive, equipment, arrival)
    try:
        reply = done.result() if _told(equipment, done) else Reply("text/plain", b"", 500)
    except StoreError as error:
        say(StoreFailed(error))
        reply = Reply("text/plain", b"", 503)
    pulse.meters.answered(reply, len(arrival.body), began)
    return reply


def _work(equipment: Equipment, pulse: Pulse, config: Path | None, stop: threading.Event) -> None:
    reader = open_reader(pulse.data_dir, config)
    with (
        ThreadPoolExecutor(1, "elmeld-in") as inward,
        ThreadPoolExecutor(_SENDERS, "elmeld-out") as outward,
        ThreadPoolExecutor(1, "elmeld-aside") as aside,
    ):
        work = _Work(equipment, pulse, reader, inward, outward, aside, stop)
        try:
            while not stop.is_set():
                _round_or_patience(work)
        finally:
            # An engine without its worker must not go on taking in.
            stop.set()
            reader.close()


def _round_or_patience(work: _Work) -> None:
    try:
        _round(work)
    except (StoreError, sqlite3.Error) as error:
        # A full disk or a lock passes; what is owed is in the store and waits there.
        say(StoreFailed(error))
        work.pulse.lives()
        work.stop.wait(_PATIENCE)


@dataclass(slots=True)
class _Work:
    """What the engine has in hand; nothing of it is missed when the process dies.

    Attributes:
        equipment: of the engine.
        pulse: its signs of life.
        reader: sees when anything has been committed.
        inward: takes in, one piece at a time.
        outward: sends.
        aside: does the chores, for which nobody waits.
        stop: ends it all.
        senders: at work now.
        set_aside: envelopes and messages that the program failed at; the next start tries them again.
        chores_at: when each chore is due; those that are not in it have not been done yet.
        chores: those that are begun, and the ones that wait for them.
    """

    equipment: Equipment
    pulse: Pulse
    reader: Reader
    inward: ThreadPoolExecutor
    outward: ThreadPoolExecutor
    aside: ThreadPoolExecutor
    stop: threading.Event
    senders: set[Future[None]] = field(default_factory=set)
    set_aside: set[tuple[str, int]] = field(default_factory=set)
    chores_at: dict[Chore, datetime] = field(default_factory=dict)
    chores: set[Future[object]] = field(default_factory=set)


def _round(work: _Work) -> None:
    """Do what can be done now, then wait until there is more."""
    equipment = work.equipment
    seen = work.reader.data_version()
    _told(equipment, work.inward.submit(repetition.note_all, equipment))
    _told(equipment, work.inward.submit(deadlines.mark_overdue, equipment.database, equipment.clock()))
    _mind_chores(work)
    for envelope_id in backlog.unsettled(equipment):
        _try(work, ("envelope", envelope_id), receipt.treat, equipment, envelope_id)
    for message_id in backlog.received(equipment):
        taken_in = (equipment.database, equipment.clinic, equipment.clock, message_id)
        _try(work, ("message", message_id), importing.import_message, *taken_in)
    ended = {sender for sender in work.senders if sender.done()}
    work.senders -= ended
    for sender in ended:
        _told(equipment, sender)
    if backlog.is_due(equipment):
        while len(work.senders) < _SENDERS:
            work.senders.add(work.outward.submit(delivery.deliver_all, equipment, work.stop))
    work.pulse.progress()
    _wait(equipment, work.reader, seen, work.pulse.beat_at, work.stop)


def _mind_chores(work: _Work) -> None:
    """Have the chores done that are due, one after the other, and tell what they failed at when they have ended."""
    now = work.equipment.clock()
    ended = {chore for chore in work.chores if chore.done()}
    work.chores -= ended
    for chore in ended:
        _told(work.equipment, chore)
    for due in CHORES:
        if now >= work.chores_at.get(due, now):
            work.chores_at[due] = now + due.interval
            work.chores.add(work.aside.submit(due.work, work.equipment, now))


def _try(work: _Work, what: tuple[str, int], treat: Callable[..., object], *arguments: object) -> None:
    """Do one piece of work; one that the program fails at is set aside and stops no other."""
    if what not in work.set_aside and not _told(work.equipment, work.inward.submit(treat, *arguments)):
        work.set_aside.add(what)
    work.pulse.progress()


def _told(equipment: Equipment, done: Future[Any]) -> bool:
    """Wait for a piece of work; where the program failed at it, tell a human and go on with the next.

    The log names the place in the program and nothing of what the message says.

    Raises:
        StoreError: not the program failed but the store; the same work may succeed later.
    """
    error = done.exception()
    if error is None:
        return True
    if isinstance(error, StoreError):
        raise error
    say(WorkFailed(error))
    with equipment.database.transaction() as connection:
        faults.report(connection, faults.place(error), at=to_text(equipment.clock()))
    return False


def _wait(equipment: Equipment, reader: Reader, seen: int, until: datetime, stop: threading.Event) -> None:
    """Wait until the store has changed, the next row falls due, or ``until``."""
    next_due = backlog.next_due(equipment)
    wake_at = min(to_text(until), next_due) if next_due else to_text(until)
    while not stop.wait(_GLANCE) and reader.data_version() == seen:
        if to_text(equipment.clock()) >= wake_at:
            return
