"""Dates, times and numbers as Norwegians type them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.model.forms import FieldType
from elmeld_tui.tui.widgets.typed import as_answer, as_written, has_shape, is_answer

TODAY = date(2026, 11, 23)
DATE, TIME, NUMBER = FieldType.DATE, FieldType.TIME, FieldType.NUMBER


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        (DATE, "23.11.2026", "2026-11-23"),
        (DATE, " 3.1.2026 ", "2026-01-03"),
        (DATE, "23.11.26", "2026-11-23"),
        (DATE, "231126", "2026-11-23"),
        (DATE, "23112026", "2026-11-23"),
        (DATE, "12.05.49", "1949-05-12"),
        (DATE, "2026-11-23", "2026-11-23"),
        (TIME, "23.11.2026 08:30", "2026-11-23T08:30"),
        (TIME, "23.11.26 kl. 8.30", "2026-11-23T08:30"),
        (TIME, "231126 0830", "2026-11-23T08:30"),
        (TIME, "2026-11-23T08:30", "2026-11-23T08:30"),
        (NUMBER, "3,5", "3.5"),
    ],
)
def test_what_is_typed_as_people_do_is_an_answer(kind: FieldType, typed: str, answer: str) -> None:
    assert as_answer(kind, typed, TODAY) == answer
    assert is_answer(kind, answer)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (DATE, "31.02.2026"),
        (DATE, "i går"),
        (DATE, "23.11"),
        (DATE, "23.13.2026"),
        (TIME, "23.11.2026"),
        (TIME, "23.11.2026 25:00"),
        (TIME, "23.11.2026 08:60"),
        (NUMBER, "to"),
    ],
)
def test_what_is_none_stays_as_it_is_written_and_is_no_answer(kind: FieldType, typed: str) -> None:
    assert as_answer(kind, typed, TODAY) == typed
    assert not is_answer(kind, typed)


@given(st.datetimes(min_value=datetime(1850, 1, 1), max_value=datetime(2199, 12, 31)))  # noqa: DTZ001 - local time
def test_what_is_shown_reads_back_as_the_same_answer(moment: datetime) -> None:
    day, time = moment.date().isoformat(), moment.strftime("%Y-%m-%dT%H:%M")
    assert as_answer(DATE, as_written(DATE, day), TODAY) == day
    assert as_answer(TIME, as_written(TIME, time), TODAY) == time


@given(st.text())
def test_nothing_that_can_be_typed_breaks_a_field(typed: str) -> None:
    for kind in (DATE, TIME, NUMBER):
        assert as_written(kind, as_answer(kind, typed, TODAY)) is not None


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        (DATE, "31.02.2026", True),
        (TIME, "31.02.26 08:30", True),
        (TIME, "23.11.2026 25:00", True),
        (DATE, "i går", False),
        (TIME, "23.11.2026", False),
        (NUMBER, "tre", False),
    ],
)
def test_what_is_written_as_a_date_and_is_none_is_told_from_what_is_not(
    kind: FieldType, typed: str, expected: bool
) -> None:
    assert has_shape(kind, typed) is expected
