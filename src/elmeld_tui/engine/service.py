"""The engine at work: it listens, takes in, sends, and minds deadlines, until it is told to stop.

Work is found in the store and nowhere else, so that an engine that was killed leaves nothing behind in its memory.
It wakes when anything has been committed to the store, by anyone, and when something falls due.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from elmeld_tui.engine import deadlines, delivery, importing, receipt
from elmeld_tui.engine.equipment import Equipment, equip
from elmeld_tui.engine.policy import LEASE
from elmeld_tui.model import clock as clocks
from elmeld_tui.model.clock import Clock, to_text
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.store import alerts, beat, envelopes, messages, outbox
from elmeld_tui.store.database import open_database
from elmeld_tui.store.reading import Reader, open_reader
from elmeld_tui.store.settings import read_clinic
from elmeld_tui.store.trouble import AlertCode
from elmeld_tui.transport import listener

_log = logging.getLogger("elmeld.engine")

_SENDERS = 4
"""How many partners are sent to at once; each has one envelope on its way at a time."""

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

    application = listener.app(partial(receipt.receive, equipment))
    try:
        listener.serve(application, clinic.listen_host, clinic.listen_port, listening, stop)
    finally:
        stop.set()
        if worker.ident is not None:
            worker.join()
            with equipment.database.transaction() as connection:
                beat.end(connection, pid=os.getpid())


def work_off(equipment: Equipment) -> None:
    """Do everything that can be done now, once: take in what has come, mind deadlines, send what is due."""
    _resume(equipment)
    for message_id in _waiting(equipment):
        importing.import_message(equipment.database, equipment.clinic, equipment.clock, message_id)
    deadlines.mark_overdue(equipment.database, equipment.clock())
    _send_all(equipment)


def _stop_on_signals(stop: threading.Event) -> None:
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())


def _work(equipment: Equipment, data_dir: Path, stop: threading.Event) -> None:
    reader = open_reader(data_dir)
    set_aside: set[int] = set()
    beat_at = equipment.clock()
    senders: set[Future[None]] = set()
    with ThreadPoolExecutor(1, "elmeld-in") as inward, ThreadPoolExecutor(_SENDERS, "elmeld-out") as outward:
        while not stop.is_set():
            seen = reader.data_version()
            _told(equipment, inward.submit(_mind, equipment))
            for message_id in _waiting(equipment):
                if message_id not in set_aside and not _told(equipment, _import(inward, equipment, message_id)):
                    set_aside.add(message_id)
            senders = {sender for sender in senders if not sender.done() or not _told(equipment, sender)}
            if _is_due(equipment):
                while len(senders) < _SENDERS:
                    senders.add(outward.submit(_send_all, equipment, stop))
            if equipment.clock() >= beat_at:
                with equipment.database.transaction(durable=False) as connection:
                    beat.go_on(connection, pid=os.getpid(), at=to_text(equipment.clock()))
                beat_at = equipment.clock() + _BEAT
                seen = reader.data_version()
            _wait(equipment, reader, seen, beat_at, stop)
    reader.close()


def _import(pool: ThreadPoolExecutor, equipment: Equipment, message_id: int) -> Future[object]:
    return pool.submit(importing.import_message, equipment.database, equipment.clinic, equipment.clock, message_id)


def _told(equipment: Equipment, done: Future[object] | Future[None]) -> bool:
    """Wait for a piece of work; where the program failed at it, tell a human and go on with the next.

    The log names the place in the program and nothing of what the message says.
    """
    error = done.exception()
    if error is None:
        return True
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    detail = {"error": type(error).__name__, "place": " ".join(places[-3:])}
    _log.error("a piece of work failed: %s at %s", detail["error"], detail["place"])
    with equipment.database.transaction() as connection:
        alerts.raise_alert(connection, AlertCode.PROGRAM_FAULT, at=to_text(equipment.clock()), detail=detail)
    return False


def _mind(equipment: Equipment) -> None:
    _resume(equipment)
    deadlines.mark_overdue(equipment.database, equipment.clock())


def _resume(equipment: Equipment) -> None:
    """Settle envelopes that a crash, or a register that was away, left unsettled."""
    before = to_text(equipment.clock() - LEASE)
    with equipment.database.snapshot() as connection:
        left = envelopes.unsettled(connection, before)
    for envelope_id in left:
        receipt.treat(equipment, envelope_id)


def _waiting(equipment: Equipment) -> list[int]:
    with equipment.database.snapshot() as connection:
        return list(messages.received(connection))


def _send_all(equipment: Equipment, stop: threading.Event | None = None) -> None:
    owner = f"{socket.gethostname()}:{os.getpid()}:{new_uuid()}"
    while (stop is None or not stop.is_set()) and delivery.deliver_next(equipment, owner):
        pass


def _is_due(equipment: Equipment) -> bool:
    with equipment.database.snapshot() as connection:
        next_due = outbox.next_due(connection)
    return next_due is not None and next_due <= to_text(equipment.clock())


def _wait(equipment: Equipment, reader: Reader, seen: int, until: datetime, stop: threading.Event) -> None:
    """Wait until the store has changed, the next row falls due, or ``until``."""
    with equipment.database.snapshot() as connection:
        next_due = outbox.next_due(connection)
    wake_at = min(to_text(until), next_due) if next_due else to_text(until)
    while not stop.wait(_GLANCE) and reader.data_version() == seen:
        if to_text(equipment.clock()) >= wake_at:
            return
