"""What a user chooses for her terminal: where it is said, which saying counts, and what is wrong with it."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from elmeld_tui.tui.app import _suit_the_line, run
from elmeld_tui.tui.looks import Look
from elmeld_tui.tui.preferences import Preferences, read_preferences, remember
from tests.tui.conftest import OpenApp, come_true, press, until

TERMINAL = {"TERM": "xterm-256color"}


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with a settings directory of its own."""
    return {**TERMINAL, "XDG_CONFIG_HOME": str(tmp_path)}


def write(home: dict[str, str], text: str) -> Path:
    path = Path(home["XDG_CONFIG_HOME"]) / "elmeld" / "terminal.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_choice_the_terminal_decides(home: dict[str, str]) -> None:
    chosen = read_preferences(home, {})
    assert (chosen.theme, chosen.mouse, chosen.clipboard, chosen.problems) == (Look.DARK, True, True, ())


def test_the_nearest_saying_counts(home: dict[str, str]) -> None:
    path = write(home, '# mine\n[terminal]\ntheme = "light"\nmouse = false\n')
    from_file = read_preferences(home, {})
    assert (from_file.theme, from_file.mouse) == (Look.LIGHT, False)
    assert from_file.origins["theme"] == f"{path}:3"
    no_colour = {**home, "NO_COLOR": "1"}
    assert read_preferences(no_colour, {}).theme == Look.MONOCHROME
    told = {**no_colour, "ELMELD_THEME": "contrast", "ELMELD_MOUSE": "on"}
    assert (read_preferences(told, {}).theme, read_preferences(told, {}).mouse) == (Look.CONTRAST, True)
    assert read_preferences(told, {"theme": "terminal"}).theme == Look.TERMINAL


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('[terminal]\ntheme = "blå"\n', 2, "dark, light"),
        ('[terminal]\nmouse = "off"\n', 2, "true, false"),
        ('[terminal]\n\ntema = "dark"\n', 3, "tema"),
        ('theme = "dark"\n', 1, "[terminal]"),
        ("[terminal]\ntheme = dark\n", 2, "TOML"),
    ],
)
def test_a_fault_is_told_with_its_line_and_nothing_of_the_file_is_used(
    home: dict[str, str], text: str, line: int, told: str
) -> None:
    path = write(home, text)
    chosen = read_preferences(home, {})
    (problem,) = chosen.problems
    assert problem.where == f"{path}:{line}"
    assert told in problem.text
    assert chosen.theme == Look.DARK


def test_a_variable_that_says_nothing_useful_is_told_of(home: dict[str, str]) -> None:
    chosen = read_preferences({**home, "ELMELD_THEME": "blue"}, {})
    assert (chosen.theme, chosen.problems[0].where) == (Look.DARK, "ELMELD_THEME")


def test_remembering_changes_one_line_and_leaves_the_rest(home: dict[str, str]) -> None:
    path = write(home, '# mine\n[terminal]\n# eyes\ntheme = "light"  # for the sun\nmouse = false\n')
    remember(home, "theme", Look.CONTRAST)
    remember(home, "clipboard", value=False)
    rows = path.read_text(encoding="utf-8").splitlines()
    assert set(rows) == {
        "# mine",
        "[terminal]",
        "# eyes",
        'theme = "contrast"  # for the sun',
        "mouse = false",
        "clipboard = false",
    }
    chosen = read_preferences(home, {})
    assert (chosen.theme, chosen.mouse, chosen.clipboard, chosen.problems) == (Look.CONTRAST, False, False, ())


async def test_a_theme_is_chosen_in_the_palette_and_remembered(
    open_app: OpenApp, home: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", home["XDG_CONFIG_HOME"])
    async with open_app() as pilot:
        await press(pilot, "ctrl+p", *"skrift", "enter")
        await until(pilot, "Høy kontrast")
        await press(pilot, "u", "enter")
        await come_true(pilot, lambda: pilot.app.theme == Look.MONOCHROME, Look.MONOCHROME)
    assert read_preferences(home, {}).theme == Look.MONOCHROME


def test_the_usual_preferences_are_those_of_a_terminal_of_many_colours() -> None:
    assert Preferences() == Preferences(Look.DARK, mouse=True, clipboard=True)


@pytest.mark.parametrize(
    ("environment", "delay"),
    [
        ({}, None),
        ({"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}, "40"),
        ({"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22", "ESCDELAY": "90"}, "90"),
    ],
    ids=["local", "ssh", "chosen"],
)
def test_over_ssh_the_escape_key_waits_less_unless_the_user_has_said(
    environment: dict[str, str], delay: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSH_CONNECTION", "ESCDELAY", "TEXTUAL_FPS"):
        monkeypatch.delenv(name, raising=False)
    # What the program sets by itself is taken back after the test.
    monkeypatch.setattr(os, "environ", {**os.environ, **environment})
    _suit_the_line()
    assert os.environ.get("ESCDELAY") == delay
    assert ("TEXTUAL_FPS" in os.environ) is ("SSH_CONNECTION" in environment)


def test_a_terminal_of_lines_only_is_told_to_use_the_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert run(tmp_path, config=None) == 2
    told = capsys.readouterr().err
    assert "elmeld --help" in told
    assert told.count("\n") == 1


def test_a_terminal_in_another_encoding_is_told_how_to_get_utf_8(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(os, "isatty", lambda _: True)
    monkeypatch.setattr(sys, "__stderr__", io.TextIOWrapper(io.BytesIO(), encoding="iso8859-1"))
    assert run(tmp_path, config=None) == 2
    told = capsys.readouterr().err
    assert "export LC_ALL=C.UTF-8" in told
    assert told.count("\n") == 1
