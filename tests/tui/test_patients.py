"""Pasient, as a clinician uses it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from elmeld_tui.messages import service_report
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.patients import register_patient
from elmeld_tui.store import audit
from elmeld_tui.tui.screens.composer import ComposerScreen
from tests.lab_history import history, out, report, result
from tests.tui.conftest import (
    NARROW,
    NOW,
    WIDE,
    OpenApp,
    addressing,
    come_true,
    press,
    rest,
    shown,
    take_in,
    until,
    write,
)


@pytest.mark.parametrize(
    "words",
    ["åsen ør", "21858", "218582 30052", "21.05.1982", "1982-05-21 åsen", "210582", "åsen 21051982"],
)
async def test_a_patient_is_found_by_name_number_or_birth_date(
    words: str, open_app: OpenApp, office: Office
) -> None:
    register_patient(office, "13116900216", "Line", "Danser")
    async with open_app(NARROW) as pilot:
        await press(pilot, "f3")
        assert "Pasienter · 2" in shown(pilot)
        await write(pilot, words)
        assert "Pasienter · 1" in shown(pilot)
        await press(pilot, "enter")
        assert "Ørjan Åsen  f. 21.05.1982 (44 år)" in shown(pilot)
        assert "218582 30052" in shown(pilot)


async def test_the_next_patient_is_found_without_wiping_out_the_name_of_the_last(
    open_app: OpenApp, office: Office
) -> None:
    register_patient(office, "13116900216", "Line", "Danser")
    async with open_app(NARROW) as pilot:
        await press(pilot, "f3")
        await write(pilot, "åsen")
        await press(pilot, "enter", "escape")
        assert "Pasienter · 1" in shown(pilot)
        await write(pilot, "danser")
        await press(pilot, "enter")
        assert "Line Danser" in shown(pilot)


async def test_what_fits_nobody_says_what_to_type_instead(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await press(pilot, "f3")
        await write(pilot, "32.13.1982")
        assert "Ingen pasient passer." in shown(pilot)
        await press(pilot, "enter", "enter")
        assert "Pasienter · 0" in shown(pilot)


async def test_the_tab_key_moves_between_the_types_of_the_post(open_app: OpenApp, office: Office) -> None:
    history(office)
    async with open_app(WIDE) as pilot:
        await press(pilot, "f3", "enter")
        assert "Alle 10" in shown(pilot)
        seen = []
        for _ in range(6):
            await press(pilot, "tab")
            seen.append(shown(pilot).split("\n")[4].strip())
        assert seen == [
            "Ubesvart · 3",
            "Henvisning · 1",
            "Dialog · 2",
            "LAB-rekvisisjon · 1",
            "LAB-resultat · 6",
            "Alle · 10",
        ]
        await press(pilot, "shift+tab")
        assert "LAB-resultat · 6" in shown(pilot)
        await press(pilot, "left")
        assert "LAB-rekvisisjon · 1" in shown(pilot)
        await pilot.click("#tabs", offset=(4, 0))
        await rest(pilot)
        assert "Alle · 10" in shown(pilot)


async def test_a_message_is_opened_in_full_with_the_patient_still_on_top(
    open_app: OpenApp, office: Office
) -> None:
    history(office)
    async with open_app(NARROW) as pilot:
        await press(pilot, "f3", "enter", "shift+tab", "enter", "z", "end")
        screen = shown(pilot)
        assert "Ørjan Åsen  f. 21.05.1982 (44 år)" in screen
        assert "LAB-resultat · 6" not in screen, "the message has the screen"
        await press(pilot, "escape")
        assert "LAB-resultat · 6" in shown(pilot)
        await press(pilot, "escape")
        assert "Pasienter · 1" in shown(pilot)
    with office.database.transaction() as connection:
        assert [row.action for row in audit.entries(connection)][-2:] == ["open_patient", "open"]


async def test_results_are_read_over_time_without_colours(
    open_app: OpenApp, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    history(office)
    async with open_app(WIDE) as pilot:
        await press(pilot, "f3", "enter", "m")
        rows = shown(pilot).split("\n")
        assert [word for word in rows[4].split() if "." in word] == [
            "21.11.26", "08.09.26", "25.06.26", "11.04.26", "26.01.26", "12.11.25",
        ]  # fmt: skip
        assert rows[5].split()[:3] == ["B-Hemoglobin", "g/dL", "▇▅▂↓↓↓"]
        assert "10,2 ↓      10,8 ↓      11,3 ↓      12,4        13,9        14,6" in rows[5]
        assert "Negativ" in rows[7]
        await press(pilot, "enter")
        page = shown(pilot)
        assert "11,7 ┄┄" in page
        assert "▼" in page
        assert "10,2 g/dL · ↓ under" in page


async def test_no_patient_is_shown_the_results_of_another(open_app: OpenApp, office: Office) -> None:
    history(office)
    register_patient(office, "13116900216", "Line", "Danser")
    async with open_app(WIDE) as pilot:
        await press(pilot, "f3")
        await write(pilot, "åsen")
        await press(pilot, "enter", "m")
        assert "B-Hemoglobin" in shown(pilot)
        await press(pilot, "escape", "escape")
        await write(pilot, "danser")
        await press(pilot, "enter", "m")
        assert "Line Danser" in shown(pilot)
        assert "Ingen laboratorieresultater." in shown(pilot)
        assert "B-Hemoglobin" not in shown(pilot)


async def test_the_analysis_stays_while_the_times_are_scrolled(open_app: OpenApp, office: Office) -> None:
    history(office)
    async with open_app(NARROW) as pilot:
        await press(pilot, "f3", "enter", "m")
        assert "21.11.26" in shown(pilot)
        assert "12.11.25" not in shown(pilot)
        await press(pilot, "right", "right", "right", "right")
        screen = shown(pilot)
        assert "B-Hemoglobin" in screen
        assert "12.11.25" in screen
        assert "21.11.26" not in screen
        await press(pilot, "escape")
        assert "LAB-resultat · 6" in shown(pilot)


async def test_what_lacks_an_answer_is_a_tab_with_its_number(open_app: OpenApp, office: Office) -> None:
    patient = history(office)
    answered = out(office, patient, "order", "REQ_LAB", number=9, days=3)
    message = office.reader.message(answered)
    assert message
    told = report(NOW, result("NPU03230", "P-Kalium", "4.1", "mmol/L"), order_id=message.document_id)
    take_in(office, service_report.build(told, addressing(office, patient, number=300, now=NOW)), NOW)
    async with open_app(WIDE) as pilot:
        await press(pilot, "f3", "enter", "u")
        screen = shown(pilot)
        assert "Ubesvart · 3" in screen
        assert all(word in screen for word in ("mangler epikrise", "mangler svarrapport", "venter på vårt svar"))
        assert screen.count("mangler svarrapport") == 1, "the other order has its report"


async def test_a_new_result_shows_while_one_looks_and_moves_nothing(open_app: OpenApp, office: Office) -> None:
    patient = history(office)
    async with open_app(NARROW) as pilot:
        await press(pilot, "f3", "enter", "m", "down", "right", "right")
        before = [row[:40] for row in shown(pilot).split("\n")[4:]]
        taken = NOW - timedelta(hours=3)
        told = report(taken, result("NPU27300", "B-HbA1c", "44", "mmol/mol", reference="20 – 42", deviation="1"))
        take_in(office, service_report.build(told, addressing(office, patient, number=301, now=NOW)), NOW)
        await until(pilot, "LAB-resultat 7")
        await rest(pilot)
        after = [row[:20] for row in shown(pilot).split("\n")[4:]]
        assert after == [row[:20] for row in before]
        await press(pilot, "left", "left", "left")
        assert "44 ↑" in shown(pilot)


async def test_a_message_written_from_here_is_about_the_patient(open_app: OpenApp, office: Office) -> None:
    history(office)
    async with open_app(WIDE) as pilot:
        await press(pilot, "f3", "enter")
        await pilot.press("ctrl+n")
        await until(pilot, "enter velger")
        await pilot.press("enter")
        await come_true(pilot, lambda: isinstance(pilot.app.screen, ComposerScreen), "the composer")
        await until(pilot, "Ørjan Åsen")


async def test_from_the_postbox_a_key_goes_to_the_patient_of_the_message(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "g")
        await until(pilot, "Ørjan Åsen  f. 21.05.1982 (44 år)")
        await press(pilot, "f2")
        assert "Innboks ·" in shown(pilot)


async def test_the_journal_tells_each_event_and_opens_its_message(open_app: OpenApp, office: Office) -> None:
    history(office)
    async with open_app(WIDE) as pilot:
        await press(pilot, "f3", "enter", "h")
        assert "Hendelser i journalen · 3" in shown(pilot)
        await press(pilot, "h")
        assert "Alle · 10" in shown(pilot)
