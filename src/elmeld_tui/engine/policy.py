"""How long we wait, and how often we try."""

from __future__ import annotations

from datetime import timedelta

ACK_INTERVAL = timedelta(hours=12)
"""How long an ack is awaited before the same bytes are sent again (HIS 1037 §5.2)."""

RETRIES = 5
"""How often they are (HIS 1037 §5.2)."""

LIFETIME = ACK_INTERVAL * (RETRIES + 1)
"""When we give up: one interval after the last retry, 72 hours as HITS 1177 §5.3 has it."""

APPREC_DEADLINE = timedelta(hours=96)
"""From GenDate; then a missing AppRec is overdue (HIS 80415:2012 §3.3.4)."""

LEASE = timedelta(minutes=3)
"""How long an engine may hold a claim; longer than any exchange with a partner may take."""

_BACK_OFF = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)


def back_off(failures: int) -> timedelta:
    """Return how long to wait after the ``failures``-th time (from 1) that the partner could not be reached."""
    return _BACK_OFF[min(failures, len(_BACK_OFF)) - 1]
