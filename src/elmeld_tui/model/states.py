"""The life of a message, as data: its states and the transitions between them.

Transport and application receipt are two axes (design §3): `State` says how far the message has come on its way,
`Receipt` what each receiver has answered. A transition that is not in a table here does not happen.

Reference: HITS 1171:2017 §9, HIS 80415:2012 §3.3.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a message is on its way. The first group is messages out, the second messages in."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    TRANSPORT_REJECTED = "transport_rejected"
    UNDELIVERED = "undelivered"

    RECEIVED = "received"
    IMPORTED = "imported"
    MANUAL = "manual"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    NOT_FOR_US = "not_for_us"
    QUARANTINED = "quarantined"


STATES_OUT = frozenset(
    {State.QUEUED, State.SENT, State.DELIVERED, State.TRANSPORT_REJECTED, State.UNDELIVERED},
)
"""What a message out can be; one in is something else."""


class Receipt(StrEnum):
    """What a receiver's application receipt (AppRec) has said, one value per receiver."""

    NONE = "none"
    AWAITED = "awaited"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_FAULTS = "accepted_with_faults"
    REJECTED = "rejected"
    OVERDUE = "overdue"


_S = State
_R = Receipt

STATE_MOVES: dict[State, frozenset[State]] = {
    _S.QUEUED: frozenset({_S.SENT, _S.DELIVERED, _S.TRANSPORT_REJECTED, _S.UNDELIVERED}),
    _S.SENT: frozenset({_S.DELIVERED, _S.TRANSPORT_REJECTED, _S.UNDELIVERED}),
    # A late ack still counts.
    _S.UNDELIVERED: frozenset({_S.DELIVERED}),
    # An AppRec proves that it is there all the same.
    _S.TRANSPORT_REJECTED: frozenset({_S.DELIVERED}),
    _S.DELIVERED: frozenset(),
    _S.RECEIVED: frozenset({_S.IMPORTED, _S.MANUAL, _S.REJECTED, _S.DUPLICATE, _S.NOT_FOR_US, _S.QUARANTINED}),
    _S.MANUAL: frozenset(),
    _S.IMPORTED: frozenset(),
    _S.REJECTED: frozenset(),
    _S.DUPLICATE: frozenset(),
    _S.NOT_FOR_US: frozenset(),
    _S.QUARANTINED: frozenset(),
}

MOVES_BY_HAND: dict[State, frozenset[State]] = {
    # A new envelope with the same document: it did not get through (HITS 1171 §9.7) or, delivered, was never answered
    # within 96 hours. What the receivers owe stays as it is, since that is counted from GenDate: an overdue receipt is
    # overdue until it comes.
    _S.UNDELIVERED: frozenset({_S.QUEUED}),
    _S.TRANSPORT_REJECTED: frozenset({_S.QUEUED}),
    _S.DELIVERED: frozenset({_S.QUEUED}),
    _S.MANUAL: frozenset({_S.IMPORTED, _S.REJECTED}),
}
"""What only a person sets going, beside what happens by itself."""

RECEIPT_MOVES: dict[Receipt, frozenset[Receipt]] = {
    _R.NONE: frozenset(),
    _R.AWAITED: frozenset({_R.ACCEPTED, _R.ACCEPTED_WITH_FAULTS, _R.REJECTED, _R.OVERDUE}),
    # HIS 80415:2012 §3.3.4: after 96 hours a late receipt still counts.
    _R.OVERDUE: frozenset({_R.ACCEPTED, _R.ACCEPTED_WITH_FAULTS, _R.REJECTED}),
    # One AppRec per recipient, final (HIS 80415:2012 §3.2).
    _R.ACCEPTED: frozenset(),
    _R.ACCEPTED_WITH_FAULTS: frozenset(),
    _R.REJECTED: frozenset(),
}


class ImpossibleMoveError(Exception):
    """A state was asked to move where its table has no way."""


def check_move(old: State, new: State, *, by_hand: bool = False) -> None:
    """Raise `ImpossibleMoveError` unless a message in ``old`` may move to ``new``; ``by_hand`` if a person says so."""
    if new not in STATE_MOVES[old] and not (by_hand and new in MOVES_BY_HAND.get(old, ())):
        raise ImpossibleMoveError(f"a message that is {old} cannot become {new}")


def check_receipt_move(old: Receipt, new: Receipt) -> None:
    """Raise `ImpossibleMoveError` unless a receiver whose receipt is ``old`` may move to ``new``."""
    if new not in RECEIPT_MOVES[old]:
        raise ImpossibleMoveError(f"a receipt that is {old} cannot become {new}")


_GRAVITY = (_R.REJECTED, _R.OVERDUE, _R.ACCEPTED_WITH_FAULTS, _R.AWAITED, _R.ACCEPTED, _R.NONE)


def gravest(receipts: list[Receipt]) -> Receipt:
    """Return the one value a list shows for several receivers: the one that asks most of a human."""
    return min(receipts, key=_GRAVITY.index, default=Receipt.NONE)
