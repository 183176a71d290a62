"""A message as one line: when it came, and what a report has outside its reference, told by a sign and a word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from elmeld_tui.office.clinic import Office
from elmeld_tui.store.filters import Filter
from elmeld_tui.tui.message_rows import list_time, post_line
from elmeld_tui.tui.patient_rows import record_line
from elmeld_tui.tui.session import Session
from tests.tui.conftest import NARROW, NOW, WIDE, OpenApp, shown, until

# Nine in the morning of 22 November, in Oslo.


@pytest.mark.parametrize(
    ("at", "narrow", "wide"),
    [
        ("2026-11-22T07:12:00.000Z", "08:12", "08:12"),
        ("2026-11-21T23:00:00.000Z", "00:00", "00:00"),
        ("2026-11-21T22:59:00.000Z", "i går", "i går 23:59"),
        ("2026-11-20T23:00:00.000Z", "i går", "i går 00:00"),
        ("2026-11-20T22:59:00.000Z", "20.11.26", "20.11.26 23:59"),
        ("2025-11-22T08:00:00.000Z", "22.11.25", "22.11.25 09:00"),
        ("2026-11-23T08:00:00.000Z", "23.11.26", "23.11.26 09:00"),
    ],
)
def test_of_today_the_hour_is_told_and_of_other_days_the_day(at: str, narrow: str, wide: str) -> None:
    assert list_time(at, NOW, wide=False) == f"{narrow:<8}"
    assert list_time(at, NOW) == f"{wide:<14}"


@pytest.mark.parametrize("width", [40, 57, 84, 111, 112, 160])
@pytest.mark.parametrize("state", ["current", "cancelled"])
def test_a_row_tells_what_it_is_what_is_outside_and_whose_at_any_width(
    office: Office, width: int, state: str
) -> None:
    report = next(row for row in office.reader.page(Filter(folder="inbox"), 0) if row.kind == "service_report")
    line = post_line(report._replace(document_state=state, outside_reference=9), width, NOW)
    said = "".join(span.text for span in line)
    assert "* 9 utenfor" in said
    assert "LAB" in said
    assert "1982" in said
    assert ("Trukket" in said) is (state == "cancelled")
    assert ("utenfor referanse" in said) is (width >= 112 and state == "current")
    other = "".join(span.text for span in post_line(report._replace(outside_reference=0), width, NOW))
    assert "utenfor" not in other


@pytest.mark.parametrize("width", [57, 78, 140])
def test_a_patients_post_tells_it_too(office: Office, width: int) -> None:
    report = next(row for row in office.reader.page(Filter(folder="inbox"), 0) if row.kind == "service_report")
    lines = [record_line(report._replace(outside_reference=n), width, {}, NOW) for n in (0, 12)]
    assert ["* 12 utenfor" in line[0].text for line in lines] == [False, True]


@pytest.mark.parametrize(("size", "told"), [(NARROW, "LAB * 1 utenfor"), (WIDE, "* 1 utenfor referanse")])
async def test_the_inbox_tells_without_that_one_opens_it(
    open_app: OpenApp, size: tuple[int, int], told: str
) -> None:
    async with open_app(size) as pilot:
        assert told in shown(pilot)


async def test_when_midnight_has_passed_what_came_before_it_came_yesterday(
    open_app: OpenApp, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(NARROW) as pilot:
        assert " 08:00 " in shown(pilot)
        monkeypatch.setattr(session, "clock", lambda: NOW + timedelta(hours=16))
        await until(pilot, "i går")
        assert " 08:00 " not in shown(pilot)
