"""Every state a message can be in is told in words, with a sign, and with what to do when something is wrong."""

from __future__ import annotations

from itertools import product

import pytest

from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office.words import Concern, words


@pytest.mark.parametrize(("state", "receipt"), product(State, Receipt))
def test_every_state_has_a_sign_a_word_and_a_sentence(state: State, receipt: Receipt) -> None:
    told = words(state, receipt)
    assert len(told.sign) == 1
    assert told.word
    assert told.happened.endswith(".")


@pytest.mark.parametrize(("state", "receipt"), product(State, Receipt))
def test_trouble_always_names_what_to_do(state: State, receipt: Receipt) -> None:
    told = words(state, receipt)
    assert bool(told.next_step) == (told.concern is Concern.TROUBLE)


def test_a_referral_is_told_as_sent_then_delivered_then_accepted() -> None:
    way = [
        (State.SENT, Receipt.AWAITED),
        (State.DELIVERED, Receipt.AWAITED),
        (State.DELIVERED, Receipt.ACCEPTED),
    ]
    assert [words(*step).word for step in way] == ["Sendt", "Levert", "Godtatt"]


def test_an_apprec_that_overtakes_the_ack_is_the_word_that_counts() -> None:
    assert words(State.SENT, Receipt.REJECTED).word == "Avvist"


def test_an_undelivered_message_stays_undelivered_when_its_receipt_is_overdue() -> None:
    assert words(State.UNDELIVERED, Receipt.OVERDUE).word == "Ikke levert"


def test_a_delivered_apprec_waits_for_nothing() -> None:
    assert words(State.DELIVERED, Receipt.NONE).concern is Concern.DONE
