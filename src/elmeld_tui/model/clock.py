"""Time: stored in UTC, shown in Oslo time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Gives the present moment, aware, in UTC. Passed in wherever time decides, so that tests can hold it still."""

_FRACTION = re.compile(r"\.(\d{6})\d+")
_END_OF_DAY = re.compile(r"T24:00:00(\.0+)?(?![\d.])")
"""Midnight as the end of the day before it (XML Schema part 2 §3.2.7)."""

_DURATION = re.compile(r"P(?=.)(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:\.\d+)?S)?)?")


@cache
def oslo() -> ZoneInfo:
    """Return the Norwegian time zone."""
    return ZoneInfo("Europe/Oslo")


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """Return ``moment`` as it is stored: ``2026-11-22T08:12:00.123Z``; UTC, of one length, so it sorts."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """Return the moment that `to_text` wrote, aware, in UTC."""
    return datetime.fromisoformat(text)


def parse_business_time(text: str) -> datetime:
    """Read a time from a business document; one without a zone is Norwegian local time (HIS 1037 §6.2.1).

    Args:
        text: an xs:dateTime or xs:date, with at most any number of decimals.

    Returns:
        The moment, aware, in UTC.

    Raises:
        ValueError: ``text`` is no date or time.
    """
    return _moment(text, oslo())


def parse_envelope_time(text: str) -> datetime:
    """Read an eb:Timestamp; one without a zone is UTC (ebMS 2.0 §3.1.6.2; HIS 1037 §6.2.1).

    Raises:
        ValueError: ``text`` is no date or time.
    """
    return _moment(text, UTC)


def parse_duration(text: str) -> timedelta:
    """Read an xs:duration of days, hours, minutes and seconds: ``PT720M``, ``P4D``.

    Raises:
        ValueError: ``text`` is none, or has years or months, whose length depends on when they begin.
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _moment(text: str, zone: tzinfo) -> datetime:
    text, ends_a_day = _END_OF_DAY.subn("T00:00:00", text.strip())
    moment = datetime.fromisoformat(_FRACTION.sub(r".\1", text))
    try:
        moment += timedelta(days=ends_a_day)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as error:
        # The first and the last day of the calendar may have no such moment in UTC.
        raise ValueError(str(error)) from error


def business_text(moment: datetime) -> str:
    """Return ``moment`` as a business document writes it: Oslo time with its offset, to the second."""
    return moment.astimezone(oslo()).isoformat(timespec="seconds")


def envelope_text(moment: datetime) -> str:
    """Return ``moment`` as an envelope writes it: ``CCYY-MM-DDThh:mm:ssZ`` (HITS 1171 §5.2.1.10)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def short(moment: datetime) -> str:
    """Return ``moment`` as a list shows it, in Oslo time: ``22.11.26 09:12``."""
    return moment.astimezone(oslo()).strftime("%d.%m.%y %H:%M")


def long(moment: datetime) -> str:
    """Return ``moment`` as a message shows it, in Oslo time: ``22.11.2026 09:12:04``."""
    return moment.astimezone(oslo()).strftime("%d.%m.%Y %H:%M:%S")


def oslo_date(moment: datetime) -> date:
    """Return the date that ``moment`` has in Oslo."""
    return moment.astimezone(oslo()).date()


def day(moment: datetime) -> str:
    """Return the day of ``moment`` as it is shown, in Oslo: ``22.11.2026``."""
    return moment.astimezone(oslo()).strftime("%d.%m.%Y")
