"""How long the engine waits, and how often it tries."""

from __future__ import annotations

import zlib
from datetime import timedelta

from elmeld_tui.model.terms import INTERVAL, RETRIES

LIFETIME = INTERVAL * (RETRIES + 1)
"""How long we try where nothing else is agreed: to one interval after the last retry, 72 hours as HITS 1177 §5.3 has
it."""

APPREC_DEADLINE = timedelta(hours=96)
"""From GenDate; then a missing AppRec is overdue (HIS 80415:2012 §3.3.4)."""

REVOCATION_PATIENCE = timedelta(hours=24)
"""How long an envelope may wait here for its signer's issuer to answer; its sender gives up at 72 hours."""

LEASE = timedelta(minutes=5)
"""How long an engine may hold a claim; longer than a turn and the last exchange of it may take."""

TURN = timedelta(minutes=1)
"""How long one line is served before others come to their turn; the exchange that has begun is finished."""

LINE_DOWN_AFTER = 3
"""How often in a row a partner is not reached before a human hears of it: some minutes, at the usual back-off."""

FAULT_PAUSE = timedelta(hours=1)
"""How long something that the program fails at is left alone; the others on its line go on."""

BATCH = 20
"""How many envelopes are packed, committed and settled together; with the power at most so many answers are lost."""

BATCH_BYTES = 16 * 1024 * 1024
"""How much of them is held in memory together; a larger one goes alone."""

CLOCK_SKEW = timedelta(minutes=2)
"""A clock further off than this has its messages and tokens refused."""

_BACK_OFF = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)


_SPREAD = 0.25


def back_off(failures: int, line: str) -> timedelta:
    """Return how long to wait after the ``failures``-th time (from 1) that a partner could not be reached.

    Up to a quarter longer by who it is, so that partners behind one broken router do not all come back at once.
    """
    part = zlib.crc32(f"{line}:{failures}".encode()) / 2**32
    return _BACK_OFF[min(failures, len(_BACK_OFF)) - 1] * (1 + _SPREAD * part)
