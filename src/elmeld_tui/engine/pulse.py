"""What the worker does between pieces of work: it reports that it is alive, and does its periodic checks.

All of it happens in the worker's own thread and nowhere else: if the worker hangs, its signs of life stop.
"""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.logs import say
from elmeld_tui.engine.logs.events import MessageMoved
from elmeld_tui.engine.metrics import Meters
from elmeld_tui.engine.notify import READY, WATCHDOG, notify, watchdog_seconds
from elmeld_tui.engine.offsets import Offsets
from elmeld_tui.engine.watch import watch
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.store import beat, measures
from elmeld_tui.store.measures import Move
from elmeld_tui.store.timeline import EventName

_BEAT = timedelta(seconds=5)

_FORGET = timedelta(minutes=10)
"""How long an engine may be silent before its row is removed; screens call it dead after half a minute."""

_AT_ONCE = 1000
"""Moves told between two pieces of work; what is more waits for the next beat."""


@dataclass(slots=True)
class Pulse:
    """The signs of life of one engine.

    Attributes:
        equipment: of the engine.
        data_dir: the clinic's directory.
        meters: what is counted.
        offsets: what partners say of the time.
        me: the engine; None before it listens.
        beat_at: when the next sign of life is due.
    """

    equipment: Equipment
    data_dir: Path
    meters: Meters = field(default_factory=Meters)
    offsets: Offsets = field(default_factory=Offsets)
    me: beat.Engine | None = None
    beat_at: datetime = field(init=False)
    _alive: float = field(default_factory=time.monotonic)
    _fed: float = 0.0
    _told: int = 0

    def __post_init__(self) -> None:
        """Have the first beat come at once."""
        self.beat_at = self.equipment.clock()

    def begin(self, port: int) -> None:
        """Say that the engine listens on ``port``; to be called once, before the worker starts."""
        at = to_text(self.equipment.clock())
        me = beat.Engine(socket.gethostname(), os.getpid(), port, at)
        with self.equipment.database.transaction() as connection:
            # A process that was killed may have left its number to this one.
            beat.end(connection, me)
            beat.go_on(connection, me, at=at)
            self._told = measures.newest_event(connection)
        self.me = me
        notify(READY, f"STATUS=listening on port {port}")

    def end(self) -> None:
        """Say that the engine has ended in good order; its worker is at rest by then."""
        if self.me is not None:
            self._tell_moves()
            with self.equipment.database.transaction() as connection:
                beat.end(connection, self.me)

    def lives(self) -> None:
        """Note that the worker has not hung, whatever came of its work; the service manager's watchdog hears of it."""
        self._alive = time.monotonic()
        patience = watchdog_seconds()
        if patience is not None and self._alive - self._fed >= patience / 4:
            self._fed = self._alive
            notify(WATCHDOG)

    def progress(self) -> None:
        """Note that the worker got something done; when the beat is due, say so in the store and look about.

        Raises:
            StoreError: the store cannot be used now.
        """
        self.lives()
        now = self.equipment.clock()
        if now < self.beat_at or self.me is None:
            return
        with self.equipment.database.transaction(durable=False) as connection:
            beat.go_on(connection, self.me, at=to_text(now))
            beat.forget_silent(connection, before=to_text(now - _FORGET))
        watch(self.equipment, self.data_dir, self.offsets, now)
        self._tell_moves()
        self.beat_at = now + _BEAT

    def idle_seconds(self) -> float:
        """Return how long ago the worker last gave a sign of life; from any thread."""
        return time.monotonic() - self._alive

    def _tell_moves(self) -> None:
        """Count and log what has happened to messages, from the timeline: what was rolled back has not happened."""
        with self.equipment.database.snapshot() as connection:
            moves = measures.moves_since(connection, self._told, at_most=_AT_ONCE)
        for move in moves:
            self._tell(move)
            self._told = move.event_id

    def _tell(self, move: Move) -> None:
        state = State(move.state) if move.state else None
        receipt = Receipt(move.receipt) if move.receipt else None
        if state:
            self.meters.moves.labels(move.direction, state).inc()
        if receipt:
            self.meters.receipts.labels(receipt).inc()
        say(MessageMoved(move.message_id, EventName(move.name), state, receipt))
