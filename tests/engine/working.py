"""The engine's work without its threads, and without its waiting."""

from __future__ import annotations

import threading

from elmeld_tui.engine import backlog, deadlines, delivery, fetching, importing, receipt, repetition
from elmeld_tui.engine.chores import CHORES
from elmeld_tui.engine.equipment import Equipment


def fetch(equipment: Equipment) -> None:
    """Empty every mailbox whose turn has come."""
    for mailbox in equipment.inbox:
        fetching.empty_if_due(equipment, mailbox)


def work_off(equipment: Equipment) -> None:
    """Do everything that can be done now, once: take in what has come, mind deadlines, send what is due."""
    fetch(equipment)
    repetition.note_all(equipment)
    for envelope_id in backlog.unsettled(equipment):
        receipt.treat(equipment, envelope_id)
    for message_id in backlog.received(equipment):
        importing.import_message(equipment.database, equipment.clinic, equipment.clock, message_id)
    deadlines.mark_overdue(equipment.database, equipment.clock())
    for chore in CHORES:
        chore.work(equipment, equipment.clock())
    delivery.deliver_all(equipment, threading.Event())
