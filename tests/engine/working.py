"""The engine's work without its threads, and without its waiting."""

from __future__ import annotations

import threading

from elmeld_tui.engine import deadlines, fetching, importing, receipt, repetition, service
from elmeld_tui.engine.chores import CHORES
from elmeld_tui.engine.equipment import Equipment


def work_off(equipment: Equipment) -> None:
    """Do everything that can be done now, once: take in what has come, mind deadlines, send what is due."""
    fetching.empty_due(equipment)
    repetition.note_all(equipment)
    for envelope_id in service._unsettled(equipment):
        receipt.treat(equipment, envelope_id)
    for message_id in service._waiting(equipment):
        importing.import_message(equipment.database, equipment.clinic, equipment.clock, message_id)
    deadlines.mark_overdue(equipment.database, equipment.clock())
    for chore in CHORES:
        chore.work(equipment, equipment.clock())
    service._send_all(equipment, threading.Event())
