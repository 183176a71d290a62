"""Alerts: each thing a human must know is said once, and taken back once."""

from __future__ import annotations

from elmeld_tui.store import alerts
from elmeld_tui.store.check import check
from elmeld_tui.store.database import Database
from elmeld_tui.store.reading import Reader
from elmeld_tui.store.trouble import AlertCode

AT, LATER = "2026-11-22T08:00:00.000Z", "2026-11-22T09:00:00.000Z"
FAULT = AlertCode.PROGRAM_FAULT


def test_alerts_of_one_code_are_told_apart_by_what_they_are_about(database: Database, reader: Reader) -> None:
    with database.transaction() as connection:
        for subject in ("first", "second", "first", ""):
            alerts.raise_alert(connection, FAULT, at=AT, subject=subject, detail={"about": subject})
    assert [(alert.subject, alert.detail["about"]) for alert in reader.open_alerts()] == [
        ("first", "first"),
        ("second", "second"),
        ("", ""),
    ]
    with database.transaction() as connection:
        alerts.clear_for(connection, FAULT, at=LATER, subject="first")
    assert [alert.subject for alert in reader.open_alerts()] == ["second", ""]


def test_what_was_cleared_can_be_raised_anew(database: Database, reader: Reader) -> None:
    with database.transaction() as connection:
        alerts.raise_alert(connection, FAULT, at=AT, subject="one")
        alerts.clear_for(connection, FAULT, at=AT, subject="one")
        alerts.raise_alert(connection, FAULT, at=LATER, subject="one")
    assert [alert.raised for alert in reader.open_alerts()] == [LATER]
    assert check(database) == []


def test_an_alert_that_was_raised_twice_is_found_out(database: Database) -> None:
    with database.transaction() as connection:
        alerts.raise_alert(connection, FAULT, at=AT, subject="one")
        connection.exec_driver_sql(
            "INSERT INTO alert (code, subject, raised, detail) SELECT code, subject, raised, detail FROM alert"
        )
    assert {finding.code for finding in check(database)} == {"alert_raised_twice"}
