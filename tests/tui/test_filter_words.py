"""The language of the search line."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.store.reading import Filter
from elmeld_tui.tui.filter_words import FilterError, read_filter


def now() -> datetime:
    return datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ("", Filter()),
        ("ola nordmann", Filter(text="ola nordmann")),
        ("type:henvisning retning:ut", Filter(kinds=frozenset({"referral"}), direction="out")),
        ("status:avvist", Filter(receipts=frozenset({"rejected"}))),
        ("ulest lab", Filter(unread=True, text="lab")),
        ("etter:01.11", Filter(since="2026-10-31T23:00:00.000Z")),
        ("før:01.07.2025", Filter(until="2025-06-30T22:00:00.000Z")),
        ("http://x", Filter(text="http://x")),
        ("type:", Filter()),
    ],
)
def test_words_choose(words: str, chosen: Filter) -> None:
    assert read_filter(words, Filter(), now=now) == chosen


def test_words_narrow_what_the_place_shows() -> None:
    assert read_filter("ulest", Filter(folder="sent"), now=now) == Filter(folder="sent", unread=True)


@pytest.mark.parametrize(
    "words", ["type:tull", "status:tull", "retning:opp", "etter:i går", "etter:31.02", "før:x"]
)
def test_a_word_that_says_nothing_is_answered(words: str) -> None:
    with pytest.raises(FilterError, match=words.split(maxsplit=1)[0].partition(":")[0]):
        read_filter(words, Filter(), now=now)


@given(st.text(max_size=40))
def test_any_line_is_understood_or_answered(words: str) -> None:
    with contextlib.suppress(FilterError):
        assert read_filter(words, Filter(), now=now).mailbox == Filter().mailbox
