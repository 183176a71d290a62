"""Results in a letter: what the doctor would else copy by hand from one screen to another, figure by figure."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import TextArea

from elmeld_tui.office.clinic import Office
from elmeld_tui.office.patients import register_patient
from elmeld_tui.store import audit
from tests.lab_history import blood_tests
from tests.tui.composing import begin, search, to_text
from tests.tui.conftest import NARROW, WIDE, OpenApp, press, rest, shown, until, write


def _text(pilot: Pilot[None]) -> str:
    field = pilot.app.focused
    assert isinstance(field, TextArea)
    return field.text


async def test_marked_results_are_written_where_the_cursor_stands(open_app: OpenApp, here: Office) -> None:
    patient_id = here.reader.patients("Åsen")[0].id
    blood_tests(here, patient_id)
    async with open_app(WIDE) as pilot:
        await begin(pilot, "helse")
        await search(pilot, "åsen")
        await to_text(pilot)
        await write(pilot, "Fallende blodprosent:")
        await press(pilot, "ctrl+r")
        await until(pilot, "Prøvesvar til teksten")
        assert "↓ under" in shown(pilot)
        await write(pilot, "hemoglobin under")
        assert "HbA1c" not in shown(pilot)
        await press(pilot, "tab", "tab")
        assert "2 valgt" in shown(pilot)
        await press(pilot, "enter")
        await rest(pilot)
        first, *quoted = _text(pilot).split("\n")
        assert first == "Fallende blodprosent:"
        assert quoted == [
            "21.11.2026 B-Hemoglobin 10,2 g/dL (under; referanse 11,7 – 15,3; Lavere enn ved forrige prøve.)",
            "08.09.2026 B-Hemoglobin 10,8 g/dL (under; referanse 11,7 – 15,3)",
        ]
        # One goes on writing behind them.
        await write(pilot, " Henvises.")
        assert _text(pilot).endswith("15,3) Henvises.")
    with here.database.transaction() as connection:
        assert [row.action for row in audit.entries(connection)] == ["open_patient"]


async def test_one_result_is_two_keys_away_and_esc_writes_nothing(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await begin(pilot, "helse")
        await search(pilot, "åsen")
        await to_text(pilot)
        await press(pilot, "ctrl+r")
        await until(pilot, "Prøvesvar til teksten")
        await press(pilot, "escape")
        assert _text(pilot) == ""
        await press(pilot, "ctrl+r")
        await until(pilot, "Prøvesvar til teksten")
        await press(pilot, "ctrl+r")
        await rest(pilot)
        assert _text(pilot).startswith("21.11.2026 B-Hemoglobin 10,2 g/dL (under")


async def test_what_is_missing_is_told(open_app: OpenApp, here: Office) -> None:
    register_patient(here, "03854910077", "Solveig", "Tangvald")
    async with open_app(NARROW) as pilot:
        await begin(pilot, "helse")
        await press(pilot, "ctrl+r")
        await until(pilot, "Velg pasient først")
        await search(pilot, "tangvald")
        await press(pilot, "ctrl+r")
        await until(pilot, "Sett markøren i et tekstfelt først")
        await to_text(pilot)
        await press(pilot, "ctrl+r")
        await until(pilot, "ingen prøvesvar her")
