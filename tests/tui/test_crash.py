"""When the program itself fails: it says so, and what to do, and nothing about anyone."""

from __future__ import annotations

import pytest

from elmeld_tui.tui.crash import crash_text
from tests.tui.conftest import OpenApp, come_true

SECRET = "Ørjan Åsen 21858230052"


def fail(patient: str) -> None:
    raise ValueError(f"cannot read {patient}")


def test_a_crash_is_told_without_values_and_messages() -> None:
    try:
        fail(SECRET)
    except ValueError as error:
        told = crash_text(error)
    assert SECRET not in told
    assert "ValueError" in told
    assert "test_crash.py" in told
    assert "trygt lagret" in told


async def test_the_crash_screen_of_the_application_is_that_text(open_app: OpenApp) -> None:
    shown: list[str] = []

    async def fail_inside() -> None:
        async with open_app() as pilot:
            told = pilot.app._exit_renderables
            pilot.app.call_later(fail, SECRET)
            await come_true(pilot, lambda: bool(told), "the crash")
            shown.extend(str(text) for text in told)

    with pytest.raises(ValueError, match="cannot read"):
        await fail_inside()
    assert "måtte stoppe" in shown[0]
    assert SECRET not in shown[0]
