"""Dates, times and numbers as Norwegians type them, and as a form's answers hold them."""

from __future__ import annotations

import re
from datetime import date, datetime

from elmeld_tui.model.forms import FieldType

_DAY = re.compile(r"(\d{1,2})[.\-/ ](\d{1,2})[.\-/ ](\d{4}|\d{2})|(\d{2})(\d{2})(\d{4}|\d{2})")
_CLOCK = re.compile(r"(\d{1,2})[.:]?(\d{2})")
_MOMENT = re.compile(r"(.+?)(?:,?\s+(?:kl\.?\s*)?|T)([\d.:]+)")
_SHAPES = {
    FieldType.DATE: re.compile(r"\d{4}-\d\d-\d\d"),
    FieldType.TIME: re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d"),
    FieldType.NUMBER: re.compile(r"-?\d+(\.\d+)?"),
}
_AHEAD = 20
"""Years ahead that a year of two digits may mean: expiry dates lie ahead, most other dates behind."""


def as_answer(kind: FieldType, written: str, today: date) -> str:
    """Return what is typed as an answer has it: ``2026-11-23``, ``2026-11-23T08:30``, ``3.5``.

    What is no date, time or number is returned as it is, for the form to refuse.
    """
    text = written.strip()
    if kind is FieldType.NUMBER:
        return text.replace(",", ".", 1)
    if kind is FieldType.DATE:
        day = _day(text, today)
        return day.isoformat() if day else text
    if kind is FieldType.TIME and (parts := _MOMENT.fullmatch(text)):
        day, clock = _day(parts[1], today), _CLOCK.fullmatch(parts[2])
        if day and clock and int(clock[1]) < 24 and int(clock[2]) < 60:
            return f"{day.isoformat()}T{int(clock[1]):02}:{clock[2]}"
    return text


def is_answer(kind: FieldType, answer: str) -> bool:
    """Return whether ``answer`` has the shape that `as_answer` gives a ``kind``."""
    return kind not in _SHAPES or bool(_SHAPES[kind].fullmatch(answer))


def has_shape(kind: FieldType, written: str) -> bool:
    """Return whether ``written`` is written as a ``kind`` is, though it may be none: ``31.02.2026``."""
    if kind is FieldType.DATE:
        return _DAY.fullmatch(written.strip()) is not None
    parts = _MOMENT.fullmatch(written.strip()) if kind is FieldType.TIME else None
    return parts is not None and _DAY.fullmatch(parts[1]) is not None and _CLOCK.fullmatch(parts[2]) is not None


def as_written(kind: FieldType, answer: str) -> str:
    """Return an answer as it is shown: ``23.11.2026``, ``23.11.2026 08:30``, ``3,5``."""
    try:
        if kind is FieldType.DATE:
            return date.fromisoformat(answer).strftime("%d.%m.%Y")
        if kind is FieldType.TIME:
            return datetime.fromisoformat(answer).strftime("%d.%m.%Y %H:%M")
    except ValueError:
        return answer
    return answer.replace(".", ",", 1) if kind is FieldType.NUMBER else answer


def _day(text: str, today: date) -> date | None:
    try:
        return date.fromisoformat(text) if text[4:5] == "-" else _norwegian_day(text, today)
    except ValueError:
        return None


def _norwegian_day(text: str, today: date) -> date | None:
    parts = _DAY.fullmatch(text)
    if parts is None:
        return None
    day, month, year = (int(part) for part in parts.groups() if part)
    if year < 100:
        year += today.year // 100 * 100
        year -= 100 if year > today.year + _AHEAD else 0
    return date(year, month, day)
