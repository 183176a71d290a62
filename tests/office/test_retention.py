"""How long things are kept is changed by who may, within bounds, and never without a trace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from elmeld_tui.model.clinic import User
from elmeld_tui.model.retention import DUPLICATES, MOST, PARTS, Retention
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.people import add_person
from elmeld_tui.office.retention import change, days_of, how_long, meaning, retention, title, would_go
from elmeld_tui.store import audit
from elmeld_tui.store.settings import SettingsError, read_clinic, write_clinic


@pytest.fixture
def settled(office: Office) -> Office:
    write_clinic(office.data_dir, office.clinic)
    return office


def trail(office: Office, action: str) -> list[dict[str, object]]:
    with office.database.snapshot() as connection:
        return [dict(row.detail) for row in audit.entries(connection, action=action)]


def test_every_part_has_words() -> None:
    for part in PARTS:
        assert title(part)
        assert meaning(part).endswith(".")


@pytest.mark.parametrize("written", ["", "-1", "1.5", "et år", "36501", "²", "٣", "9" * 5000, "+3"])
def test_what_is_no_number_of_days_is_refused_with_what_can_be_said(written: str) -> None:
    with pytest.raises(OfficeError, match=f"til {MOST} dager, eller 0 for alltid"):
        days_of("documents", written)


@pytest.mark.parametrize("part", ["signals", "messages"])
def test_what_a_duplicate_is_known_by_is_kept_as_long_as_one_may_come(part: str) -> None:
    with pytest.raises(OfficeError, match=f"minst {DUPLICATES} dager"):
        days_of(part, str(DUPLICATES - 1))
    assert days_of(part, str(DUPLICATES)) == DUPLICATES
    assert days_of(part, " 0 ") == 0
    assert days_of("envelopes", "1") == 1
    assert how_long(0) == "alltid"


def test_a_change_is_in_the_file_in_the_trail_and_holds_at_once(settled: Office) -> None:
    change(settled, "alerts", 90)
    change(settled, "alerts", 0)
    assert retention(settled) == Retention()
    change(settled, "envelopes", 365)
    assert retention(settled) == Retention(envelopes=365)
    assert trail(settled, "change_retention") == [
        {"part": "alerts", "days": 90, "before": 0},
        {"part": "alerts", "days": 0, "before": 90},
        {"part": "envelopes", "days": 365, "before": 180},
    ]


def test_who_is_no_administrator_neither_changes_nor_counts_and_the_trail_has_it(settled: Office) -> None:
    add_person(settled, User("marit", "Marit Odden"))
    user = settled.reader.people.user("marit")
    assert user is not None
    hers = replace(settled, user=user)
    for act in (lambda: change(hers, "alerts", 90), lambda: would_go(hers, "alerts", 90)):
        with pytest.raises(OfficeError, match="administrator"):
            act()
    assert retention(settled) == Retention()
    assert trail(settled, "refused") == [{"action": "change_setup"}] * 2
    assert trail(settled, "change_retention") == []


def test_a_file_that_cannot_be_changed_is_told_and_nothing_is_noted(settled: Office) -> None:
    file = settled.data_dir / "clinic.toml"
    file.write_text("retention = { alerts = 1 }\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(OfficeError, match="må endres i filen selv"):
        change(settled, "alerts", 90)
    assert retention(settled) == Retention(alerts=1)
    assert trail(settled, "change_retention") == []


def test_another_settings_file_is_the_one_that_is_changed(settled: Office, tmp_path: Path) -> None:
    other = tmp_path / "annen.toml"
    other.write_bytes((settled.data_dir / "clinic.toml").read_bytes())
    change(replace(settled, config=other), "search", 700)
    assert read_clinic(settled.data_dir, other).retention == Retention(search=700)
    assert retention(settled) == Retention()


def test_more_days_than_a_calendar_has_are_refused_when_the_file_is_read(settled: Office) -> None:
    with (settled.data_dir / "clinic.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[retention]\nalerts = {MOST + 1}\n")
    with pytest.raises(SettingsError, match="alerts = 36501"):
        read_clinic(settled.data_dir)
