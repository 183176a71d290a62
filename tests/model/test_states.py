"""The tables of states say what the standards say, and nothing moves where they have no way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.model.states import (
    MOVES_BY_HAND,
    RECEIPT_MOVES,
    STATE_MOVES,
    ImpossibleMoveError,
    Receipt,
    State,
    check_move,
    check_receipt_move,
    gravest,
)


def test_every_state_and_receipt_has_its_row() -> None:
    assert set(STATE_MOVES) == set(State)
    assert set(RECEIPT_MOVES) == set(Receipt)


def test_a_final_receipt_never_changes() -> None:
    for final in (Receipt.ACCEPTED, Receipt.ACCEPTED_WITH_FAULTS, Receipt.REJECTED):
        for new in Receipt:
            with pytest.raises(ImpossibleMoveError):
                check_receipt_move(final, new)


def test_a_late_receipt_still_counts() -> None:
    check_receipt_move(Receipt.OVERDUE, Receipt.ACCEPTED)


def test_a_late_ack_still_counts() -> None:
    check_move(State.UNDELIVERED, State.DELIVERED)


def test_what_has_ended_moves_only_when_a_person_says_so() -> None:
    for old in (State.DELIVERED, State.TRANSPORT_REJECTED, State.UNDELIVERED):
        check_move(old, State.QUEUED, by_hand=True)
        with pytest.raises(ImpossibleMoveError):
            check_move(old, State.QUEUED)
    with pytest.raises(ImpossibleMoveError):
        check_move(State.MANUAL, State.IMPORTED)
    with pytest.raises(ImpossibleMoveError):
        check_move(State.REJECTED, State.IMPORTED, by_hand=True)


def test_a_message_never_leaves_one_direction_for_the_other() -> None:
    out = {State.QUEUED, State.SENT, State.DELIVERED, State.TRANSPORT_REJECTED, State.UNDELIVERED}
    for old, news in (*STATE_MOVES.items(), *MOVES_BY_HAND.items()):
        for new in news:
            assert (old in out) == (new in out)


def test_a_rejected_message_never_becomes_importable() -> None:
    """AppRec 2 is final: not in the system, ever (HIS 80415:2012 §3.3.2)."""
    with pytest.raises(ImpossibleMoveError):
        check_move(State.REJECTED, State.IMPORTED)


@given(st.lists(st.sampled_from(Receipt), min_size=1))
def test_one_refusal_among_many_receivers_is_what_a_list_shows(receipts: list[Receipt]) -> None:
    shown = gravest(receipts)
    assert shown in receipts
    if Receipt.REJECTED in receipts:
        assert shown is Receipt.REJECTED


def test_a_message_without_receivers_waits_for_no_receipt() -> None:
    assert gravest([]) is Receipt.NONE
