"""The work there is for an engine, as it stands in the store: what to settle, what to import, what to send and when."""

from __future__ import annotations

from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.policy import LEASE
from elmeld_tui.model.clock import to_text
from elmeld_tui.store import envelopes, lines, messages


def unsettled(equipment: Equipment) -> list[int]:
    """Return the envelopes that a crash, or a register that did not answer, left unsettled."""
    before = to_text(equipment.clock() - LEASE)
    with equipment.database.snapshot() as connection:
        return list(envelopes.unsettled(connection, before))


def received(equipment: Equipment) -> list[int]:
    """Return the messages that wait to be imported."""
    with equipment.database.snapshot() as connection:
        return list(messages.received(connection))


def next_due(equipment: Equipment) -> str | None:
    """Return when the next envelope is due to be sent, as stored; None where nothing is owed."""
    with equipment.database.snapshot() as connection:
        return lines.next_due(connection)


def is_due(equipment: Equipment) -> bool:
    """Return whether anything is due to be sent now."""
    at = next_due(equipment)
    return at is not None and at <= to_text(equipment.clock())
