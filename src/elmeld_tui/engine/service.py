"""The engine at work: it listens, takes in, sends, and minds deadlines, until it is told to stop.

Work is found in the store and nowhere else, so that an engine that was killed leaves nothing behind in its memory.
It wakes when anything has been committed to the store, by anyone, and when something falls due.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from elmeld_tui.engine import deadlines, delivery, faults, importing, receipt, repetition
from elmeld_tui.engine.equipment import Equipment, equip
from elmeld_tui.engine.policy import LEASE
from elmeld_tui.model import clock as clocks
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.model.clock import Clock, to_text
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.store import beat, envelopes, lines, messages
from elmeld_tui.store.database import StoreError, open_database
from elmeld_tui.store.reading import Reader, open_reader
from elmeld_tui.store.settings import read_clinic
from elmeld_tui.transport import listener
from elmeld_tui.transport.port import Reply

_log = logging.getLogger("elmeld.engine")

_SENDERS = 8
"""How many partners are served at once; each has one envelope on its way at a time."""

_RECEIVERS = 8
"""How many envelopes are treated at once; others wait their turn, with their bytes in memory."""

_PATIENCE = 1.0
"""Seconds between attempts while the store does not answer."""

_GLANCE = 0.1
"""Seconds between looks at whether the store has changed."""

_BEAT = timedelta(seconds=5)


def run(
    data_dir: Path,
    *,
    config: Path | None = None,
    clock: Clock = clocks.now,
    stop: threading.Event | None = None,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Run the engine of the clinic in ``data_dir`` until ``stop`` is set or the process is told to end.

    Args:
        data_dir: the clinic's directory.
        config: another settings file than the one in it.
        clock: the present.
        stop: set from any thread.
        ready: told the port that is listened on.

    Raises:
        SettingsError, StoreError, EngineError: the clinic cannot be opened; the text says why.
        OSError: the port cannot be listened on.
    """
    clinic = read_clinic(data_dir, config)
    database = open_database(data_dir)
    try:
        operate(equip(clinic, database, clock), data_dir, stop=stop or threading.Event(), ready=ready)
    finally:
        database.close()


def operate(
    equipment: Equipment,
    data_dir: Path,
    *,
    stop: threading.Event,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Listen and work with ``equipment`` until ``stop`` is set; see `run`."""
    _stop_on_signals(stop)
    clinic = equipment.clinic
    worker = threading.Thread(target=_work, args=(equipment, data_dir, stop), name="elmeld-engine")

    def listening(port: int) -> None:
        with equipment.database.transaction() as connection:
            at = to_text(equipment.clock())
            beat.begin(connection, pid=os.getpid(), host=socket.gethostname(), port=port, at=at)
        worker.start()
        if ready is not None:
            ready(port)

    receivers = ThreadPoolExecutor(_RECEIVERS, "elmeld-listen")
    application = listener.app(partial(_receive, equipment, receivers))
    try:
        with receivers:
            listener.serve(application, clinic.listen_host, clinic.listen_port, listening, stop)
    finally:
        stop.set()
        if worker.ident is not None:
            worker.join()
            with equipment.database.transaction() as connection:
                beat.end(connection, pid=os.getpid())


def work_off(equipment: Equipment) -> None:
    """Do everything that can be done now, once: take in what has come, mind deadlines, send what is due."""
    repetition.note_all(equipment)
    for envelope_id in _unsettled(equipment):
        receipt.treat(equipment, envelope_id)
    for message_id in _waiting(equipment):
        importing.import_message(equipment.database, equipment.clinic, equipment.clock, message_id)
    deadlines.mark_overdue(equipment.database, equipment.clock())
    _send_all(equipment)


def _receive(equipment: Equipment, pool: ThreadPoolExecutor, arrival: Arrival) -> Reply | None:
    """Take in one post; where we fail at it, the partner is told to come again, and the log nothing of the content."""
    done = pool.submit(receipt.receive, equipment, arrival)
    try:
        return done.result() if _told(equipment, done) else Reply("text/plain", b"", 500)
    except StoreError as error:
        _log.error("%s", error)
        return Reply("text/plain", b"", 503)


def _stop_on_signals(stop: threading.Event) -> None:
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())


def _work(equipment: Equipment, data_dir: Path, stop: threading.Event) -> None:
    reader = open_reader(data_dir)
    with ThreadPoolExecutor(1, "elmeld-in") as inward, ThreadPoolExecutor(_SENDERS, "elmeld-out") as outward:
        work = _Work(equipment, reader, inward, outward, stop, equipment.clock())
        while not stop.is_set():
            try:
                _round(work)
            except (StoreError, sqlite3.Error) as error:
                # A full disk or a lock passes; what is owed is in the store and waits there.
                _log.error("%s", error)
                stop.wait(_PATIENCE)
    reader.close()


@dataclass(slots=True)
class _Work:
    """What the engine has in hand; nothing of it is missed when the process dies.

    Attributes:
        equipment: of the engine.
        reader: sees when anything has been committed.
        inward: takes in, one piece at a time.
        outward: sends.
        stop: ends it all.
        beat_at: when the next sign of life is due.
        senders: at work now.
        set_aside: envelopes and messages that the program failed at; the next start tries them again.
    """

    equipment: Equipment
    reader: Reader
    inward: ThreadPoolExecutor
    outward: ThreadPoolExecutor
    stop: threading.Event
    beat_at: datetime
    senders: set[Future[None]] = field(default_factory=set)
    set_aside: set[tuple[str, int]] = field(default_factory=set)


def _round(work: _Work) -> None:
    """Do what can be done now, then wait until there is more."""
    equipment = work.equipment
    seen = work.reader.data_version()
    _told(equipment, work.inward.submit(repetition.note_all, equipment))
    _told(equipment, work.inward.submit(deadlines.mark_overdue, equipment.database, equipment.clock()))
    for envelope_id in _unsettled(equipment):
        _try(work, ("envelope", envelope_id), receipt.treat, equipment, envelope_id)
    for message_id in _waiting(equipment):
        taken_in = (equipment.database, equipment.clinic, equipment.clock, message_id)
        _try(work, ("message", message_id), importing.import_message, *taken_in)
    ended = {sender for sender in work.senders if sender.done()}
    work.senders -= ended
    for sender in ended:
        _told(equipment, sender)
    if _is_due(equipment):
        while len(work.senders) < _SENDERS:
            work.senders.add(work.outward.submit(_send_all, equipment, work.stop))
    if equipment.clock() >= work.beat_at:
        with equipment.database.transaction(durable=False) as connection:
            beat.go_on(connection, pid=os.getpid(), at=to_text(equipment.clock()))
        work.beat_at = equipment.clock() + _BEAT
        seen = work.reader.data_version()
    _wait(equipment, work.reader, seen, work.beat_at, work.stop)


def _try(work: _Work, what: tuple[str, int], treat: Callable[..., object], *arguments: object) -> None:
    """Do one piece of work; one that the program fails at is set aside and stops no other."""
    if what not in work.set_aside and not _told(work.equipment, work.inward.submit(treat, *arguments)):
        work.set_aside.add(what)


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
    detail = faults.place(error)
    _log.error("a piece of work failed: %s at %s", detail["error"], detail["place"])
    with equipment.database.transaction() as connection:
        faults.report(connection, detail, at=to_text(equipment.clock()))
    return False


def _unsettled(equipment: Equipment) -> list[int]:
    """Return envelopes that a crash, or a register that was away, left unsettled."""
    before = to_text(equipment.clock() - LEASE)
    with equipment.database.snapshot() as connection:
        return list(envelopes.unsettled(connection, before))


def _waiting(equipment: Equipment) -> list[int]:
    with equipment.database.snapshot() as connection:
        return list(messages.received(connection))


def _send_all(equipment: Equipment, stop: threading.Event | None = None) -> None:
    owner = f"{socket.gethostname()}:{os.getpid()}:{new_uuid()}"
    while (stop is None or not stop.is_set()) and delivery.deliver_next(equipment, owner):
        pass


def _is_due(equipment: Equipment) -> bool:
    with equipment.database.snapshot() as connection:
        next_due = lines.next_due(connection)
    return next_due is not None and next_due <= to_text(equipment.clock())


def _wait(equipment: Equipment, reader: Reader, seen: int, until: datetime, stop: threading.Event) -> None:
    """Wait until the store has changed, the next row falls due, or ``until``."""
    with equipment.database.snapshot() as connection:
        next_due = lines.next_due(connection)
    wake_at = min(to_text(until), next_due) if next_due else to_text(until)
    while not stop.wait(_GLANCE) and reader.data_version() == seen:
        if to_text(equipment.clock()) >= wake_at:
            return
