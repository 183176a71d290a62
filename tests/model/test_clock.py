"""Times: UTC in store, Oslo on screen, and no zone means what the envelope or the document says it means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.model import clock


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_stored_time_comes_back_to_the_millisecond(moment: datetime) -> None:
    stored = clock.to_text(moment)
    assert abs(clock.from_text(stored) - moment) < timedelta(milliseconds=1)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_stored_times_sort_as_moments_do(one: datetime, other: datetime) -> None:
    if clock.to_text(one) < clock.to_text(other):
        assert one < other


def test_a_document_time_without_zone_is_norwegian() -> None:
    assert clock.parse_business_time("2026-07-01T12:00:00") == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert clock.parse_business_time("2026-12-01T12:00:00") == datetime(2026, 12, 1, 11, tzinfo=UTC)


def test_an_envelope_time_without_zone_is_utc() -> None:
    assert clock.parse_envelope_time("2026-07-01T12:00:00") == datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_seven_decimals_are_read() -> None:
    read = clock.parse_envelope_time("2023-09-04T08:33:50.3069479Z")
    assert read == datetime(2023, 9, 4, 8, 33, 50, 306947, tzinfo=UTC)


def test_midnight_may_end_a_day() -> None:
    assert clock.parse_envelope_time("2026-11-30T24:00:00.0Z") == datetime(2026, 12, 1, tzinfo=UTC)
    assert clock.parse_business_time("2026-11-30T24:00:00") == datetime(2026, 11, 30, 23, tzinfo=UTC)
    with pytest.raises(ValueError, match=r".+"):
        clock.parse_business_time("2026-11-30T24:00:01")


@pytest.mark.parametrize("text", ["", "i går", "2026-13-01T00:00:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        clock.parse_business_time(text)


def test_a_written_document_time_carries_the_norwegian_offset() -> None:
    assert clock.business_text(datetime(2026, 7, 1, 10, tzinfo=UTC)) == "2026-07-01T12:00:00+02:00"


def test_screens_show_oslo_time() -> None:
    moment = datetime(2026, 11, 22, 9, 12, 4, tzinfo=timezone(timedelta(hours=1)))
    assert clock.short(moment) == "22.11.26 09:12"
    assert clock.long(moment) == "22.11.2026 09:12:04"


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01"])
def test_a_time_outside_the_calendar_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="range"):
        clock.parse_business_time(text)


def test_an_envelope_time_outside_the_calendar_is_no_time() -> None:
    with pytest.raises(ValueError, match="range"):
        clock.parse_envelope_time("0001-01-01T00:00:00+14:00")


def test_a_stored_time_has_one_length_so_that_it_sorts_and_comes_back() -> None:
    early = datetime(812, 1, 2, tzinfo=UTC)
    assert clock.to_text(early) == "0812-01-02T00:00:00.000Z"
    assert clock.from_text(clock.to_text(early)) == early
