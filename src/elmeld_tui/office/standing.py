"""The standing of a message, from what a reader of the store sees. Imports nothing heavy."""

from __future__ import annotations

from elmeld_tui.engine.remedies import Case, case_of
from elmeld_tui.store.reading import Reader


def case(reader: Reader, message_id: int) -> Case | None:
    """Return how a message stands; None where there is none."""
    message = reader.message(message_id)
    if message is None:
        return None
    return case_of(
        message,
        reader.receivers(message_id),
        reader.attempts(message_id),
        recreated_as=reader.recreated_as(message_id),
        alarmed=bool(reader.alerts_of(message_id)),
    )
