"""How long each kind of data is kept."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Retention:
    """Days each part of a message is kept; 0 keeps it for ever.

    Days count from when nothing more was owed or awaited: a message out from its last answer, a message in from when
    it was settled. What is still owed, what somebody holds, and the audit trail are kept whatever is said here.

    Attributes:
        envelopes: what travelled, both ways; its identity and digests stay, so that a duplicate is known.
        signals: acks and errors, as they travelled; never less than a duplicate may come after (`DUPLICATES`).
        documents: the documents themselves.
        alerts: alerts that have been cleared, from when they were.
        search: the words a message is found by.
        messages: the whole message, with its timeline.
    """

    envelopes: int = 180
    signals: int = 0
    documents: int = 0
    alerts: int = 0
    search: int = 0
    messages: int = 0


PARTS: tuple[str, ...] = tuple(part.name for part in fields(Retention))
"""The names of the parts, as the settings file has them."""

DUPLICATES = 30
"""Days for which a duplicate must be known and answered as before, however little is kept (HIS 1037 §5.6)."""

LEAST = {"signals": DUPLICATES, "messages": DUPLICATES}
"""Days that what a duplicate is known and answered by is kept for, whatever is said."""
MOST = 36_500
"""Days that can be said: a hundred years. Who wants more keeps it for ever."""
