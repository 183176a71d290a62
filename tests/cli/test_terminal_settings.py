"""``elmeld keys`` and ``elmeld config``: a user's own settings for the terminal, without opening it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.json_schema import accepts

from elmeld_tui.cli import main
from elmeld_tui.login import login
from elmeld_tui.store.settings import read_clinic
from elmeld_tui.tui.actions import ACTIONS, use_keys


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's settings directory, with a file of each kind."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for variable in ("NO_COLOR", "ELMELD_THEME", "ELMELD_MOUSE", "ELMELD_CLIPBOARD"):
        monkeypatch.delenv(variable, raising=False)
    directory = tmp_path / "elmeld"
    directory.mkdir()
    (directory / "terminal.toml").write_text('[terminal]\ntheme = "light"\n', encoding="utf-8")
    (directory / "keymap.toml").write_text('[post]\nsign_off = ["ø", "F7"]\n', encoding="utf-8")
    return directory


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(list(arguments))
    use_keys({})
    return code, capsys.readouterr().out


def test_keys_lists_every_action_with_the_users_keys(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = said(capsys, "keys", "--json")
    rows = {row["action"]: row for row in map(json.loads, out.splitlines())}
    assert code == 0
    assert set(rows) == {action.id for action in ACTIONS}
    assert rows["post.sign_off"]["keys"] == ["ø", "F7"]
    assert rows["post.sign_off"]["from"] == f"{settings / 'keymap.toml'}:2"
    code, out = said(capsys, "keys")
    assert any(line.split()[:3] == ["ø", "F7", "Post"] for line in out.splitlines())


def test_show_says_which_file_each_choice_came_from(
    settings: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELMELD_MOUSE", "off")
    _, out = said(capsys, "config", "show", "--json")
    told = {row["name"]: (row["value"], row["from"]) for row in map(json.loads, out.splitlines())}
    assert told["terminal.theme"] == ("light", f"{settings / 'terminal.toml'}:2")
    assert told["terminal.mouse"] == ("off", "ELMELD_MOUSE")
    assert told["post.sign_off"] == ("ø F7", f"{settings / 'keymap.toml'}:2")
    assert said(capsys, "--theme", "contrast", "config", "show")[1].split()[:3] == [
        "terminal.theme",
        "contrast",
        "--theme",
    ]


def test_validate_tells_every_fault_and_where(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "config", "validate")[0] == 0
    (settings / "terminal.toml").write_text("[terminal]\nmus = true\n", encoding="utf-8")
    (settings / "keymap.toml").write_text('[post]\nsign_off = "u"\nrely = "s"\n', encoding="utf-8")
    code, out = said(capsys, "config", "validate")
    assert code == 1
    assert f"{settings / 'terminal.toml'}:2: " in out
    assert f"{settings / 'keymap.toml'}:3: " in out


def test_validate_tells_what_is_wrong_with_the_settings_of_the_clinic(
    settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "clinic.toml"
    path.write_text(said(capsys, "config", "example")[1], encoding="utf-8")
    assert said(capsys, "--data-dir", str(tmp_path), "config", "validate")[0] == 0
    path.write_text(path.read_text(encoding="utf-8").replace("trust =", "thrust ="), encoding="utf-8")
    code, out = said(capsys, "--data-dir", str(tmp_path), "config", "validate")
    assert (code, out.count("\n"), out.count(str(path))) == (1, 1, 1)
    assert "keys.thrust" in out
    path.unlink()
    assert said(capsys, "--data-dir", str(tmp_path), "config", "validate")[0] == 1


def test_a_keymap_with_a_fault_is_one_line_and_the_answer_no(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (settings / "keymap.toml").write_text('[post]\nsign_off = "u"\n', encoding="utf-8")
    assert main(["keys"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert f"{settings / 'keymap.toml'}:2: u" in told.err


def test_a_schema_takes_what_the_program_takes(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keymap = json.loads(said(capsys, "config", "schema", "keymap")[1])
    terminal = json.loads(said(capsys, "config", "schema", "terminal")[1])
    assert accepts(keymap, {"post": {"sign_off": ["ø", "F7"]}})
    assert accepts(terminal, {"terminal": {"theme": "light"}})
    assert not accepts(terminal, {"terminal": {"theme": 1}})


def test_a_new_clinic_is_begun_with_settings_that_are_read_as_they_stand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data-dir", str(tmp_path), "doctor"]) == 3
    assert "elmeld config example" in capsys.readouterr().err
    code, out = said(capsys, "config", "example")
    assert code == 0
    (tmp_path / "clinic.toml").write_text(out, encoding="utf-8")
    clinic = read_clinic(tmp_path)
    assert [(user.name, user.administrator, user.reads_all) for user in clinic.users] == [(login(), True, True)]
    assert clinic.address is not None
    assert clinic.address.city == "Fjellveien"
    code, out = said(capsys, "config", "example", "--json")
    assert (code, json.loads(out)["clinic"]["name"]) == (0, clinic.name)
